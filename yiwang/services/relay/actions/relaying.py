"""A case for another place: received under an agreement, checked, handed on, tracked, delivered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import queries as people
from yiwang.foundation.people.models import Mandate
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import Fault, NotAllowed, NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters import queries as standing_of
from yiwang.matters.standing import Context, Standing
from yiwang.services.relay import rules
from yiwang.services.relay.adapters import PLACES
from yiwang.services.relay.models import AgreedItem, RelayCase

PROCESS, TABLE = "services.relay", "relay_case"
VOUCHER = "materials-voucher"
FORMS = {"original": "原件", "copy": "复印件", "electronic": "电子文件"}


def receive(
    *,
    agreed_item_id: int,
    mode: str,
    party_id: int,
    materials: Mapping[str, str],
    by: Doer,
    at: datetime,
    mandate_id: int | None = None,
    first_asked: str = "",
) -> Standing:
    """Receive for another place. ``materials`` maps a material's name to how it came (``original``, ``copy``,
    ``electronic``); ``first_asked`` is the user name of the colleague who was asked first, empty for ``by``.

    Refused: a clerk of another organ or at no counter today, no agreement in force for this item and mode, 代办 without
    the applicant's mandate in force for the item, a material the agreement does not name or nothing at all.
    """
    on = day_of(at)
    item = AgreedItem.objects.select_related("agreement").filter(pk=agreed_item_id).first()
    if item is None or not by.may(Permission.CASE_RECEIVE, item.agreement.organ_id):
        raise NotFound("没有这个代收事项。", code="no-such-item")
    if not organs.counters_of(by, on).filter(place__organ_id=item.agreement.organ_id).exists():
        raise NotAllowed("您今天不在代收窗口，不能收件。", code="not-at-counter")
    faults = [
        Fault("materials", f"协议没有约定代收“{name}”，或收取方式不对。", "not-agreed")
        for name, how in materials.items()
        if name not in item.materials or how not in FORMS
    ]
    if not materials:
        faults.append(Fault("materials", "至少收一样材料才能代收。", "missing"))
    if faults:
        raise Refusal("材料的收取情况需要改正。", code="materials", faults=faults)
    mandate = _mandate(mode, mandate_id, party_id, item, at)
    columns = {
        "agreed_item_id": item.pk,
        "organ_id": item.agreement.organ_id,
        "party_id": party_id,
        "mandate_id": mandate,
        "mode": mode,
        "first_asked_id": _first_asked(first_asked, item.agreement.organ_id, by),
        "materials": json.dumps([{"name": name, "state": how} for name, how in materials.items()], ensure_ascii=False),
        "outer_number": "",
        "outer_says": "",
    }
    return matters.open(
        process=PROCESS,
        by=by,
        at=at,
        organ_id=item.agreement.organ_id,
        title=item.name[:120],
        party_id=party_id,
        item=item.code,
        given={"columns": columns, "code": item.agreement.code, "agreement": _terms(item, mode)},
        step="receive",
    )


@transaction.atomic
def take(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    words: str = "",
    number: str = "",
    version: int | None = None,
) -> Standing:
    """A step of a relayed case. ``words`` and ``number`` are what the other place said, for the steps that write it down.

    ``check`` gives the 申请材料接收凭证 in the same transaction; ``hand-on`` sends through the agreement's adapter by a
    job. Refused: whoever does not sit on it; a check that found identity or form wanting; an agreement that ended.
    """
    case = _case(by, reference)

    def also(ctx: Context) -> Mapping[str, Any] | None:
        if step == "check":
            if not (ctx.values.get("identity") and ctx.values.get("form")):
                raise Refusal("身份或材料形式没有核对通过，不能出具收件凭证。", code="not-checked", field="identity")
            return {"letter": _voucher(case, by, at)}
        if step == "hand-on":
            RelayCase.objects.filter(pk=case.pk).update(handed_on_at=at)
        return None

    return matters.take(
        reference=reference,
        step=step,
        by=by,
        at=at,
        values=values,
        given={"agreement": _terms(case.agreed_item, case.mode), "words": words, "number": number},
        version=version,
        also=also,
        of=TABLE,
    )


def track(*, reference: str, by: Doer, at: datetime) -> tuple[str, str]:
    """Ask the other place how it stands and write down what is new. Answers (what it says, its words).

    Refused: whoever does not sit on it; a case that is not with the other place, or that has not reached it yet.
    """
    case = _case(by, reference)
    if not by.holds("receiver", case.organ_id):
        raise NotAllowed("您不是代收窗口人员，不能向对方查询。")
    if case.matter.state not in {"handed-on", "accepted-there"} or case.handed_on_at is None:
        raise Refusal("这件现在不在对方手里，不用查询。", code="not-with-them")
    place = PLACES[case.agreed_item.agreement.adapter]
    answer = place.ask(case.outer_number, handed_on_at=case.handed_on_at, at=at)
    for step in rules.steps_of(answer.says, case.matter.state):
        take(reference=reference, step=step, by=by, at=at, words=answer.words, number=answer.number)
    return answer.says, answer.words


def _case(by: Doer, reference: str) -> RelayCase:
    """The case, for whoever may see its matter; otherwise it does not exist."""
    standing = standing_of.matter(by, reference)
    found = RelayCase.objects.select_related("matter", "agreed_item__agreement").filter(matter_id=standing.id).first()
    if found is None:
        raise NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")
    return found


def _terms(item: AgreedItem, mode: str) -> dict[str, Any]:
    agreement = item.agreement
    return {"from_on": agreement.from_on, "until_on": agreement.until_on, "powers": item.powers, "mode": mode}


def _mandate(mode: str, mandate_id: int | None, party_id: int, item: AgreedItem, at: datetime) -> int | None:
    """帮办代办 needs the applicant's own mandate to a member of the team, in force and covering the item."""
    if mode != RelayCase.Mode.ACT:
        return None
    mandate = Mandate.objects.filter(pk=mandate_id or 0, principal_id=party_id).first()
    if mandate is not None:
        agent = Doer(f"person:{mandate.agent_id}", "citizen", person_id=mandate.agent_id)
        covering = [
            one.pk
            for code in (item.code, item.own_code)
            for one in people.mandates_covering(agent, day_of(at), item_code=code)
        ]
        if mandate.pk in covering:
            return mandate.pk
    raise Refusal(
        "帮办代办要有申请人给帮办人员的委托书，在有效期内并包含本事项。",
        code="no-mandate",
        field="mandate",
        article="行政许可法 第二十九条",
    )


def _first_asked(username: str, organ_id: int, by: Doer) -> int:
    """首问责任人: a colleague of the organ, or the doer."""
    if not username and by.account_id is not None:
        return by.account_id
    found = Account.objects.filter(username=username, is_active=True).first()
    if found is None or not organs.staff_of(organ_id).filter(pk=found.pk).exists():
        raise Refusal("首问责任人应是本机构的工作人员。", code="first-asked", field="first_asked")
    return found.pk


def _voucher(case: RelayCase, by: Doer, at: datetime) -> str:
    on = day_of(at)
    agreement = case.agreed_item.agreement
    letter = letters.issue(
        kind=VOUCHER,
        matter_reference=case.matter.reference,
        organ_id=case.organ_id,
        to_party=case.party_id,
        data={
            "item": case.agreed_item.name,
            "reference": case.matter.reference,
            "number": case.matter.reference,
            "enquiry_code": case.enquiry_code,
            "phones": [agreement.phone] if agreement.phone else [],
            "materials": [f"{one['name']}（{FORMS[one['state']]}）" for one in case.materials],
            "received_on": f"{on.year}年{on.month}月{on.day}日",
            "competent": agreement.competent,
        },
        by=by,
        at=at,
    )
    return letter.number
