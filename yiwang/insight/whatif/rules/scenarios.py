"""The one change that is tried, and what it makes of paths and hands. Refused in words where it makes no sense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from yiwang.insight.whatif.rules.events import Hands, Path
from yiwang.kernel.refusal import Refusal

LIMIT, PARALLEL, CLERKS = "limit", "parallel", "clerks"
MOST_CLERKS = 20
MOST_DAYS = 180


@dataclass(frozen=True, slots=True)
class Change:
    """``limit``: clock ``clock`` where it is longer is cut to ``days``. ``parallel``: steps ``first`` and ``second``, one right
    after the other, run beside each other. ``clerks``: of those who do ``step``, ``number`` go (negative) or come."""

    kind: str
    clock: str = ""
    days: int = 0
    first: str = ""
    second: str = ""
    step: str = ""
    number: int = 0

    def as_dict(self) -> dict[str, Any]:
        """As it is kept."""
        chosen: dict[str, dict[str, Any]] = {
            LIMIT: {"clock": self.clock, "days": self.days},
            PARALLEL: {"first": self.first, "second": self.second},
            CLERKS: {"step": self.step, "number": self.number},
        }
        return {"kind": self.kind, **chosen[self.kind]}


def change(given: Mapping[str, Any]) -> Change:
    """A change as it was kept or typed. Refused: an unknown kind, a number outside what a county has."""
    kind = str(given.get("kind", ""))
    if kind == LIMIT:
        found = Change(LIMIT, clock=str(given.get("clock", "")), days=_whole(given.get("days"), "days"))
        if not found.clock:
            raise Refusal("请选择要缩短的期限。", code="whatif-clock", field="clock")
        if not 1 <= found.days <= MOST_DAYS:
            raise Refusal(f"期限请填1至{MOST_DAYS}天。", code="whatif-days", field="days")
        return found
    if kind == PARALLEL:
        found = Change(PARALLEL, first=str(given.get("first", "")), second=str(given.get("second", "")))
        if not found.first or not found.second or found.first == found.second:
            raise Refusal("请选择一前一后的两个环节。", code="whatif-steps", field="pair")
        return found
    if kind == CLERKS:
        found = Change(CLERKS, step=str(given.get("step", "")), number=_whole(given.get("number"), "number"))
        if not found.step:
            raise Refusal("请选择哪个环节的人手有变化。", code="whatif-step", field="step")
        if found.number == 0 or abs(found.number) > MOST_CLERKS:
            raise Refusal(f"人手变化请填-{MOST_CLERKS}至{MOST_CLERKS}，不能为0。", code="whatif-number", field="number")
        return found
    raise Refusal("请选择要模拟的改变：缩短期限、两个环节并行或者人手增减。", code="whatif-kind", field="kind")


def _whole(raw: Any, field: str) -> int:
    text = str(raw if raw is not None else "").strip()
    if not text.lstrip("-").isdecimal() or not text.isascii() or len(text) > 5:
        raise Refusal("请填整数。", code="whatif-whole", field=field)
    return int(text)


def beside(path: Path, names: Sequence[str], first: str, second: str) -> tuple[Path, tuple[int, int] | None]:
    """The path with two steps that follow each other as one stage, and their numbers; the path itself where they do not.

    ``names`` are the names of its steps by number. The step after waits for both.
    """
    stages = path.stages
    for at in range(len(stages) - 1):
        if len(stages[at]) == len(stages[at + 1]) == 1:
            one, other = stages[at][0], stages[at + 1][0]
            if names[one[4]] == first and names[other[4]] == second:
                return Path((*stages[:at], (one, other), *stages[at + 2 :])), (one[4], other[4])
    return path, None


def staffed(hands: Hands, queues: Sequence[int], number: int, chance: np.random.Generator) -> Hands:
    """Hands with ``number`` more or fewer of those who serve ``queues`` (one step, in each organ), drawn by lot.

    Whoever goes is gone from every step he served; a step nobody else serves falls to those who stay. Whoever comes does
    what one of those there does. Refused: that nobody would be left.
    """
    serves = [set(one) for one in hands.serves]
    for queue in queues:
        there = [hand for hand, ours in enumerate(serves) if queue in ours]
        if not there:
            continue
        if number > 0:
            serves += [set(serves[there[one]]) for one in chance.integers(len(there), size=number)]
            continue
        if len(there) <= -number:
            raise Refusal(
                f"这个环节现有{len(there)}人，减少{-number}人后没有人办了，请填小一些。",
                code="whatif-nobody",
                field="number",
            )
        goes = {int(there[one]) for one in chance.choice(len(there), size=-number, replace=False)}
        stays = [hand for hand in there if hand not in goes]
        for hand in goes:
            left, serves[hand] = serves[hand], set()
            for orphan in left:
                if not any(orphan in ours for ours in serves):
                    for heir in stays:
                        serves[heir].add(orphan)
    return Hands(tuple(tuple(sorted(ours)) for ours in serves))
