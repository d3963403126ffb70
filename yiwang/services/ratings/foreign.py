"""Another system's table of ratings, row by row: what each line says, and everything that is wrong with it. Pure.

Some systems store 5 as the best level; ours is 1 (GB/T 39046-2020 A.8), so the table is turned at the border. Whether a
rating was given or assumed (``origin``) must be said wherever there is a level: it is never guessed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from yiwang.foundation.files import tables
from yiwang.kernel.reception import SHANGHAI
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.ratings import rules

# Column → the heads it may have; the first is what the page asks for.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("办件编号", "number"),
    "organ": ("单位", "organ"),
    "title": ("事项", "title"),
    "served_at": ("服务时间", "served_at"),
    "mode": ("服务方式", "mode"),
    "level": ("满意度", "level"),
    "origin": ("评价来源", "origin"),
}
MODES = {
    **{code: code for code in rules.MODES},
    "网上": "online",
    "现场": "on-site",
    "线上": "online",
    "线下": "on-site",
}
ORIGINS = {
    "active": "active",
    "default": "default",
    "主动": "active",
    "主动评价": "active",
    "默认": "default",
    "默认评价": "default",
}
LEVELS = {"非常满意": 1, "满意": 2, "基本满意": 3, "不满意": 4, "非常不满意": 5}
MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class Foreign:
    """One line: a service that could be rated; ``level`` is empty where it was not (it counts in the denominator)."""

    number: str
    organ_code: str
    title: str
    served_at: datetime
    mode: str
    level: int | None = None
    origin: str = "active"


def refuse_heads(heads: Iterable[str]) -> dict[str, str]:
    """Column → its head in this file. Refused: a head that is not there."""
    there = set(heads)
    found = {column: next((head for head in known if head in there), "") for column, known in COLUMNS.items()}
    if lacking := [COLUMNS[column][0] for column, head in found.items() if not head]:
        raise Refusal(f"表格缺少这些列：{'、'.join(lacking)}。", code="missing-columns", field="file")
    return found


def read(
    rows: Sequence[Mapping[str, str]], *, organs: Mapping[str, str], best: int, at: datetime
) -> tuple[list[Foreign], list[Fault]]:
    """Lines without a fault, and every fault of the others; the heads are line 1. ``organs``: what a unit may be called →
    its code. ``best`` is 1 or 5: the number this file gives the best level."""
    heads = refuse_heads(rows[0] if rows else ())
    lines: list[Foreign] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for place, row in tables.numbered(rows):
        said = {column: row.get(head, "").strip() for column, head in heads.items()}
        wrong = list(_wrong(said, organs, best, at))
        if said["number"] and said["number"] in seen:
            wrong.append(("办件编号", f"与第{seen[said['number']]}行的编号相同"))
        seen.setdefault(said["number"], place)
        faults += [Fault(f"第{place}行　{column}", says, "line") for column, says in wrong]
        if not wrong:
            lines.append(_line(said, organs, best))
    return lines, faults


def _wrong(said: Mapping[str, str], organs: Mapping[str, str], best: int, at: datetime) -> Iterable[tuple[str, str]]:
    if not said["number"] or len(said["number"]) > 80 or not said["number"].isprintable():
        yield "办件编号", "没有编号，或者超过80字"
    if said["organ"] not in organs:
        yield "单位", f"没有“{said['organ'][:30]}”这个单位" if said["organ"] else "没有写单位"
    if not said["title"] or len(said["title"]) > 120 or "\0" in said["title"] or rules.names_a_person(said["title"]):
        yield "事项", "没有写事项、超过120字，或者写了电话和证件号码"
    moment = moment_of(said["served_at"])
    if moment is None:
        yield "服务时间", "应为 2026-09-24 10:30 这样的日期时间"
    elif moment > at:
        yield "服务时间", "晚于现在"
    if said["mode"] not in MODES:
        yield "服务方式", "须为网上或者现场"
    if said["level"] and level_of(said["level"], best) is None:
        yield "满意度", f"须为1至5（{best}为最好）或者非常满意至非常不满意；没有评价的留空"
    if said["origin"] and said["origin"] not in ORIGINS:
        yield "评价来源", "须为主动或者默认"
    if said["level"] and not said["origin"]:
        yield "评价来源", "有满意度的须写明是主动评价还是默认评价"


def _line(said: Mapping[str, str], organs: Mapping[str, str], best: int) -> Foreign:
    moment = moment_of(said["served_at"])
    assert moment is not None  # without one the line is faulty
    return Foreign(
        number=said["number"],
        organ_code=organs[said["organ"]],
        title=said["title"],
        served_at=moment,
        mode=MODES[said["mode"]],
        level=level_of(said["level"], best),
        origin=ORIGINS.get(said["origin"], "active"),
    )


def level_of(text: str, best: int) -> int | None:
    """1 … 5, 1 the best, from a number counted the other system's way or from the words; ``None`` if it is neither."""
    if text in LEVELS:
        return LEVELS[text]
    if not (text.isascii() and text.isdigit() and len(text) == 1 and rules.BEST <= int(text) <= rules.WORST):
        return None
    return int(text) if best == rules.BEST else rules.WORST + 1 - int(text)


def moment_of(text: str) -> datetime | None:
    """ISO date and time, or ``2026/9/24 10:30``; Beijing time where no zone is written."""
    for form in ("", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d"):
        try:
            found = datetime.strptime(text, form) if form else datetime.fromisoformat(text)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
    return None
