"""Which letter goes with which step of a case, and the data it is set from. Letters themselves live in ``letters``.

Data are codes, days and plain words of the guide; names come in at rendering from the addressee. A provisional day is
never printed as certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.models import Organ
from yiwang.kernel.permissions import Doer
from yiwang.matters.standing import Context
from yiwang.services.cases import (
    decision_papers,
    hearing_papers,
    joint_papers,
    payment_papers,
    power_papers,
    respondents,
)
from yiwang.services.cases.addressees import Addressee
from yiwang.services.cases.decision_papers import CERTIFICATE, DENIAL, GRANT, PUBLIC, SLIP, WARNINGS
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.held.rules import Ground
from yiwang.services.cases.models import Case, CaseMaterial, Promise
from yiwang.services.cases.power_papers import POWERS
from yiwang.services.catalogue import printing
from yiwang.services.catalogue.declarations import UNIT_SAYS
from yiwang.services.catalogue.models import Guide
from yiwang.services.certificates import types

RECEIPT = "material-receipt"
ACCEPTANCE = "acceptance-notice"
CORRECTION = "correction-notice"
NOT_REQUIRED = "not-required-notice"
REFUSAL = "acceptance-refusal"
FALSEHOOD = "falsehood-refusal"
SPECIAL = "special-procedure-notice"
EXTENSION = "extension-notice"
SHEET = "one-time-notice"
LAPSE = "lapse-notice"
PROMISE = "promise"
PUBLIC_NOTICE = "public-service-notice"

NOTICES = (CORRECTION, PUBLIC_NOTICE)  # what an applicant has to answer
# what is delivered to the applicant (行政许可法 第四十四条)
RESULTS = (GRANT, DENIAL, CERTIFICATE, power_papers.DECISION, respondents.DECISION)


def receipt(case: Case, *, by: Doer, at: datetime) -> Letter:
    """接收回执: what was handed in, with number, 查询码 and QR."""
    rows = CaseMaterial.objects.filter(matter_id=case.matter_id).exclude(state=CaseMaterial.State.MISSING)
    data = {"materials": [f"{row.name}（{row.get_state_display()}）" for row in rows], "received_on": _day(day_of(at))}
    return _issue(RECEIPT, case, data, by, at)


def deemed_acceptance(case: Case, *, by: Doer, at: datetime) -> Letter:
    """受理通知书 after five silent working days: accepted as of the day of receipt (第三十二条第一款第四项)."""
    limits = declaration_of(case.guide).limits
    data = {
        "accepted_on": _day(day_of(case.matter.received_at)),
        "legal": limits.legal.says() if limits.legal else "",
        "basis": "《中华人民共和国行政许可法》第三十二条第一款第四项（逾期不告知的，自收到申请材料之日起即为受理）",
    }
    return _issue(ACCEPTANCE, case, data, by, at)


def renewed_by_silence(case: Case, *, by: Doer, at: datetime) -> Letter:
    """准予行政许可决定书 for a renewal nobody decided before the certificate expired (第五十条第二款)."""
    data = {
        "decided_on": _day(case.decided_on),
        "valid_until": _day(case.valid_until),
        "bases": list(declaration_of(case.guide).bases),
        "basis": "《中华人民共和国行政许可法》第五十条第二款（有效期届满前逾期未作决定的，视为准予延续）",
    }
    return _issue(GRANT, case, data, by, at)


def lapse_kind(case: Case) -> str:
    """The kind of letter ``lapsed`` writes for this case."""
    return PUBLIC_NOTICE if case.matter.process_id == PUBLIC else LAPSE


def lapsed(case: Case, *, by: Doer, at: datetime) -> Letter:
    """终止办理告知书 when the correction term of the guide has passed."""
    if lapse_kind(case) == PUBLIC_NOTICE:
        return _issue(PUBLIC_NOTICE, case, {"says": "到期没有补齐材料，本次申请结束，可以重新申请。"}, by, at)
    return _issue(LAPSE, case, {"reason": "补正期限届满，未补齐申请材料", "remedies": _remedies(case)}, by, at)


def promised(case: Case, data: Mapping[str, Any], *, by: Doer, at: datetime) -> Letter:
    """承诺书: what the applicant promised with the application, word for word."""
    return _issue(PROMISE, case, data, by, at)


def not_made_good(case: Case, wanting: str, *, by: Doer, at: datetime) -> Letter:
    """终止办理告知书 when what was to come after a 容缺受理 did not come."""
    data = {"reason": f"容缺受理的材料（{wanting}）到期没有补齐", "remedies": _remedies(case)}
    return _issue(LAPSE, case, data, by, at)


def sheet(guide: Guide, answers: Mapping[str, str], *, by: Doer, organ_id: int, at: datetime) -> Letter:
    """一次性告知单 before applying: everything once, for one situation; a copy is kept."""
    shown = printing.sheet_of(guide.item.code, answers, on=day_of(at))
    rows = [
        {"name": line.material.name, "copies": line.copies_says, "source": how}
        for how, lines in (("要您准备", shown.bring), ("政府已有，不用交", shown.held), ("办理中产生", shown.made))
        for line in lines
    ]
    place = shown.guide.places[0] if shown.guide.places else None
    data = {
        "item": guide.item.name,
        "situation": "、".join(shown.situations),
        "materials": rows,
        "limit": shown.promised_says,
        "fee": shown.fee_says,
        "phones": list(shown.guide.phones),
        "handler": by.name,
        "place": f"{place.name}（{place.address}，{place.hours}）" if place else "",
    }
    return letters.issue(kind=SHEET, matter_reference="", organ_id=organ_id, to_party=None, data=data, by=by, at=at)


def _issue(
    kind: str, case: Case, data: Mapping[str, Any], by: Doer, at: datetime, to: Addressee | None = None
) -> Letter:
    matter = case.matter
    declaration = declaration_of(case.guide)
    common = {
        "item": matter.title,
        "number": case.number,
        "reference": matter.reference,
        "enquiry_code": case.enquiry_code,
        "phones": list(declaration.phones),
    }
    party = None if kind in {SLIP, hearing_papers.PRELIMINARY} else case.party_id  # those travel between offices
    if to is not None:
        party, common["addressee"] = to.party_id, to.name
    return letters.issue(
        kind=kind,
        matter_reference=matter.reference,
        organ_id=in_whose_name(case),
        to_party=party,
        data={**common, **data},
        by=by,
        at=at,
    )


def in_whose_name(case: Case) -> int:
    """The organ that speaks in the letters of a case: an entrusted organ acts in the name of the organ that entrusted it
    (行政许可法 第二十四条), everybody else in their own (第二十二、二十三条)."""
    entrustment = declaration_of(case.guide).entrustment
    if entrustment is None:
        return case.matter.organ_id
    return Organ.objects.get(code=entrustment.organ).pk


def of_step(case: Case, ctx: Context) -> Letter | None:
    """The letter this step issues, with its number taken now; ``None`` for a step without one."""
    builders = PUBLIC_BUILDERS if ctx.process.id == PUBLIC else BUILDERS
    if ctx.process.id in POWERS:
        builders = POWER_BUILDERS
    if ctx.process.id == respondents.PROCESS:
        builders = {**POWER_BUILDERS, **respondents.BUILDERS}
    build = builders.get(ctx.step.name)
    if build is None:
        return None
    kind, data = build(case, ctx)
    return _issue(kind, case, data, ctx.by, ctx.at)


def is_certificate(case: Case, ctx: Context) -> bool:
    """True if this step makes the certificate and the certificate is the paper as well: no letter goes out beside it
    (行政许可法 第三十九条; 国务院关于在线政务服务的若干规定 第十条)."""
    made = ctx.process.id not in {PUBLIC, respondents.PROCESS, *POWERS}
    if not made or BUILDERS.get(ctx.step.name) is not decision_papers.certificate:
        return False
    return types.is_the_paper(ctx.matter.item, (case.guide.result_name or ctx.matter.title)[:200], ctx.on)


def number_of_certificate(case: Case, ctx: Context) -> str:
    """The next number of the organ's series of certificates, whether a letter bears it or the certificate itself."""
    return letters.take_number(kind=CERTIFICATE, organ_id=in_whose_name(case), at=ctx.at)


