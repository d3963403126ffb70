"""Questions to batches and issues, viewer first: who coordinates or oversees sees all, a unit its own issues. Else 404."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from yiwang.foundation.organs import queries as organs
from yiwang.governance.meetings import rules
from yiwang.governance.meetings.models import Batch, Issue
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import processes
from yiwang.matters import queries as matters

PAGE = 50
OVERSEEING = (Permission.ISSUE_COORDINATE, Permission.ISSUE_VERIFY, Permission.CASE_SUPERVISE)
HANDLING = (Permission.ORDER_HANDLE, Permission.MATTER_ASSIGN)
SEEING = (*OVERSEEING, *HANDLING)  # what the process is seen by
SHOW: Mapping[str, str] = {
    "all": "全部",
    "closed": "办结",
    "stage": "阶段性办结",
    "open": "在办",
    "verify": "待核实",
    "overdue": "超期",
    "back": "退回交办单位",
}
WAITING_VISIT = ("stage-reported", "done-reported")


def no_such_issue() -> NotFound:
    return NotFound("没有这个面对面问题，或者您无权查看。", code="no-such-issue")


@dataclass(frozen=True, slots=True)
class Tally:
    """How a batch stands: ``total`` handed out and not handed back; ``closed`` + ``stage`` + ``open`` make it up. ``verify`` and
    ``overdue`` are among the open ones. ``rate`` of closures in percent, ``None`` of nothing."""

    batch: Batch
    organ: str
    total: int
    closed: int
    stage: int
    open: int
    verify: int
    overdue: int
    back: int

    @property
    def rate(self) -> float | None:
        """(办结 + 阶段性办结) ÷ 交办, in percent with two digits."""
        return round(100 * (self.closed + self.stage) / self.total, 2) if self.total else None


@dataclass(frozen=True, slots=True)
class Row:
    """An issue in a list. ``late``: its day is over and it is neither closed nor stage-closed."""

    reference: str
    number: int
    content: str
    source: str
    unit: str
    state: str
    tone: str
    due_on: date
    plan_until: date | None
    late: bool


def asked(show: str, on: date) -> Q:
    """The condition of one of ``SHOW``; the counts of a batch page are made of the same ones."""
    closed, back = Q(matter__state="closed"), Q(matter__state="handed-back")
    stage = Q(stage_closed_at__isnull=False) & ~closed & ~back
    still = Q(stage_closed_at=None) & ~closed & ~back
    late = (still & Q(batch__due_on__lt=on)) | (stage & Q(plan_until__lt=on))
    waiting = Q(matter__state__in=WAITING_VISIT)
    conditions = {"all": ~back, "closed": closed, "stage": stage, "open": still, "back": back}
    conditions |= {"verify": waiting, "overdue": late}
    if show not in conditions:
        raise Refusal("没有这个筛选条件。", code="show", field="show")
    return conditions[show]


def _seen(viewer: Doer) -> QuerySet[Issue]:
    if not any(viewer.may(one) for one in SEEING):
        raise no_such_issue()
    wide = viewer.organs_of(*OVERSEEING)
    units = viewer.organs_of(*HANDLING)
    rows = Issue.objects.all()
    if wide is None or units is None:
        return rows
    return rows.filter(Q(batch__organ_id__in=wide) | Q(unit_id__in=units))


def batches(viewer: Doer, on: date) -> list[Tally]:
    """Every batch in which the viewer sees an issue (or which the viewer coordinates), newest first, with its counts."""
    seen = _seen(viewer)
    wide = viewer.organs_of(*OVERSEEING)
    rows = Batch.objects.order_by("-received_on", "-pk")
    if wide is not None:
        inside = Exists(seen.filter(batch_id=OuterRef("pk")))
        rows = rows.filter(Q(organ_id__in=wide) | inside)
    return _tallies(seen, list(rows[:PAGE]), on)


def batch(viewer: Doer, code: str) -> Batch:
    """One batch; 404 for whoever neither coordinates it nor has an issue of it."""
    seen = _seen(viewer)
    found = Batch.objects.filter(code=code).first()
    wide = viewer.organs_of(*OVERSEEING)
    if found is not None and (wide is None or found.organ_id in wide or seen.filter(batch=found).exists()):
        return found
    raise no_such_issue()


def tally(viewer: Doer, found: Batch, on: date) -> Tally:
    """The counts of one batch, of the issues the viewer sees."""
    return _tallies(_seen(viewer).filter(batch=found), [found], on)[0]


def _tallies(seen: QuerySet[Issue], found: list[Batch], on: date) -> list[Tally]:
    counted = {key: Count("pk", filter=asked(key, on)) for key in SHOW}
    rows: Any = seen.filter(batch__in=found).annotate(group=F("batch_id")).values("group")
    counts: dict[int, dict[str, int]] = {row.pop("group"): row for row in rows.annotate(**counted).order_by()}
    named = organs.organ_names({one.organ_id for one in found}, on)
    tallies = []
    for one in found:
        said = dict.fromkeys(SHOW, 0) | counts.get(one.pk, {})
        total = said.pop("all")
        tallies.append(Tally(one, named.get(one.organ_id, ""), total, **said))
    return tallies


def by_unit(viewer: Doer, found: Batch, on: date) -> list[tuple[int, str, int, int, int]]:
    """(organ id, name, handed out, closed, stage-closed) of each unit in a batch, in the order of how many."""
    counted = {key: Count("pk", filter=asked(key, on)) for key in ("all", "closed", "stage")}
    rows: Any = _seen(viewer).filter(batch=found).annotate(group=F("unit_id")).values("group")
    units = sorted(rows.annotate(**counted).order_by(), key=lambda row: (-row["all"], row["group"]))
    named = organs.organ_names({row["group"] for row in units}, on)
    return [
        (row["group"], named.get(row["group"], ""), row["all"], row["closed"], row["stage"])
        for row in units
        if row["all"]
    ]


def issues(
    viewer: Doer, found: Batch, on: date, *, show: str = "all", unit_id: int | None = None, start: int = 0
) -> tuple[list[Row], int | None]:
    """A page of a batch's issues by number, and where the next one starts; ``unit_id`` of one unit."""
    rows = _seen(viewer).filter(batch=found).filter(asked(show, on))
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    page = list(rows.select_related("matter").order_by(F("number"))[start : start + PAGE + 1])
    named = organs.organ_names({one.unit_id for one in page}, on)
    lines = []
    for one in page[:PAGE]:
        state = processes.bound(one.matter.process_id, one.matter.process_version).states[one.matter.state]
        due_on = one.plan_until if one.stage_closed_at and one.plan_until else found.due_on
        late = not state.closed and due_on < on
        lines.append(
            Row(
                reference=one.matter.reference,
                number=one.number,
                content=one.content,
                source=one.get_source_display(),
                unit=named.get(one.unit_id, ""),
                state=state.title,
                tone="ok" if one.matter.state == "closed" else "off" if state.closed else "late" if late else "calm",
                due_on=found.due_on,
                plan_until=one.plan_until,
                late=late,
            )
        )
    return lines, start + PAGE if len(page) > PAGE else None


def issue(viewer: Doer, reference: str) -> Issue:
    """One issue by its matter's reference; 404 for whoever may not see its matter, a unit that had it before included."""
    standing = matters.matter(viewer, reference)
    found = Issue.objects.select_related("matter", "batch", "evidence").filter(pk=standing.id).first()
    if found is None:
        raise no_such_issue()
    return found


def units(on: date) -> list[tuple[str, str, int]]:
    """(code, name, id) of every organ with somebody to handle what is handed out, in the official order."""
    return organs.manned(rules.HANDLER, on)


def unit(code: str, on: date) -> int:
    """The organ of that code, if it handles; refused otherwise."""
    return organs.manned_one(rules.HANDLER, code, on, says="请从列表选择承办单位。")
