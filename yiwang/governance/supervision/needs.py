"""What the guards of a card's steps read beside the matter."""

from __future__ import annotations

from yiwang.matters.needs import need


@need("supervision.card")
def card() -> str:
    """The signal behind this card: which clock, under which occasion, and the code of the unit charged."""
    return (
        "select json_build_object('clock', k.clock, 'occasion', k.occasion, 'organ', o.code) "
        "from supervision_card k left join organs_organ o on o.id = k.organ_id where k.matter_id = m.id"
    )
