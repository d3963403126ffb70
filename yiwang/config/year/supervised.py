"""互联网+监管 as a year's profile states it: items claimed, lists filled in, acts of supervision; made by the modules' deeds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from random import Random

from yiwang.config.year.praise import nearest
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.governance.inspections import actions
from yiwang.governance.inspections.models import Behaviour, CheckList, Claim
from yiwang.governance.inspections.reading import ItemLine
from yiwang.kernel.declared import Table
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.workdays import OrdinalTable

FIELDS = ("organs", "due", "claimed", "here", "lists", "complete", "busy", "acts")
MAIN = "449988000000"
SHOP = "92449931MA0000001W"  # every act names an invented shop; whom it was about was not published
HEADS = ("监管行为编号", "监管事项编码", "监管单位", "监管行为类别", "检查对象编码", "行为日期", "发现问题")
REASON = "监管权限在上级部门，本级没有执法权限（示例）"


@dataclass(frozen=True, slots=True)
class Supervised:
    """Units with items, items ``due`` and ``claimed``, of those ``here`` (the rest is 本级不监管, approved), implementation
    ``lists`` and how many are ``complete``, items ``busy`` with ``acts`` in the year."""

    organs: int
    due: int
    claimed: int
    here: int
    lists: int
    complete: int
    busy: int
    acts: int

    def part(self, share: Fraction) -> Supervised:
        """Every total times ``share``; no more units than items, an act for each busy item."""
        cut = {name: nearest(getattr(self, name) * share) for name in FIELDS}
        due = max(1, cut["due"])
        claimed = min(cut["claimed"], due)
        here = min(cut["here"], claimed)
        lists = max(cut["lists"], here)
        busy = min(cut["busy"], here)
        return Supervised(
            min(self.organs, due), due, claimed, here, lists, min(cut["complete"], lists), busy, max(cut["acts"], busy)
        )


def read(table: Table | None) -> Supervised | None:
    """The table ``[supervision]``; faults go to its reading."""
    if table is None:
        return None
    found = Supervised(**{name: table.whole(name, least=0) for name in FIELDS})
    table.done()
    return found


def contradictions(found: Supervised) -> Iterable[tuple[str, str]]:
    """What the totals cannot be together: (field, sentence)."""
    pairs = (
        ("claimed", "due", "已认领多于应认领"),
        ("here", "claimed", "本级监管多于已认领"),
        ("here", "lists", "清单少于本级监管事项：每项至少一份"),
        ("complete", "lists", "填报完备的清单多于清单"),
        ("busy", "here", "有监管行为的事项多于本级监管事项"),
        ("busy", "acts", "监管行为少于有监管行为的事项"),
        ("organs", "due", "单位多于应认领事项"),
    )
    for small, large, says in pairs:
        if getattr(found, small) > getattr(found, large):
            yield f"supervision.{small}", says


def write(
    found: Supervised, *, since: date, until: date, seed: int, table: OrdinalTable, at: datetime
) -> Supervised | None:
    """Make it so, and answer what is there now, counted. ``None``, and nothing touched, where departments of this house
    have claimed items already, or a pack handed out more than the profile states. Refused: more units than the house has."""
    handed_out = Claim.objects.count()
    if handed_out > found.due or Claim.objects.exclude(level="").exists():
        return None
    chance, opened = Random(seed + 7), datetime.combine(since, time(9), SHANGHAI)
    units = _units(found.organs, opened)
    _hand_out(found, units, since, opened)
    claims = list(Claim.objects.order_by("pk"))[: found.due]
    for number, one in enumerate(claims[: found.claimed]):
        _claim(one, number < found.here, units[one.organ_id], opened + timedelta(days=20))
    here = [one for one in claims if one.pk in set(Claim.objects.filter(level="here").values_list("pk", flat=True))]
    _lists(found, here, units, opened + timedelta(days=40))
    _acts(found, here[: found.busy], chance, since, until, table, at)
    return counted(since, until)


def act_in(found: Supervised, *, since: date, until: date, seed: int, table: OrdinalTable, at: datetime) -> int:
    """Where departments claimed their items themselves: acts in the proportions stated, of as many of their items; the acts of
    the year there are count among them. Answers how many were brought in."""
    here = list(Claim.objects.filter(level="here", ended_at=None).order_by("pk"))
    if not here or not found.here:
        return 0
    share = Fraction(len(here), found.here)
    there = counted(since, until).acts
    busy = here[: nearest(min(found.busy * share, Fraction(len(here))))]
    wanted = max(nearest(found.acts * share), len(busy)) - there
    if wanted <= 0:
        return 0
    _acts(replace(found, acts=wanted), busy, Random(seed + 7), since, until, table, at, after=there)
    return counted(since, until).acts - there


def counted(since: date, until: date) -> Supervised:
    """What stands, counted from the rows."""
    acts = Behaviour.objects.filter(happened_on__gte=since, happened_on__lt=until)
    return Supervised(
        organs=Claim.objects.values("organ_id").distinct().count(),
        due=Claim.objects.count(),
        claimed=Claim.objects.exclude(level="").count(),
        here=Claim.objects.filter(level="here").count(),
        lists=CheckList.objects.count(),
        complete=CheckList.objects.exclude(completed_at=None).count(),
        busy=acts.values("claim_id").distinct().count(),
        acts=acts.count(),
    )


def _units(count: int, at: datetime) -> dict[int, tuple[str, Doer]]:
    """Units that claim: those a pack named, then others in the order of the county's list; organ → code and its clerk."""
    first = list(dict.fromkeys(Claim.objects.order_by("pk").values_list("organ_id", flat=True)))
    kinds = (Organ.Kind.DEPARTMENT, Organ.Kind.TOWN)
    others = Organ.objects.filter(kind__in=kinds).exclude(pk__in=first).order_by("position", "pk")
    found: dict[int, tuple[str, Doer]] = {}
    for organ in [*Organ.objects.filter(pk__in=first), *others]:
        clerk = organs.holders(organ.pk, "reviewer", at.date()).order_by("pk").first()
        if clerk is not None and len(found) < count:
            found[organ.pk] = (organ.code, organs.doer_of(clerk, at))
    if len(found) < count or not set(first) <= set(found):
        raise Refusal(f"概况写明{count}个单位有监管事项，本县能够认领的只有{len(found)}个。", code="year-organs")
    return found


