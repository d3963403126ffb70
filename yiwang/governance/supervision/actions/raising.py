"""From suspects to signals: looked at again under the rules of the clock, charged, proved, written, told. Idempotent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.packs.queries import InForce
from yiwang.governance.supervision import rules, statements
from yiwang.governance.supervision.actions.watching import Suspect, late_hours
from yiwang.governance.supervision.actions.writing import Found, Raised, keep_clues, write
from yiwang.governance.supervision.findings import Line
from yiwang.governance.supervision.kinds import SupervisionRule
from yiwang.governance.supervision.models import Card, Clue, LateMark, NoticedPause
from yiwang.kernel.names import promise
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.workdays import OrdinalTable
from yiwang.matters import queries as matter_queries
from yiwang.matters.models import Matter, Seat
from yiwang.matters.standing import RunningClock, Standing
from yiwang.matters.statements import read_many

LOCK = "select pg_advisory_xact_lock(hashtextextended('supervision.raise', 0))"
CHARGED_ROLE = {"warning": Card.Signal.WARNING, "yellow": Card.Signal.YELLOW, "red": Card.Signal.RED}


def raise_signals(
    suspects: Sequence[Suspect], found: Mapping[str, InForce], table: OrdinalTable, at: datetime, raised: Raised
) -> None:
    """Write what is not written yet, at most a few hundred suspects at once, in one transaction."""
    if not suspects:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)  # two sweeps at once would both find nothing written
        abouts = _abouts(suspects)
        late = _late(abouts, at, raised)
        sittings = _sittings([each.id for each in abouts.values()])
        signals, clues = [], []
        for suspect in suspects:
            about = abouts.get(_key(suspect))
            rule: SupervisionRule = found[suspect.rule].value
            if about is None:
                continue
            if rule.signal == "clue":
                clues.append(_clue(suspect, about, rule, at))
            elif rule.watches == "pause" and suspect.line is not None:
                _remember(suspect.line, about, table)
            elif about.id not in late:
                cards = _judged(suspect, about, found[suspect.rule], table, sittings.get(about.id, []), at)
                signals += [Found(card, about, rule.warns) for card in cards]
        write(signals, at, raised)
        keep_clues(clues, raised)


def _key(suspect: Suspect) -> int | str:
    return suspect.matter_id or (suspect.line.reference if suspect.line else "")


def _abouts(suspects: Sequence[Suspect]) -> dict[int | str, Standing]:
    ids = {each.matter_id for each in suspects if each.matter_id}
    references = {each.line.reference for each in suspects if each.line is not None}
    references |= set(Matter.objects.filter(pk__in=ids).values_list("reference", flat=True))
    standings = read_many(sorted(references))
    return {**{each.id: each for each in standings}, **{each.reference: each for each in standings}}


def _late(abouts: Mapping[int | str, Standing], at: datetime, raised: Raised) -> set[int]:
    """Matters on which our clock did not run: another system's history, or an opening written down later than the pack
    allows. Marked once."""
    ids = sorted({each.id for each in abouts.values()})
    hours = late_hours()
    with connection.cursor() as cursor:
        cursor.execute(statements.OPENINGS, {"ids": ids})
        rows = [(matter_id, float(late), history) for matter_id, late, history in cursor.fetchall()]
    found = {matter_id: int(late) for matter_id, late, history in rows if late > hours or history}
    known = set(LateMark.objects.filter(pk__in=found).values_list("pk", flat=True))
    fresh = [LateMark(about_id=key, hours=late, marked_at=at) for key, late in found.items() if key not in known]
    LateMark.objects.bulk_create(fresh, ignore_conflicts=True)
    raised.late += len(fresh)
    return set(found)


def _sittings(ids: Sequence[int]) -> dict[int, list[rules.Sitting]]:
    found: dict[int, list[rules.Sitting]] = defaultdict(list)
    for row in Seat.objects.filter(matter_id__in=ids).order_by("id"):
        found[row.matter_id].append(
            rules.Sitting(row.seat, row.organ_id, row.role, row.holder_id, row.clock, row.opened_at, row.closed_at)
        )
    return found


def _judged(
    suspect: Suspect,
    about: Standing,
    rule: InForce,
    table: OrdinalTable,
    sittings: list[rules.Sitting],
    at: datetime,
) -> list[Card]:
    """The card as it is to be, once for each unit charged; none where the clock, looked at again, was kept."""
    on, value = day_of(at), rule.value
    card = Card(
        about_id=about.id,
        rule=value.id,
        rule_version=rule.version,
        code=value.code,
        signal=CHARGED_ROLE[value.signal],
        raised_at=at,
    )
    units = JUDGES[value.watches](Judging(card, suspect, about, value, table, sittings, on))
    return [_charged(card, unit) for unit in units]


@dataclass(frozen=True, slots=True)
class Judging:
    """What a judge looks at: the card it completes, what was suspected of which matter under which rule, who sat when."""

    card: Card
    suspect: Suspect
    about: Standing
    rule: SupervisionRule
    table: OrdinalTable
    sittings: list[rules.Sitting]
    on: date


def _of_clock(it: Judging) -> list[rules.Charged]:
    card, about, rule, table, on = it.card, it.about, it.rule, it.table, it.on
    row = next((each for each in about.clocks if each.clock == it.suspect.clock), None)
    if row is None:
        return []
    due_on = (rules.exceeded_on if rule.within is None else rules.nearing_on)(row, table, on)
    if due_on is None or (rule.within is None and rule.unless_kind and _other_exceeded(about, row, rule, table, on)):
        return []
    fell_on = on if rule.within is not None else due_on + timedelta(days=1)
    card.clock, card.due_on, card.fell_on = row.clock, due_on, fell_on
    card.occasion = rules.occasion_of_clock(row.clock, due_on)
    card.proof = proof(about, row.clock, on)
    return rules.all_charged(it.sittings, row.clock, on if rule.within is not None else due_on, about.organ_id)


def _other_exceeded(about: Standing, row: RunningClock, rule: SupervisionRule, table: OrdinalTable, on: date) -> bool:
    """True where a clock of the graver kind ended no later: the graver rule speaks alone."""
    own = row.pure().project(table).due_on
    for other in about.clocks:
        if other.kind == rule.unless_kind and other.clock != row.clock:
            over = rules.exceeded_on(other, table, on)
            if over is not None and own is not None and over <= own:
                return True
    return False


def _remember(line: Line, about: Standing, table: OrdinalTable) -> None:
    began_on = day_of(line.at)
    last_on = table.add(began_on, int(line.detail["expected-days"]))
    NoticedPause.objects.get_or_create(
        about_id=about.id,
        ordinal=line.ordinal,
        defaults={"ground": line.detail.get("ground", ""), "began_on": began_on, "last_on": last_on},
    )


def _of_pause(it: Judging) -> list[rules.Charged]:
    """特别程序 (第四十五条): the days its notice named are over, and the procedure is not, or was not then."""
    card, about, on = it.card, it.about, it.on
    noticed = it.suspect.pause
    assert noticed is not None
    if not it.table.certain(noticed.began_on, noticed.last_on):
        return []
    until = None
    for row in about.clocks:
        for pause in row.pure().pauses:
            if pause.ground == noticed.ground and pause.begins_on == noticed.began_on:
                until = pause.resumes_on or row.stopped_on or on
                card.clock = row.clock
    NoticedPause.objects.filter(pk=noticed.pk).update(settled=True)
    if until is None or until <= noticed.last_on:
        return []
    last_on = noticed.last_on
    card.due_on, card.fell_on = last_on, last_on + timedelta(days=1)
    card.occasion = f"pause:{noticed.ordinal}"
    card.proof = [*proof(about, card.clock, on), f"通知书载明特别程序所需时间至{last_on.month}月{last_on.day}日。"]
    return rules.all_charged(it.sittings, card.clock, last_on, about.organ_id)


def _of_line(it: Judging) -> list[rules.Charged]:
    card, suspect, about = it.card, it.suspect, it.about
    line = suspect.line
    assert line is not None
    there = [s for s in it.sittings if s.opened_at <= line.at and (s.closed_at is None or s.closed_at >= line.at)]
    hand = int(line.actor.removeprefix("staff:")) if line.actor.startswith("staff:") else None
    found = rules.charged(there, "", day_of(line.at) - timedelta(days=1), line.organ_id or about.organ_id)
    if there:
        one = next((s for s in there if s.holder_id == hand), there[0])
        found = rules.Charged(one.organ_id, one.seat, one.role, hand)
    card.fell_on, card.occasion, card.proof = day_of(line.at), f"line:{line.ordinal}", [suspect.says]
    return [rules.Charged(found.organ_id, found.seat, found.role, hand)]


def _of_moment(it: Judging) -> list[rules.Charged]:
    """A promise to the minute: whoever had the matter when the moment passed answers for it."""
    card, missed = it.card, it.suspect.overrun
    assert missed is not None
    card.due_on = card.fell_on = day_of(missed.due_at)
    card.occasion = rules.occasion_of_moment(it.rule.promise, missed.due_at)
    card.proof = rules.moments_said(promise.title(it.rule.promise), missed.due_at, missed.kept_at)
    return rules.all_at(it.sittings, "", missed.due_at, it.about.organ_id)


JUDGES: dict[str, Callable[[Judging], list[rules.Charged]]] = {
    "clock": _of_clock,
    "pause": _of_pause,
    "line": _of_line,
    "moment": _of_moment,
}


def _charged(card: Card, to: rules.Charged) -> Card:
    """A copy of the card for one unit."""
    made = copy(card)
    made.organ_id, made.seat, made.role, made.holder_id = to.organ_id, to.seat, to.role, to.holder_id
    return made


def proof(about: Standing, clock: str, on: date) -> list[str]:
    """The clock's own explanation as it stands."""
    for each in matter_queries.explanations(SYSTEM, about, on):
        if each.clock == clock:
            return list(each.sentences)
    return []


def _clue(suspect: Suspect, about: Standing, rule: SupervisionRule, at: datetime) -> Clue:
    line = suspect.line
    assert line is not None
    return Clue(
        about_id=about.id,
        rule=rule.id,
        code=rule.code,
        occasion=f"line:{line.ordinal}",
        organ_id=line.organ_id or about.organ_id,
        actor=line.actor,
        says=suspect.says[:200],
        on=day_of(line.at),
        found_at=at,
    )
