"""Some of the demo county's people say what they thought: ratings of the stories told, one of them mended to the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.services.ratings import actions, rules
from yiwang.services.ratings.models import Guest, Rectification

# Level, labels and words by turns; a gap is somebody who had nothing to say.
SAID: tuple[tuple[int, tuple[str, ...], str] | None, ...] = (
    (1, ("fast",), "当天就办好了。"),
    (5, ("repeat-trips", "slow"), "去了三次，每次都说还差一样材料。"),
    None,
    (2, (), ""),
    (4, ("over-limit",), "比说好的晚了。"),
    (1, ("convenient",), ""),
    (3, ("acceptable",), "再快一点更好。"),
)
MENDED: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("dispatch", {"category": "materials"}),
    ("call-back", {"how": "masked-call", "heard": "三次到窗口，每次告知的材料都不一样。"}),
    ("find-valid", {"opinion": "调取办理记录核实，确未一次性告知全部材料，情况属实。"}),
    ("rectify", {"kind": "at-once", "measures": "修订一次性告知单，对收件人员逐人培训，由股长每周抽查。"}),
    ("feed-back", {"feedback": "您反映的情况属实，我们已改正告知单并培训人员，向您致歉。"}),
    ("sign", {"opinion": "已核阅回访和整改情况，同意办结。"}),
)


def rate_some(at: datetime) -> int:
    """Ratings by the people served, the day after; the first bad one is mended, the rest wait. Answers how many."""
    actions.gather()
    given = 0
    # by day, so that the first bad one leaves time to mend it: occasions are gathered in whatever order the server finds them
    guests = Guest.objects.exclude(party=None).select_related("occasion")
    guests = guests.order_by("occasion__opened_on", "occasion__reference")
    for number, guest in enumerate(guests):
        said = SAID[number % len(SAID)]
        if said is None or guest.party_id is None:
            continue
        level, labels, text = said
        by = Doer(reference=f"person:{guest.party_id}", kind="citizen", person_id=guest.party_id)
        moment = min(
            datetime.combine(guest.occasion.opened_on + timedelta(days=1), time(19, 30 + number % 30), SHANGHAI), at
        )
        actions.rate(occasion_id=guest.occasion_id, level=level, labels=labels, text=text, by=by, at=moment)
        given += 1
    first = Rectification.objects.select_related("matter", "rating__occasion").order_by("matter_id").first()
    if first is not None:
        _mend(first, at)
    return given


def _mend(found: Rectification, until: datetime) -> None:
    """The steps by whoever may take them, a working day each, as far as today."""
    steps = packs.rule("process", rules.PROCESS, day_of(until)).value.steps
    table, day = calendar.table(), day_of(found.rating.given_at)
    for number, (name, values) in enumerate(MENDED):
        if number % 2 == 0:
            day = table.add(day, 1)
        moment = datetime.combine(day, time(9 + number, 15), SHANGHAI)
        if moment > until:
            return
        for by in _hands(steps[name].by, found, moment):
            try:
                matters.take(reference=found.matter.reference, step=name, by=by, at=moment, values=values)
            except Refusal:
                continue  # the person rated, or the hand that mended: the next one
            break
        else:
            return


def _hands(roles: tuple[str, ...], found: Rectification, at: datetime) -> list[Doer]:
    return [
        organs.doer_of(account, at) for role in roles for account in organs.holders(found.organ_id, role, day_of(at))
    ]
