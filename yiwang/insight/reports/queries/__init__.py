"""Questions about reports, viewer first. What a viewer may not see is 404."""

from yiwang.insight.reports.queries.attesting import attested
from yiwang.insight.reports.queries.drafting import (
    Checked,
    checked,
    draft_of,
    grids,
)
from yiwang.insight.reports.queries.editions import (
    Edition,
    cells,
    edition,
    editions,
    may_edit,
    no_such_report,
    report,
    rule_of,
    template,
    templates,
)
from yiwang.insight.reports.queries.records import Opened, opened
from yiwang.kernel.permissions import Permission

EDIT = Permission.REPORT_EDIT

__all__ = [
    "EDIT",
    "Checked",
    "Edition",
    "Opened",
    "attested",
    "cells",
    "checked",
    "draft_of",
    "edition",
    "editions",
    "grids",
    "may_edit",
    "no_such_report",
    "opened",
    "report",
    "rule_of",
    "template",
    "templates",
]
