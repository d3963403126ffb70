"""Where the desk finds a case: the inbox leads to the page on which it is worked, not to the engine's own."""

from __future__ import annotations

from yiwang.kernel import names
from yiwang.services.cases.power_papers import POWERS

LICENCES = (
    "services.licence",
    "services.preliminary",
    "services.on-the-spot",
    "services.contest",
    "services.qualification",
)
PROCESSES = (*LICENCES, "services.public", *POWERS)


def desk_page(reference: str) -> str:
    """The review page of a case."""
    return f"/desk/cases/{reference}/"


for process in PROCESSES:
    names.slot(f"matters.page.{process}")(desk_page)
