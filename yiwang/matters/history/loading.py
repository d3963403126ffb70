"""``bring_in``: a spooled log becomes matters, a few hundred cases a transaction; interrupted, it goes on where it was."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.packs import queries as packs
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.process import Process
from yiwang.kernel.refusal import Fault, NotAllowed
from yiwang.kernel.workdays import OrdinalTable, Unit
from yiwang.matters import births, life_rows, processes, statements
from yiwang.matters.actions.steps import newborn
from yiwang.matters.history import foreign
from yiwang.matters.history.mapping import Bound, HistoryMapping, refuse
from yiwang.matters.history.replay import happen, somebody
from yiwang.matters.history.spool import Event, Spool
from yiwang.matters.history.times import moment
from yiwang.matters.lives import HISTORY_ON, Life, before_our_time
from yiwang.matters.models import HistoryCase, HistoryLog

EVENTS_AT_ONCE = 2000
CASE_ROWS = "log_id, key, matter_id, events, irregular, digest, first_row"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Frame:
    """What every matter of a log begins with; a detail table's own module adds its columns (``columns``)."""

    organ_id: int
    title: str
    item: str = ""
    guide: str = ""
    chain: str = ""
    party_id: int | None = None
    budgets: Mapping[str, Any] = field(default_factory=dict)
    organs: Mapping[str, int] = field(default_factory=dict)
    columns: Callable[[Any, datetime, str], Mapping[str, Any]] | None = None  # matter, at, channel → detail columns


@dataclass(slots=True)
class Loaded:
    """What loading did. Events add up: those of the spool are ``loaded`` + ``irregular`` + ``present`` + ``changed``."""

    cases: int = 0
    present_cases: int = 0
    changed_cases: list[str] = field(default_factory=list)  # known under the same key, with other events
    changed: int = 0  # their events, left out
    missing_cases: int = 0  # came in earlier and are not in the file any more
    loaded: int = 0
    irregular: int = 0
    present: int = 0
    open_cases: int = 0
    findings: Counter[str] = field(default_factory=Counter)


