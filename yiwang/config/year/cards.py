"""The year's cards: raised by supervision's own sweep on the morning after, and counted against what the profile states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime, time

from yiwang.config.year.profile import Profile
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.organs.models import Organ
from yiwang.governance.supervision import actions as supervision
from yiwang.governance.supervision.models import Card
from yiwang.kernel.refusal import Refusal


def read_what_is_here(at: datetime) -> None:
    """Let supervision look at the county's own cases first, as of now: the sweep of a morning years ago reads every line not
    read yet, and would give their cards a day before the deed they are about."""
    if supervision.sweep(at=at).waiting:
        raise Refusal("期限正在按新的放假安排重新推算，稍后再亮牌。", code="reprojecting")


def raise_for(profile: Profile, matters: Collection[int]) -> dict[str, int]:
    """Sweep as of the first morning after the year; answers yellow cards by department, of these matters only: a county
    that has cases of its own keeps their cards to itself.

    Nothing tells the sweep which cases were planned late: it finds them in clocks and ledger lines like any others.
    """
    morning = datetime.combine(profile.until, time.min, SHANGHAI)
    swept = supervision.sweep(at=morning)
    if swept.waiting:
        raise Refusal("期限正在按新的放假安排重新推算，稍后再亮牌。", code="reprojecting")
    return counted(matters)


def counted(matters: Collection[int]) -> dict[str, int]:
    """Yellow cards of these matters by department, as they stand."""
    codes = dict(Organ.objects.values_list("pk", "code"))
    rows = Card.objects.filter(signal=Card.Signal.YELLOW).values_list("about_id", "organ_id")
    return dict(Counter(codes[organ] for about, organ in rows if about in matters))
