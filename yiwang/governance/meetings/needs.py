"""What the guards and effects of an issue's steps read beside the matter."""

from __future__ import annotations

from yiwang.matters.needs import need


@need("meetings.issue")
def issue() -> str:
    """Which unit has it, when it last reported, how often it was sent back or moved."""
    return (
        "select json_build_object('unit', i.unit_id, 'reported_on', i.reported_on, 'sent_back', i.sent_back,"
        " 'moved', i.moved, 'stage_closed', i.stage_closed_at is not null)"
        " from meetings_issue i where i.matter_id = m.id"
    )
