"""What the guards of a visit's steps read beside the matter."""

from __future__ import annotations

from yiwang.matters.needs import need


@need("inspections.visit")
def visit() -> str:
    """Who was sent and still goes, by when it has to be made good, and whether a draw sent them."""
    return (
        "select json_build_object('remedy_by', i.remedy_by, 'drawn', i.draw_id is not null, 'source', i.source,"
        " 'sent', (select coalesce(json_agg(p.account_id), '[]') from inspections_attendance a"
        " join inspections_inspector p on p.id = a.inspector_id where a.inspection_id = i.matter_id"
        " and a.released_at is null), 'officers', (select coalesce(json_agg(p.account_id), '[]')"
        " from inspections_inspector p where p.organ_id = i.organ_id and p.left_on is null"
        " and not exists (select from inspections_interest x where x.inspector_id = p.id and x.subject_id = i.subject_id)))"
        " from inspections_inspection i where i.matter_id = m.id"
    )
