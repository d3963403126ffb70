"""Taking a step of a case: the engine's ``take``, with the rows and the letter that belong to the step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import NotAllowed, NotFound
from yiwang.matters import actions as matters
from yiwang.matters.models import Matter
from yiwang.matters.standing import Context, Standing
from yiwang.services.cases import decision_papers, papers, renewing
from yiwang.services.cases.actions import serving
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.forms import words
from yiwang.services.cases.held import actions as held_actions
from yiwang.services.cases.held import queries as held
from yiwang.services.cases.models import Case, CaseMaterial, Handover, HeldAsk, Shortcoming
from yiwang.services.cases.rules import HANDED_IN
from yiwang.services.cases.sealing import open_form
from yiwang.services.cases.tolerance import keeping
from yiwang.services.certificates import actions as certificates
from yiwang.services.certificates import rules as certificate_rules
from yiwang.services.certificates.models import Certificate

ASK = "ask-correction"
Verdict = CaseMaterial.Verdict


def case_of(reference: str) -> Case:
    """The case of a matter; 404 for a matter of another kind, and for one the database does not show the viewer."""
    case = Case.objects.select_related("matter", "guide__item").filter(matter__reference=reference).first()
    if case is None:
        raise NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")
    return case


def take(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    version: int | None = None,
    values: Mapping[str, Any] | None = None,
    shortcomings: Mapping[str, str] | None = None,
    grounds: Mapping[str, str] | None = None,
    checked: Collection[str] = (),
) -> Standing:
    """Take ``step``: permission, guards, clocks, ledger, the rows of this room and the step's letter, all or nothing.

    ``shortcomings`` (material code → what to put right) belongs to ``ask-correction``, and ``grounds`` (material code →
    ground) to what it asks for although the government holds it. ``checked`` (material codes) are what the acceptor looked
    at and found right in the deed of accepting. Refuses as ``matters.take``.
    A step without rows or letter of its own costs the engine's two queries and nothing more.
    """

    seen = version
    given: dict[str, Any] = {"shortcomings": dict(shortcomings or {}), "checked": sorted(set(checked))}
    if step == ASK and shortcomings:
        given |= _about_held(reference, {code: one for code, one in (grounds or {}).items() if one}, day_of(at))

    def taken(doer: Doer) -> Standing:
        return matters.take(
            reference=reference,
            step=step,
            by=doer,
            at=at,
            version=seen,
            values=values,
            given=given,
            also=_also if step in ROWS or step in papers.WRITTEN else None,
            of=Case._meta.db_table,
        )

    def tried() -> Standing:
        try:
            return taken(by)
        except (NotAllowed, NotFound):
            # a mandate limited to this very item or matter counts for this deed; looked up only where one is missing
            acting = _acting(by, reference, at)
            if acting is by:
                raise
            return taken(acting)

    if step != renewing.HAND_IN or not renewing.expired_uncorrected(reference, day_of(at)):
        return tried()
    with transaction.atomic():  # the silence that renews has ended before the correction comes in
        stopped = matters.take(reference=reference, step=renewing.EXPIRED, by=SYSTEM, at=at, version=version)
        seen = stopped.version if version is not None else None
        return tried()


def _about_held(reference: str, grounds: Mapping[str, str], on: date) -> dict[str, Any]:
    """What the guard of the notice has to know of held things; of the register, only where a ground was given. Asked
    before anybody's right to the case is: nothing of it leaves but a refusal of who may ask."""
    about: dict[str, Any] = {"grounds": grounds, "held_names": held.names(on)}
    case = Case.objects.select_related("guide__item").filter(matter__reference=reference).first() if grounds else None
    if case is not None:
        about["held"] = held.facts(
            declaration_of(case.guide), list(grounds), case.party_id, on, matter_reference=reference
        )
    return about


def _acting(by: Doer, reference: str, at: datetime) -> Doer:
    if by.kind != "citizen":
        return by
    item = Matter.objects.filter(reference=reference).values_list("item", flat=True).first()
    return people.acting(by, day_of(at), reference=reference, item_code=item or "")


