"""What the guards and effects of a petition's steps read beside the matter."""

from __future__ import annotations

from yiwang.matters.needs import need


@need("petitions.petition")
def petition() -> str:
    """What is wanted, whether an answer was given, and the days already added."""
    return (
        "select json_build_object('purpose', p.purpose, 'unit', p.unit_id, 'extended', p.extended_days)"
        " from petitions_petition p where p.matter_id = m.id"
    )
