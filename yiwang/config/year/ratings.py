"""The year's 好差评: occasions, ratings by whoever was served, and the bad ones mended, under the rules of ratings, in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple

from django.db import connection

from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.ledger import rules as ledger
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.workdays import OrdinalTable
from yiwang.matters import life_rows
from yiwang.matters.actions.bulk import Newcomer
from yiwang.matters.actions.living import Deed, Past, live_many
from yiwang.services.ratings import actions, rules
from yiwang.services.ratings.models import Rating

ELSEWHERE = {"rated_elsewhere": True}  # in a case's settings: the system it was handled in asks for the rating
RATING = "id, occasion_id, level, labels, channel, origin, rule_version, given_at"
VOICE = "rating_id, organ_id, text, text_index"
LINE = "subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest"
HEAD = "subject, ordinal, digest"
ROLES = ("receiver", "acceptor", "reviewer", "decider", "head", "leader")
WORDS = "等了很久才办好，中间没有人告诉我进展。"
CATEGORY = "efficiency"
VALID = {"opinion": "经回访并调取办理记录，反映的情况属实。"}
HEARD = {"how": "masked-call", "heard": "评价人说明了办理经过和不满意的原因。"}
MEASURES = {"kind": "at-once", "measures": "已向承办人员重申限时办结和进度告知要求，窗口增加进度短信提醒。"}
FEEDBACK = {"feedback": "您反映的问题已经整改，感谢您的监督。"}
SIGNED = {"opinion": "整改到位，同意办结。"}


class Served(NamedTuple):
    """One closed case that could be rated: ``level`` 0 where nobody did; ``luck`` seeds when and how."""

    matter_id: int
    organ_id: int
    party_id: int
    closed_at: datetime
    level: int
    mended: bool
    online: bool
    luck: int


class Rated(NamedTuple):
    """What was written, counted from what was written."""

    cases: int
    given: int
    good: int
    bad: int
    rectified: int


class _Occasion(NamedTuple):
    pk: int
    matter_id: int
    mode: str
    handler_id: int | None
    opened_on: date
    item: str
    title: str


class _Given(NamedTuple):
    pk: int
    served: Served
    occasion: _Occasion
    at: datetime


def write(
    served: Sequence[Served], *, table: OrdinalTable, until: datetime, at: datetime, digest: Callable[[bytes], None]
) -> Rated:
    """Gather the occasions as the nightly sweep does, rate them, and mend what the plan mends, all before ``until``.

    Each rating passes the questions of ``ratings.rate`` (levels and labels of the rule of its day, the last day it may be
    given) and leaves its line in the ledger; each bad one lives through its rectification under the rules of its
    process. ``at`` is when its words are sealed. ``digest`` is fed what came out. Messages and links of the past are not
    written.
    """
    actions.gather()
    occasions = _occasions([one.matter_id for one in served])
    given: list[_Given] = []
    numbers = iter(_numbers(sum(one.level > 0 for one in served)))
    for one in served:
        occasion = occasions.get(one.matter_id)
        if occasion is None:
            raise Refusal("办结的办件没有生成评价场次。", code="year-ratings")
        if one.level:
            given.append(_Given(next(numbers), one, occasion, _moment(one, until)))
    _rate(given, at, digest)
    _mend([one for one in given if rules.bad(one.served.level)], table)
    return counted([one.matter_id for one in served])


def counted(matters: Sequence[int]) -> Rated:
    """What the tables say of these cases."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), count(r.id), count(*) filter (where r.level < %(bad)s),"
            " count(*) filter (where r.level >= %(bad)s), count(x.signed_on)"
            " from ratings_occasion o left join ratings_rating r on r.occasion_id = o.id and r.follows_id is null"
            " left join ratings_rectification x on x.rating_id = r.id where o.matter_id = any(%(matters)s)",
            {"bad": rules.BAD_FROM, "matters": list(matters)},
        )
        return Rated(*cursor.fetchone())


def _occasions(matters: Sequence[int]) -> dict[int, _Occasion]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, matter_id, mode, handler_id, opened_on, item, title from ratings_occasion"
            " where matter_id = any(%s)",
            [list(matters)],
        )
        return {row[1]: _Occasion(*row) for row in cursor.fetchall()}


def _numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('ratings_rating', 'id')) from generate_series(1, %s)", [count]
        )
        return [number for (number,) in cursor.fetchall()]


def _moment(one: Served, until: datetime) -> datetime:
    """Within two days of the end of the case, and within the year."""
    after = timedelta(minutes=Random(one.luck + 1).randint(2, 60 if one.level >= rules.BAD_FROM else 2880))
    found = one.closed_at + after
    return (found if found < until else one.closed_at + (until - one.closed_at) / 2).replace(microsecond=0)


