"""What packs declare about reports: whom one is for, by when, its sections, its tables, and what is asked before freezing."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from yiwang.insight.reports.rules import form
from yiwang.insight.reports.rules.checking import Asked
from yiwang.insight.reports.rules.tables import Line, Table
from yiwang.kernel import packs

KIND = "report"
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Title = Annotated[str, Field(min_length=2, max_length=120)]


class RecipientRow(packs.Row):
    """Somebody the report must reach; ``pattern`` is a regular expression over the names of that line."""

    title: Title
    line: Literal["main", "copy", "either"]
    pattern: Annotated[str, Field(min_length=1, max_length=200)]
    basis: str = ""


class DayRow(packs.Row):
    """A day of the year after the one reported; the report is due *before* it."""

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]


class SectionRow(packs.Row):
    """A section of the report, in its order."""

    id: Code
    title: Title
    required: bool = True


class RowRow(packs.Row):
    """A row of a table; with ``adds`` its cells are the sums of those rows, ``less`` subtracted."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
    title: Title
    level: Annotated[int, Field(ge=1, le=4)] = 1
    adds: list[str] = []


class ColumnRow(packs.Row):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
    title: Title
    adds: list[str] = []
    unit: str = ""


class BalanceRow(packs.Row):
    """Rows whose sum is another sum, in every column: received and carried over are answered and carried on."""

    left: list[str]
    right: list[str]
    says: Title


class TableRow(packs.Row):
    """A table of figures; the figure of a cell is called ``<table>_<row>_<column>``."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,9}$")]
    section: Code
    title: Title
    unit: str = "件"
    columns: Annotated[list[ColumnRow], Field(min_length=1)]
    rows: Annotated[list[RowRow], Field(min_length=1)]
    balances: list[BalanceRow] = []

    @model_validator(mode="after")
    def _adds_what_there_is(self) -> TableRow:
        rows, columns = {row.id for row in self.rows}, {column.id for column in self.columns}
        unknown = {name for row in self.rows for name in row.adds} - rows
        unknown |= {name for column in self.columns for name in column.adds} - columns
        unknown |= {name for one in self.balances for name in (*one.left, *one.right)} - rows
        if unknown:
            raise ValueError(f"表里没有这些行或列：{'、'.join(sorted(unknown))}")
        return self

    def shape(self) -> Table:
        """The table as the rules know it."""
        return Table(
            id=self.id,
            section=self.section,
            title=self.title,
            unit=self.unit,
            columns=tuple(Line(c.id, c.title, tuple(c.adds), unit=c.unit) for c in self.columns),
            rows=tuple(Line(r.id, r.title, tuple(r.adds), r.level) for r in self.rows),
            balances=tuple((tuple(b.left), tuple(b.right), b.says) for b in self.balances),
        )


class ReportRule(packs.Rule):
    """One kind of yearly report. Percentages of ``jump``: how large a change against last year asks for a note."""

    document: Title
    letter: Code
    due: DayRow
    due_basis: str
    publish: DayRow | None = None
    publish_basis: str = ""
    recipients: list[RecipientRow] = []
    forbidden: list[str] = []
    jump_percent: Annotated[int, Field(ge=1, le=1000)] = 20
    jump_points: Annotated[int, Field(ge=1, le=100)] = 2
    fill_days: Annotated[int, Field(ge=1, le=60)] = 5
    remind_before: list[int] = [2, 0]
    sections: Annotated[list[SectionRow], Field(min_length=1)]
    tables: list[TableRow] = []

    @model_validator(mode="after")
    def _tables_stand_in_sections(self) -> ReportRule:
        known = {section.id for section in self.sections}
        if lost := sorted({table.section for table in self.tables} - known):
            raise ValueError(f"没有这些章节：{'、'.join(lost)}")
        return self

    def asked(self, year: int) -> Asked:
        """What the checks before freezing hold a report of that year to."""
        return Asked(
            document=self.document,
            basis=self.due_basis,
            before=form.due_before(year, self.due.month, self.due.day),
            recipients=tuple(form.Recipient(r.title, r.line, r.pattern, r.basis) for r in self.recipients),
            forbidden=tuple(self.forbidden),
            jump_percent=Decimal(self.jump_percent),
            jump_points=Decimal(self.jump_points),
        )

    def shapes(self) -> list[Table]:
        return [table.shape() for table in self.tables]


packs.kind(KIND, folder="reports", schema=ReportRule, refers={"letter": "letter"})
