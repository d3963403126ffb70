"""What themes hear by registered name: a case of theirs has moved; which theme goes with a guidance."""

from __future__ import annotations

from datetime import date, datetime

from yiwang.kernel import names
from yiwang.services.themes import actions, queries


@names.hook("matters.child-moved.services.theme")
def child_moved(*, parent: str, child: str, at: datetime) -> None:
    """The next item opens as of the moment of the step that freed it: a slow worker costs the applicant no day."""
    actions.advance(reference=parent, at=at)


@names.hook("catalogue.together")
def together(*, guidance_id: str, on: date) -> str:
    """Where all items of a guidance are applied for at once; empty where nobody declared a theme."""
    return next((f"/themes/{one.id}/" for one in queries.themes(on) if one.guidance == guidance_id), "")
