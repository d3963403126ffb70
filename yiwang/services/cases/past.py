"""Cases another system decided: the detail row a matter of ours needs, as far as a log can give it.

A log seldom says who applied. Such cases stand under one applicant a log, named as what it is; nobody can log in as it, and
its credit code cannot be a real one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.organs.models import Organ, Place
from yiwang.foundation.people.models import Firm, Party
from yiwang.kernel.names import hook
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters.history.loading import Frame
from yiwang.matters.standing import Standing
from yiwang.services.cases.identity import identity
from yiwang.services.cases.models import Case
from yiwang.services.catalogue import queries as catalogue

CHANNELS = {name: name for name in Case.Channel.values} | {str(label): name for name, label in Case.Channel.choices}


@hook("history.frame.cases_case")
def frame(*, item: str, organ_id: int, log: str, by: Doer, at: datetime) -> Frame:
    """What cases of a log begin with: the item's guide in force on the day of import, its limits and organ.

    Refuses without an item: a case belongs to a guide.
    """
    if not item:
        raise Refusal("办件须属于一个事项，请在映射中写明 item。", code="history-mapping", field="item")
    guide = catalogue.guide_in_force(item, day_of(at))
    organ = Organ.objects.get(pk=guide.item.organ_id)
    hall = Place.objects.filter(kind=Place.Kind.HALL, until_on=None).order_by("position").first()
    hall_id = hall.organ_id if hall else organ.pk
    party_id = _applicant(log, by, at)

    def columns(matter: Standing, moment: datetime, channel: str) -> Mapping[str, Any]:
        return {
            **identity(matter, guide, organ, received_on=day_of(moment)),
            "organ_id": matter.organ_id,
            "hall_id": hall_id,
            "party_id": party_id,
            "channel": CHANNELS.get(channel, Case.Channel.API.value),
            "answers": json.dumps({}),
            "form": b"",
            "delivery": Case.Delivery.COLLECT.value,
            "outcome": "",
            "decided_on": None,
        }

    return Frame(
        organ_id=organ.pk,
        title=guide.item.name[:120],
        item=guide.item.code,
        guide=f"{guide.item.code}#{guide.version}",
        chain=guide.chain,
        party_id=party_id,
        budgets=catalogue.budgets(guide),
        organs={"accepting": organ.pk, "hall": hall_id},
        columns=columns,
    )


def _applicant(log: str, by: Doer, at: datetime) -> int:
    """The one row behind which a log's unnamed applicants stand. Its code has no check character a real one could have."""
    code = f"HX{sm3(log.encode()).hex().upper()[:16]}"
    with transaction.atomic():
        found = Firm.objects.filter(uscc=code).first()
        if found is not None:
            return int(found.pk)
        party = Party.objects.create(kind=Party.Kind.FIRM, registered_at=at, registered_by=by.reference)
        name = f"历史办件申请人（{log}，姓名见原系统）"
        Firm.objects.create(
            party=party, uscc=code, name=name, name_key=f"zzz {log}", kind=Firm.Kind.OTHER, legal_representative="—"
        )
        return int(party.pk)