def _hand_out(found: Supervised, units: dict[int, tuple[str, Doer]], since: date, at: datetime) -> None:
    wanted = found.due - Claim.objects.count()
    codes = [code for code, _ in units.values()]
    there = set(Claim.objects.values_list("organ_id", flat=True))
    codes.sort(key=lambda code: code in {units[pk][0] for pk in there})  # those without any item first
    lines = [ItemLine(1, MAIN, "", "示例监管事项", "", "示例依据", "", (), since)]
    lines += [
        ItemLine(
            *(number + 2, f"449988{number + 1:06d}", MAIN, f"示例监管事项{number + 1}", "", "示例依据"),
            *(codes[number % len(codes)], (), since),
        )
        for number in range(wanted)
    ]
    called = {code: pk for pk, (code, _) in units.items()}
    done = actions.register_items(lines=lines, organs=called, by=SYSTEM, at=at)
    if done.refused:
        raise Refusal(done.refused[0].why, code="year-supervision")


def _claim(one: Claim, here: bool, unit: tuple[str, Doer], at: datetime) -> None:
    actions.claim(claim_id=one.pk, here=here, reason="" if here else REASON, by=unit[1], at=at)
    if not here:
        actions.rule_claim(claim_id=one.pk, approved=True, said="同意（示例）", by=SYSTEM, at=at + timedelta(days=5))


def _lists(found: Supervised, here: Sequence[Claim], units: dict[int, tuple[str, Doer]], at: datetime) -> None:
    first = {one.claim_id: one for one in CheckList.objects.filter(claim__in=here)}
    for number in range(found.lists):
        one, turn = here[number % len(here)], number // len(here)
        listed = first[one.pk] if turn == 0 else None
        good = number < found.complete
        actions.keep_list(
            claim_id=one.pk,
            list_id=listed.pk if listed else None,
            title=listed.title if listed else f"示例清单{turn + 1}",
            objects_of=["firm"],
            form="on-site",
            per_year=0,
            basis="示例依据",
            papers=["现场检查记录"],
            entries="示例检查项" if good else "",
            by=units[one.organ_id][1],
            at=at,
        )


def _acts(
    found: Supervised,
    busy: Sequence[Claim],
    chance: Random,
    since: date,
    until: date,
    table: OrdinalTable,
    at: datetime,
    *,
    after: int = 0,
) -> None:
    if not busy:
        return
    days = [day for n in range((until - since).days) if table.is_workday(day := since + timedelta(days=n))]
    called = dict(Organ.objects.filter(pk__in={one.organ_id for one in busy}).values_list("pk", "code"))
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(HEADS)
    for number in range(found.acts):
        one = busy[number % len(busy)]
        day, wrong = chance.choice(days), "是" if chance.random() < 0.1 else "否"
        reference = f"{since:%Y}-SL-{after + number + 1:05d}"
        rows.writerow((reference, one.code, called[one.organ_id], "行政检查", SHOP, day.isoformat(), wrong))
    # brought in on the evening of the year's last day, as its bureau did, so that figures of that year know of it
    moment = min(at, datetime.combine(until, time.min, SHANGHAI) - timedelta(hours=2))
    done = actions.bring_in(
        kind="behaviours",
        source="示例年度概况",
        content=out.getvalue().encode(),
        name="监管行为.csv",
        by=SYSTEM,
        at=moment,
    )
    if done.refused:
        raise Refusal(f"监管行为有{done.refused}行没有写成：{done.refusals[0]['why']}", code="year-supervision")
