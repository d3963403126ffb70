"""Questions to inspections, viewer first: a department's items and lists, visits, draws; what is public. What a viewer may
not see is 404."""

from yiwang.governance.inspections.queries.draws import (
    checkpoint_of,
    draw_of,
    draws,
    exported,
    line_of,
    lines,
    public_draws,
    replacements,
)
from yiwang.governance.inspections.queries.register import (
    ClaimRow,
    claim_of,
    claims,
    counts,
    intakes,
    items_on,
    organs_seen,
    subjects,
    title_of,
    titles,
)
from yiwang.governance.inspections.queries.visits import (
    VisitRow,
    inspection,
    inspectors_of,
    interested,
    public_results,
    visit_rows,
)

__all__ = [
    "ClaimRow",
    "VisitRow",
    "checkpoint_of",
    "claim_of",
    "claims",
    "counts",
    "draw_of",
    "draws",
    "exported",
    "inspection",
    "inspectors_of",
    "intakes",
    "interested",
    "items_on",
    "line_of",
    "lines",
    "organs_seen",
    "public_draws",
    "public_results",
    "replacements",
    "subjects",
    "title_of",
    "titles",
    "visit_rows",
]
