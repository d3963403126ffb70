"""A report as the rules look at it: parts, cards, tables, and what the checks find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.insight.reports.models import BoundFigure, Report
from yiwang.insight.reports.queries.editions import rule_of
from yiwang.insight.reports.rules import checking, tables
from yiwang.insight.reports.rules.cards import Card
from yiwang.insight.reports.rules.checking import Draft
from yiwang.insight.reports.rules.findings import MUST, Finding, left, ordered
from yiwang.insight.reports.rules.wording import Part

UNFILLED = "unfilled"
FEW = 8  # findings a page tells one by one


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, with the notes given; ``standing_in_the_way`` keeps the report from being signed."""

    found: list[tuple[Finding, str]]
    standing_in_the_way: list[Finding]
    unfilled: int
    unconfirmed: int

    @property
    def waiting(self) -> list[Finding]:
        """Figures still to be filled in, where they are many (a table of 300 cells): a page tells them together."""
        found = [one for one, _ in self.found if one.code == UNFILLED]
        return found if len(found) > FEW else []

    @property
    def told(self) -> list[tuple[Finding, str]]:
        """Every other finding with its note, one by one."""
        return [(one, note) for one, note in self.found if not self.waiting or one.code != UNFILLED]

    @property
    def musts(self) -> int:
        return sum(one.weight == MUST for one in self.standing_in_the_way)

    @property
    def to_explain(self) -> int:
        return len(self.standing_in_the_way) - self.musts


def card_of(row: BoundFigure, cut_off: datetime) -> Card:
    """A bound figure as a card. ``cut_off`` is the report's, where the figure has none of its own."""
    snapshot = row.snapshot
    return Card(
        name=row.name,
        title=row.title,
        kind=row.kind,
        unit=row.unit,
        from_on=row.from_on,
        until_on=row.until_on,
        cut_off=row.own_cut_off or cut_off,
        places=row.places,
        scale=row.scale,
        scope=row.scope,
        indicator=row.indicator,
        indicator_version=row.indicator_version,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        rows=row.rows,
        rows_digest=row.rows_digest,
        facts_as_of=row.facts_as_of,
        parts=tuple(row.parts),
        of=tuple(row.of),
        note=row.note,
        confirmed_by=row.confirmed_by,
        source=snapshot.source if snapshot else "",
        batch=snapshot.batch if snapshot else "",
        evidence=_evidence(row),
        signer=row.filled.signed_by if row.filled else "",
        last_value=row.last_value,
        last_note=row.last_note,
        extra={"shows": row.shows},
    )


def _evidence(row: BoundFigure) -> str:
    """The keyed digest of the file a figure rests on."""
    if row.snapshot is not None:
        return row.snapshot.file.digest
    if row.filled is not None and row.filled.evidence is not None:
        return row.filled.evidence.digest
    return ""


def grids(report: Report) -> list[tables.Table]:
    """The tables of its rule."""
    return rule_of(report).shapes()


def draft_of(report: Report, on: date) -> Draft:
    """The report as it would be signed ``on`` (the day it was signed, once it was); four queries."""
    rows = report.figures.select_related("snapshot__file", "filled__evidence")
    cards = {row.name: card_of(row, report.cut_off) for row in rows}
    signed = report.signed_on or on
    return Draft(
        title=report.title,
        year=report.year,
        organ=organs.organ_name(report.organ_id, signed),
        main=tuple(report.main),
        copies=tuple(report.copies),
        parts=tuple(Part(row.code, row.title, row.text, row.required) for row in report.sections.all()),
        cards=cards,
        signed_on=signed,
        cut_off_on=day_of(report.cut_off),
        grid=tuple(name for table in grids(report) for name in table.names()),
    )


def checked(report: Report, draft: Draft) -> Checked:
    """All checks, and which of them stand in the way of signing."""
    asked = rule_of(report).asked(report.year)
    found = ordered([*checking.findings(draft, asked), *tables.balances(grids(report), draft.cards)])
    notes = dict(report.explanations.values_list("key", "text"))
    used = draft.used()
    shown = [card for name, card in draft.cards.items() if name in used]
    return Checked(
        found=[(one, notes.get(one.key, "")) for one in found],
        standing_in_the_way=left(found, notes.keys()),
        unfilled=sum(card.value is None for card in shown),
        unconfirmed=sum(card.value is not None and not card.confirmed_by for card in shown),
    )
