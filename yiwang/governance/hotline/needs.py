"""What the guards and effects of an order's steps read beside the matter: each step names what it looks at, and no more is read."""

from __future__ import annotations

from yiwang.matters.needs import need


@need("hotline.order")
def order() -> str:
    """How often it was given and returned, to whom, whether by ruling, what has happened to it so far; whether it complains of
    the hotline's own organ or of the one that is under, which hardly any does."""
    return (
        "select json_build_object('organ', o.handling_organ_id, 'designated', o.designated,"
        " 'against_us', o.against_organ_id is not null and o.against_organ_id in (o.organ_id,"
        " (select h.parent_id from organs_organ h where h.id = o.organ_id)),"
        " 'dispatches', o.dispatches, 'returns', o.returns, 'urges', o.urges, 'overseen', o.overseen,"
        " 'redone', o.redone, 'tries', o.tries, 'extended', o.extended, 'given_on', o.given_on,"
        " 'dispatched', o.dispatched_at is not null, 'signed', o.signed_at is not null,"
        " 'responded', o.responded_at is not null, 'first_satisfaction', o.first_satisfaction)"
        " from hotline_order o where o.matter_id = m.id"
    )


@need("hotline.parts")
def parts() -> str:
    """How many parts are still out with other units."""
    return "select to_json(count(*)) from matter c where c.parent_id = m.id and c.closed_at is null"


@need("hotline.merged")
def merged() -> str:
    """How many orders are merged into it."""
    return (
        "select to_json(count(*)) from hotline_order x join matter y on y.id = x.matter_id"
        " where x.merged_into_id = m.id and y.state = 'merged'"
    )