def to_respondent(case: Case, ctx: Context) -> Letter | None:
    """What the other side of an adjudication gets from this step: the notice to answer, the decision, the end."""
    written = respondents.to_the_other_side(case, ctx)
    if written is None:
        return None
    other, kind, data = written
    return _issue(kind, case, data, ctx.by, ctx.at, to=other)


def to_departments(case: Case, ctx: Context) -> list[Letter]:
    """征求意见函 or 催复函, one to each department this step asks (第二十六条第二款)."""
    return [
        _issue(joint_papers.REQUEST, case, data, ctx.by, ctx.at, to=department)
        for department, data in joint_papers.to_departments(case, ctx)
    ]


def _deferred(case: Case) -> dict[str, Any]:
    """受理时一次告知: what has still to come after a 容缺受理, and by when."""
    row = Promise.objects.filter(matter_id=case.matter_id, kind=Promise.Kind.DEFERRAL).first()
    if row is None:
        return {}
    within = f"受理之日起{row.days}{UNIT_SAYS[row.unit]}"
    return {"deferred": list(row.materials.values_list("name", flat=True)), "deferred_within": within}


def _accepted(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    declaration = declaration_of(case.guide)
    limits = declaration.limits
    promised = declaration.promised_for(case.answers)
    return ACCEPTANCE, {
        "accepted_on": _day(ctx.on),
        "legal": limits.legal.says() if limits.legal else "",
        "promised": promised.says() if promised else "",
        **_deferred(case),
        "basis": "《中华人民共和国行政许可法》第三十二条第一款第五项",
    }


def _correction(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    return CORRECTION, {**_listed(case, ctx), "basis": "《中华人民共和国行政许可法》第三十二条第一款第四项"}


def _listed(case: Case, ctx: Context) -> dict[str, Any]:
    names = {row["code"]: row["name"] for row in ctx.needs["cases.materials"]}
    stood = {row["code"]: row["ground"] for row in ctx.needs["cases.materials"]}
    grounds = stood | dict(ctx.given.get("grounds") or {})
    limit = declaration_of(case.guide).limits.correction
    return {
        "shortcomings": [
            {"name": names[code], "reason": text + _why_held(grounds.get(code, ""))}
            for code, text in ctx.given["shortcomings"].items()
        ],
        "within": limit.says() if limit else "",
    }


def _why_held(ground: str) -> str:
    """Whoever is asked for what the government has is told why."""
    return f"（政府已有这项材料，因{Ground(ground).label}请您提交）" if ground else ""


def _please_bring(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    return PUBLIC_NOTICE, {"says": "还需要补下列材料，一次告知。", **_listed(case, ctx)}


def _not_done(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    return PUBLIC_NOTICE, {"says": "这次不能办理。", "reason": ctx.texts["reason"]}


def _not_required(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    return NOT_REQUIRED, {
        "reason": ctx.texts["reason"],
        "basis": "《中华人民共和国行政许可法》第三十二条第一款第一项",
        "remedies": _remedies(case),
    }


def _refused(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    return REFUSAL, {
        "reason": ctx.texts["reason"],
        "competent": ctx.texts["competent"],
        "basis": "《中华人民共和国行政许可法》第三十二条第一款第二项",
        "remedies": _remedies(case),
    }


def _refused_as_false(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    return FALSEHOOD, {
        "reason": ctx.texts["reason"],
        "warning": WARNINGS[str(ctx.values["falsehood"])],
        "basis": "《中华人民共和国行政许可法》第七十八条",
        "remedies": _remedies(case),
    }


def _special(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    ground = next(field for field in ctx.step.fields if field.name == "ground").choices[ctx.values["ground"]]
    return SPECIAL, {
        "ground": ground,
        "expected_days": str(ctx.values["expected-days"]),
        "reason": ctx.texts["reason"],
        "basis": "《中华人民共和国行政许可法》第四十五条",
    }


def _extended(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    joint = ctx.step.name == "extend-joint"
    return EXTENSION, {
        "days": str(ctx.values["days"]),
        "reason": ctx.texts["opinion"],
        "approver": "本级人民政府负责人" if joint else "本机关负责人",
        "basis": f"《中华人民共和国行政许可法》第四十二条第{'二' if joint else '一'}款",
    }


BUILDERS = {
    "accept": _accepted,
    "ask-correction": _correction,
    "not-required": _not_required,
    "refuse-acceptance": _refused,
    "refuse-as-false": _refused_as_false,
    "begin-special": _special,
    "enter-contest": _special,
    "extend": _extended,
    "extend-joint": _extended,
    **hearing_papers.BUILDERS,
    **payment_papers.BUILDERS,
    **decision_papers.BUILDERS,
}
PUBLIC_BUILDERS = {
    "ask-correction": _please_bring,
    "not-done": _not_done,
    **decision_papers.AFTERWARDS,
}


def _of_power(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    """补正, 不予受理 and 延期 read alike for every power but for what they rest on."""
    kind, data = BUILDERS[ctx.step.name](case, ctx)
    return kind, {**data, "basis": ctx.step.basis.replace(" ", "")}


POWER_BUILDERS = {
    **power_papers.BUILDERS,
    **payment_papers.BUILDERS,
    **dict.fromkeys(("ask-correction", "refuse-acceptance", "extend"), _of_power),
    **decision_papers.AFTERWARDS,
}
WRITTEN = frozenset({*BUILDERS, *PUBLIC_BUILDERS, *POWER_BUILDERS, *respondents.WRITTEN, *joint_papers.WRITTEN})


def _remedies(case: Case) -> str:
    return declaration_of(case.guide).remedies


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
