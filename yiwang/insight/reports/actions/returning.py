"""Fill-in tasks: units are asked, fill in with evidence, their leader signs, the drafter adopts; who is late is reminded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import actions as files
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.insight.reports import queries
from yiwang.insight.reports.actions.figures import add_up
from yiwang.insight.reports.actions.locking import editable
from yiwang.insight.reports.models import BoundFigure, Report, Return
from yiwang.insight.reports.queries import returns
from yiwang.insight.reports.rules import cards, printing
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.models import MatterClock, Seat
from yiwang.matters.standing import Context, Standing

PROCESS = "insight.report-return"
MESSAGE = "report-return"
LARGEST = Decimal(10) ** 15
NUMBERS = ("value", "numerator", "denominator")


def ask_units(*, reference: str, by: Doer, at: datetime, organs_asked: Sequence[str] = ()) -> list[Standing]:
    """Open a fill-in task for every unit that a reported figure names and that has none open (or those named by code).

    One task a unit, with all its figures, due in the pack's working days. Refused: nobody left to ask.
    """
    with transaction.atomic():
        report, _ = editable(by, reference)
        rule = queries.rule_of(report)
        wanted: dict[str, list[str]] = {}
        for row in report.figures.filter(kind=cards.REPORTED, value=None).exclude(asks=""):
            if not row.parts:
                wanted.setdefault(row.asks, []).append(row.name)
        if organs_asked:
            wanted = {code: names for code, names in wanted.items() if code in set(organs_asked)}
        open_already = set(
            Return.objects.filter(report=report, matter__closed_at=None).values_list("organ_id", flat=True)
        )
        found = dict(Organ.objects.filter(code__in=wanted).values_list("code", "pk"))
        opened = [
            _ask(report, found[code], names, rule.fill_days, by, at)
            for code, names in wanted.items()
            if code in found and found[code] not in open_already
        ]
        if not opened:
            raise Refusal("没有需要新发的填报任务：要单位填报的数据都已发出或者已有数据。", code="nobody-to-ask")
        return opened


def _ask(report: Report, organ_id: int, names: list[str], days: int, by: Doer, at: datetime) -> Standing:
    def row(ctx: Context) -> Mapping[str, Any]:
        Return.objects.create(
            matter_id=ctx.matter.id, report=report, organ_id=organ_id, names=names, cut_off=report.cut_off
        )
        return {}

    return matters.open(
        process=PROCESS,
        by=by,
        at=at,
        organ_id=organ_id,
        title=f"{report.title}：数据填报",
        item=report.matter.reference,
        parent=report.matter.reference,
        organs={"drafting": report.organ_id},
        budgets={"report.fill_days": (days, "working-day")},
        given={"reports": "ask"},
        also=row,
    )


def fill(
    *,
    reference: str,
    given: Mapping[str, Mapping[str, str]],
    evidence: bytes | None,
    evidence_name: str = "",
    remark: str = "",
    by: Doer,
    at: datetime,
    version: int | None = None,
) -> Standing:
    """Fill in a task and hand it to the unit's leader. ``given`` maps each figure asked for to its ``value`` (or numerator
    and denominator of a rate), as typed.

    Refused, all faults named: a figure left out, something that is no number, a rate its parts do not give, no evidence
    (the file of an earlier filling counts); whoever may not fill in for the unit.
    """
    task, _ = returns.task(by, reference)
    asked = {row.name: row for row in BoundFigure.objects.filter(report=task.report, name__in=task.names)}
    numbers: dict[str, dict[str, str]] = {}
    faults: list[Fault] = []
    for name in task.names:
        try:
            numbers[name] = _numbers(asked[name], given.get(name, {}))
        except Refusal as refusal:
            faults += refusal.faults
    if evidence is None and task.evidence_id is None:
        faults.append(Fault("evidence", "请上传佐证材料（盖章的统计表、系统截图等）。", "missing"))
    if faults:
        raise Refusal(faults[0].says, code="return-incomplete", faults=faults)

    def keep(ctx: Context) -> Mapping[str, Any]:
        row = Return.objects.select_for_update(of=("self",)).get(pk=ctx.matter.id)
        if evidence is not None:
            row.evidence = files.store(
                content=evidence, name=evidence_name, by=by, at=at, organ_id=row.organ_id, field="evidence"
            )
        row.given, row.remark, row.filled_by, row.filled_at = numbers, remark.strip()[:500], by.reference, at
        row.save()
        return {"figures": sorted(numbers), "evidence": row.evidence.digest if row.evidence else ""}

    return matters.take(
        reference=reference, step="fill", by=by, at=at, version=version, given={"reports": "fill"}, also=keep
    )


def _numbers(row: BoundFigure, given: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, Decimal] = {}
    for part in NUMBERS:
        typed = str(given.get(part, "")).strip()
        if not typed:
            continue
        try:
            found[part] = printing.number(typed)
        except ValueError:
            raise _fault(row, part, f"“{row.title}”填的“{typed[:20]}”不是数。") from None
        if not 0 <= found[part] < LARGEST:
            raise _fault(row, part, f"“{row.title}”填的数超出范围。")
    top, bottom = found.get("numerator"), found.get("denominator")
    if row.unit == printing.PERCENT and top is not None and bottom is not None:
        if not 0 <= top <= bottom or bottom == 0:
            raise _fault(row, "numerator", f"“{row.title}”的分子不能大于分母，分母不能为0。")
        exact = printing.rate(top, bottom)
        said = found.setdefault("value", exact or Decimal(0))
        show = {"unit": row.unit, "places": row.places}
        if printing.printed(said, **show) != printing.printed(exact, **show):  # type: ignore[arg-type]
            right = printing.printed(exact, **show)  # type: ignore[arg-type]
            raise _fault(row, "value", f"“{row.title}”：{top}÷{bottom}={right}，填的是{printing.plain(said)}%。")
    if "value" not in found:
        raise _fault(row, "value", f"请填写“{row.title}”。")
    return {part: printing.plain(printing.rounded(value, 8)) for part, value in found.items()}


def _fault(row: BoundFigure, part: str, says: str) -> Refusal:
    return Refusal(says, code="number", field=f"{row.name}.{part}")


def take_return(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """``sign``, ``send-back``, ``adopt``, ``return``, ``recall`` of a task. ``adopt`` writes the values into the report with
    who signed and the evidence; refused once the report has left its drafters. 404 for who may not see the task."""
    returns.task(by, reference)
    also = {"sign": _sign, "adopt": _adopt}.get(step)
    return matters.take(
        reference=reference,
        step=step,
        by=by,
        at=at,
        values=values,
        version=version,
        given={"reports": step},
        also=(lambda ctx: also(ctx)) if also else None,
    )


def _sign(ctx: Context) -> Mapping[str, Any]:
    row = Return.objects.select_for_update(of=("self",)).get(pk=ctx.matter.id)
    row.signed_by, row.signed_at = ctx.by.reference, ctx.at
    row.save(update_fields=["signed_by", "signed_at"])
    return {}


def _adopt(ctx: Context) -> Mapping[str, Any]:
    row = Return.objects.select_related("report__matter").get(pk=ctx.matter.id)
    report, _ = editable(ctx.by, row.report.matter.reference)
    for name, numbers in row.given.items():
        BoundFigure.objects.filter(report=report, name=name).update(
            **{part: Decimal(numbers[part]) if part in numbers else None for part in NUMBERS},
            filled=row,
            own_cut_off=row.cut_off if row.cut_off != report.cut_off else None,
            taken_at=ctx.at,
            confirmed_by="",
            confirmed_at=None,
        )
    add_up(report, ctx.at)
    return {"figures": sorted(row.given)}


def remind(*, at: datetime, by: Doer = SYSTEM, reference: str = "") -> int:
    """催报: tell whoever sits on a task that is due within the pack's days, or overdue; answers how many were told.

    The worker's, daily: each person once a task and day. With ``reference`` (a report's) its drafter reminds all open
    tasks at once, whatever their day.
    """
    on = day_of(at)
    rows = Return.objects.filter(matter__closed_at=None, matter__state__in=("to-fill", "to-sign"))
    if reference:
        report, _ = queries.report(by, reference)
        if not by.may(queries.EDIT, report.organ_id):
            raise queries.no_such_report()
        rows = rows.filter(report=report)
    elif by.kind != "system":
        raise queries.no_such_report()
    told = 0
    table = calendar.table()
    for row in rows.select_related("report__matter", "matter"):
        due = MatterClock.objects.filter(matter_id=row.pk, clock="fill").values_list("due_on", flat=True).first()
        if due is None:
            continue
        left = table.elapsed(on, due) if due >= on else -1
        days = queries.rule_of(row.report).remind_before
        if not reference and left >= 0 and left not in days:
            continue
        told += _remind(row, due.isoformat(), on.isoformat(), at)
    return told


def _remind(row: Return, due: str, on: str, at: datetime) -> int:
    seats = Seat.objects.filter(matter_id=row.pk, closed_at=None)
    people = {
        account.pk
        for seat in seats
        for account in ([] if seat.holder_id else organs.holders(seat.organ_id, seat.role, day_of(at)))
    } | {seat.holder_id for seat in seats if seat.holder_id}
    for account_id in sorted(people):
        letters.tell(
            kind=MESSAGE,
            to_account=account_id,
            data={"what": row.report.title, "number": row.matter.reference, "due": due, "count": str(len(row.names))},
            key=f"{row.matter.reference}:remind:{on}:{account_id}",
            by=SYSTEM,
            at=at,
            matter_reference=row.matter.reference,
            organ_id=row.organ_id,
        )
    if people:
        Return.objects.filter(pk=row.pk).update(reminded=row.reminded + 1)
        matters.note(
            reference=row.matter.reference,
            event="reports.reminded",
            detail={"count": row.reminded + 1},
            by=SYSTEM,
            at=at,
        )
    return len(people)