def _rate(given: Sequence[_Given], at: datetime, digest: Callable[[bytes], None]) -> None:
    ratings, voices, lines, heads = [], [], [], []
    known: dict[date, Any] = {}
    for one in given:
        day = day_of(one.at)
        rule = known.get(day) or known.setdefault(day, packs.rule(rules.KIND, rules.RULE, day))
        if day > rules.last_day(rule.value, one.occasion.opened_on):
            raise Refusal("评价晚于评价时效。", code="too-late")
        level, bad = one.served.level, rules.bad(one.served.level)
        offered = [label.code for label in rule.value.labels_for(level, one.occasion.mode)]
        chosen = Random(one.served.luck + 2).sample(offered, 1)
        labels, words = rules.checked(
            rule.value, mode=one.occasion.mode, level=level, labels=chosen, text=WORDS if bad else ""
        )
        channel = Rating.Channel.PORTAL if one.served.online else Rating.Channel.COUNTER
        ratings.append(
            (
                *(one.pk, one.occasion.pk, level, f"{{{','.join(labels)}}}"),
                *(channel.value, Rating.Origin.ACTIVE.value, rule.version, one.at),
            )
        )
        sealed = cipher.seal(words, about=f"rating:{one.pk}", at=at)
        index = cipher.index(rules.alike(words), at=at) if words else None
        voices.append((one.pk, one.served.organ_id, sealed, index))
        detail = {"rating": one.pk, "level": level, "labels": labels, "channel": channel.value}
        line, head = _line(one, detail)
        lines.append(line)
        heads.append(head)
        digest(f"{level} {one.at.isoformat()}\n".encode())
    for name, columns, rows in (
        ("ratings_rating", RATING, ratings),
        ("ratings_voice", VOICE, voices),
        ("ledger_entry", LINE, lines),
        ("ledger_head", HEAD, heads),
    ):
        life_rows.copy_rows(name, columns, rows)


def _line(one: _Given, detail: Mapping[str, Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The first line about this occasion, as ``ledger.record`` would write it: logged in the person, at a counter whoever
    the code was shown to."""
    kind = "person" if one.served.online else "party"
    said: dict[str, Any] = {
        "subject": f"rating:{one.occasion.pk}",
        "ordinal": 1,
        "at": one.at,
        "recorded_at": one.at,
        "event": "ratings.given",
        "actor": f"{kind}:{one.served.party_id}",
        "organ": str(one.served.organ_id),
    }
    body = ledger.canonical(**said, detail=detail)
    digest = ledger.digest(ledger.GENESIS, body)
    return (*said.values(), body, ledger.GENESIS, digest), (said["subject"], 1, digest)


# -- bad ones ------------------------------------------------------------------------------------------------------------


def _mend(bad: Sequence[_Given], table: OrdinalTable) -> None:
    """A rectification for each: raised at once, and for those the plan mends, all the way to the leader's signature."""
    if not bad:
        return
    pasts = []
    for one in bad:
        newcomer = Newcomer(
            organ_id=one.served.organ_id,
            title=f"差评整改：{one.occasion.title}"[:120],
            item=one.occasion.item,
            organs={"supervising": _reviewing(one)},
            received_at=one.at,
        )
        pasts.append(Past(newcomer, [_raised(one), *(_mended(one, table) if one.served.mended else ())]))
    lived = live_many(process=rules.PROCESS, pasts=pasts, by=SYSTEM, at=max(one.at for one in bad))
    for refusal in lived.refused.values():
        raise refusal


def _reviewing(one: _Given) -> int:
    posts = Post.objects.filter(holding(day_of(one.at)), role="supervisor").order_by("organ__position", "organ_id")
    return posts.values_list("organ_id", flat=True).first() or one.served.organ_id


def _raised(one: _Given) -> Deed:
    columns = {"rating_id": one.pk, "organ_id": one.served.organ_id}
    return Deed("raise", SYSTEM, one.at, given={"columns": columns, "level": one.served.level})


def _mended(one: _Given, table: OrdinalTable) -> Iterator[Deed]:
    """Dispatched on the next working day, called back and verified on the one after, mended three later, answered, signed:
    within every term, and by nobody who was rated."""
    chance = Random(one.served.luck + 3)
    rated, on = one.occasion.handler_id, day_of(one.at)
    held = {role: _others(one.served.organ_id, role, on, rated) for role in ROLES}
    chiefs = [*held["decider"], *held["leader"], *held["head"]]
    leaders = [*held["leader"], *held["head"]]
    hands = [by for role in ROLES[:4] for by in held[role]]
    mender = next((by for by in hands if any(by.reference != other.reference for other in leaders)), None)
    if mender is None or not chiefs:
        raise Refusal("没有可以办理差评整改的其他人员：被评价的人不能自己整改、签字。", code="year-ratings")
    signer = chance.choice([by for by in leaders if by.reference != mender.reference])
    known = {"ratings.rectification": {"rated": rated, "called": True}, "ratings.leaders": _leading(leaders)}
    day = on
    for step, by, after, values in (
        ("dispatch", chance.choice(chiefs), 1, {"category": CATEGORY}),
        ("call-back", mender, 1, HEARD),
        ("find-valid", mender, 0, VALID),
        ("rectify", mender, 3, MEASURES),
        ("feed-back", mender, 1, FEEDBACK),
        ("sign", signer, 1, SIGNED),
    ):
        day = table.add(day, after)
        hour = 16 if step == "find-valid" else chance.choice((9, 10, 11, 15))
        moment = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), SHANGHAI)
        yield Deed(step, by, moment, values, needs=known)


def _others(organ_id: int, role: str, on: date, rated: int | None) -> list[Doer]:
    noon = datetime.combine(on, time(12), SHANGHAI)
    held = [organs.doer_of(account, noon) for account in organs.holders(organ_id, role, on)]
    return [by for by in held if by.account_id != rated]


def _leading(leaders: Sequence[Doer]) -> list[dict[str, Any]]:
    """As the need ``ratings.leaders`` answers where the unit has a leader of its own."""
    return [
        {"step": 0, "organ": 0, "role": "head", "account": by.account_id, "from": "1949-10-01", "until": None}
        for by in leaders
    ]