class History:
    """One log on its way in."""

    def __init__(self, mapping: HistoryMapping, spool: Spool, *, by: Doer, recorded_at: datetime) -> None:
        if by.kind != "system":
            raise NotAllowed("历史日志只能由系统管理员在命令行导入。")
        self.mapping, self.spool, self.by, self.recorded_at = mapping, spool, by, recorded_at
        self.today = day_of(recorded_at)
        self.revision = calendar.revision()
        self.table: OrdinalTable = calendar.table(self.revision)
        self.organs = _organs(mapping)
        self.process = self._process()
        self.frame = self._frame()

    # -- before anything is loaded ------------------------------------------------------------------------------------

    def _process(self) -> Process:
        mapping = self.mapping
        if mapping.foreign:
            roles = packs.rules("role", self.today)
            if roles and mapping.role not in roles:
                says = f"没有 {mapping.role} 这个岗位角色"
                raise refuse("映射中的角色没有登记，未导入任何内容。", Fault(mapping.place("role"), says, "unknown"))
            declared = foreign.declaration(self.spool.ends(), mapping)
            foreign.store(declared, by=self.by, at=self.recorded_at)
            return processes.bound(declared["id"], foreign.VERSION)
        version = mapping.version or packs.rule("process", mapping.process, self.today).version
        process = processes.bound(mapping.process, version)
        unknown = [
            Fault(mapping.place("activities", name), f"流程“{process.title}”没有步骤 {bound.step}", "unknown")
            for name, bound in mapping.activities.items()
            if bound.step not in process.steps
        ]
        if unknown:
            raise refuse("映射中的步骤在流程里没有，未导入任何内容。", *unknown)
        return process

    def _frame(self) -> Frame:
        mapping, process = self.mapping, self.process
        home = self.organs[mapping.organ]
        frame = Frame(home, mapping.title, item=mapping.item)
        if process.detail:
            hook = f"history.frame.{process.detail}"
            if hook not in names.hook:
                raise refuse(f"流程“{process.title}”的办件另有登记表，目前不能由日志导入。")
            frame = names.hook[hook](
                item=mapping.item, organ_id=home, log=mapping.name, by=self.by, at=self.recorded_at
            )
        budgets = {**frame.budgets, **mapping.budgets}
        missing = [
            Fault(mapping.place("budgets"), f"期限“{clock.title or clock.id}”需要天数 {clock.days}", "missing")
            for clock in process.clocks.values()
            if isinstance(clock.days, str) and not clock.optional and clock.days not in budgets
        ]
        if missing:
            raise refuse("映射没有给出流程所需的期限天数，请写入 [budgets]。", *missing)
        chain = mapping.chain or frame.chain or next(iter(process.chains), "")
        if chain and chain not in process.chains:
            raise refuse(
                f"流程“{process.title}”没有审批层级 {chain}。",
                Fault(mapping.place("chain"), "没有这个审批层级", "unknown"),
            )
        return Frame(
            frame.organ_id,
            frame.title,
            frame.item,
            frame.guide,
            chain,
            frame.party_id,
            budgets,
            frame.organs,
            frame.columns,
        )

    # -- loading ------------------------------------------------------------------------------------------------------

    def bring_in(self, log: HistoryLog, progress: Progress = lambda done, total: None) -> Loaded:
        """Load every case that is not there yet. Each batch is one transaction with its count, so that an interrupted
        run loses at most the batch it was in, and the next one goes on behind the last."""
        done, total = Loaded(), self.spool.count()
        known = dict(HistoryCase.objects.filter(log=log).values_list("key", "digest"))
        read = 0
        for batch in _batches(self.spool.cases()):
            fresh = []
            for key, events in batch:
                digest = _digest(events)
                if key in known:
                    done.present_cases += 1
                    if bytes(known[key]) == digest:
                        done.present += len(events)
                    else:
                        done.changed += len(events)
                        done.changed_cases.append(key)
                else:
                    fresh.append((key, events, digest))
            if fresh:
                self._load(log, fresh, done)
            read += len(batch)
            progress(read, total)
        done.missing_cases = len(known) - done.present_cases
        return done

    def _load(self, log: HistoryLog, batch: list[tuple[str, list[Event], bytes]], done: Loaded) -> None:
        lives, rows, findings = [], [], Counter[str]()
        irregular_events = 0
        events_read = sum(len(events) for _, events, _ in batch)
        with transaction.atomic():
            for number, (key, events, digest) in zip(births.numbers(len(batch)), batch, strict=True):
                life, codes = self._life(number, events)
                lives.append(life)
                bad = sum(1 for one in codes if one)
                irregular_events += bad
                for one in codes:
                    findings.update(set(one))
                rows.append((log.pk, key, life.matter.id, len(events), bad, digest, events[0].row))
            life_rows.write(lives)
            life_rows.copy_rows("matter_history_case", CASE_ROWS, rows)
            for code, count in findings.items():
                log.findings[code] = log.findings.get(code, 0) + count
            log.cases += len(batch)
            log.events += events_read
            log.irregular += irregular_events
            log.save(update_fields=["cases", "events", "irregular", "findings"])
        done.cases += len(batch)
        done.loaded += events_read - irregular_events
        done.irregular += irregular_events
        done.open_cases += sum(1 for life in lives if life.matter.closed_at is None)
        done.findings.update(findings)

    def _life(self, number: int, events: list[Event]) -> tuple[Life, list[list[str]]]:
        first = events[0]
        received = moment(first.at)
        frame, process = self.frame, self.process
        bounds = [self._bound(event, index, len(events)) for index, event in enumerate(events)]
        budgets, odd = self._budgets(events, bounds)
        matter = newborn(
            process,
            number,
            organ_id=self.organs.get(self.mapping.organs.get(first.organ, ""), frame.organ_id),
            title=frame.title,
            party_id=frame.party_id,
            item=frame.item,
            guide=frame.guide,
            chain=frame.chain,
            budgets=budgets,
            organs=frame.organs or None,
            received_at=received,
            parent_id=None,
            revision=self.revision,
        )
        matter.settings = {**matter.settings, "history": self.mapping.name, HISTORY_ON: self.today.isoformat()}
        life = Life(process, matter, self.table)
        codes = []
        repeated = set() if "event" in self.mapping.columns else repetitions(events)
        for index, (event, bound) in enumerate(zip(events, bounds, strict=True)):
            at = moment(event.at)
            row = None
            if index == 0 and frame.columns is not None:
                row = frame.columns(matter, at, event.channel)
            step = None
            if bound:
                step = foreign.used(process, bound.step) if self.mapping.foreign else process.steps[bound.step]
            codes.append(
                happen(
                    life,
                    step,
                    by=somebody(event.resource),
                    at=at,
                    recorded_at=self.recorded_at,
                    values=bound.values if bound else {},
                    said=self._said(event),
                    found=[
                        *self._found(event),
                        *(odd if index == 0 else ()),
                        *(("repeated-row",) if index in repeated else ()),
                    ],
                    row=row,
                )
            )
        self._quiet(life)
        return life, codes

    def _bound(self, event: Event, index: int, count: int) -> Bound | None:
        if not self.mapping.foreign:
            return self.mapping.activities.get(event.activity)
        closing = foreign.closes(event.activity, index == count - 1, self.mapping)
        return Bound(foreign.step_name(event.activity, opening=index == 0, closing=closing))

    def _said(self, event: Event) -> dict[str, Any]:
        """What else the line carries: the row it came from, and the attributes the mapping names."""
        said: dict[str, Any] = {"row": event.row}
        if event.channel:
            said["channel"] = event.channel
        if event.started is not None:
            said["started_at"] = statements.moment(moment(event.started))
        if event.attributes:
            said["attributes"] = json.loads(event.attributes)
        return said

    def _found(self, event: Event) -> list[str]:
        """What is wrong with the event itself, whatever the process says."""
        found = event.odd.split()
        if event.started is not None and event.started > event.at:
            found.append("end-before-start")
        if moment(event.at) > self.recorded_at:
            found.append("in-the-future")
        if event.organ and self.mapping.organs.get(event.organ, "") not in self.organs:
            found.append("unknown-organ")
        return found

    def _budgets(self, events: list[Event], bounds: list[Bound | None]) -> tuple[dict[str, Any], list[str]]:
        """Days of the promised and legal clocks from the end days the log states, counted from where each clock starts."""
        budgets: dict[str, Any] = dict(self.frame.budgets)
        odd: list[str] = []
        for kind, stated in (("promised", _last(events, "planned")), ("legal", _last(events, "legal"))):
            if stated is None:
                continue
            until = day_of(moment(stated))
            for clock in self.process.clocks.values():
                if clock.kind != kind or not isinstance(clock.days, str):
                    continue
                begins = next((e for e, b in zip(events, bounds, strict=True) if b and b.step in clock.starts_on), None)
                if begins is None:
                    continue
                days = self._days(day_of(moment(begins.at)), until, clock.unit)
                if days is None:
                    odd.append(f"{kind}-end-before-start")
                else:
                    budgets[clock.days] = (days, clock.unit)
        return budgets, odd

    def _days(self, start: date, until: date, unit: str) -> int | None:
        return None if until < start else self.table.counted(start, until, Unit(unit))

    def _quiet(self, life: Life) -> None:
        """A clock that ran out before we knew of the matter is not ours to act on: its day is marked 暂定. The mark is for
        the eye; what keeps timers away, however the clock is projected later, is the day of import on the matter
        (``before_our_time``). A day still to come is like any other."""
        for name, clock in life.clocks.items():
            if clock.stopped_on is None and before_our_time(life.matter.settings, clock.due_on):
                life.clocks[name] = clock._replace(provisional=True)


