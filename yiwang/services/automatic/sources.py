"""Facts a table may look at, and where each is read: the application itself, the register of parties, earlier cases.

Only codes, flags and numbers: a name, an address or a number of a citizen is no fact of a table, so a receipt holds
none either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.people.models import Firm, Party
from yiwang.services.automatic.declarations import Available, Table
from yiwang.services.automatic.rules import Fact
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case, CaseMaterial
from yiwang.services.cases.sealing import open_form
from yiwang.services.cases.tolerance import queries as tolerance
from yiwang.services.catalogue.declarations import Declaration
from yiwang.services.catalogue.models import Guide
from yiwang.services.certificates.models import Certificate

YES_NO = {"yes": "是", "no": "否"}
HERE = (CaseMaterial.State.UPLOADED, CaseMaterial.State.ORIGINAL, CaseMaterial.State.COPY)
GIVEN = (CaseMaterial.State.HELD, CaseMaterial.State.STEP)
APPLICANT = "申请人"  # as guides name the holder of what government holds
NO_FIRM = "none"  # the register has no firm for an applicant who is a person


def available(guide: Guide) -> list[Available]:
    """Every fact a table for this guide may name, in the order a clerk reads the guide."""
    declaration = declaration_of(guide)
    return [*_asked(declaration), *_filled(declaration), *_held(declaration), *REGISTERED]


def _asked(declaration: Declaration) -> list[Available]:
    return [Available(f"answers.{one.id}", one.asks, "code", dict(one.choices)) for one in declaration.questions]


def _filled(declaration: Declaration) -> list[Available]:
    found = []
    for group in declaration.form:
        for field in group.fields:
            match field.kind:
                case "choice":
                    found.append(Available(f"form.{field.id}", field.label, "code", dict(field.choices)))
                case "yes-no":
                    found.append(Available(f"form.{field.id}", field.label, "code", YES_NO))
                case "number":
                    found.append(Available(f"form.{field.id}", f"{field.label}（{field.unit}）", "number", {}))
                case "choices":
                    found += [
                        Available(f"form.{field.id}.{code}", f"{field.label}：{said}", "flag", {})
                        for code, said in field.choices.items()
                    ]
    return found


def _held(declaration: Declaration) -> list[Available]:
    """One fact for each certificate of the applicant's that government holds: is there a valid one in the register?"""
    return [
        Available(f"holds.{one.id}", f"登记有效的“{one.source.certificate}”", "flag", {})
        for one in declaration.materials
        if one.source and one.source.certificate and one.source.holder == APPLICANT
    ]


REGISTERED = (
    Available("materials.complete", "必要材料都有、没有后补的", "flag", {}),
    Available("applicant.kind", "申请人类别", "code", dict(Party.Kind.choices)),
    Available("applicant.status", "单位登记状态", "code", {**dict(Firm.Status.choices), NO_FIRM: "不是单位"}),
    Available("applicant.firm-kind", "单位类别", "code", {**dict(Firm.Kind.choices), NO_FIRM: "不是单位"}),
    Available("applicant.same-item", "同一事项另有未决定的办件", "flag", {}),
    Available("applicant.barred", "有失信承诺记录", "flag", {}),
    Available("applicant.agent", "凭委托书由他人代办", "flag", {}),
)


def gather(case: Case, table: Table, *, at: datetime) -> list[Fact]:
    """The facts of one case for every column, each with its source and the moment it holds for. At most four queries,
    and one for each certificate looked up.

    What the applicant said is of the day of receipt; what registers say is of ``at``. A fact that is not there is
    ``None``, and no condition holds for it.
    """
    received = case.matter.received_at
    form = open_form(case.form, about=f"case:{case.matter_id}")
    read = Registers(case, at)
    facts = []
    for column in table.columns:
        group, _, name = column.fact.partition(".")
        value: Any = None
        source, moment = "", received
        if group == "answers":
            value, source = case.answers.get(name), "申请人填报（情形）"
        elif group == "form":
            value, source = _said(form, name), "申请人填报（申请表）"
        elif group == "holds":
            value, source, moment = read.holds(name), "本系统证照登记", at
        elif column.fact in READS:
            read_it, source = READS[column.fact]
            value, moment = read_it(read), at
        facts.append(Fact(column.id, column.title, column.fact, _plain(value), source, moment))
    return facts


def _said(form: Mapping[str, Any], name: str) -> Any:
    field, _, code = name.partition(".")
    value = form.get(field)
    if not code:
        return value
    return code in value if isinstance(value, list) else None


def _plain(value: Any) -> str | bool | int | float | None:
    return value if isinstance(value, str | bool | int | float) else None


class Registers:
    """What the registers say about a case's applicant, each read once."""

    def __init__(self, case: Case, at: datetime) -> None:
        self.case, self.at = case, at
        self._firm: Firm | None = None
        self._looked = False

    @property
    def firm(self) -> Firm | None:
        if not self._looked:
            self._firm, self._looked = Firm.objects.filter(party_id=self.case.party_id).first(), True
        return self._firm

    def kind(self) -> str:
        return Party.Kind.FIRM.value if self.firm else Party.Kind.PERSON.value

    def status(self) -> str:
        return self.firm.status if self.firm else NO_FIRM

    def firm_kind(self) -> str:
        return self.firm.kind if self.firm else NO_FIRM

    def complete(self) -> bool:
        rows = CaseMaterial.objects.filter(matter_id=self.case.matter_id)
        return not any(
            row.wanting or (row.required and row.state not in (*HERE, *GIVEN))
            or row.state == CaseMaterial.State.DEFERRED
            for row in rows
        )  # fmt: skip

    def same_item(self) -> bool:
        others = Case.objects.filter(party_id=self.case.party_id, guide__item_id=self.case.guide.item_id)
        return others.filter(matter__closed_at=None, outcome="").exclude(pk=self.case.pk).exists()

    def barred(self) -> bool:
        return tolerance.barred_until(self.case.party_id, day_of(self.at)) is not None

    def holds(self, material: str) -> bool | None:
        """A certificate of the applicant's own under the name the guide gives it, valid that day; ``None`` if the
        guide of the case has no such material."""
        asked = {one.id: one.source for one in declaration_of(self.case.guide).materials}
        source = asked.get(material)
        if source is None or not source.certificate:
            return None
        rows = Certificate.objects.filter(
            party_id=self.case.party_id, name=source.certificate, status=Certificate.Status.VALID
        )
        on = day_of(self.at)
        return rows.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on).exists()

    def agent(self) -> bool:
        return self.case.mandate_id is not None  # a firm's own 经办人 is the firm


READS: Mapping[str, tuple[Callable[[Registers], Any], str]] = {
    "materials.complete": (Registers.complete, "本件材料清单"),
    "applicant.kind": (Registers.kind, "当事人登记"),
    "applicant.status": (Registers.status, "市场主体登记"),
    "applicant.firm-kind": (Registers.firm_kind, "市场主体登记"),
    "applicant.same-item": (Registers.same_item, "本系统办件"),
    "applicant.barred": (Registers.barred, "承诺失信记录"),
    "applicant.agent": (Registers.agent, "本件委托"),
}
