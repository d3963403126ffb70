"""收件 at a counter: the clerk types, scans and receives within what the organ authorised the counter to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import actions as files
from yiwang.foundation.files.marking import MARKABLE
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Counter
from yiwang.foundation.people import actions as people_actions
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import Fault, NotAllowed, Refusal
from yiwang.services.cases.actions.submitting import open_case
from yiwang.services.cases.applications import Application, Handed
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.held import copies
from yiwang.services.cases.held.queries import is_held
from yiwang.services.cases.limits import UPLOADS_A_MATERIAL
from yiwang.services.cases.models import Case, CaseMaterial
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.catalogue.models import Guide

# How a clerk may take a material in; 办理中产生 is the guide's, not the clerk's, to say.
TAKEN = (
    CaseMaterial.State.ORIGINAL,
    CaseMaterial.State.COPY,
    CaseMaterial.State.UPLOADED,
    CaseMaterial.State.DEFERRED,
    CaseMaterial.State.PROMISED,
    CaseMaterial.State.MISSING,
)


NOT_IN_HAND = frozenset({CaseMaterial.State.MISSING, CaseMaterial.State.HELD})


@dataclass(frozen=True, slots=True)
class Scan:
    """A page scanned at the counter for a material."""

    content: bytes
    name: str


def identify(
    *,
    kind: str,
    name: str,
    number: str,
    phone: str = "",
    agent_name: str = "",
    agent_number: str = "",
    by: Doer,
    at: datetime,
) -> tuple[int, int | None]:
    """The applicant's and the agent's party, registered by their cards where they are new.

    Refused: a number that cannot be one, a firm nobody has registered, a name that is not the registered one.
    """
    if kind == "firm":
        number = identifiers.check_uscc(number, field="number")
        found = people.find(by, number, day_of(at))
        if not found:
            raise Refusal("没有登记这个单位，请先在“人员查询”中登记。", code="no-such-firm", field="number")
        party_id = found[0].party_id
    else:
        party_id = people_actions.register_at_counter(name=name, id_number=number, phone=phone, by=by, at=at).pk
    if not agent_number:
        return party_id, None
    agent = people_actions.register_at_counter(name=agent_name, id_number=agent_number, phone="", by=by, at=at)
    return party_id, agent.pk


@transaction.atomic
def receive(
    *,
    item_code: str,
    counter: Counter,
    party_id: int,
    answers: Mapping[str, str],
    form: Mapping[str, Any],
    states: Mapping[str, str],
    scans: Mapping[str, Scan | Sequence[Scan]],
    delivery: str,
    by: Doer,
    at: datetime,
    agent_id: int | None = None,
    signed: bool = False,
    grounds: Mapping[str, str] | None = None,
    reuses: Mapping[str, Sequence[int]] | None = None,
    agrees: bool = False,
) -> Case:
    """Receive an application over the counter and give the 接收回执.

    Refused: a clerk not at that counter, a counter without the organ's 窗口授权 to receive the item, an agent without a
    mandate, faulty answers or form, a material the guide does not ask, or one deferred that may not be. A missing
    material is received and stays missing: the department corrects or refuses. What the government holds is there unless
    ``grounds`` (material → lawful ground) say why it is asked for; refused without (``open_case``). ``reuses`` (material
    → files) are copies compared in an earlier case of this applicant, who ``agrees``; refused without.
    """
    on = day_of(at)
    if not by.may(Permission.CASE_RECEIVE) or not organs.counters_of(by, on).filter(pk=counter.pk).exists():
        raise NotAllowed("您今天不在这个窗口，不能在此收件。", code="not-at-counter")
    guide = catalogue.guide_in_force(item_code, on)
    organ_id = guide.item.organ_id
    if not organs.counter_may(counter, organ_id, item_code, "receive", on):
        raise NotAllowed("承办部门没有授权本窗口收取这个事项的申请。", code="counter-not-authorised")
    mandate_id = _mandate(party_id, agent_id, item_code, at)
    pages = {code: (given,) if isinstance(given, Scan) else tuple(given) for code, given in scans.items()}
    _refuse_unasked(guide, answers, states, pages)
    _refuse_unsigned(states, signed)
    # Where the organ lets the counter accept, and somebody there can, the acceptor's seat stands in the hall.
    hall_id = counter.place.organ_id
    lets = organs.counter_may(counter, organ_id, item_code, "accept", on)
    accepting = hall_id if lets and organs.holders(hall_id, "acceptor", on).exists() else organ_id
    stored = _store(pages, party_id=party_id, organ_id=organ_id, by=by, at=at)
    reused = copies.taken_again(by, party_id, declaration_of(guide).materials_for(answers), reuses or {}, agrees=agrees)
    handed = {code: Handed(state, tuple(one.pk for one in stored.get(code, ()))) for code, state in states.items()}
    for code in stored:
        if handed.get(code, Handed(CaseMaterial.State.MISSING)).state in NOT_IN_HAND:
            handed[code] = Handed(CaseMaterial.State.UPLOADED, tuple(one.pk for one in stored[code]))
    for code, again in reused.items():
        given = handed.get(code, Handed(CaseMaterial.State.MISSING))
        state = CaseMaterial.State.COPY if given.state in NOT_IN_HAND else given.state
        handed[code] = Handed(state, (*again, *given.file_ids))
    application = Application(
        guide=guide,
        party_id=party_id,
        answers=answers,
        form=form,
        handed=_with_known(handed, guide, answers),
        channel=Case.Channel.COUNTER,
        delivery=delivery,
        agent_id=agent_id,
        mandate_id=mandate_id,
        counter=counter,
        hall_id=hall_id,
        organs={"accepting": accepting},
        grounds=grounds or {},
    )
    case = open_case(application, by=by, at=at, step="receive")
    # The 窗口授权 lets the clerk do for this organ what a receiver does for the hall, in this deed alone.
    for_organ = replace(by, grants=by.grants | {(Permission.CASE_RECEIVE, organ_id)})
    for code, made in stored.items():  # the clerk holds the original in hand: C becomes B
        compared = handed[code].state in {CaseMaterial.State.ORIGINAL, CaseMaterial.State.COPY}
        for file in made if compared else ():
            if file.kind in MARKABLE:
                files.verify_file(file_id=file.pk, original_seen=True, by=for_organ, at=at)
    copies.keep_consent_at_counter(case, reused, by=by, at=at)
    return case


def _refuse_unsigned(states: Mapping[str, str], signed: bool) -> None:
    """容缺受理 and 告知承诺 are the applicant's choice: at a counter, signed on paper before the clerk ticks it."""
    chosen = {CaseMaterial.State.DEFERRED, CaseMaterial.State.PROMISED}
    if signed or not chosen & set(states.values()):
        return
    fault = Fault("signed", "选择容缺受理或者告知承诺的，先请申请人在承诺书上签名，再勾选。", "promise-unsigned")
    raise Refusal(fault.says, code="promise-unsigned", article="广东省优化营商环境条例 第三十六条", faults=[fault])


