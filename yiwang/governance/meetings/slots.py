"""Where the inbox finds an issue."""

from __future__ import annotations

from yiwang.kernel import names


@names.slot("matters.page.governance.issue")
def issue_page(reference: str) -> str:
    return f"/desk/meetings/issues/{reference}/"
