"""The year's cards: raised by supervision's own sweep on the morning after, and counted against what the profile states."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import Count

from yiwang.config.year.profile import Profile
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.organs.models import Organ
from yiwang.governance.supervision import actions as supervision
from yiwang.governance.supervision.models import Card
from yiwang.kernel.refusal import Refusal


def raise_for(profile: Profile) -> dict[str, int]:
    """Sweep as of the first morning after the year; answers yellow cards by department, of cases received in the year.

    Nothing tells the sweep which cases were planned late: it finds them in clocks and ledger lines like any others.
    """
    morning = datetime.combine(profile.until, time.min, SHANGHAI)
    swept = supervision.sweep(at=morning)
    if swept.waiting:
        raise Refusal("期限正在按新的放假安排重新推算，稍后再亮牌。", code="reprojecting")
    since = datetime.combine(profile.since, time.min, SHANGHAI)
    codes = dict(Organ.objects.values_list("pk", "code"))
    rows = Card.objects.filter(signal=Card.Signal.YELLOW, about__received_at__gte=since, about__received_at__lt=morning)
    return {codes[row["organ_id"]]: row["n"] for row in rows.values("organ_id").annotate(n=Count("pk"))}
