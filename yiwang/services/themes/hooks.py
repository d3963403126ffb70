"""What themes hear by registered name: a case of theirs has moved; which theme goes with a guidance."""

from __future__ import annotations

from datetime import date, datetime

from yiwang.foundation.identifiers.turning import Hidden, turn
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed
from yiwang.services.themes import actions, queries
from yiwang.services.themes.models import ItemApplication, ThemeDraft


@names.hook("matters.child-moved.services.theme")
def child_moved(*, parent: str, child: str, at: datetime) -> None:
    """The next item opens as of the moment of the step that freed it: a slow worker costs the applicant no day."""
    actions.advance(reference=parent, at=at)


@names.hook("keys.rotated.themes")
def reseal(*, by: Doer, at: datetime, batch: int = 500) -> int:
    """After a rotation: forms waiting in a theme and drafts of one under the new key; answers how many."""
    if by.kind != "system":
        raise NotAllowed("密钥轮换只能在命令行进行。")
    waiting = Hidden("form", lambda one: f"theme-item:{one.pk}")
    drafts = Hidden("form", lambda draft: f"theme-draft:{draft.pk}")
    done = turn(ItemApplication.objects.all(), [waiting], at=at, batch=batch)
    return done + turn(ThemeDraft.objects.all(), [drafts], at=at, batch=batch)


@names.hook("catalogue.together")
def together(*, guidance_id: str, on: date) -> str:
    """Where all items of a guidance are applied for at once; empty where nobody declared a theme."""
    return next((f"/themes/{one.id}/" for one in queries.themes(on) if one.guidance == guidance_id), "")
