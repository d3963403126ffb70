"""Which cases there are: of which department and guide, by which channel, come when, and what is special about each.

Pure: the same profile, calendar and guides give the same plan. Totals are met by construction, not by drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from yiwang.config.year import rhythm
from yiwang.config.year.apportion import apportion, within
from yiwang.config.year.praise import Praise
from yiwang.config.year.profile import ON_THE_SPOT, PROMISED, Profile
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.kernel.workdays import OrdinalTable

TAIL = 24  # working days before the end in which a case that takes its days can no longer begin and be closed
BAD = (4, 5)  # 不满意、非常不满意
NOON = 12  # what is decided on the day it comes in came in the morning
MENDING = 16  # working days a bad rating takes at most from the answer of its case to the leader's signature
OPEN_WITHIN = 2  # open cases came in the last working days, so that none is overdue when the year ends


@dataclass(frozen=True, slots=True)
class Offer:
    """A guide as the plan needs it. ``room``: its promise can be exceeded while the legal limit is kept;
    ``deemable``: its promise is long enough to be kept even when nobody accepts for five working days; ``slow``: what came in on the last days can still be open;
    ``pausable`` and ``correctable``: it has a published special procedure, a material an applicant brings."""

    id: str
    organ: str
    kind: str
    room: bool = False
    deemable: bool = False
    slow: bool = False
    pausable: bool = False
    correctable: bool = False
    deniable: bool = True


@dataclass(slots=True)
class Draft:
    """One case as planned. ``level``: how it was rated, 0 not at all, ``None`` where it is rated elsewhere; ``mended``: what
    a bad rating asks for was done within the year. ``late``: it gets a yellow card, for its promise or, ``deemed``, for its acceptance.
    ``luck`` seeds everything else about it."""

    guide: str
    organ: str
    kind: str
    channel: str = ""
    received_at: datetime = datetime.min
    open: bool = False
    late: bool = False
    deemed: bool = False
    corrected: bool = False
    paused: bool = False
    denied: bool = False
    swift: bool = False  # came in with the year's last days and was through with it before they ended
    fault: str = ""
    level: int | None = 0
    mended: bool = False
    luck: int = 0


def draft(profile: Profile, offers: Mapping[str, Offer], table: OrdinalTable) -> list[Draft]:
    """Every case of the year, in the order of receipt. Refuses totals that contradict each other or the guides."""
    chance = Random(profile.seed)
    drafts = _by_guide(profile, offers)
    chance.shuffle(drafts)
    _special(profile, offers, drafts, chance)
    channels = [name for name, count in apportion(len(drafts), profile.channels).items() for _ in range(count)]
    chance.shuffle(channels)
    for one, channel in zip(drafts, channels, strict=True):
        one.channel = channel
    _corrections(profile, offers, drafts)
    _moments(profile, drafts, table, chance)
    for one in drafts:
        one.luck = chance.getrandbits(48)
    drafts.sort(key=lambda one: one.received_at)
    if profile.ratings is not None:
        _levels(profile, profile.ratings, drafts, table)
    return drafts


def _levels(profile: Profile, stated: Praise, drafts: Sequence[Draft], table: OrdinalTable) -> None:
    """Which cases could be rated here, and how they were: bad ones early enough to be mended within the year, or, where
    the profile leaves some open, so late that their first term runs beyond it."""
    chance = Random(profile.seed + 2)  # its own: the cases are the same with and without ratings
    closed = [one for one in drafts if not one.open]
    for one in closed:
        one.level = None
    last = table.roll_back(profile.until - timedelta(days=1))
    until = table.workday(max(1, table.ordinal(last) - TAIL - MENDING))
    early = [one for one in closed if one.received_at.date() < until]
    late = [one for one in closed if one.received_at.date() >= last and (one.swift or one.kind == ON_THE_SPOT)]
    waiting = stated.bad - stated.rectified
    if len(early) < stated.rectified or len(late) < waiting:
        raise Refusal("能够在期内整改（或者期末尚在整改）差评的办件太少，与概况的差评数合不上。", code="year-ratings")
    bad = [*chance.sample(early, stated.rectified), *chance.sample(late, waiting)]
    for number, one in enumerate(bad):
        one.level, one.mended = chance.choice(BAD), number < stated.rectified
    chosen = chance.sample([one for one in closed if one.level is None], stated.cases - stated.bad)
    good = apportion(stated.good, dict(enumerate(stated.levels, 1)))
    levels = [level for level, count in good.items() for _ in range(count)]
    for one, level in zip(chosen, [*levels, *[0] * (stated.cases - stated.given)], strict=True):
        one.level = level


def _by_guide(profile: Profile, offers: Mapping[str, Offer]) -> list[Draft]:
    unknown = [
        Fault(f"department.{one.organ}", f"{one.organ} 没有已发布的办事指南 {guide}", "unknown")
        for one in profile.departments
        for guide in one.guides
        if guide not in offers or offers[guide].organ != one.organ
    ]
    if unknown:
        raise Refusal("概况中的办事指南没有发布，未生成任何办件。", code="year-guides", faults=unknown)
    counts = apportion(profile.accepted, {one.organ: one.accepted for one in profile.departments})
    kinds = {one.organ: {offers[guide].kind for guide in one.guides} for one in profile.departments}
    if profile.types:
        table = within(counts, apportion(profile.accepted, profile.types), kinds)
    else:
        table = {}
        for one in profile.departments:
            by_guide = apportion(counts[one.organ], one.guides)
            table[one.organ] = {
                kind: sum(count for guide, count in by_guide.items() if offers[guide].kind == kind)
                for kind in kinds[one.organ]
            }
    drafts = []
    for one in profile.departments:
        for kind, count in sorted(table[one.organ].items()):
            of_kind = {guide: weight for guide, weight in one.guides.items() if offers[guide].kind == kind}
            for guide, cases in apportion(count, of_kind).items():
                drafts += [Draft(guide, one.organ, kind) for _ in range(cases)]
    return drafts


def _special(profile: Profile, offers: Mapping[str, Offer], drafts: Sequence[Draft], chance: Random) -> None:
    """Cards by department, what stays open, what is denied, paused or planted: each from cases that can bear it."""
    for one in profile.departments:
        able = [d for d in drafts if d.organ == one.organ and d.kind == PROMISED]
        able = [d for d in able if offers[d.guide].room or offers[d.guide].deemable]
        able.sort(key=lambda d: not offers[d.guide].room)  # stable: the shuffled order within
        if len(able) < one.cards:
            raise Refusal(f"{one.organ} 能够只亮黄牌的承诺件少于它的黄牌数。", code="year-cards")
        for found in able[: one.cards]:
            found.late, found.deemed = True, not offers[found.guide].room
    plain = [d for d in drafts if d.kind == PROMISED and not d.late]
    wanted = profile.accepted - profile.closed
    for found in _first(plain, wanted, lambda d: offers[d.guide].slow, "open"):
        found.open = True
    closed = [d for d in plain if not d.open]
    promised = sum(1 for d in drafts if d.kind == PROMISED)
    for found in _first(closed, _count(promised, profile.denied), lambda d: offers[d.guide].deniable, "denied"):
        found.denied = True
    pausable = [d for d in closed if not d.denied]
    for found in _first(pausable, _count(promised, profile.paused), lambda d: offers[d.guide].pausable, "paused"):
        found.paused = True
    usual = [d for d in pausable if not d.paused]
    for found in _first(usual, profile.faults.get("recorded_late", 0), lambda d: True, "recorded_late"):
        found.fault = "recorded_late"
    usual = [d for d in usual if not d.fault]
    for found in _first(
        usual, profile.faults.get("paused_before_due", 0), lambda d: offers[d.guide].pausable, "paused_before_due"
    ):
        found.fault = "paused_before_due"


def _corrections(profile: Profile, offers: Mapping[str, Offer], drafts: Sequence[Draft]) -> None:
    """Asked to correct: what came over a counter incomplete (online nothing incomplete leaves the page)."""
    promised = sum(1 for d in drafts if d.kind == PROMISED)
    able = [d for d in drafts if d.kind == PROMISED and not (d.late or d.open or d.paused or d.fault)]
    for found in _first(
        able,
        _count(promised, profile.corrected),
        lambda d: d.channel == "counter" and offers[d.guide].correctable,
        "corrected",
    ):
        found.corrected = True


def _first(able: Sequence[Draft], count: int, fits: object, what: str) -> list[Draft]:
    assert callable(fits)
    found = [one for one in able if fits(one)][:count]
    if len(found) < count:
        raise Refusal(f"能作为“{what}”的办件只有 {len(found)} 件，不足 {count} 件。", code="year-shares")
    return found


def _count(total: int, share: object) -> int:
    return int(total * share + 0.5)  # type: ignore[operator]


def _moments(profile: Profile, drafts: Sequence[Draft], table: OrdinalTable, chance: Random) -> None:
    """Days are given out from the end of the year: open cases to its last days, on-the-spot cases to the weeks in which
    others could no longer be finished, everything else at random. Where a county has too few on-the-spot cases for those
    weeks, plain promised ones fill them and are decided on the day they come, by the working days they still have."""
    slots: list[date] = [day for day, count in rhythm.days(profile, table).items() for _ in range(count)]
    last = table.roll_back(max(slots, default=profile.since))
    tail_from = table.workday(max(1, table.ordinal(last) - TAIL))
    open_from = table.workday(max(1, table.ordinal(last) - OPEN_WITHIN))
    early = [day for day in slots if day < tail_from]
    tail = [day for day in slots if tail_from <= day < open_from]
    final = [day for day in slots if day >= open_from]
    open_ = [d for d in drafts if d.open]
    spot = [d for d in drafts if d.kind == ON_THE_SPOT]
    others = [d for d in drafts if d.kind == PROMISED and not d.open]
    chance.shuffle(final)
    final.sort(key=lambda day: day > last)  # what stays open came in while there was a day left to accept it on
    chance.shuffle(early)
    if len(open_) > len(final):
        raise Refusal("未办结数太多：它们都在最后几个工作日收到，与总数合不上。", code="year-end")
    rest = [*final[len(open_) :], *tail]
    given = [*zip(open_, final, strict=False)]
    short = len(rest) - len(spot)
    if short > 0:
        swift = [d for d in others if not (d.late or d.denied or d.paused or d.corrected or d.fault)][:short]
        for one in swift:
            one.swift = True
        days = sorted(rest)  # a day of rest after the last working day is no day to decide anything
        if len(swift) < short or (short and days[short - 1] > last):
            raise Refusal("年末收到的办件来不及办结：可当日办结的办件太少，与总数合不上。", code="year-end")
        given += [*zip(swift, days, strict=False)]
        rest = days[short:]
        others = [d for d in others if not d.swift]
    given += [*zip(spot, rest, strict=False)]
    given += [*zip([*others, *spot[len(rest) :]], early, strict=True)]
    for one, day in given:
        one.received_at = rhythm.moment(day, profile, chance, by=NOON if one.swift else 24)
