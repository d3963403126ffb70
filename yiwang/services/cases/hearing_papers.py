"""The letters of a hearing, and the opinion a lower organ sends up with every material."""

from __future__ import annotations

from typing import Any

from yiwang.matters.standing import Context
from yiwang.services.cases.models import Case, CaseMaterial
from yiwang.services.cases.power_papers import day_in_full

HEARING_RIGHT = "hearing-right-notice"
HEARING = "hearing-notice"
RECORD = "hearing-record"
PRELIMINARY = "preliminary-opinion"


def told(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    return HEARING_RIGHT, {
        "interests": ctx.texts["interests"],
        "basis": "《中华人民共和国行政许可法》第四十七条第一款",
    }


def called(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    return HEARING, {
        "held_on": day_in_full(ctx.values["held-on"]),
        "place": ctx.texts["place"],
        "chair": ctx.texts["chair"],
        "basis": "《中华人民共和国行政许可法》第四十五条、第四十八条",
    }


def held(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    signed = next(field for field in ctx.step.fields if field.name == "signed").choices
    return RECORD, {
        "held_on": day_in_full(ctx.on),
        "chair": ctx.by.name,
        "record": ctx.texts["record"],
        "signed": signed[ctx.values["signed"]],
        "basis": "《中华人民共和国行政许可法》第四十八条",
    }


def sent_up(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    """The opinion goes up with every material, so that nobody asks the applicant again (第四十三条、第三十五条)."""
    rows = CaseMaterial.objects.filter(matter_id=case.matter_id).exclude(state=CaseMaterial.State.MISSING)
    return PRELIMINARY, {
        "superior": ctx.texts["superior"],
        "opinion": ctx.texts["opinion"],
        "materials": [row.name for row in rows],
        "basis": "《中华人民共和国行政许可法》第三十五条、第四十三条",
    }


BUILDERS = {
    "tell-hearing-right": told,
    "call-hearing": called,
    "hold-hearing": held,
    "transfer-up": sent_up,
}
