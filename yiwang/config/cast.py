"""Who does the deeds of the demo's stories: an account by its name, or whoever holds a role in an organ."""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account, Organ
from yiwang.kernel.permissions import Doer


def known(username: str) -> bool:
    """Whether the packs brought that account."""
    return Account.objects.filter(username=username).exists()


def named(username: str, at: datetime) -> Doer:
    """The account of that name with the posts held at that moment. ``DoesNotExist`` where the packs brought none."""
    return organs.doer_of(Account.objects.get(username=username), at)


def holder(organ_id: int, role: str, at: datetime) -> Doer | None:
    """The first of those who hold the role in that organ; ``None`` where nobody does."""
    found = organs.holders(organ_id, role, day_of(at)).first()
    return organs.doer_of(found, at) if found else None


def holder_at(organ_code: str, role: str, at: datetime) -> Doer | None:
    """``holder`` by the organ's code; ``None`` where there is no such organ either."""
    organ = Organ.objects.filter(code=organ_code).first()
    return holder(organ.pk, role, at) if organ else None