def _refuse_unasked(
    guide: Guide, answers: Mapping[str, str], states: Mapping[str, str], scans: Mapping[str, Sequence[Scan]]
) -> None:
    """Every material taken in must be asked for in this situation, and only what the guide lets wait may wait."""
    asked = {one.id: one for one in declaration_of(guide).materials_for(answers)}
    faults = []
    for code, state in states.items():
        held = code in asked and is_held(asked[code])
        if state not in TAKEN and not (held and state == CaseMaterial.State.HELD):
            faults.append(Fault(f"state-{code}", "材料的收取方式只能从列出的选项中选择。", "choice"))
        elif code not in asked:
            if state != CaseMaterial.State.MISSING:  # a row of a situation the clerk has just changed
                faults.append(Fault(f"state-{code}", "这项材料不在本情形的清单里，不能收取。", "not-in-guide"))
        elif state == CaseMaterial.State.DEFERRED and asked[code].need != "deferrable":
            faults.append(Fault(f"state-{code}", f"“{asked[code].name}”不能容缺后补。", "not-deferrable"))
    faults += [
        Fault(f"scan-{code}", "这项材料不在本情形的清单里，不能收取。", "not-in-guide")
        for code in scans
        if code not in asked
    ]
    faults += [
        Fault(
            f"scan-{code}", f"“{asked[code].name}”最多{UPLOADS_A_MATERIAL}页，超过的请并成一个PDF。", "too-many-files"
        )
        for code, pages in scans.items()
        if code in asked and len(pages) > UPLOADS_A_MATERIAL
    ]
    if faults:
        raise Refusal("材料的收取情况需要改正。", code="materials", faults=faults)


def _store(
    scans: Mapping[str, Sequence[Scan]], *, party_id: int, organ_id: int, by: Doer, at: datetime
) -> dict[str, list[StoredFile]]:
    return {
        code: [
            files.store(
                content=scan.content,
                name=scan.name,
                by=by,
                at=at,
                party_id=party_id,
                organ_id=organ_id,
                field=f"scan-{code}",
            )
            for scan in pages
        ]
        for code, pages in scans.items()
        if pages
    }


def _with_known(handed: dict[str, Handed], guide: Guide, answers: Mapping[str, str]) -> dict[str, Handed]:
    for one in declaration_of(guide).materials_for(answers):
        if one.source and one.source.of in {"held", "step"} and one.id not in handed:
            handed[one.id] = Handed(CaseMaterial.State.HELD if one.source.of == "held" else CaseMaterial.State.STEP)
    return handed


def _mandate(party_id: int, agent_id: int | None, item_code: str, at: datetime) -> int | None:
    if agent_id is None:
        return None
    agent = Doer(reference=f"person:{agent_id}", kind="citizen", person_id=agent_id)
    for mandate in people.mandates_covering(agent, day_of(at), item_code=item_code):
        if mandate.principal_id == party_id:
            return mandate.pk
    if party_id in people.delegations(agent_id, day_of(at)):  # a firm's 经办人 needs no 委托书 of his own
        return None
    raise Refusal(
        "代理人没有有效的委托书，或委托范围不含本事项。",
        code="no-mandate",
        field="agent",
        article="行政许可法 第二十九条",
    )