def _organs(mapping: HistoryMapping) -> dict[str, int]:
    codes = {mapping.organ, *mapping.organs.values()}
    found = dict(Organ.objects.filter(code__in=codes).values_list("code", "pk"))
    named = {code: ("organs", name) for name, code in mapping.organs.items()} | {mapping.organ: ("organ",)}
    missing = [
        Fault(mapping.place(*named[code]), f"没有登记的机构 {code}", "unknown") for code in sorted(codes - found.keys())
    ]
    if missing:
        raise refuse("映射中的机构没有登记，未导入任何内容。", *missing)
    return found


def _batches(cases: Iterable[tuple[str, list[Event]]]) -> Iterator[list[tuple[str, list[Event]]]]:
    """Cases in groups of about as many events; one long case is a group of its own."""
    batch: list[tuple[str, list[Event]]] = []
    size = 0
    for case in cases:
        batch.append(case)
        size += len(case[1])
        if size >= EVENTS_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _digest(events: Iterable[Event]) -> bytes:
    """Of everything the log says about a case, wherever in the file it says it."""
    return sm3("\n".join([repr(event.says) for event in events]).encode())


def repetitions(events: list[Event]) -> set[int]:
    """Places of events that say word for word what another of the same moment said before them."""
    found: set[int] = set()
    said: set[tuple[object, ...]] = set()
    for index, event in enumerate(events[1:], 1):
        if event.at != events[index - 1].at:
            said.clear()
            continue
        said.add(events[index - 1].says)
        if event.says in said:
            found.add(index)
    return found


def _last(events: list[Event], name: str) -> int | None:
    """The latest statement wins: planned days are moved."""
    return next((value for event in reversed(events) if (value := getattr(event, name)) is not None), None)
