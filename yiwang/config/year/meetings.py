"""The year's 面对面 as its profile states it: batches by deed, issues in bulk.

Themes, units and words are invented and stand for a county's usual ones. Every issue reported as done shows the same
picture its unit handed in when the year was built.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db.models import Q

from yiwang.config.year.apportion import apportion
from yiwang.config.year.handed import Handed
from yiwang.config.year.said import CLAUSES, SAID
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.files import actions as files
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.governance.meetings import actions, rules
from yiwang.governance.meetings.models import Batch, Issue
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.workdays import OrdinalTable
from yiwang.matters.actions.bulk import Newcomer
from yiwang.matters.actions.living import Deed, Past, live_many

AT_ONCE = 500
FIRST, LAST = 0.42, 0.72  # of the year: when the first batch is handed over, and the last
FOLLOW = 180  # days the rest of what was closed for a stage may take, as the process has it
LEAST = 12  # working days an issue takes at least from the hand-over to the last day of its batch


def write(
    found: Sequence[Handed], *, since: date, until: date, seed: int, table: OrdinalTable, at: datetime
) -> tuple[Handed, ...] | None:
    """Make it so and answer what is there now, counted. ``None``, and nothing touched, where nobody coordinated then.

    Batches come one after another around the middle of the year, each with a quarter of it to be closed in; what is closed for
    a stage has its rest planned for after the year, so that nothing is late when it ends.
    Refused: a unit nobody answers for, a year too short for that.
    """
    house = _House.of(datetime.combine(since, time(9), SHANGHAI), at)
    if house is None:
        return None
    chance = Random(seed + 31)
    plans = [(one, theme) for one in found for theme in one.themes]
    length = until - since
    made = []
    for place, (one, theme) in enumerate(plans):
        share = FIRST + (LAST - FIRST) * place / max(1, len(plans) - 1)
        received = table.roll_back(since + length * share)
        made.append((one, theme, received, received + length // 4))
    counts: list[tuple[int, int, int]] = []
    for one in found:
        fates = _fates(one, chance)
        dealt = apportion(one.issues, dict.fromkeys(one.themes, 1))
        codes = []
        for handed, theme, received, due in made:
            if handed is not one or not dealt[theme]:
                continue
            mine, fates = fates[: dealt[theme]], fates[dealt[theme] :]
            if "open" in mine:  # what is open when the year ends is not late then
                due = max(due, until + timedelta(days=30))
            codes.append(_batch(house, one, theme, received, due, mine, until, table, chance))
        counts.append(counted(codes))
    return tuple(
        Handed(one.handed_by, one.source, *count, one.themes) for one, count in zip(found, counts, strict=True)
    )


def counted(codes: Sequence[str]) -> tuple[int, int, int]:
    """Issues, closed and closed for a stage of these batches, counted from the rows."""
    rows = Issue.objects.filter(batch__code__in=codes).exclude(matter__state="handed-back")
    closed = Q(matter__state="closed")
    return rows.count(), rows.filter(closed).count(), rows.filter(stage_closed_at__isnull=False).exclude(closed).count()


def _fates(one: Handed, chance: Random) -> list[str]:
    fates = ["closed"] * one.closed + ["stage"] * one.stage
    fates += ["open"] * (one.issues - len(fates))
    chance.shuffle(fates)
    return fates


@dataclass(slots=True)
class _House:
    """Who hands out, who goes and looks, who answers in each unit, as posts stood when the year began."""

    begins: datetime
    at: datetime
    organ_id: int
    coordinator: Doer
    visitor: Doer
    units: dict[str, int]
    hands: dict[int, tuple[Doer, StoredFile]]

    @classmethod
    def of(cls, begins: datetime, at: datetime) -> _House | None:
        posts = Post.objects.filter(holding(day_of(begins)), role=rules.COORDINATOR).order_by("organ__position", "pk")
        organ_id = posts.values_list("organ_id", flat=True).first()
        if organ_id is None:
            return None
        held = {
            role: organs.holders(organ_id, role, day_of(begins)).first() for role in (rules.COORDINATOR, rules.VISITOR)
        }
        if None in held.values():
            return None
        coordinator, visitor = (organs.doer_of(one, begins) for one in held.values() if one is not None)
        units = dict(Organ.objects.values_list("code", "pk"))
        return cls(begins, at, organ_id, coordinator, visitor, units, {})

    def unit(self, code: str) -> tuple[int, Doer, StoredFile]:
        """A unit, who answers for it and the picture it shows."""
        unit_id = self.units.get(code)
        if unit_id not in self.hands:
            account = organs.holders(unit_id, rules.HANDLER, day_of(self.begins)).first() if unit_id else None
            if unit_id is None or account is None:
                raise Refusal(f"承办单位 {code} 没有承办人，不能生成面对面问题。", code="year-meetings")
            by = organs.doer_of(account, self.begins)
            shown = files.store(content=_picture(), name="整改后（示例）.png", by=by, at=self.at, organ_id=unit_id)
            self.hands[unit_id] = (by, shown)
        assert unit_id is not None
        return (unit_id, *self.hands[unit_id])


def _picture() -> bytes:
    from PIL import Image  # only where a year is built

    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#d9e6d9").save(out, "PNG")
    return out.getvalue()


def _batch(
    house: _House,
    one: Handed,
    theme: str,
    received: date,
    due: date,
    fates: Sequence[str],
    until: date,
    table: OrdinalTable,
    chance: Random,
) -> str:
    if table.ordinal(min(due, until - timedelta(days=1))) - table.ordinal(received) < LEAST:
        raise Refusal("期间太短，面对面问题来不及在期内办理。", code="year-meetings")
    moment = datetime.combine(received, time(9), SHANGHAI)
    batch = actions.open_batch(
        organ_id=house.organ_id,
        theme=theme,
        handed_by=one.handed_by,
        document="",
        received_on=received,
        due_on=due,
        by=house.coordinator,
        at=moment,
    )
    pasts = []
    for number, fate in enumerate(fates, 1):
        past = _past(house, batch, number, one, chance.choice(one.themes[theme]), fate, until, table, chance)
        pasts.append(past)
    for start in range(0, len(pasts), AT_ONCE):
        lived = live_many(process=rules.PROCESS, pasts=pasts[start : start + AT_ONCE], by=SYSTEM, at=moment)
        for refusal in lived.refused.values():
            raise refusal
    return batch.code


def _past(
    house: _House,
    batch: Batch,
    number: int,
    one: Handed,
    code: str,
    fate: str,
    until: date,
    table: OrdinalTable,
    chance: Random,
) -> Past:
    """Signed for on the next working day; reported, looked at within three days, and closed before the batch is due."""
    unit_id, handler, shown = house.unit(code)
    handed_at = datetime.combine(batch.received_on, time(9, 30), SHANGHAI)
    content, done = _words(code, batch.theme, number, chance)
    given: dict[str, Any] = {"batch_id": batch.pk, "batch": batch.code, "number": number, "unit_id": unit_id}
    deeds = [
        Deed("hand-out", house.coordinator, handed_at, {"source": one.source, "content": content}, {"meetings": given}),
        Deed("sign", handler, _moment(table.add(batch.received_on, 1), chance)),
    ]
    if fate != "open":
        last = min(batch.due_on, until - timedelta(days=1))
        begin, room = table.ordinal(batch.received_on), table.ordinal(last) - table.ordinal(batch.received_on) - 3
        least = table.ordinal(until - timedelta(days=FOLLOW - 10)) - begin if fate == "stage" else 0
        reported_on = table.add(batch.received_on, chance.randrange(min(max(2, least), room - 1), room))
        visited_on = table.add(reported_on, chance.randrange(1, 4))
        latest = reported_on + timedelta(days=FOLLOW)
        rest = min(until + timedelta(days=chance.randrange(5, 60)), latest)
        deeds += _closed(house, handler, shown, unit_id, fate, done, reported_on, visited_on, rest, chance)
    newcomer = Newcomer(
        organ_id=batch.organ_id,
        title=f"面对面：{batch.theme}（{batch.code} 第{number}号）",
        organs={"handling": unit_id},
        budgets={"issue.days": (batch.due_on - batch.received_on).days},
        received_at=handed_at,
    )
    return Past(newcomer, deeds)


def _closed(
    house: _House,
    handler: Doer,
    shown: StoredFile,
    unit_id: int,
    fate: str,
    done: str,
    reported_on: date,
    visited_on: date,
    rest: date,
    chance: Random,
) -> list[Deed]:
    read: dict[str, Any] = {
        "meetings.issue": {"unit": unit_id, "reported_on": None, "sent_back": 0, "moved": 0, "stage_closed": False}
    }
    seen = {"meetings.issue": {**read["meetings.issue"], "reported_on": reported_on.isoformat()}}
    given = {"meetings": True, "evidence": True, "evidence_id": shown.pk}
    values: dict[str, Any] = {"result": done}
    report, verify = (rules.DONE, "verify-done") if fate == "closed" else (rules.STAGE, "verify-stage")
    if report == rules.STAGE:
        values["until"] = rest.isoformat()
        values["plan"] = "余下部分已列入计划，按日推进（示例）。"
    looked = {"visited-on": visited_on.isoformat(), "way": "site", "opinion": "到现场看过，与所报一致（示例）。"}
    return [
        Deed(report, handler, _moment(reported_on, chance), values, given, read, {"evidence": shown.digest}),
        Deed(verify, house.visitor, _moment(visited_on, chance), looked, {"meetings": True}, seen),
    ]


def _words(code: str, theme: str, number: int, chance: Random) -> tuple[str, str]:
    """What is wrong and what was done about it: the unit's usual troubles, else the theme itself."""
    usual = [one for one in SAID if one.organ == code]
    where = chance.choice(CLAUSES)
    if not usual:
        return f"{where}“{theme}”方面的问题（示例第{number}号）", f"已到{where}核实并整改（示例）。"
    one = chance.choice(usual)
    return f"{where}{chance.choice(one.words)}（示例第{number}号）", f"{where}：{one.done}{one.basis}（示例）。"


def _moment(day: date, chance: Random) -> datetime:
    return datetime.combine(day, time(10 + chance.randrange(7), chance.randrange(60)), SHANGHAI)
