"""Finding what calls for a signal: due clocks in one read, ledger lines not read yet in another. Nothing is written but
how far lines were read."""

from __future__ import annotations

import json
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from yiwang.foundation.packs import queries as packs
from yiwang.foundation.packs.queries import InForce
from yiwang.governance.supervision import rules, statements
from yiwang.governance.supervision.findings import LOOKS_BACK, SHOWS, Line, Looking, concerned, finding
from yiwang.governance.supervision.kinds import KIND, SupervisionRule
from yiwang.governance.supervision.models import NoticedPause, Reading
from yiwang.kernel import names
from yiwang.kernel.clocks import ARTICLE_45
from yiwang.kernel.overruns import Overrun
from yiwang.kernel.process import Process
from yiwang.kernel.workdays import OrdinalTable
from yiwang.matters import processes

Newest = dict[str, Process]  # process id → its newest version, read once a sweep
ORDER = {"warning": 1, "yellow": 2, "red": 3, "clue": 4}
PAGE = 5000
LATE_HOURS = 24.0  # where no pack says after how many hours a deed counts as recorded late
BURST = timedelta(minutes=60)
FAR_BACK = date(2000, 1, 1)
LOOKED_BACK = timedelta(
    days=30
)  # a sweep that stood still longer than that has lost what was missed to the minute before


@dataclass(frozen=True, slots=True)
class Suspect:
    """Something a rule speaks about: a clock of a matter, a pause longer than its notice said, a promise missed to the minute,
    or a line with what the finding said of it."""

    rule: str
    matter_id: int = 0
    clock: str = ""
    line: Line | None = None
    says: str = ""
    pause: NoticedPause | None = None
    overrun: Overrun | None = None


def in_force(on: date) -> dict[str, InForce]:
    """Rules in force that day, warnings first, then yellow, red and clues."""
    found = packs.rules(KIND, on)
    return dict(sorted(found.items(), key=lambda item: (ORDER[item[1].value.signal], item[0])))


def late_hours() -> float:
    """Hours after which a deed counts as recorded late."""
    hook = "ledger.late-after"
    found = names.hook[hook]() if hook in names.hook else None
    return LATE_HOURS if found is None else float(found)


def due(found: dict[str, InForce], table: OrdinalTable, on: date, most: int) -> list[Suspect]:
    """Clocks a rule may speak about and has not yet: one statement over clocks by due day."""
    arms: list[tuple[Any, ...]] = []
    versions = processes.every()
    ahead = rules.days_ahead(table, on)
    for rule_id, each in found.items():
        rule: SupervisionRule = each.value
        kept: dict[tuple[str, str], set[str]] = {}
        for process in versions:
            for clock in process.clocks.values():
                if rule.covers(process.id, clock.id, clock.kind):
                    kept.setdefault((clock.id, clock.kind), set()).add(process.id)
        if rule.within is None:
            days = (FAR_BACK, on - timedelta(days=1), -1)
        else:
            days = (on, ahead[-1] if rule.long_from else ahead[rule.within], rule.within)
        share = (rule.long_from, rule.long_percent, rule.unless_kind)
        arms += [(rule_id, *clock, ",".join(sorted(of)), *days, *share) for clock, of in sorted(kept.items())]
    if not arms:
        return []
    columns = list(zip(*arms, strict=True))
    asked: dict[str, Any] = {
        **dict(zip(("rule", "clock", "kind", "process", "earliest", "latest"), map(list, columns[:6]), strict=True)),
        **dict(zip(("within", "long_from", "long_percent", "unless"), map(list, columns[6:]), strict=True)),
        "ahead": ahead,
        "most": str(most),
    }
    with connection.cursor() as cursor:
        cursor.execute(statements.DUE, asked)
        return [Suspect(rule, matter_id, clock) for rule, matter_id, clock in cursor.fetchall()]


def lines(
    found: dict[str, InForce], table: OrdinalTable, at: datetime, *, every: bool = False
) -> Iterator[list[Suspect]]:
    """Suspects among the lines written since the last reading, page by page; afterwards the reading is marked. Lines that
    show nothing a rule speaks about stay where they are; with ``every`` they are read as well, and nothing more is found."""
    kept = Reading.objects.filter(name="lines").first() or Reading(name="lines")
    number, xid, after = kept.number, kept.xid, 0
    with connection.cursor() as cursor:
        cursor.execute(statements.HORIZON)
        horizon, newest_line = map(int, cursor.fetchone())
    versions = processes.every()
    hours, newest = late_hours(), {each.id: each for each in versions}
    closings = _just_before(number, at, newest)
    events = wanted(found, versions)
    asked: dict[str, Any] = {"number": str(number), "xid": str(xid), "most": str(PAGE), "events": events or []}
    while True:
        page = _read(statements.LINES, **asked, every=every or events is None, after=str(after))
        if not page:
            break
        after = page[-1].number
        yield list(_suspects(page, found, table, hours, closings, newest))
    kept.number, kept.xid, kept.at = max(number, newest_line), horizon, at
    kept.save()


def wanted(found: dict[str, InForce], versions: Iterable[Process]) -> list[str] | None:
    """Events whose lines are read whatever they show: steps a rule names, and those that close a matter, for bursts. ``None``
    where a rule asks about every step."""
    asking = [each.value for each in found.values() if each.value.watches == "line" and each.value.finding not in SHOWS]
    if any(not rule.steps for rule in asking):
        return None
    events = set()
    for process in versions:
        closed = {name for name, state in process.states.items() if state.closed}
        events |= {f"{process.id}.{step.name}" for step in process.steps.values() if step.to in closed}
        events |= {f"{process.id}.{step}" for rule in asking if rule.within_reach(process.id) for step in rule.steps}
    return sorted(event[:80] for event in events)