def _also(ctx: Context) -> Mapping[str, Any]:
    case = case_of(ctx.matter.reference)
    added: dict[str, Any] = dict(ROWS[ctx.step.name](case, ctx) or {}) if ctx.step.name in ROWS else {}
    letter = None
    if papers.is_certificate(case, ctx):
        added["certificate"] = f"certificate:{_registered(case, ctx, papers.number_of_certificate(case, ctx)).pk}"
    else:
        letter = papers.of_step(case, ctx)
    if letter is not None:
        added["letter"] = f"letter:{letter.pk}"
        if letter.kind == decision_papers.CERTIFICATE:
            added["certificate"] = f"certificate:{_registered(case, ctx, letter.number).pk}"
        if ctx.step.notice:
            added["notice"] = letter.number
    other = papers.to_respondent(case, ctx)
    if other is not None:
        added["to_respondent"] = f"letter:{other.pk}"
    if asked := papers.to_departments(case, ctx):
        added["to_departments"] = [f"letter:{one.pk}" for one in asked]
    return added


def _list_shortcomings(case: Case, ctx: Context) -> dict[str, Any]:
    """The lines of the notice. A material said to be wrong has to come again, so what was handed in is put aside."""
    demanded: Mapping[str, str] = ctx.given["shortcomings"]
    rows = {row.code: row for row in CaseMaterial.objects.filter(matter_id=case.matter_id, code__in=demanded)}
    last = (
        Shortcoming.objects.filter(matter_id=case.matter_id)
        .order_by("-notice")
        .values_list("notice", flat=True)
        .first()
    )
    notice = (last or 0) + 1
    # a ground given with the application still stands when the same thing is asked for in the notice
    asked = {
        code: ctx.given.get("grounds", {}).get(code) or row.ground
        for code, row in rows.items()
        if row.source == CaseMaterial.Source.HELD
    }
    for code, ground in asked.items():
        rows[code].ground = ground
    CaseMaterial.objects.bulk_update([rows[code] for code in asked], ["ground"])
    Shortcoming.objects.bulk_create(
        Shortcoming(
            matter_id=case.matter_id,
            organ_id=case.organ_id,
            party_id=case.party_id,
            notice=notice,
            code=code,
            name=rows[code].name,
            reason=reason.strip(),
            held=code in asked,
            ground=asked.get(code, ""),
        )
        for code, reason in demanded.items()
    )
    held_actions.keep(case, asked, place=HeldAsk.Place.NOTICE, by=ctx.by, at=ctx.at)
    outside = sorted(set(demanded) - {material.id for material in declaration_of(case.guide).materials})
    told = {"notice_ordinal": notice, "materials": sorted(demanded)}
    return told | ({"outside": outside} if outside else {}) | ({"grounds": asked} if asked else {})


def _say_unlisted(case: Case, ctx: Context) -> dict[str, Any]:
    """A special procedure the guide does not publish is told apart in the ledger: supervision reads it there."""
    published = {special.ground for special in declaration_of(case.guide).specials}
    return {} if ctx.values.get("ground") in published else {"ground_unlisted": True}


def _fee_listed(case: Case, ctx: Context) -> dict[str, Any]:
    """What is charged beyond the published guide is told apart in the ledger: supervision reads it there (第五十八条)."""
    fees = declaration_of(case.guide).fees
    fixed = [fee.amount_fen for fee in fees if fee.amount_fen is not None]
    if not fees:
        return {"fees_outside": ["no-published-fee"]}
    above = len(fixed) == len(fees) and int(ctx.values["amount-fen"]) > sum(fixed)
    return {"fees_outside": ["above-published"]} if above else {}


