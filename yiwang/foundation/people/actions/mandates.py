"""委托书: given online by the principal or taken in at the counter with the signed paper, revoked at any time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.people import queries, rules, wall
from yiwang.foundation.people.models import Mandate, Party, Person
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, Refusal


@transaction.atomic
def give_mandate(
    *,
    principal_id: int,
    agent_name: str,
    agent_id_number: str,
    until_on: date,
    from_on: date | None = None,
    item_codes: Sequence[str] = (),
    matter_reference: str = "",
    document: str = "",
    by: Doer,
    at: datetime,
) -> Mandate:
    """Let a registered person act for a party: for everything, for named items, or for one matter, until a day.

    The agent is named by name and whole ID number, both must fit. ``item_codes`` are 12, 31 or 33 characters long.
    By the principal (of a firm: its 法定代表人), never by an agent; or at the counter, then with the ``document``.
    """
    on = day_of(at)
    principal = Party.objects.filter(pk=principal_id).first()
    if principal is None:
        raise queries.NoSuchParty("没有这个当事人。")
    if not queries.is_principal(by, principal_id, on):
        try:
            rules.refuse_foreign_counter(by)
        except NotAllowed:
            raise NotAllowed("只能由委托人本人（单位由法定代表人）委托他人，受托人不能转委托。") from None
        if not document:
            raise Refusal(
                "窗口录入委托须上传委托书。", code="document", field="document", article="民法典 第一百六十五条"
            )
    if item_codes and matter_reference:
        raise Refusal("请选择委托事项或者委托办件，不能同时选择。", code="scope", field="matter_reference")
    codes = [identifiers.check_item_code(code, field="item_codes") for code in dict.fromkeys(item_codes)]
    from_on = from_on or on
    rules.check_term(from_on, until_on, on=on)
    agent = _agent(agent_name, agent_id_number, on)
    if agent.pk == principal_id:
        raise Refusal("不能委托本人。", code="self", field="agent_id_number")
    scope = Mandate.Scope.ITEMS if codes else Mandate.Scope.MATTER if matter_reference else Mandate.Scope.ALL
    mandate = Mandate.objects.create(
        principal=principal,
        agent=agent,
        scope=scope,
        item_codes=codes,
        matter_reference=matter_reference[:40],
        from_on=from_on,
        until_on=until_on,
        document=document[:80],
        given_at=at,
        given_by=by.reference,
    )
    _record(mandate, "people.mandate-given", by, at, scope=scope.label, until=until_on.isoformat())
    return mandate


@transaction.atomic
def revoke_mandate(*, mandate: Mandate, by: Doer, at: datetime) -> Mandate:
    """Revoke at once: by the principal, by the agent (who lays it down), or at the counter. Refuses a second time."""
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if by.person_id != mandate.agent_id and not queries.is_principal(by, mandate.principal_id, day_of(at)):
        rules.refuse_foreign_counter(by)
    if mandate.revoked_at is not None:
        raise Refusal("该委托已经撤销。", code="already-revoked")
    mandate.revoked_at, mandate.revoked_by = at, by.reference
    mandate.save(update_fields=["revoked_at", "revoked_by"])
    _record(mandate, "people.mandate-revoked", by, at)
    return mandate


def _agent(name: str, id_number: str, on: date) -> Person:
    number = identifiers.check_id_number(id_number, on=on, field="agent_id_number")
    with wall.lowered():
        person = Person.objects.filter(id_number_index__in=cipher.indexes(number)).first()
    # One answer for both: nobody learns from this page whether a number is registered, or under which name.
    if person is None or person.name != rules.check_name(name, field="agent_name"):
        says = "没有找到姓名和身份证号码都相符的已实名人员，请受托人先完成实名登记。"
        raise Refusal(says, code="no-such-agent", field="agent_id_number")
    return person


def _record(mandate: Mandate, event: str, by: Doer, at: datetime, **detail: object) -> None:
    record(
        subject=f"party:{mandate.principal_id}",
        event=event,
        by=by,
        at=at,
        organ=str(by.organ_id or ""),
        detail={"agent": mandate.agent_id, "mandate": mandate.pk, **detail},
    )