def pauses(found: dict[str, InForce], on: date, most: int = 5000) -> list[Suspect]:
    """Special procedures whose noticed time is over and that nobody has looked at since."""
    speaking = [rule_id for rule_id, each in found.items() if each.value.watches == "pause"]
    rows = list(NoticedPause.objects.filter(settled=False, last_on__lt=on).order_by("last_on", "id")[:most])
    return [Suspect(rule_id, matter_id=row.about_id, pause=row) for rule_id in speaking for row in rows]


def moments(found: dict[str, InForce], at: datetime) -> list[Suspect]:
    """Promises to the minute that were missed by ``at``, of the last ``LOOKED_BACK``."""
    return [
        Suspect(rule_id, matter_id=missed.matter_id, overrun=missed)
        for rule_id, each in found.items()
        if each.value.watches == "moment"
        for missed in names.promise[each.value.promise](since=at - LOOKED_BACK, until=at)
    ]


def _read(sql: str, **asked: Any) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return [_line(row) for row in cursor.fetchall()]


def _line(row: Sequence[Any]) -> Line:
    number, reference, ordinal, at, recorded_at, event, actor, organ, body = row
    organ_id = int(organ) if str(organ).isdigit() else 0
    return Line(
        number, reference, ordinal, at, recorded_at, event, actor, organ_id, json.loads(body).get("detail") or {}
    )


def _just_before(number: int, at: datetime, newest: Newest) -> dict[str, list[datetime]]:
    """When each person closed matters shortly before the first new line: a burst may reach over two sweeps."""
    closings: dict[str, list[datetime]] = defaultdict(list)
    for line in _read(statements.JUST_BEFORE, number=str(number), since=at - BURST):
        _count_closing(line, closings, newest)
    return closings


def _count_closing(line: Line, closings: dict[str, list[datetime]], newest: Newest) -> bool:
    """Keep when this person closed a matter; answers whether the line did."""
    shut = line.actor.startswith("staff:") and _closes(line, newest)
    if shut:
        insort(closings[line.actor], line.at)  # a past built case by case comes in no order of time
    return shut


def _closes(line: Line, newest: Newest) -> bool:
    """True if the line's step led to a closed state. ``services.licence.grant`` is a step of ``services.licence``."""
    process = newest.get(line.process_id)
    state = process.states.get(str(line.detail.get("to", ""))) if process else None
    return state is not None and state.closed


def _suspects(
    page: list[Line],
    found: dict[str, InForce],
    table: OrdinalTable,
    hours: float,
    closings: dict[str, list[datetime]],
    newest: Newest,
) -> Iterator[Suspect]:
    clocks = {rule_id: each.value for rule_id, each in found.items() if each.value.watches != "line"}
    findings = {rule_id: each.value for rule_id, each in found.items() if each.value.watches == "line"}
    kinds = {(p.id, c.id): c.kind for p in newest.values() for c in p.clocks.values()}
    asking: dict[tuple[str, str, bool], list[tuple[str, SupervisionRule]]] = {}  # a page has few kinds of lines

    def rules_on(line: Line) -> list[tuple[str, SupervisionRule]]:
        key = (line.process_id, line.step, line.actor.startswith("staff:"))
        if key not in asking:
            asking[key] = [(rule_id, rule) for rule_id, rule in findings.items() if _asks(rule, line)]
        return [(rule_id, rule) for rule_id, rule in asking[key] if concerned(rule.finding, line)]

    asked = [rules_on(line) for line in page]
    looking_back = zip(page, asked, strict=True)
    earlier = _earlier({line.reference for line, on in looking_back if any(r.finding in LOOKS_BACK for _, r in on)})
    for line, speaking in zip(page, asked, strict=True):
        process_id = line.process_id
        shut = _count_closing(line, closings, newest)
        late = [
            clock
            for clock, (_, _, due_on, stopped_on) in line.clocks.items()
            if due_on is not None and stopped_on is not None and stopped_on > due_on
        ]
        for rule_id, rule in clocks.items() if late or "expected-days" in line.detail else ():
            for clock in late:
                if rule.within is None and rule.covers(process_id, clock, kinds.get((process_id, clock), "")):
                    yield Suspect(rule_id, clock=clock, line=line)
            if rule.watches == "pause" and "expected-days" in line.detail and rule.within_reach(process_id):
                yield Suspect(rule_id, line=line)
        for rule_id, rule in speaking:
            looking = Looking(
                [one for one in earlier.get(line.reference, ()) if one.ordinal < line.ordinal],
                table,
                rule.thresholds,
                rule.texts,
                hours,
                closings.get(line.actor, ()) if shut else (),
                {**ARTICLE_45, **(newest[process_id].grounds if process_id in newest else {})},
            )
            if says := finding[rule.finding](line, looking):
                yield Suspect(rule_id, line=line, says=says)


def _asks(rule: SupervisionRule, line: Line) -> bool:
    if not line.step or (rule.steps and line.step not in rule.steps) or not rule.within_reach(line.process_id):
        return False
    return rule.signal != "clue" or line.actor.startswith("staff:")


def _earlier(references: Iterable[str]) -> dict[str, list[Line]]:
    wanted = [f"matter:{reference}" for reference in references]
    found: dict[str, list[Line]] = defaultdict(list)
    if wanted:
        for line in _read(statements.EARLIER, subjects=wanted):
            found[line.reference].append(line)
    return found