def _corrected(case: Case, ctx: Context) -> dict[str, Any]:
    """What the applicant put right there and then stands as right, with what was changed (第三十二条第一款第三项)."""
    corrected: Mapping[str, str] = ctx.given["shortcomings"]
    for row in CaseMaterial.objects.filter(matter_id=case.matter_id, code__in=corrected):
        row.verdict, row.note = CaseMaterial.Verdict.RIGHT, f"当场更正：{corrected[row.code].strip()}"[:300]
        row.checked_by, row.checked_at = ctx.by.reference, ctx.at
        row.save(update_fields=["verdict", "note", "checked_by", "checked_at"])
    return {"materials": sorted(corrected)}


def _looked_at(case: Case, ctx: Context) -> dict[str, Any]:
    """What was ticked as looked at stands as right, by whoever accepts; findings written down before stay."""
    waiting = {
        row["code"]
        for row in ctx.needs["cases.materials"] or ()
        if row["state"] in HANDED_IN and row["verdict"] == Verdict.UNCHECKED
    }
    found = sorted(waiting & set(ctx.given["checked"]))
    if not found:
        return {}
    CaseMaterial.objects.filter(matter_id=case.matter_id, code__in=found).update(
        verdict=Verdict.RIGHT, checked_by=ctx.by.reference, checked_at=ctx.at
    )
    return {"findings": dict.fromkeys(found, str(Verdict.RIGHT))}


def _barred(case: Case, ctx: Context) -> dict[str, Any]:
    """第七十八条: false material about safety, health or property bars the applicant for a year."""
    if ctx.values.get("falsehood") != "safety":
        return {}
    certificates.bar(
        party_id=case.party_id,
        item_id=case.guide.item_id,
        organ_id=case.organ_id,
        article=certificate_rules.FALSEHOOD,
        matter_reference=ctx.matter.reference,
        by=ctx.by,
        at=ctx.at,
    )
    return {"barred": True}


def _registered(case: Case, ctx: Context, number: str) -> Certificate:
    """The result enters the register of certificates in the step that makes it (第三十九条)."""
    return certificates.issue(
        number=number,
        name=(case.guide.result_name or ctx.matter.title)[:200],
        item_id=case.guide.item_id,
        organ_id=papers.in_whose_name(case),
        party_id=case.party_id,
        matter_id=case.matter_id,
        matter_reference=ctx.matter.reference,
        issued_on=ctx.on,
        valid_until=case.valid_until,
        values=words(declaration_of(case.guide).form, open_form(case.form, about=f"case:{case.matter_id}")),
        by=ctx.by,
        at=ctx.at,
    )


def _hand_over(case: Case, ctx: Context) -> None:
    Handover.objects.create(matter_id=case.matter_id, organ_id=case.organ_id, sent_at=ctx.at, sent_by=ctx.by.reference)


def _arrived(case: Case, ctx: Context) -> None:
    Handover.objects.filter(matter_id=case.matter_id).update(arrived_at=ctx.at, arrived_by=ctx.by.reference)


def _handed(case: Case, ctx: Context) -> None:
    Handover.objects.filter(matter_id=case.matter_id).update(
        handed_at=ctx.at,
        handed_by=ctx.by.reference,
        receiver=ctx.values.get("receiver", "post"),
        tracking=ctx.values.get("tracking", ""),
    )


def _collected(case: Case, ctx: Context) -> None:
    _handed(case, ctx)
    _given(case, ctx)


def _given(case: Case, ctx: Context) -> None:
    serving.result_handed_over(matter_reference=ctx.matter.reference, party_id=case.party_id, by=ctx.by, at=ctx.at)


ROWS = {
    "accept": _looked_at,
    "make-good": keeping.kept,
    "correct-on-the-spot": _corrected,
    "deny": _barred,
    "refuse-as-false": _barred,
    "ask-correction": _list_shortcomings,
    "begin-special": _say_unlisted,
    "assess": _fee_listed,
    "ask-fee": _fee_listed,
    "send-to-window": _hand_over,
    "arrive": _arrived,
    "hand-out": _collected,
    "hand-over": _given,
    "post-out": _handed,
}
