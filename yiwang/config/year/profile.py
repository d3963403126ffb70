"""A county's year as stated: totals, how they spread, and nothing else. Strict; every fault with its line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from yiwang.config.year import handed, praise, supervised, voices
from yiwang.config.year.apportion import apportion
from yiwang.config.year.handed import Handed
from yiwang.config.year.praise import Praise
from yiwang.config.year.praise import nearest as _nearest
from yiwang.config.year.supervised import Supervised
from yiwang.config.year.voices import Voices
from yiwang.kernel import unread
from yiwang.kernel.declarations.places import Places
from yiwang.kernel.declared import Reading, Table
from yiwang.kernel.refusal import Fault, Refusal

CHANNELS = ("counter", "portal", "phone", "api")
ON_THE_SPOT, PROMISED = "on-the-spot", "promised"
FAULTS = ("recorded_late", "paused_before_due")
PARTS = ("supervision", "hotline", "meetings")  # what stands beside the cases, built and scaled apart from them


class BadProfile(Refusal):
    """The profile contradicts itself or cannot be read."""

    code = "year-profile"


@dataclass(frozen=True, slots=True)
class Department:
    """One department: its share (a weight, or the number itself), its yellow cards, its guides by weight."""

    organ: str
    accepted: Fraction
    cards: int
    guides: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Profile:
    """The year ``[since, until)``. Shares (``corrected``, ``paused``, ``denied``) are of promised cases. ``external`` is what
    another system counts, figure of the report → value as printed; nothing is built from it."""

    id: str
    title: str
    source: str
    since: date
    until: date
    seed: int
    accepted: int
    closed: int
    corrected: Fraction
    paused: Fraction
    denied: Fraction
    on_time: Fraction | None
    applicants: int
    departments: tuple[Department, ...]
    types: Mapping[str, Fraction]
    channels: Mapping[str, Fraction]
    weekdays: tuple[int, ...]
    months: tuple[int, ...]
    hours: tuple[int, ...]
    rest_day: int
    faults: Mapping[str, int] = field(default_factory=dict)
    ratings: Praise | None = None
    supervision: Supervised | None = None
    hotline: Voices | None = None
    meetings: tuple[Handed, ...] = ()
    external: Mapping[str, str] = field(default_factory=dict)

    @property
    def cards(self) -> int:
        return sum(one.cards for one in self.departments)

    def part(self, share: Fraction, others: Mapping[str, Fraction] | None = None) -> Profile:
        """The same county in small: every total times ``share``, cards by largest remainder over the departments; each of
        ``PARTS`` may have a share of its own in ``others``."""
        shares = {name: (others or {}).get(name, share) for name in PARTS}
        if not all(0 < one <= 1 for one in (share, *shares.values())):
            raise BadProfile("份额须大于0、不大于1，如 1/20。")
        beside = replace(
            self,
            supervision=self.supervision.part(shares["supervision"]) if self.supervision else None,
            hotline=self.hotline.part(shares["hotline"]) if self.hotline else None,
            meetings=tuple(one.part(shares["meetings"]) for one in self.meetings),
        )
        return beside if share == 1 else beside._cases(share)

    def _cases(self, share: Fraction) -> Profile:
        cards = apportion(_nearest(self.cards * share), {one.organ: one.cards for one in self.departments})
        return replace(
            self,
            accepted=_nearest(self.accepted * share),
            closed=_nearest(self.closed * share),
            applicants=max(1, _nearest(self.applicants * share)),
            departments=tuple(replace(one, cards=cards[one.organ]) for one in self.departments),
            faults={name: _nearest(count * share) for name, count in self.faults.items()},
            on_time=None,
            ratings=self.ratings.part(share) if self.ratings else None,
        )

    def ending(self, last: date) -> Profile:
        """The same year moved so that it ends with that day."""
        return replace(self, since=last + timedelta(days=1) - (self.until - self.since), until=last + timedelta(days=1))


def read(path: Path) -> Profile:
    """The profile in a TOML file; ``BadProfile`` names every fault with its line."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text, parse_float=Fraction)
    except OSError as error:
        raise BadProfile(f"读不到 {path.name}：{unread.why(error)}。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError) as error:
        raise BadProfile(f"{path.name} 不是合格的 TOML：{error}。") from error
    return parse(data, place=Places(path.name, text))


def parse(data: Mapping[str, Any], *, place: Any = None) -> Profile:
    """The profile in a table; see ``docs/how-to/year.md`` for every key."""
    reading = Reading(place) if place else Reading()
    top = Table(data, reading)
    totals = top.table("totals") or _absent(top, "totals")
    rhythm = top.table("rhythm") or Table({}, reading, ("rhythm",))
    planted = top.table("faults") or Table({}, reading, ("faults",))
    found = Profile(
        id=top.identifier("id"),
        title=top.text("title"),
        source=top.text("source"),
        since=_day(top, "from") or date.min,
        until=_day(top, "until") or date.max,
        seed=top.whole("seed"),
        accepted=totals.whole("accepted"),
        closed=totals.whole("closed"),
        corrected=_share(totals, "corrected"),
        paused=_share(totals, "paused"),
        denied=_share(totals, "denied"),
        on_time=_share(totals, "on_time") if "on_time" in totals.data else None,
        applicants=totals.whole("applicants", 0, least=0),
        departments=tuple(_department(one) for one in top.tables("department")),
        types=_weights(top, "types", (ON_THE_SPOT, PROMISED)),
        channels=_weights(top, "channels", CHANNELS) or {"counter": Fraction(1)},
        weekdays=_whole(rhythm, "weekdays", 7, (1, 1, 1, 1, 1, 0, 0)),
        months=_whole(rhythm, "months", 12, (1,) * 12),
        hours=_whole(rhythm, "hours", 24, (0,) * 8 + (1, 3, 3, 2, 0, 0, 1, 3, 3, 1) + (0,) * 6),
        rest_day=rhythm.whole("rest_day", 0),
        faults={name: planted.whole(name) for name in planted.data if name in FAULTS},
        ratings=praise.read(top.table("ratings")),
        supervision=supervised.read(top.table("supervision")),
        hotline=voices.read(top.table("hotline")),
        meetings=handed.read(top.tables("meetings")),
        external=_external(top.table("external")),
    )
    for table in (totals, rhythm):
        table.done()
    planted.asked |= set(FAULTS)
    planted.done()
    top.done()
    faults = list(reading.faults) or _contradictions(found)
    if faults:
        raise BadProfile(f"年度概况有 {len(faults)} 处错误，未生成任何办件。", faults=faults)
    return replace(found, applicants=found.applicants or max(1, found.accepted // 4))


def _contradictions(found: Profile) -> list[Fault]:
    """What each number allows alone and all of them together do not."""
    says: list[tuple[str, str]] = []
    if found.until <= found.since:
        says.append(("until", "until 须晚于 from"))
    if found.closed > found.accepted:
        says.append(("totals.closed", "办结数不能多于受理数"))
    if not found.departments:
        says.append(("department", "至少写明一个部门"))
    if len({one.organ for one in found.departments}) != len(found.departments):
        says.append(("department", "部门重复"))
    if found.on_time is not None and found.closed:
        late = found.closed - _nearest(found.closed * found.on_time)
        if late != found.cards:
            says.append(
                (
                    "totals.on_time",
                    f"按时办结率表示超期 {late} 件，各部门黄牌合计 {found.cards} 件：每件超期都会亮牌，二者须一致",
                )
            )
    if found.ratings is not None:
        says += praise.contradictions(found.ratings, found.closed)
    if found.supervision is not None:
        says += supervised.contradictions(found.supervision)
    if found.hotline is not None:
        says += voices.contradictions(found.hotline)
    says += handed.contradictions(found.meetings)
    return [Fault(field_, text, "contradiction") for field_, text in says]


def _day(top: Table, key: str) -> date | None:
    found = top.day(key)
    if isinstance(found, datetime):  # TOML's moments are days to Python as well
        top.fault(key, f"{key} 须为日期，不写时刻", "type")
        return found.date()
    return found


def _department(table: Table) -> Department:
    guides = table.table("guides")
    found = Department(
        organ=table.identifier("organ"),
        accepted=_number(table, "accepted"),
        cards=table.whole("cards", 0),
        guides={name: _number(guides, name) for name in guides.data} if guides else {},
    )
    if not found.guides:
        table.fault("guides", "写明本部门的办事指南和权重", "missing")
    table.done()
    return found


def _external(table: Table | None) -> dict[str, str]:
    """Figures by name: a whole number, or text where the figure has decimals (``"96.7%"``)."""
    found: dict[str, str] = {}
    for name in table.data if table else ():
        assert table is not None
        value = table.data[name]
        found[name] = str(table.whole(name)) if isinstance(value, int) else table.text(name)
    return found


def _absent(top: Table, key: str) -> Table:
    top.fault(key, f"缺少 [{key}]", "missing")
    return Table({}, Reading(), (key,))


def _number(table: Table, key: str) -> Fraction:
    table.asked.add(key)
    value = table.data.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, Fraction, float)) or value < 0:
        table.fault(key, f"{key} 须为不小于0的数", "type")
        return Fraction(0)
    return Fraction(value).limit_denominator(10**9)


def _share(table: Table, key: str) -> Fraction:
    if key not in table.data:
        return Fraction(0)
    found = _number(table, key)
    if found > 1:
        table.fault(key, f"{key} 是比例，须在0和1之间", "range")
    return found


def _weights(top: Table, key: str, allowed: tuple[str, ...]) -> dict[str, Fraction]:
    table = top.table(key)
    if table is None:
        return {}
    found = {name: _number(table, name) for name in allowed if name in table.data}
    table.done()
    return found


def _whole(table: Table, key: str, count: int, default: tuple[int, ...]) -> tuple[int, ...]:
    table.asked.add(key)
    value = table.data.get(key, list(default))
    if not isinstance(value, list) or len(value) != count or not all(type(one) is int and one >= 0 for one in value):
        table.fault(key, f"{key} 须为 {count} 个不小于0的整数", "type")
        return default
    if not any(value):
        table.fault(key, f"{key} 不能全为0", "range")
        return default
    return tuple(value)
