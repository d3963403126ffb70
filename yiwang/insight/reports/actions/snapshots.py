"""What an upper system says about us: taken in with its file, compared with ours by case number, used for a figure."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.db import transaction
from python_calamine import CalamineError, CalamineWorkbook

from yiwang.foundation.files import actions as files
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import OrganName
from yiwang.insight.reports import computing
from yiwang.insight.reports.actions.locking import editable, tell
from yiwang.insight.reports.models import BoundFigure, Snapshot
from yiwang.insight.reports.queries import snapshots
from yiwang.insight.reports.queries.records import bound
from yiwang.insight.reports.rules import batches, cards
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Fault, Refusal


class _Of:
    """What ``allow`` asks for: something of an organ."""

    def __init__(self, organ_id: int) -> None:
        self.organ_id = organ_id


@transaction.atomic
def take_in(
    *,
    organ_id: int,
    source: str,
    batch: str,
    title: str,
    from_on: date,
    until_on: date,
    cut_off: datetime,
    content: bytes,
    name: str,
    by: Doer,
    at: datetime,
) -> Snapshot:
    """Register a batch of another system: an Excel list of cases (办件编号 and, if it has them, day, organ, state; every
    other column is left out, names and telephones with it) or a table of totals (指标, 数值, 分子, 分母).

    Refused: nobody who drafts for the organ, a batch that is there already, a sheet of neither kind, numbers twice.
    """
    allow(by, Permission.REPORT_EDIT, about=_Of(organ_id))
    faults = [
        Fault(field, f"请填写{word}。", "missing")
        for field, word, said in (
            ("source", "来源系统", source),
            ("batch", "数据批次", batch),
            ("title", "批次名称", title),
        )
        if not said.strip()
    ]
    if until_on <= from_on:
        faults.append(Fault("until_on", "统计止日不能早于起日。", "period"))
    if cut_off > at:
        faults.append(Fault("cut_off", "数据截止时间不能晚于现在。", "cut-off-ahead"))
    if faults:
        raise Refusal(faults[0].says, code="snapshot", faults=faults)
    if Snapshot.objects.filter(organ_id=organ_id, source=source.strip(), batch=batch.strip()).exists():
        raise Refusal("这个来源的这一批次已经登记过了。", code="batch-there", field="batch")
    sheet = batches.read(_rows(content))
    table = _table(sheet) if sheet.cases else None
    made = Snapshot.objects.create(
        organ_id=organ_id,
        source=source.strip()[:80],
        batch=batch.strip()[:60],
        title=title.strip()[:120],
        from_on=from_on,
        until_on=until_on,
        cut_off=cut_off,
        file=files.store(content=content, name=name, by=by, at=at, organ_id=organ_id),
        totals=dict(sheet.totals),
        count=len(sheet.cases),
        rows=computing.parquet(table) if table is not None else None,
        rows_digest=computing.digest(table) if table is not None else "",
        taken_at=at,
        taken_by=by.reference,
    )
    _tell("reports.snapshot-taken", made, by, at, {"count": made.count, "rows": made.rows_digest})
    return made


def _rows(content: bytes) -> list[list[Any]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found: list[list[Any]] = book.get_sheet_by_index(0).to_python()
    except (CalamineError, IndexError, ValueError) as broken:
        raise batches.Unusable("打不开这个文件，请另存为 Excel（.xlsx）后再导入。", field="file") from broken
    return found


def _table(sheet: batches.Sheet) -> pa.Table:
    ordered = sorted(sheet.cases, key=lambda one: one.number)
    return pa.table(
        {
            "reference": pa.array([one.number for one in ordered], pa.string()),
            "organ": pa.array([one.organ for one in ordered], pa.string()),
            "on": pa.array([one.on for one in ordered], pa.date32()),
            "state": pa.array([one.state for one in ordered], pa.string()),
            "counted": pa.array([True] * len(ordered), pa.bool_()),
        }
    )


@transaction.atomic
def compare(*, snapshot_id: int, indicator: str, by: Doer, at: datetime, scope: str = "") -> Snapshot:
    """对账: their list against the records behind one of our indicators over the same period and cut-off.

    Keeps how many are matched, only ours, only theirs, differing (day or organ), and the first references of each.
    Refused: a batch of totals, an indicator that cannot be asked.
    """
    row = Snapshot.objects.select_for_update(of=("self",)).get(pk=snapshots.snapshot(by, snapshot_id).pk)
    allow(by, Permission.REPORT_EDIT, about=row)
    if row.rows is None:
        raise Refusal("这一批次只有合计数，没有办件清单，不能逐件对账。", code="no-list")
    taken = computing.take(
        indicator, shows="value", period=(row.from_on, row.until_on), scope=scope, cut_off=row.cut_off
    )
    key = computing.key_of(taken.table)
    names = taken.table.column_names
    days = taken.table["on"].to_pylist() if "on" in names else [None] * taken.rows
    organs = taken.table["organ"].to_pylist() if "organ" in names else [""] * taken.rows
    ours = {
        str(number): (day, str(organ or ""))
        for number, day, organ in zip(taken.table[key].to_pylist(), days, organs, strict=True)
    }
    listed = computing.from_parquet(bytes(row.rows)).to_pylist()
    theirs = [batches.Listed(one["reference"], one["on"], one["organ"], one["state"]) for one in listed]
    found = batches.compare(ours, theirs, _codes())
    row.compared = {**found.as_dict(), "indicator": indicator, "rows": taken.rows, "rows_digest": taken.rows_digest}
    row.compared_at = at
    row.save(update_fields=["compared", "compared_at"])
    counts = {name: row.compared[name] for name in ("matched", "ours", "theirs", "differing")}
    _tell("reports.snapshot-compared", row, by, at, {**counts, "indicator": indicator})
    return row


def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, short, code in OrganName.objects.order_by("from_on").values_list("name", "short_name", "organ__code"):
        found[name] = found[short] = code
    return found


@transaction.atomic
def use_snapshot(
    *, reference: str, name: str, snapshot_id: int, by: Doer, at: datetime, total: str = ""
) -> BoundFigure:
    """Let a figure be what a batch says: its number of cases, or one of its totals by name. The figure becomes an imported
    one with the batch's period and cut-off. Refused: a total the batch has not, a batch of another organ (404)."""
    report, _ = editable(by, reference)
    row = bound(report, name)
    given = snapshots.snapshot(by, snapshot_id)
    if given.organ_id != report.organ_id:
        raise snapshots.no_such_snapshot()
    if total:
        if total not in given.totals:
            raise Refusal("这一批次没有这个指标。", code="no-such-total", field="total")
        numbers = batches.decimals(given.totals[total])
    elif given.rows is not None:
        numbers = {"value": Decimal(given.count)}
    else:
        raise Refusal("请选择用这一批次的哪个合计数。", code="which-total", field="total")
    row.kind, row.snapshot, row.filled = cards.IMPORTED, given, None
    row.value = numbers.get("value")
    row.numerator, row.denominator = numbers.get("numerator"), numbers.get("denominator")
    row.rows, row.rows_digest = (None, "") if total else (given.count, given.rows_digest)
    row.from_on, row.until_on, row.own_cut_off = given.from_on, given.until_on, given.cut_off
    row.note = row.note or f"{given.source}{given.title}，批次{given.batch}"
    row.confirmed_by, row.confirmed_at, row.taken_at = "", None, at
    row.save()
    tell("reports.snapshot-used", report, by, at, {"figure": name, "batch": given.batch, "snapshot": given.pk})
    return row


def _tell(event: str, row: Snapshot, by: Doer, at: datetime, detail: dict[str, Any]) -> None:
    ledger.record(
        subject=f"snapshot:{row.pk}",
        event=event,
        by=by,
        at=at,
        organ=str(row.organ_id),
        detail={"batch": row.batch, **detail},
    )
