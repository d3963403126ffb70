"""The respondent of an adjudication: who it is, and the letters both sides get (行政裁决: 双方当事人地位平等).

The applicant names the respondent in the form: a field ``respondent`` of kind firm or person, so that the notice reaches
the respondent's own box, and ``claims``. Whoever is in no register is written to by name, at the address given.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from yiwang.foundation.letters.models import Letter
from yiwang.foundation.people import queries as people
from yiwang.kernel.refusal import Refusal
from yiwang.matters.standing import Context
from yiwang.services.cases.addressees import Addressee
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case
from yiwang.services.cases.sealing import open_form
from yiwang.services.catalogue.declarations import UNIT_SAYS

PROCESS = "services.adjudication"
NOTICE, DECISION, ENDED = "answer-notice", "adjudication-decision", "adjudication-ended"
FIELD, CLAIMS = "respondent", "claims"
HEADINGS = {"grant": "行政裁决书", "deny": "驳回行政裁决申请决定书", "mediate": "行政调解书"}
RESULTS = {"grant": "裁决如下", "deny": "决定驳回裁决申请", "mediate": "主持双方调解，达成下列协议"}
AFTER_MEDIATION = "调解协议由双方自觉履行。一方不履行的，另一方可以依法申请裁决，或者向人民法院提起民事诉讼。"


def named(case: Case) -> Addressee:
    """Whom the form names. Refuses a form without a respondent and one that names the applicant."""
    said = _form(case)
    name = str(said.get(f"{FIELD}_name") or said.get(FIELD) or "").strip()
    if not name:
        raise Refusal("申请表没有写明被申请人，请一次性告知补正。", code="no-respondent")
    number = str(said.get(f"{FIELD}_uscc") or said.get(f"{FIELD}_id_number") or "")
    party = people.party_called(name, number) if number else None
    if party == case.party_id:
        raise Refusal("被申请人就是申请人本人，不能裁决。", code="respondent-is-applicant")
    return Addressee(name, party)


def notified(reference: str) -> Addressee | None:
    """Who was told to answer in this matter; None before."""
    row = (
        Letter.objects.filter(matter_reference=reference, kind=NOTICE)
        .order_by("-pk")
        .values_list("data__addressee", "party_id")
        .first()
    )
    return Addressee(str(row[0]), row[1]) if row else None


def applicant_of(case: Case) -> str:
    """The applicant's full name: both sides read who the other is."""
    return people.names_of([case.party_id]).get(case.party_id, "")


def within(ctx: Context) -> str:
    """``收到本通知书之日起10个工作日``."""
    clock = ctx.process.clocks["answer"]
    return f"收到本通知书之日起{clock.days}{UNIT_SAYS[clock.unit]}"


def asked_to_answer(case: Case, ctx: Context) -> dict[str, Any]:
    """答辩通知书."""
    declaration = declaration_of(case.guide)
    place = declaration.places[0] if declaration.places else None
    return {
        "applicant": applicant_of(case),
        "claims": str(_form(case).get(CLAIMS) or "见申请书"),
        "within": within(ctx),
        "place": f"{place.name}（{place.address}）" if place else "本机关承办股室",
        "bases": list(declaration.bases),
    }


def decided(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    """行政裁决书, 驳回决定书 or 行政调解书, in the same words for both sides."""
    declaration = declaration_of(case.guide)
    other = notified(ctx.matter.reference) or named(case)
    content = [f"{one.title}：{ctx.texts[one.name]}" for one in ctx.step.fields if one.name in {"award", "agreement"}]
    mediated = ctx.step.name == "mediate"
    return DECISION, {
        "heading": HEADINGS[ctx.step.name],
        "applicant": applicant_of(case),
        "respondent": other.name,
        "decided_on": _day(ctx.on),
        "result": RESULTS[ctx.step.name],
        "claims": str(_form(case).get(CLAIMS) or ""),
        "content": content,
        "reason": ctx.texts.get("reason", ""),
        "bases": list(declaration.bases),
        "remedies": AFTER_MEDIATION if mediated else ctx.texts.get("remedies") or declaration.remedies,
    }


def to_the_other_side(case: Case, ctx: Context) -> tuple[Addressee, str, dict[str, Any]] | None:
    """What this step writes to the respondent; None for a step that does not concern him, and for a withdrawal he never
    heard of the case of."""
    if ctx.process.id != PROCESS:
        return None
    if ctx.step.name == "notify-respondent":
        return named(case), NOTICE, asked_to_answer(case, ctx)
    other = notified(ctx.matter.reference)
    if other is None:
        return None
    if ctx.step.name in HEADINGS:
        kind, data = decided(case, ctx)
        return other, kind, data
    if ctx.step.name == "withdraw":
        return other, ENDED, {"applicant": applicant_of(case), "ended_on": _day(ctx.on)}
    return None


BUILDERS = dict.fromkeys(HEADINGS, decided)
WRITTEN = frozenset({"notify-respondent", "withdraw", *HEADINGS})


def _form(case: Case) -> dict[str, Any]:
    return open_form(case.form, about=f"case:{case.matter_id}")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
