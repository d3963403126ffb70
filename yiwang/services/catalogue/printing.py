"""One guide for one situation, as somebody needs it in hand: the guide page and the 一次性告知单 show the same sheet.

Founded in 行政许可法 第三十条 and 第三十二条 (everything is told once). Pure but for ``sheet_of``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yiwang.foundation.calendar import queries as calendar
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.kernel.workdays import OrdinalTable, Unit
from yiwang.services.catalogue import guides, queries
from yiwang.services.catalogue.declarations import CHANNEL_SAYS, HANDLING_SAYS, Declaration, Material


class NoSuchAnswer(Refusal):
    """An answer the guide's questions do not offer."""

    code = "no-such-answer"


@dataclass(frozen=True, slots=True)
class Line:
    """One material of the sheet. ``depends`` names the answers under which it is asked, while a question is open."""

    material: Material
    depends: str

    @property
    def copies_says(self) -> str:
        """``原件1份、复印件1份``; electronic ones need no paper."""
        return self.material.copies_says or "电子件"

    @property
    def format_says(self) -> str:
        return {"paper": "纸质", "electronic": "电子", "both": "纸质或电子"}[self.material.format]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A guide after some answers. ``held`` the government fetches, ``made`` comes into being, ``bring`` is theirs.

    ``latest_on`` is the last day of the promise if accepted on ``on``; ``provisional`` marks a day in a year whose
    holidays are not announced yet.
    """

    guide: Declaration
    answers: Mapping[str, str]
    situations: tuple[str, ...]
    notes: tuple[str, ...]
    open_questions: int
    held: tuple[Line, ...]
    made: tuple[Line, ...]
    bring: tuple[Line, ...]
    promised_says: str
    legal_says: str
    latest_on: date | None
    provisional: bool
    fee_says: str
    channels_says: str
    handling_says: str

    def as_data(self) -> dict[str, Any]:
        """What the letters room prints: plain texts, in the order of the sheet."""
        return {
            "item": self.guide.name,
            "organ": self.guide.organ,
            "situations": list(self.situations),
            "materials": [
                {
                    "name": line.material.name,
                    "how": how,
                    "copies": line.copies_says,
                    "format": line.format_says,
                    "requirement": line.material.requirement,
                    "where_to_get": line.material.where_to_get,
                    "sample": line.material.sample,
                    "blank_form": line.material.blank_form,
                    "depends": line.depends,
                }
                for how, lines in (("要您准备", self.bring), ("政府已有，不用交", self.held), ("办理中产生", self.made))
                for line in lines
            ],
            "promised": self.promised_says,
            "legal": self.legal_says,
            "fee": self.fee_says,
            "phones": list(self.guide.phones),
            "complaint_phones": list(self.guide.complaint_phones),
            "places": [{"name": one.name, "address": one.address, "hours": one.hours} for one in self.guide.places],
            "channels": self.channels_says,
            "edition": self.guide.version,
        }


def sheet(guide: Declaration, answers: Mapping[str, str], *, on: date, table: OrdinalTable) -> Sheet:
    """The sheet for these answers. Unknown questions are ignored, unknown answers refused."""
    known: dict[str, str] = {}
    for question in guide.questions:
        given = answers.get(question.id, "")
        if given and given not in question.choices:
            says = f"“{question.asks}”没有这个选项，请重新选择。"
            raise NoSuchAnswer(says, faults=[Fault(question.id, says, "no-such-answer")])
        if given:
            known[question.id] = given
    lines = [Line(one, depends(guide, one, known)) for one in guide.materials_for(known)]
    reached = [one for one in guide.situations_for(known) if one.when and all(key in known for key in one.when)]
    promised = guide.promised_for(known)
    latest = table.due(on, promised.days, Unit(promised.unit)) if promised else None
    return Sheet(
        guide=guide,
        answers=known,
        situations=tuple(one.name for one in reached),
        notes=tuple(one.note for one in reached if one.note),
        open_questions=len(guide.questions) - len(known),
        held=tuple(line for line in lines if source_of(line.material) == "held"),
        made=tuple(line for line in lines if source_of(line.material) == "step"),
        bring=tuple(line for line in lines if source_of(line.material) == "applicant"),
        promised_says=promised.says() if promised else "以法定时限为准",
        legal_says=guide.limits.legal.says() if guide.limits.legal else "",
        latest_on=latest,
        provisional=latest is not None and not table.certain(on, latest),
        fee_says="；".join(f"{fee.name}：{fee.standard}" for fee in guide.fees) or guide.fee_says or "不收费",
        channels_says="、".join(CHANNEL_SAYS[one] for one in guide.channels),
        handling_says=HANDLING_SAYS.get(guide.handling, ""),
    )


def source_of(material: Material) -> str:
    return material.source.of if material.source else "applicant"


def depends(guide: Declaration, material: Material, known: Mapping[str, str]) -> str:
    """``租赁或者借用时`` for what is asked only after an answer not given yet; empty when it is asked for certain."""
    open_parts = []
    for question in guide.questions:
        if question.id in material.when and question.id not in known:
            open_parts.append("或".join(question.choices[one] for one in material.when[question.id]))
    return "，".join(open_parts) + "时才要" if open_parts else ""


def sheet_of(item_code: str, answers: Mapping[str, str], *, on: date) -> Sheet:
    """The sheet of the guide in force on a day; 404 when the item has none."""
    guide = guides.declared(queries.guide_in_force(item_code, on))
    return sheet(guide, answers, on=on, table=calendar.table())


def notice(item_code: str, answers: Mapping[str, str], *, on: date) -> dict[str, Any]:
    """Data of the 一次性告知单 for an item and a situation on a day: plain texts, for the letters room."""
    return sheet_of(item_code, answers, on=on).as_data()
