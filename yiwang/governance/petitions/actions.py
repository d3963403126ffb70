"""Deeds: ``register`` and ``hand_over`` open a petition, ``take`` is a step of one, ``take_own`` one of whoever petitions,
``read_person`` shows who that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.identifiers.turning import Hidden, turn
from yiwang.foundation.people import queries as people
from yiwang.governance.petitions import queries, rules
from yiwang.governance.petitions.models import Petition, Purpose, Source
from yiwang.kernel.permissions import SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Standing

GIVES_A_UNIT = frozenset({"tell", "reassign"})
FIELDS = {"name": "姓名", "phone": "电话"}
PURPOSES = {"contact": "联系信访人", "verify": "核实身份", "deliver": "送达"}
SEALED = (
    Hidden("person_name", lambda row: f"petition:{row.pk}:name"),
    Hidden("person_phone", lambda row: f"petition:{row.pk}:phone", "person_index"),
)


def register(*, intake: rules.Intake, id_number: str = "", by: Doer, at: datetime) -> Standing:
    """登记 what came by visit, letter, telephone or the network. ``id_number`` is that of the card seen at the counter: the
    petition is then the registered person's of that number and name, who follows it online. It is looked up by its keyed
    index and not kept; nobody is registered by petitioning.

    ``intake.against_id`` is the unit an accusation is about. Refused: whoever takes in no petitions; a number that cannot be
    one; ``rules.checked``.
    """
    organ_id = queries.office(day_of(at))
    if not by.may(Permission.PETITION_TAKE, organ_id):
        raise NotAllowed("只有信访工作人员可以登记信访事项。")
    if intake.source == Source.HOTLINE or intake.order_reference:
        raise Refusal("热线转来的信访事项由热线办理转交。", code="by-the-hotline", field="source")
    if id_number.strip():
        number = identifiers.check_id_number(id_number, on=day_of(at))
        intake = replace(intake, party_id=people.party_called(intake.name.strip(), number))
    return _open("register", intake, organ_id, by=by, at=at)


def hand_over(*, intake: rules.Intake, by: Doer, at: datetime) -> Standing:
    """What the hotline hands over, in the transaction of the order's own step, which has asked. Refused: anybody who
    dispatches no orders; an order that was handed over before."""
    if not by.may(Permission.ORDER_DISPATCH):
        raise NotAllowed("只有热线机构可以转交信访。")
    if Petition.objects.filter(order_reference=intake.order_reference).exists():
        raise Refusal("该工单已经转交信访。", code="handed-over-already")
    return _open("hand-over", intake, queries.office(day_of(at)), by=SYSTEM, at=at)


def _open(step: str, intake: rules.Intake, organ_id: int, *, by: Doer, at: datetime) -> Standing:
    said = rules.checked(intake, sources=Source.values, purposes=Purpose.values)
    return matters.open(
        process=rules.PROCESS,
        by=by,
        at=at,
        organ_id=organ_id,
        title=f"信访：{Purpose(said.purpose).label}（{Source(said.source).label}）",
        party_id=said.party_id,
        parent=said.order_reference or None,
        organs={"reviewing": queries.reviewing_organ(day_of(at))},
        given={"petitions": said},
        step=step,
    )


def take(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """Take a step of a petition. ``values["unit"]`` is an organ's code. 404 for whoever may not see it."""
    found = queries.petition(by, reference)
    values = dict(values or {})
    given: dict[str, Any] = {"petitions": True}
    if step in GIVES_A_UNIT:
        given["unit_id"] = queries.unit(str(values.get("unit") or ""), day_of(at))
        given["accused"] = queries.accused(found)
    return matters.take(
        reference=reference, step=step, by=by, at=at, values=values, given=given, version=version, of=rules.TABLE
    )


def take_own(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """请求复查、复核 by whoever petitions, within thirty days of the answer. 404 for anybody else, and for every other step;
    refused after the term, also when the petition has ended by it, with the day."""
    found = queries.own(by, reference)
    if step not in rules.OWN_STEPS:
        raise NotFound("没有这个步骤。", code="no-such-step")
    last_on = queries.lapsed_on(found)
    if last_on is not None:
        raise rules.AskedTooLate(last_on)
    return matters.take(reference=reference, step=step, by=by, at=at, values=values, version=version, of=rules.TABLE)


def opinion_served(*, letter_id: int, matter_reference: str, at: datetime) -> bool:
    """Start the thirty days in which 复查 or 复核 may be asked for with the day the written answer reached whoever petitions;
    answers whether it did. Another letter, an older opinion and one of a petition that went on start nothing."""
    found = queries.waits_for_service(matter_reference, letter_id)
    if found:
        matters.take(reference=matter_reference, step=rules.SERVED, by=SYSTEM, at=at)
    return found


@transaction.atomic
def read_person(*, reference: str, field: str, purpose: str, by: Doer, at: datetime) -> str:
    """The whole ``name`` or ``phone``, for a stated purpose; a line in the petition's ledger. The handling unit of an
    accusation (检举控告) is told neither."""
    found = queries.petition(by, reference)
    if field not in FIELDS or purpose not in PURPOSES:
        raise Refusal("请选择查看什么、作什么用。", code="purpose", field="purpose")
    if found.matter.closed_at is not None or not queries.may_know(by, found):
        raise NotAllowed("本件不能查看信访人信息。", code="not-yours-to-know", article="信访工作条例 第三十条第三款")
    text = queries.known(found, field)
    if not text:
        account = "；信访人是实名账号，请按姓名在“人员查询”中查。" if found.party_id else "。"
        raise Refusal(f"信访登记没有写{FIELDS[field]}{account}", code="nothing-kept", field="field")
    detail = {"field": FIELDS[field], "purpose": PURPOSES[purpose], "code": purpose}
    matters.note(reference=reference, event="petitions.person-read", detail=detail, by=by, at=at)
    return text


def reseal(*, by: Doer, at: datetime, batch: int = 500) -> int:
    """Sealed columns under the keys in use at ``at``; answers how many values were written. On the command line only."""
    if by.kind != "system":
        raise NotAllowed("密钥轮换只能在命令行进行。")
    return turn(Petition.objects.all(), SEALED, at=at, batch=batch)
