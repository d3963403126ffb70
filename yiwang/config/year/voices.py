"""The hotline's year as a profile states it: orders accepted, closed, returned, not satisfied, judged; through the bulk path.

Topics, units and words are invented and stand for a county's usual ones. Nobody called: built orders carry no caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from django.db.models import Max, Q

from yiwang.config.year.praise import nearest
from yiwang.config.year.said import CLAUSES, SAID, Theme
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.governance.hotline import queries, rules
from yiwang.governance.hotline.actions.recording import PROCESS, budgets
from yiwang.governance.hotline.kinds import HotlineRule
from yiwang.governance.hotline.models import Kind, Order
from yiwang.kernel.declared import Table
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.workdays import OrdinalTable
from yiwang.matters.actions.bulk import Newcomer
from yiwang.matters.actions.living import Deed, Past, live_many

FIELDS = ("accepted", "closed", "returned", "unsatisfied", "judged")
AT_ONCE = 500
DIRECT = 30  # of a hundred enquiries and the like, answered on the telephone
OPERATOR, DISPATCHER, VISITOR, RULER, HANDLER = (
    "hotline-operator",
    "hotline-dispatcher",
    "hotline-visitor",
    "hotline-ruler",
    "order-handler",
)


@dataclass(frozen=True, slots=True)
class Voices:
    """Orders ``accepted`` in the year, of those ``closed``, ``returned`` at least once, at first ``unsatisfied``, and of these
    closed by 研判 (``judged``); the others not satisfied were done again."""

    accepted: int
    closed: int
    returned: int
    unsatisfied: int
    judged: int

    def part(self, share: Fraction) -> Voices:
        cut = {name: nearest(getattr(self, name) * share) for name in FIELDS}
        cut["closed"] = min(cut["closed"], cut["accepted"])
        cut["unsatisfied"] = min(cut["unsatisfied"], cut["closed"])
        cut["judged"] = min(cut["judged"], cut["unsatisfied"])
        return Voices(**cut)


def read(table: Table | None) -> Voices | None:
    """The table ``[hotline]``; faults go to its reading."""
    if table is None:
        return None
    found = Voices(**{name: table.whole(name, least=0) for name in FIELDS})
    table.done()
    return found


def contradictions(found: Voices) -> Iterable[tuple[str, str]]:
    """What the totals cannot be together: (field, sentence)."""
    pairs = (
        ("closed", "accepted", "办结的工单多于受理的"),
        ("unsatisfied", "closed", "不满意的工单多于办结的"),
        ("judged", "unsatisfied", "研判办结的多于不满意的"),
    )
    for small, large, says in pairs:
        if getattr(found, small) > getattr(found, large):
            yield f"hotline.{small}", says
    if found.returned + found.unsatisfied > found.closed:
        yield "hotline.returned", "退单的和不满意的合计多于办结的工单：示例数据里两者不重叠"


def write(
    found: Voices,
    *,
    since: date,
    until: date,
    seed: int,
    table: OrdinalTable,
    days: dict[date, int],
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> Voices | None:
    """Make it so and answer what is there now, counted. ``None``, and nothing touched, where no hotline was set up then.
    ``days`` weighs the days of the year."""
    begins = datetime.combine(since, time(9), SHANGHAI)
    try:
        house = _House(queries.hotline_organ(since), queries.rule(since), begins)
    except Refusal:
        return None
    chance = Random(seed + 23)
    ends = datetime.combine(until, time.min, SHANGHAI)
    before = Order.objects.aggregate(last=Max("pk"))["last"] or 0
    moments = _moments(found.accepted, days, chance, ends)
    fates = _fates(found, chance)
    waiting: list[Past] = []
    for number, (received, fate) in enumerate(zip(moments, fates, strict=True), 1):
        waiting.append(_Life(house, received, ends, table, chance).past(fate))
        if len(waiting) == AT_ONCE:
            _live(waiting, ends)
            progress(number, found.accepted, "张工单")
            waiting = []
    _live(waiting, ends)
    return counted(since, until, after=before)


def counted(since: date, until: date, *, after: int = 0) -> Voices:
    """What stands, counted from the rows; of those with a key above ``after``: a county that has orders of its own in those days
    keeps them."""
    rows = Order.objects.filter(
        pk__gt=after,
        matter__received_at__gte=datetime.combine(since, time.min, SHANGHAI),
        matter__received_at__lt=datetime.combine(until, time.min, SHANGHAI),
    ).exclude(matter__state="not-accepted")
    return Voices(
        accepted=rows.count(),
        closed=rows.filter(matter__closed_at__isnull=False).count(),
        returned=rows.filter(returns__gt=0).count(),
        unsatisfied=rows.filter(first_satisfaction="unsatisfied").count(),
        judged=rows.filter(Q(verdict="done") | Q(verdict="excluded")).count(),
    )


def _live(pasts: Sequence[Past], at: datetime) -> None:
    lived = live_many(process=PROCESS, pasts=pasts, by=SYSTEM, at=at)
    if lived.refused:  # a life of ours that our own process refuses is a fault of the story
        raise RuntimeError("; ".join(refusal.says for refusal in lived.refused.values()))


def _moments(count: int, days: dict[date, int], chance: Random, ends: datetime) -> list[datetime]:
    """When people called, in order; the last hours of the year are left for answers."""
    weighed = chance.choices(list(days), list(days.values()), k=count)
    found = [datetime.combine(day, time(8 + chance.randrange(12), chance.randrange(60)), SHANGHAI) for day in weighed]
    return sorted(min(one, ends - timedelta(hours=8)) for one in found)


def _fates(found: Voices, chance: Random) -> list[str]:
    """What becomes of each, in the order of receipt: those still open are the last to have come."""
    closed = ["returned"] * found.returned + ["judged"] * found.judged
    closed += ["redone"] * (found.unsatisfied - found.judged)
    closed += ["satisfied"] * (found.closed - len(closed))
    chance.shuffle(closed)
    return closed + ["open"] * (found.accepted - found.closed)


class _House:
    """Who did what that year; posts are looked up once, as they stood when it began."""

    def __init__(self, organ_id: int, rule: HotlineRule, at: datetime) -> None:
        self.organ_id, self.rule, self.at = organ_id, rule, at
        self.organs = dict(Organ.objects.values_list("code", "pk"))
        self.titles = {one.id: one.title for one in rule.topic}
        self.towns = queries.towns(day_of(at))
        self.hands: dict[tuple[str, int], Doer] = {}
        handlers = Post.objects.filter(holding(day_of(at)), role=HANDLER).values_list("organ__code", flat=True)
        able = set(handlers)
        self.themes = [one for one in SAID if one.organ in able]

    def doer(self, role: str, organ_id: int) -> Doer:
        found = self.hands.get((role, organ_id))
        if found is None:
            account = organs.holders(organ_id, role, day_of(self.at)).order_by("pk").first()
            if account is None:
                raise Refusal(f"热线岗位 {role} 没有人，不能生成过往工单。", code="year-hotline")
            found = self.hands[role, organ_id] = organs.doer_of(account, self.at)
        return found


class _Life:
    """One order's deeds in order, and what the steps would have read."""

    def __init__(self, house: _House, received: datetime, ends: datetime, table: OrdinalTable, chance: Random) -> None:
        self.house, self.ends, self.table, self.chance = house, ends, table, chance
        self.received = self.now = received
        self.theme: Theme = chance.choice(house.themes)
        self.town, self.town_name = chance.choice(house.towns) if house.towns else ("", "")
        self.deeds: list[Deed] = []
        self.left = 24  # steps that may still come: each keeps a quarter of an hour before the year ends
        self.read: dict[str, Any] = {
            **dict.fromkeys(("dispatches", "returns", "urges", "overseen", "redone", "tries", "extended"), 0),
            "organ": None,
            "designated": False,
            "against_us": False,
            "given_on": None,
            "dispatched": False,
            "signed": False,
            "responded": False,
            "first_satisfaction": "",
        }

    def past(self, fate: str) -> Past:
        kind, said = self.theme.kind, self._said()
        direct = fate == "satisfied" and kind in (Kind.ENQUIRY, Kind.HELP) and self.chance.randrange(100) < DIRECT
        self._do("record", OPERATOR, self.house.organ_id, given={"order": said, "today": (0, 1), "respond_by_at": None})
        if direct:
            self._do("answer", OPERATOR, self.house.organ_id, {"answer": self._answer()})
        else:
            self._handled(fate)
        title = rules.list_title(kind=Kind(kind).label, topic=self.house.titles[self.theme.topic], town=self.town_name)
        newcomer = Newcomer(
            organ_id=self.house.organ_id,
            title=title,
            budgets=budgets(self.house.rule, said),
            received_at=self.received,
        )
        return Past(newcomer, self.deeds)

    def _said(self) -> rules.Intake:
        where = f"{self.town_name}{self.chance.choice(CLAUSES)}"
        words = self.chance.choice(self.theme.words)
        return rules.Intake(
            kind=self.theme.kind,
            topic=self.theme.topic,
            title=f"{where}{words}"[: rules.LONGEST_TITLE],
            content=f"{where}{words}，{self.chance.choice(self.theme.asks)}",
            channel="phone",
            town=self.town,
            place=where,
            disclosure="anonymous",
        )

    def _handled(self, fate: str) -> None:
        unit = self.house.organs[self.theme.organ]
        first = unit
        if fate == "returned":
            others = [one.organ for one in self.house.themes if one.organ != self.theme.organ]
            first = self.house.organs[self.chance.choice(others)]
        self._given("dispatch", OPERATOR, first)
        if fate == "returned":
            ground = {"ground": "duty", "opinion": "经核对本单位权责清单，此事不在其中。", "basis": "权责清单"}
            self._do("return", HANDLER, first, ground, minutes=40)
            self.read["returns"] += 1
            self._given("redispatch", DISPATCHER, unit)
        self._do("sign", HANDLER, unit, days=1)
        self.read["signed"] = True
        if fate == "open":
            return
        self._replied(unit, self.chance.randrange(1, self._days()))
        if fate in ("judged", "redone"):
            self._do(
                "unsatisfied", VISITOR, self.house.organ_id, {"level": "poor", "opinion": "没有完全解决。"}, days=1
            )
            self.read["first_satisfaction"] = "unsatisfied"
        if fate == "judged":
            verdict = {"verdict": "done", "opinion": "单位已依法处理并答复，诉求超出现行政策。"}
            self._do("judge-close", RULER, self.house.organ_id, verdict, days=1)
            return
        if fate == "redone":
            self._do("judge-redo", RULER, self.house.organ_id, {"opinion": "处理不到位，退回重办。"}, days=1)
            self.read["redone"] += 1
            self._replied(unit, 2)
        level = self.chance.choice(("best", "good", "good", "fair"))
        self._do("satisfied", VISITOR, self.house.organ_id, {"level": level, "contacted": "on", "solved": "on"}, days=1)

    def _days(self) -> int:
        """Days a unit takes, less than its limit."""
        return max(2, self.house.rule.days_of(self.theme.kind, firm=False, urgent=False) - 1)

    def _given(self, step: str, role: str, unit: int) -> None:
        values = {"organ": next(code for code, pk in self.house.organs.items() if pk == unit)}
        if step == "redispatch":
            values["opinion"] = "同意退单，按职责改派。"
        self._do(step, role, self.house.organ_id, values, given={"organ_id": unit}, minutes=30)
        self.read |= {"organ": unit, "dispatched": True, "dispatches": self.read["dispatches"] + 1}
        self.read["given_on"] = day_of(self.now).isoformat()

    def _replied(self, unit: int, days: int) -> None:
        self._do("reply", HANDLER, unit, {"answer": self._answer(), "result": "solved"}, days=days)
        self._do("pass", DISPATCHER, self.house.organ_id, minutes=50)

    def _answer(self) -> str:
        return f"{day_of(self.now):%m月%d日}{self.theme.done}{self.town_name}的情况已处理，{self.theme.basis}。"

    def _do(
        self,
        step: str,
        role: str,
        organ_id: int,
        values: dict[str, Any] | None = None,
        *,
        given: dict[str, Any] | None = None,
        days: int = 0,
        minutes: int = 10,
    ) -> None:
        """The next deed: that many working days later, or minutes; never after the year, always after the one before."""
        self.left -= 1
        if self.deeds:
            then = self.now + timedelta(minutes=minutes + self.chance.randrange(20))
            if days:
                hour = time(9 + self.chance.randrange(8), self.chance.randrange(60))
                then = datetime.combine(self.table.add(day_of(self.now), days), hour, SHANGHAI)
            last = self.ends - timedelta(minutes=15 * self.left)
            self.now = max(self.now, min(max(then, self.now), last))
        given = {"return_days": 1, "tries": 3} | (given or {})
        doer = self.house.doer(role, organ_id)
        read = {"hotline.order": dict(self.read), "hotline.parts": 0}
        self.deeds.append(Deed(step, doer, self.now, values, given, read))
