"""Open orders like the one being typed, and hot spots. Who asks is asked first; nobody's name or words are answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from yiwang.foundation.organs import queries as organs
from yiwang.foundation.packs import queries as packs
from yiwang.governance.hotline import queries as hotline
from yiwang.governance.hotline.duty.kinds import RULE, WEIGHING, Weighing
from yiwang.governance.hotline.models import Kind
from yiwang.governance.hotline.queries.order import no_such_order
from yiwang.governance.hotline.similar import hotspots
from yiwang.governance.hotline.similar.finding import like
from yiwang.governance.hotline.similar.terms import shared_words
from yiwang.kernel.permissions import Doer, Permission
from yiwang.matters import processes

TYPING = (Permission.ORDER_TAKE, Permission.ORDER_DISPATCH)
WATCHING = (Permission.ORDER_DISPATCH, Permission.ORDER_RULE, Permission.CASE_SUPERVISE, Permission.WALL_SEE)


@dataclass(frozen=True, slots=True)
class Alike:
    """An open order like the text: its number, what it is about in codes' words, and the typed words it shares."""

    reference: str
    number: str
    kind: str
    topic: str
    town: str
    received_on: date
    state: str
    organ: str
    words: Sequence[str]
    percent: int


def weighing(on: date) -> Weighing:
    """The values of proposals, likeness and hot spots in force on a day."""
    found: Weighing = packs.rule(WEIGHING, RULE, on).value
    return found


def alike(viewer: Doer, text: str, *, on: date, town: str = "", kind: str = "", besides: int = 0) -> list[Alike]:
    """Open orders of the last days that say much of what ``text`` says, in that town where one is given, likest first.

    404 for whoever neither takes nor dispatches orders. ``besides`` leaves out an order itself. Two statements and a name.
    """
    if not any(viewer.may(permission) for permission in TYPING):
        raise no_such_order()
    rule = weighing(on)
    found = like(
        text,
        since=on - timedelta(days=rule.similar_days),
        until=on,
        least=rule.similar_alike,
        limit=rule.similar_most,
        columns="m.reference, o.number, m.state, m.process_id, m.process_version, o.handling_organ_id",
        join="join hotline_order o on o.matter_id = m.id",
        only="and m.closed_at is null and o.merged_into_id is null",
        town=town,
        kind=kind,
        besides=besides,
    )
    topics = {one.id: one.title for one in hotline.rule(on).topic} if found else {}
    towns = dict(hotline.towns(on)) if found else {}
    named = organs.organ_names([one.more[5] for one in found if one.more[5]], on)
    return [
        Alike(
            reference=one.more[0],
            number=one.more[1],
            kind=Kind(one.kind).label,
            topic=topics.get(one.topic, one.topic),
            town=towns.get(one.town, ""),
            received_on=one.received_on,
            state=processes.bound(one.more[3], one.more[4]).states[one.more[2]].title,
            organ=named.get(one.more[5] or 0, ""),
            words=shared_words(text, one.shared),
            percent=round(one.score * 100),
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A hot spot as a page shows it, with what came on each day."""

    town_code: str
    topic_code: str
    town: str
    topic: str
    count: int
    before: int
    expected: float
    says: str
    days: Sequence[tuple[date, int]]

    @property
    def most(self) -> int:
        """The most on one day: what a bar is measured against."""
        return max((count for _, count in self.days), default=0) or 1


@dataclass(frozen=True, slots=True)
class HotSpots:
    """What a page of hot spots says: the spots, over which days, against which, and how many places were looked at."""

    found: Sequence[HotSpot]
    since: date
    until: date
    days: int
    days_before: int
    least: int
    surprise: float
    looked_at: int
    orders: int


def hot(viewer: Doer, on: date) -> HotSpots:
    """Places and topics with more orders of late than usual, the most surprising first. 404 for who does not watch over
    orders. What came in today counts."""
    if viewer.kind != "staff" or not any(viewer.may(permission) for permission in WATCHING):
        raise no_such_order()
    rule = weighing(on)
    since = on - timedelta(days=rule.hot_days - 1)
    first = since - timedelta(days=rule.hot_days_before)
    with connection.cursor() as cursor:
        cursor.execute(
            "select town, topic, count(*) filter (where received_on >= %(since)s),"
            " count(*) filter (where received_on < %(since)s), array_agg(received_on) filter (where received_on >= %(since)s)"
            " from hotline_trace where received_on between %(first)s and %(on)s and town <> '' group by 1, 2",
            {"since": since, "first": first, "on": on},
        )
        rows = cursor.fetchall()
    recent = {(town, topic): count for town, topic, count, _, _ in rows if count}
    before = {(town, topic): count for town, topic, _, count, _ in rows if count}
    on_days = {(town, topic): days or [] for town, topic, _, _, days in rows}
    spots = hotspots.spots(
        recent, before, days=rule.hot_days, days_before=rule.hot_days_before, least=rule.hot_least,
        surprise=rule.hot_surprise,
    )  # fmt: skip
    topics = {one.id: one.title for one in hotline.rule(on).topic}
    towns = dict(hotline.towns(on))
    return HotSpots(
        found=[
            HotSpot(
                town_code=one.town,
                topic_code=one.topic,
                town=towns.get(one.town, one.town),
                topic=topics.get(one.topic, one.topic),
                count=one.count,
                before=one.before,
                expected=one.expected,
                says=hotspots.says(one, days=rule.hot_days, days_before=rule.hot_days_before),
                days=hotspots.by_day(on_days[(one.town, one.topic)], until=on, span=rule.hot_days),
            )
            for one in spots
        ],
        since=since,
        until=on,
        days=rule.hot_days,
        days_before=rule.hot_days_before,
        least=rule.hot_least,
        surprise=rule.hot_surprise,
        looked_at=len(rows),
        orders=sum(recent.values()),
    )
