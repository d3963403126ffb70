"""What follows handing on: the envelope reaches the other place's system, once, retried until it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.foundation.people import queries as people
from yiwang.kernel.names import after
from yiwang.services.relay.adapters import PLACES, Envelope
from yiwang.services.relay.models import RelayCase


@after("relay.send")
def send(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """Their number is kept; an adapter that raises leaves the job waiting, visible to the clerk."""
    case = RelayCase.objects.select_related("matter", "agreed_item__agreement").get(matter_id=matter_id)
    if case.handed_on_at is None:
        raise RuntimeError("handed on without a moment")
    place = PLACES[case.agreed_item.agreement.adapter]
    name = people.names_of([case.party_id]).get(case.party_id, "")
    materials = [(one["name"], one["state"]) for one in case.materials]
    number = place.hand_on(Envelope(case.matter.reference, case.agreed_item.code, name, materials, case.handed_on_at))
    if number and not case.outer_number:
        case.outer_number = number[:80]
        case.save(update_fields=["outer_number"])
