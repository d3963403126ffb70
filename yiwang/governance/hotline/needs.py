"""What the guards and effects of an order's steps read beside the matter."""

from __future__ import annotations

from yiwang.matters.needs import need


@need("hotline.order")
def order() -> str:
    """How often it was given and returned, to whom, whether by ruling, what is still out with other units."""
    return (
        "select json_build_object('organ', o.handling_organ_id, 'first', o.first_organ_id, 'designated', o.designated,"
        " 'against_us', coalesce(o.against_organ_id in (o.organ_id, (select h.parent_id from organs_organ h"
        " where h.id = o.organ_id)), false),"
        " 'dispatches', o.dispatches, 'returns', o.returns, 'urges', o.urges, 'overseen', o.overseen,"
        " 'redone', o.redone, 'tries', o.tries, 'extended', o.extended, 'given_on', o.given_on,"
        " 'dispatched', o.dispatched_at is not null, 'signed', o.signed_at is not null,"
        " 'responded', o.responded_at is not null, 'first_satisfaction', o.first_satisfaction,"
        " 'open_parts', (select count(*) from matter c where c.parent_id = m.id and c.closed_at is null),"
        " 'merged', (select count(*) from hotline_order x join matter y on y.id = x.matter_id"
        " where x.merged_into_id = m.id and y.state = 'merged'))"
        " from hotline_order o where o.matter_id = m.id"
    )
