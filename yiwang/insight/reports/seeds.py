"""Templates are a register: a pack seeds those a county does not have, and the bureau's own wording stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.packs import queries as rules
from yiwang.insight.reports.kinds import KIND, ReportRule
from yiwang.insight.reports.models import Template
from yiwang.insight.reports.rules import declared, wording
from yiwang.insight.reports.rules.tables import Table
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, Refusal

REGISTER = "reports.templates"


class SectionText(packs.Row):
    id: str
    title: str
    text: str = ""
    required: bool = True


class TemplateRow(packs.Row):
    """One template. ``organ`` is the code of the organ that reports; ``figures`` as ``rules.declared.Declared``."""

    rule: str
    organ: str
    title: Annotated[str, Field(min_length=2, max_length=200)]
    main: list[str]
    copies: list[str] = []
    sections: Annotated[list[SectionText], Field(min_length=1)]
    figures: list[dict[str, Any]] = []


packs.register(REGISTER, "report-texts/*.toml", row=TemplateRow, key=("rule", "organ"), needs=("organs.posts",))


@names.hook(f"packs.seed.{REGISTER}")
def seed(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Add absent templates; one that names unknown figures or organs is refused with file and line."""
    added = 0
    there = set(Template.objects.values_list("rule", "organ_id"))
    organs = dict(Organ.objects.values_list("code", "pk"))
    faults: list[Fault] = []
    for entry in entries:
        row: TemplateRow = entry.value
        if row.organ not in organs:
            faults.append(Fault(entry.where, f"没有代号为 {row.organ} 的机构。", "unknown"))
            continue
        if (row.rule, organs[row.organ]) in there:
            continue
        try:
            figures = declared.read(row.figures)
            cells = [name for table in _shapes(row.rule, at) for name in table.names()]
            for section in row.sections:
                wording.refuse_unknown(section.text, [*(one.name for one in figures), *cells])
        except Refusal as refusal:
            faults += [Fault(entry.where, fault.says, fault.code) for fault in refusal.faults]
            continue
        Template.objects.create(
            rule=row.rule,
            organ_id=organs[row.organ],
            title=row.title,
            main=row.main,
            copies=row.copies,
            sections=[{**one.model_dump(), "text": wording.tidy(one.text)} for one in row.sections],
            figures=[one.as_dict() for one in figures],
            changed_at=at,
            changed_by=by.reference,
        )
        added += 1
    if faults:
        raise packs.Broken(faults[0].says, faults=faults)
    return packs.SeedReport(added=added, present=len(entries) - added)


def _shapes(rule: str, at: datetime) -> list[Table]:
    """The tables of the rule a template is for."""
    value: ReportRule = rules.rule(KIND, rule, day_of(at)).value
    return value.shapes()


@names.hook(f"packs.diff.{REGISTER}")
def diff(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """The bureau's wording is its own: only what is absent is drift."""
    there = set(Template.objects.values_list("rule", "organ_id"))
    organs = dict(Organ.objects.values_list("code", "pk"))
    return [
        packs.Drift(REGISTER, f"{entry.value.rule}/{entry.value.organ}", "", entry.value.title, "", entry.where)
        for entry in entries
        if (entry.value.rule, organs.get(entry.value.organ)) not in there
    ]
