"""What the guard of an answer reads beside the matter."""

from __future__ import annotations

from yiwang.matters.needs import need


@need("readings.disputed")
def disputed() -> str:
    """Who took the look that is disputed."""
    return (
        "select json_build_object('actor', e.actor) from ledger_entry e"
        " where m.item like 'ledger:%%' and e.number = substring(m.item from 8)::bigint"
    )
