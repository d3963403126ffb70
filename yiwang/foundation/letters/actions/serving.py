"""Serving: when and how a letter reached its addressee. That moment starts the addressee's own terms."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.letters import queries
from yiwang.foundation.letters.models import Letter
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, Refusal

HEARS = "letters.served."  # what rooms above register under, each to find out whether the letter is theirs


@transaction.atomic
def serve(*, letter: Letter | int, how: str, by: Doer, at: datetime) -> Letter:
    """Record that the letter was served: ``counter`` (signed there), ``opened`` (confirmed online), ``post``, ``left``,
    ``noticed``.

    Refuses a letter without a file, a second service, a day before the letter, online confirmation by anybody but
    the addressee or an agent, and the other ways by anybody who does not hand out for the organ. A room above is told
    by its hook ``letters.served.…`` in the same transaction. 行政许可法 第四十四条.
    """
    number = letter if isinstance(letter, int) else letter.pk
    served = Letter.objects.select_for_update(of=("self",)).get(pk=queries.letter(by, number).pk)
    if how not in Letter.Served.values:
        raise Refusal("没有这种送达方式。", code="unknown-way", field="how")
    if how == Letter.Served.OPENED:
        if not by.is_party(served.party_id):
            raise NotAllowed("只有收文人本人或其代理人可以确认查阅。")
    elif not queries.may_record_service(by):
        raise NotAllowed("您没有登记送达的权限。")
    if served.status != Letter.Status.SEALED:
        raise Refusal("文书尚未出具，不能送达。", code="not-sealed")
    if served.served_at is not None:
        raise Refusal("该文书已经送达，不能重复登记。", code="already-served")
    if day_of(at) < day_of(served.issued_at):
        raise Refusal("送达日期早于出具日期。", code="served-before-issued", field="at")
    served.served_at, served.served_how, served.served_by = at, how, by.reference
    served.save(update_fields=["served_at", "served_how", "served_by"])
    ledger.record(
        subject=f"letter:{served.pk}",
        event="letters.served",
        by=by,
        at=at,
        organ=str(served.organ_id),
        detail={"number": served.number, "how": served.get_served_how_display()},
    )
    for name in [one for one in names.hook if one.startswith(HEARS)]:
        names.hook[name](letter_id=served.pk, matter_reference=served.matter_reference, by=by, at=at)
    return served
