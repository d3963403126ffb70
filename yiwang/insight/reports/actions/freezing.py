"""Freezing at 签发: every figure counted once more, its records kept, all digests in the ledger line of the signature."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from yiwang.insight.reports import computing, queries
from yiwang.insight.reports.exports import building, manifest, publicrows
from yiwang.insight.reports.exports.manifest import Kept
from yiwang.insight.reports.models import BoundFigure, Frozen, FrozenRows, Report
from yiwang.insight.reports.rules import cards, declared
from yiwang.insight.reports.rules.findings import MUST
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.matters.standing import Context

LISTED = ("organ", "on", "state", "counted")  # columns of a batch


class NotReady(Refusal):
    """Something the checks found has to be mended or explained first; every one is named."""

    code = "report-not-ready"


class Changed(Refusal):
    """The records behind a figure are not those it was counted from."""

    code = "figure-changed"


def refuse_unready(report: Report, ctx: Context) -> None:
    """Refuse naming everything that stands in the way of signing today."""
    draft = queries.draft_of(report, ctx.on)
    left = queries.checked(report, draft).standing_in_the_way
    if left:
        musts = sum(one.weight == MUST for one in left)
        says = f"还有{musts}处必须改正、{len(left) - musts}处没有说明，不能签发。"
        raise NotReady(says, faults=[Fault(one.figure or one.section or one.code, one.says, one.code) for one in left])


def freeze(report: Report, ctx: Context) -> Mapping[str, Any]:
    """Keep text, figures and records as they are signed; answers what the ledger line gets.

    Each computed figure is counted once more to its own cut-off: records that differ from those its value came from
    refuse the signature (``Changed``). Refused as ``refuse_unready``.
    """
    refuse_unready(report, ctx)
    draft = queries.draft_of(report, ctx.on)
    used = draft.used()
    salt = secrets.token_bytes(32)
    kept: dict[str, Kept] = {}
    tables: list[FrozenRows] = []
    for row in report.figures.select_related("snapshot"):
        found = _records(report, row) if row.name in used else None
        if found is None:
            continue
        table, measure, factor, columns = found
        public = publicrows.csv_of(table, name=row.name, salt=salt, hide_small=report.hides_small, columns=columns)
        kept[row.name] = Kept(building.FILE.format(name=row.name), manifest.sm3(public), measure, factor, columns)
        tables.append(
            FrozenRows(
                name=row.name,
                count=table.num_rows,
                digest=computing.digest(table),
                public_digest=kept[row.name].digest,
                parquet=computing.parquet(table),
            )
        )
    report.signer, report.signed_on = ctx.by.name or ctx.by.reference, ctx.on
    report.save(update_fields=["signer", "signed_on"])
    made = building.build(report, draft, kept, signer=report.signer, signed=True)
    text = manifest.canonical(made)
    frozen = Frozen.objects.create(
        report=report,
        manifest=text,
        digest=manifest.digest(text),
        salt=salt,
        frozen_at=ctx.at,
        layout=building.layout_of(report),
    )
    for one in tables:
        one.frozen = frozen
    FrozenRows.objects.bulk_create(tables)
    return {"manifest": frozen.digest, "figures": {one.name: one.digest for one in tables}, "edition": report.edition}


def _records(report: Report, row: BoundFigure) -> tuple[Any, str, int, tuple[str, ...]] | None:
    """(records, how they are added up, by what a rate is multiplied, columns that may leave the house), or nothing where a figure has no records."""
    if row.kind == cards.IMPORTED and row.snapshot is not None and row.snapshot.rows:
        return computing.from_parquet(bytes(row.snapshot.rows)), "count", 1, LISTED
    if row.kind != cards.COMPUTED:
        return None
    taken = computing.take(row.indicator, **computing.asked(row, report.cut_off))
    if taken.rows_digest != row.rows_digest:
        raise Changed(f"“{row.title}”的记录与取数时不同，请重新取数、核定后再签发。", field=row.name)
    factor = taken.factor if row.shows == declared.VALUE else 1
    public = computing.described(row.indicator, row.until_on - timedelta(days=1)).public
    return taken.table, taken.measure, factor, public
