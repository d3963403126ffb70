"""Looking for ratings that seem made up. Each look answers evidence; none says that somebody did wrong.

One statement a look, over the ratings given here since a day. Imported ratings carry no terminal and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from yiwang.services.ratings.models import Sign
from yiwang.services.ratings.rules import BAD_FROM, RatingRule

PRAISE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Found:
    """One sign: ``key`` names what it rests on, so that the same thing is said once."""

    indicator: str
    key: str
    organ_id: int
    says: str
    ratings: Sequence[int]


# From each rating on, how many came from the same place within the window; the fullest window of a day and place speaks.
BURST = """
with placed as (
    select r.id, r.given_at, o.organ_id, p.kind, p.place
    from ratings_rating r join ratings_occasion o on o.id = r.occasion_id join ratings_voice v on v.rating_id = r.id
    cross join lateral (values ('终端', v.terminal_index), ('网络地址', v.address_index)) p (kind, place)
    where r.given_at >= %(since)s::date and p.place is not null
), windowed as (
    select *, array_agg(id) over w as ids, count(*) over w as many from placed
    window w as (partition by kind, place order by given_at
        range between current row and make_interval(mins => %(minutes)s::int) following)
)
select distinct on (kind, place, day) kind, encode(place, 'hex'), (given_at at time zone 'Asia/Shanghai')::date as day,
    organ_id, many, ids
from windowed where many >= %(count)s::int order by kind, place, day, many desc
"""

SAME_TEXT = """
select encode(v.text_index, 'hex'), min(v.organ_id), count(*), array_agg(r.id order by r.id)
from ratings_voice v join ratings_rating r on r.id = v.rating_id
where r.given_at >= %(since)s::date and v.text_index is not null and r.id = any(%(long)s::bigint[])
group by v.text_index having count(*) >= %(count)s::int
"""

PRAISE = f"""
select o.organ_id, count(*), count(*) filter (where r.level < {BAD_FROM})
from ratings_rating r join ratings_occasion o on o.id = r.occasion_id
left join ratings_rectification k on k.rating_id = r.id
where o.opened_on >= %(since)s::date and r.follows_id is null and not coalesce(k.excluded, false)
group by o.organ_id
having count(*) >= %(least)s::int
    and count(*) filter (where r.level < {BAD_FROM}) * 10000::bigint > count(*) * %(permyriad)s::bigint
"""

# The matter's first line was written down when its decision had already been made: the whole case was entered afterwards.
AFTERWARDS = """
select o.id, o.organ_id, o.reference, array_agg(r.id)
from ratings_rating r join ratings_occasion o on o.id = r.occasion_id
join matter m on m.id = o.matter_id
join ledger_entry e on e.subject = 'matter:' || m.reference and e.ordinal = 1
where r.given_at >= %(since)s::date
    and (e.recorded_at at time zone 'Asia/Shanghai')::date > o.opened_on
group by o.id, o.organ_id, o.reference
"""

# Somebody who handled the service opened its link, or the rating came from the terminal that person was seen at.
BY_STAFF = """
select o.id, o.organ_id, o.reference, bool_or(p.link and p.account_id = any(o.involved)),
    bool_or(p.account_id = any(o.involved) and p.terminal_index = v.terminal_index), array_agg(distinct r.id)
from ratings_occasion o join ratings_rating r on r.occasion_id = o.id join ratings_voice v on v.rating_id = r.id
join ratings_opening p on p.occasion_id = o.id and p.account_id <> 0
where r.given_at >= %(since)s::date and p.account_id = any(o.involved)
group by o.id, o.organ_id, o.reference
having bool_or(p.link) or bool_or(p.terminal_index = v.terminal_index)
"""


def _ask(sql: str, **asked: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return list(cursor.fetchall())


def bursts(rule: RatingRule, since: date) -> list[Found]:
    rows = _ask(BURST, since=since, minutes=str(rule.burst_minutes), count=str(rule.burst_count))
    return [
        Found(
            Sign.Indicator.BURST,
            f"{kind}:{place[:24]}:{day}",
            organ_id,
            f"{day}同一{kind}在{rule.burst_minutes}分钟内给出{many}条评价",
            ids,
        )
        for kind, place, day, organ_id, many, ids in rows
    ]


def same_texts(rule: RatingRule, since: date, long_enough: Sequence[int]) -> list[Found]:
    """``long_enough``: ratings whose words are long enough to compare; the database knows digests only."""
    rows = _ask(SAME_TEXT, since=since, long=list(long_enough), count=str(rule.same_text_count))
    return [
        Found(Sign.Indicator.SAME_TEXT, f"{index[:32]}:{many}", organ_id, f"{many}条评价的文字内容相同", ids)
        for index, organ_id, many, ids in rows
    ]


def praise(rule: RatingRule, on: date) -> list[Found]:
    """Once a unit and month."""
    since = on - timedelta(days=PRAISE_DAYS)
    rows = _ask(PRAISE, since=since, least=str(rule.praise_least), permyriad=str(rule.praise_permyriad))
    return [
        Found(
            Sign.Indicator.PRAISE,
            f"{organ_id}:{on:%Y-%m}",
            organ_id,
            f"近一年有效评价{valid}条，其中好评{good}条，好评率高于{rule.praise_permyriad / 100:g}%",
            [],
        )
        for organ_id, valid, good in rows
    ]


def afterwards(since: date) -> list[Found]:
    return [
        Found(Sign.Indicator.AFTERWARDS, str(pk), organ_id, f"办件{reference}在作出决定之后才录入系统，并已评价", ids)
        for pk, organ_id, reference, ids in _ask(AFTERWARDS, since=since)
    ]


def by_staff(since: date) -> list[Found]:
    found = []
    for pk, organ_id, reference, opened, same, ids in _ask(BY_STAFF, since=since):
        ways = [says for says, yes in (("打开过评价链接", opened), ("所用终端与评价终端相同", same)) if yes]
        found.append(Found(Sign.Indicator.BY_STAFF, str(pk), organ_id, f"{reference}的经办人员{'，'.join(ways)}", ids))
    return found
