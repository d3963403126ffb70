"""Figures of a report: bound by name, taken from the indicators, confirmed, and their change against last year explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Max

from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.organs.models import Organ
from yiwang.insight.reports import computing
from yiwang.insight.reports.actions.locking import editable, tell
from yiwang.insight.reports.actions.opening import bound_of
from yiwang.insight.reports.models import BoundFigure, Report
from yiwang.insight.reports.queries.records import bound
from yiwang.insight.reports.rules import cards, declared, printing, wording
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, Refusal


class InUse(Refusal):
    """The text names the figure, or another one rests on it."""

    code = "figure-in-use"


@transaction.atomic
def bind(
    *,
    reference: str,
    figure: Mapping[str, Any],
    by: Doer,
    at: datetime,
    from_on: date | None = None,
    until_on: date | None = None,
    cut_off: datetime | None = None,
) -> BoundFigure:
    """Register a figure of a report, or change one of that name; its value and its confirmation are emptied.

    ``figure`` as ``rules.declared.Declared``; the period ``[from_on, until_on)`` defaults to the report's year, ``cut_off``
    to the report's. Refused: an ill-formed declaration (all faults), an unknown indicator or organ, a period that ends
    before it begins, a cut-off ahead of ``at``.
    """
    report, _ = editable(by, reference)
    others = [row for row in report.figures.all() if row.name != figure.get("name")]
    known = computing.known(day_of(at))
    rows = [*(_as_declared(row) for row in others), dict(figure)]
    one = next(each for each in declared.read(rows, indicators=known) if each.name == figure["name"])
    for field, code in (("scope", one.scope), ("asks", one.asks)):
        if code and not Organ.objects.filter(code=code).exists():
            raise Refusal("请从列表中选择单位。", code="organ", field=field)
    if cut_off is not None and cut_off > at:
        raise Refusal("数据截止时间不能晚于现在。", code="cut-off-ahead", field="cut_off")
    old = BoundFigure.objects.filter(report=report, name=one.name).first()
    last = report.figures.aggregate(last=Max("position"))["last"]
    row = bound_of(report, one, old.position if old else (last or 0) + 1, report.year)
    row.pk = old.pk if old else None
    row.from_on, row.until_on = from_on or row.from_on, until_on or row.until_on
    row.own_cut_off = cut_off
    if row.until_on <= row.from_on:
        raise Refusal("统计止日不能早于起日。", code="period", field="until_on")
    row.save()
    tell("reports.figure-bound", report, by, at, {"figure": row.name, "kind": row.kind, "indicator": row.indicator})
    return row


@transaction.atomic
def unbind(*, reference: str, name: str, by: Doer, at: datetime) -> None:
    """Take a figure out. Refused while the text names it, or a sum or a rate rests on it."""
    report, _ = editable(by, reference)
    row = bound(report, name)
    if any(name in wording.names(section.text) for section in report.sections.all()):
        raise InUse(f"正文里还在用“{row.title}”，请先改正文。")
    if any(name in (*other.parts, *other.of) for other in report.figures.all()):
        raise InUse(f"其他数据还要用到“{row.title}”。")
    tell("reports.figure-unbound", report, by, at, {"figure": name})
    row.delete()


@transaction.atomic
def take_figures(*, reference: str, by: Doer, at: datetime, names: Sequence[str] = ()) -> tuple[int, list[Fault]]:
    """Count the computed figures anew (all, or the named ones), last year's beside them, and add up sums.

    Answers how many were taken, and why others could not be. A figure whose value changed loses its confirmation; one
    that came out the same keeps it.
    """
    report, _ = editable(by, reference)
    rows = report.figures.filter(kind=cards.COMPUTED)
    if names:
        rows = rows.filter(name__in=list(names))
    taken, faults = 0, []
    digests: dict[str, str] = {}
    for row in rows:
        try:
            _take(report, row, at)
        except Refusal as refusal:
            faults.append(Fault(row.name, f"“{row.title}”：{refusal.says}", refusal.code))
            continue
        row.save()
        if row.value is None:
            says = f"“{row.title}”：时段内没有可以作分母的记录，算不出比率，请改写正文。"
            faults.append(Fault(row.name, says, "no-denominator"))
        taken += 1
        digests[row.name] = row.rows_digest
    add_up(report, at)
    if taken:
        tell("reports.figures-taken", report, by, at, {"figures": digests})
    return taken, faults


def _take(report: Report, row: BoundFigure, at: datetime) -> None:
    asked = computing.asked(row, report.cut_off)
    found = computing.take(row.indicator, **asked)
    changed = (row.value, row.rows_digest) != (_kept(found.value), found.rows_digest)
    row.value = _kept(found.value)
    row.numerator, row.denominator = found.numerator, found.denominator
    if row.shows != declared.VALUE:
        row.denominator = None
    row.rows, row.rows_digest = found.rows, found.rows_digest
    row.indicator_version, row.facts_as_of, row.taken_at = found.version, found.facts_as_of, at
    row.unit = row.unit or found.unit
    row.note = row.note or _note(found)
    row.last_value = _kept(computing.last_year(row.indicator, **asked))
    if changed:
        row.confirmed_by, row.confirmed_at = "", None


def _kept(value: Any) -> Any:
    """As the column keeps it: eight decimals, so that what comes back compares equal."""
    return None if value is None else printing.rounded(value, 8)


def _note(found: computing.Taken) -> str:
    return "；".join(filter(None, (found.formula, found.scope_note)))[:500]


def add_up(report: Report, at: datetime) -> None:
    """Sums of a table that nobody fills in follow from their cells."""
    from yiwang.insight.reports.queries.drafting import grids
    from yiwang.insight.reports.rules import tables

    values = {row.name: row.value for row in report.figures.all() if row.value is not None}
    for table in grids(report):
        cells = set(table.asked())
        for name, value in tables.summed(table, values).items():
            if name not in cells and values.get(name) != value:
                report.figures.filter(name=name, kind=cards.REPORTED).update(
                    value=value, taken_at=at, confirmed_by="", confirmed_at=None
                )


@transaction.atomic
def confirm(*, reference: str, names: Sequence[str], by: Doer, at: datetime) -> int:
    """Somebody answers for the 口径 of these figures (all that have a value, if none is named). Answers how many.

    Refused: a figure without a value or without a note on its 口径.
    """
    report, _ = editable(by, reference)
    rows = report.figures.filter(name__in=list(names)) if names else report.figures.filter(value__isnull=False)
    faults = []
    for row in rows:
        if row.value is None:
            faults.append(Fault(row.name, f"“{row.title}”还没有数据，不能核定。", "unfilled"))
        elif not row.note and not row.parts:
            faults.append(Fault(row.name, f"“{row.title}”没有写明口径，不能核定。", "no-note"))
    if faults and names:
        raise Refusal(faults[0].says, code="not-to-confirm", faults=faults)
    kept = [row for row in rows if row.value is not None and (row.note or row.parts)]
    BoundFigure.objects.filter(pk__in=[row.pk for row in kept], confirmed_by="").update(
        confirmed_by=by.reference, confirmed_at=at
    )
    tell("reports.figures-confirmed", report, by, at, {"figures": sorted(row.name for row in kept)})
    return len(kept)


@transaction.atomic
def note_change(*, reference: str, name: str, note: str, change: str, by: Doer, at: datetime) -> BoundFigure:
    """Write a figure's 口径 (``note``) and why it differs from last year (``change``). A changed 口径 has to be confirmed anew."""
    report, _ = editable(by, reference)
    row = bound(report, name)
    if len(note) > 500 or len(change) > 300:
        raise Refusal("口径最多500字，变动说明最多300字。", code="too-long", field="note")
    if note.strip() != row.note:
        row.note, row.confirmed_by, row.confirmed_at = note.strip(), "", None
    row.last_note = change.strip()
    row.save()
    tell("reports.figure-noted", report, by, at, {"figure": name})
    return row


def _as_declared(row: BoundFigure) -> dict[str, Any]:
    return declared.Declared(
        name=row.name, title=row.title, kind=row.kind, unit=row.unit, indicator=row.indicator, shows=row.shows,
        scope=row.scope, places=row.places, scale=row.scale, asks=row.asks, parts=tuple(row.parts), of=tuple(row.of),
        note=row.note,
    ).as_dict()  # fmt: skip


def end_of(day: date) -> datetime:
    """The last second of a day in Shanghai, as a cut-off."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)
