"""The letters between departments that license together: 征求意见函 to each that is asked, 催复函 to each that is silent
(行政许可法 第二十六条第二款). What the departments may do themselves is in ``joint``."""

from __future__ import annotations

from typing import Any

from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs import queries as organs
from yiwang.matters.standing import Context
from yiwang.services.cases import joint
from yiwang.services.cases.addressees import Addressee
from yiwang.services.cases.models import Case
from yiwang.services.cases.power_papers import day_in_full
from yiwang.services.catalogue.declarations import UNIT_SAYS

REQUEST = "views-request"
REMINDER = "关于请尽快答复征求意见的函"
BASIS = "《中华人民共和国行政许可法》第二十六条第二款"
CHARGED = "逾期不答复的，由效能监督机构监督。"
SILENCE = "经催复仍不答复的，视为没有不同意见，本机关将继续办理。"
WRITTEN = frozenset({joint.ASK, joint.URGE})


def to_departments(case: Case, ctx: Context) -> list[tuple[Addressee, dict[str, Any]]]:
    """What this step writes to which departments; nothing for a step that asks nobody."""
    if ctx.step.name == joint.ASK:
        return _asked(ctx)
    return _urged(ctx) if ctx.step.name == joint.URGE else []


def _asked(ctx: Context) -> list[tuple[Addressee, dict[str, Any]]]:
    term = ctx.process.terms[joint.TERM]
    data = {
        "asked": ctx.texts["matters"],
        "within": f"收到本函之日起{term.days}{UNIT_SAYS[term.unit]}",
        # what silence leads to is the pack's: without that step nobody may go on over it
        "silence": CHARGED + (SILENCE if joint.GO_WITHOUT in ctx.process.steps else ""),
        "basis": BASIS,
    }
    names = _names(ctx, joint.seated(ctx.matter.settings))
    return [(Addressee(name), data) for _, name in sorted(names.items())]


def _urged(ctx: Context) -> list[tuple[Addressee, dict[str, Any]]]:
    late = joint.overdue(ctx)
    names = _names(ctx, {key: organ for key, organ in joint.seated(ctx.matter.settings).items() if key in late})
    first = {
        str(data.get("addressee")): number
        for number, data in Letter.objects.filter(matter_reference=ctx.matter.reference, kind=REQUEST)
        .exclude(data__has_key="first")
        .order_by("pk")
        .values_list("number", "data")
    }
    return [
        (
            Addressee(name),
            {"heading": REMINDER, "first": first[name], "due": day_in_full(late[key]), "basis": BASIS},
        )
        for key, name in sorted(names.items())
    ]


def _names(ctx: Context, seated: dict[str, int]) -> dict[str, str]:
    """Organ key → the department's name that day."""
    called = organs.organ_names(set(seated.values()), ctx.on)
    return {key: called[organ_id] for key, organ_id in seated.items()}
