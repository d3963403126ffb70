"""What is refused of an application before anything is written: incomplete forms and materials, a held material asked for
without lawful ground, a choice the published list does not offer, a renewal outside its window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.cases import renewing
from yiwang.services.cases.applications import Application, handed_of, is_required
from yiwang.services.cases.forms import GuideForm
from yiwang.services.cases.held import queries as held
from yiwang.services.cases.held import rules as held_rules
from yiwang.services.cases.models import Case, CaseMaterial
from yiwang.services.cases.tolerance import queries as tolerance
from yiwang.services.cases.tolerance.rules import Offer, refuse_choice
from yiwang.services.catalogue.declarations import Declaration, Material
from yiwang.services.certificates import rules as certificate_rules
from yiwang.services.certificates.models import Certificate

OR_LATER = {"deferrable": "，或者选择容缺受理、承诺以后补交"}


def refuse_faulty(declaration: Declaration, application: Application, asked: Sequence[Material]) -> None:
    """All faults of answers, form and materials at once."""
    faults: list[Fault] = []
    for question in declaration.questions:
        if application.answers.get(question.id) not in question.choices:
            faults.append(Fault(question.id, f"请回答：{question.asks}", "unanswered"))
    form = GuideForm(declaration.form_for(application.answers), data=dict(application.form))
    if not form.is_valid():
        faults += [Fault(name, str(message), "form") for name, errors in form.errors.items() for message in errors]
    if application.delivery not in Case.Delivery.values:
        faults.append(Fault("delivery", "请选择取件方式。", "choice"))
    if application.channel != Case.Channel.COUNTER:
        # at the counter a missing material is received and corrected; online nothing incomplete leaves the page
        faults += [
            Fault(f"material-{one.id}", f"请上传“{one.name}”{OR_LATER.get(one.need, '')}。", "material-missing")
            for one in asked
            if is_required(one, state := handed_of(application, one).state) and state == CaseMaterial.State.MISSING
        ]
    if faults:
        raise Refusal("申请还不完整，请按列出的内容补充。", code="application-incomplete", faults=faults)


def lawfully_asked(
    declaration: Declaration, application: Application, asked: Sequence[Material], on: date
) -> dict[str, str]:
    """The grounds on which held materials are asked for with this application; every way in passes here.

    Refused: a held material left to the applicant (missing, put off, promised) without a lawful ground, a ground the
    guide or the register contradicts, a ground for what is not held.
    """
    grounds = {code: ground for code, ground in application.grounds.items() if ground}
    wanted = [
        one
        for one in asked
        if held.is_held(one) and (one.id in grounds or handed_of(application, one).state in held_rules.ASKED)
    ]
    facts = held.facts(declaration, [one.id for one in wanted], application.party_id, on)
    faults = [
        fault
        for one in wanted
        if (fault := held_rules.refuse_asking(one.id, one.name, grounds.get(one.id, ""), facts[one.id]))
    ]
    faults += held_rules.things(grounds, [one.id for one in asked if held.is_held(one)])
    if faults:
        raise Refusal(faults[0].says, code=faults[0].code, article=held_rules.ARTICLE, faults=faults)
    return grounds


def offer_of(application: Application, asked: Sequence[Material], on: date) -> Offer:
    """What is put off or promised, as the published list offers it; refused, item by item, where it does not."""
    states = {code: one.state for code, one in application.handed.items()}
    needs = {one.id: one for one in asked}
    deferred = {
        code
        for code, state in states.items()
        if state == CaseMaterial.State.DEFERRED and code in needs and needs[code].need == "deferrable"
    }
    promised = {code for code, state in states.items() if state == CaseMaterial.State.PROMISED}
    if not deferred and not promised:
        return Offer()
    offered = tolerance.offer(
        item=application.guide.item.code,
        party_id=application.party_id,
        asked=asked,
        without=deferred | promised,
        on=on,
    )
    named = {code: one.name for code, one in needs.items()}
    if faults := refuse_choice(offered, deferred=deferred, promised=promised, names=named):
        raise Refusal(faults[0].says, code="not-offered", faults=faults)
    return offered


def outside_window(declaration: Declaration, certificate: Certificate, on: date) -> Refusal | None:
    renewal = declaration.renewal
    window = renewing.window_of(declaration, certificate)
    return certificate_rules.refuse_outside(window, on, renewal.late_effect if renewal else "")
