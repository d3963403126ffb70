"""Where the inbox finds a report and a fill-in task."""

from __future__ import annotations

from yiwang.kernel import names


@names.slot("matters.page.insight.report")
def report_page(reference: str) -> str:
    """The drafting page."""
    return f"/desk/annual/{reference}/"


@names.slot("matters.page.insight.report-return")
def return_page(reference: str) -> str:
    """The unit's form."""
    return f"/desk/annual/returns/{reference}/"
