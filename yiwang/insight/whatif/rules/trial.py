"""Whether the model may be believed, promise by promise: how long cases take, the share on time, the cards.

Three questions, each of which it can fail. Taught with the first half of the period, does it foretell the second? Playing the
whole period once more as things are, does it give what the ledger holds? And reckoning clocks and cards of the very same days,
does it come to what supervision came to? Where there is too little to ask, it says that instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.insight.whatif.rules.judging import (
    Range,
    Summary,
    cards,
    cases,
    distances,
    of,
    quantile,
    share,
)

GOOD, POOR, TOO_FEW = "good", "poor", "too-few"
DAYS, ON_TIME, CARDS, WARNINGS = "days", "on_time", "cards", "warnings"
PROMISES = {DAYS: "用时", ON_TIME: "按时办结率", CARDS: "黄牌和红牌", WARNINGS: "预警"}
KOLMOGOROV = 1.36  # the distance that a true model exceeds in one of twenty samples, times the root of their number
LEARNED = 2**0.5  # what was learned from is a sample as well, as large as the one foretold: intervals are wider by that


@dataclass(frozen=True, slots=True)
class Demands:
    """What a model must keep to be believed, from the pack. ``distance`` between distributions (0 to 1), ``points`` of
    the on-time share (per cent), ``days`` of the median, ``cards``, ``volume`` of cases (per cent); a share and a count
    outside ``points`` and ``cards`` must lie in the interval of the rounds. Fewer than ``few_cards`` in both halves prove
    nothing about cards."""

    least: int
    distance: float
    points: float
    days: float
    cards: int
    volume: float
    few_cards: int


@dataclass(frozen=True, slots=True)
class Past:
    """What really happened: in the half foretold and in the whole period, by the ledger; the whole as the model reckons it;
    what is not decided yet of the half; how many cases and cards there were to learn from."""

    half: Summary
    whole: Summary
    reckoned: Summary
    undecided: int
    learned: int
    learned_cards: int


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the model was asked, what it said, what happened, and whether that is near enough. ``about``: the promise it
    speaks for."""

    about: str
    title: str
    predicted: str
    happened: str
    allowed: str
    kept: bool

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def judged(foretold: Sequence[Summary], replayed: Sequence[Summary], past: Past, demands: Demands) -> dict[str, Any]:
    """Check by check, promise by promise, and the verdict in words a bureau chief reads first."""
    real = cases(past.half)
    told = {"learned": past.learned, "happened": real}
    if min(past.learned, real) < demands.least or not foretold:
        says = (
            f"样本不足：前半段可学的办件{past.learned}件，后半段可比的办件{real}件，至少各要{demands.least}件。"
            "下面的结果不能作为依据。"
        )
        return {"verdict": TOO_FEW, "says": says, "checks": [], "promises": dict.fromkeys(PROMISES, TOO_FEW), **told}
    apart, days = _apart(foretold, past.half)
    checks = [*_foretold(foretold, past, demands), *_replayed(replayed, past, demands), _reckoned(past, demands)]
    promises = {name: GOOD if all(one.kept for one in checks if one.about == name) else POOR for name in PROMISES}
    few = past.learned_cards + cards(past.half) < demands.few_cards
    if few and promises[CARDS] == GOOD:
        promises[CARDS] = TOO_FEW
    return {
        "verdict": POOR if POOR in promises.values() else GOOD,
        "says": _says(promises, past, real, len(checks)),
        "checks": [check.as_dict() for check in checks],
        "promises": promises,
        "distance": round(apart, 4),
        "days_apart": round(days, 3),
        **told,
    }


def _says(promises: dict[str, str], past: Past, real: int, many: int) -> str:
    how = f"用前半段的{past.learned}件推算后半段，与实际的{real}件相比，再把全年按现状重演一遍"
    failed = [PROMISES[name] for name, verdict in promises.items() if verdict == POOR]
    if failed:
        kept = [PROMISES[name] for name, verdict in promises.items() if verdict == GOOD]
        rest = f"{'、'.join(kept)}的推算可以参考。" if kept else ""
        says = f"{how}，与实际不符，不可信：{'、'.join(failed)}。下面的这些数不能作为依据。{rest}"
    else:
        says = f"{how}，{many}项都在允许范围内。模拟结果可以参考。"
    if promises[CARDS] == TOO_FEW:
        says += f"黄牌和红牌样本不足（前半段{past.learned_cards}张，后半段{cards(past.half):.0f}张），推算的张数不能作为依据。"
    return says


def _apart(rounds: Sequence[Summary], happened: Summary) -> tuple[float, float]:
    pooled: Counter[str] = Counter()
    for one in rounds:
        pooled.update(one["days"])
    return distances(pooled, happened["days"])


def _foretold(rounds: Sequence[Summary], past: Past, demands: Demands) -> list[Check]:
    """The second half, from the first."""
    happened, real = past.half, cases(past.half)
    apart, days = _apart(rounds, happened)
    allowed = demands.distance + KOLMOGOROV / real**0.5
    many, middle = of(rounds, cases), of(rounds, lambda one: quantile(one, 0.5))
    came = real + past.undecided
    left = f"（{past.undecided}件还没有决定，不在比较内）" if past.undecided else ""
    return [
        Check(
            *(DAYS, "推算后半段：用时分布（最大差距）", f"相差{apart:.3f}", f"平均每件差{days:.2f}个工作日"),
            *(f"不超过{allowed:.3f}", apart <= allowed),
        ),
        Check(
            *(DAYS, "推算后半段：用时中位数（工作日）", _said(middle, 1), f"{quantile(happened, 0.5):.0f}"),
            *(f"相差不超过{demands.days:g}天", abs(middle.mean - quantile(happened, 0.5)) <= demands.days),
        ),
        _share("推算后半段", rounds, happened, demands, LEARNED),
        _count("推算后半段", rounds, happened, demands, LEARNED),
        _warnings("推算后半段", rounds, happened, demands, LEARNED),
        Check(
            *(DAYS, "推算后半段：收件（件）", _said(many, 0), f"{came}{left}"),
            *(f"相差不超过{demands.volume:g}%", abs(many.mean - came) <= demands.volume / 100 * max(1, came)),
        ),
    ]


def _replayed(rounds: Sequence[Summary], past: Past, demands: Demands) -> list[Check]:
    """The whole period once more, as things are: what stands beside the ledger's own numbers on the page."""
    if not rounds:
        return []
    apart, days = _apart(rounds, past.whole)
    return [
        Check(
            *(DAYS, "全年重演：用时分布（最大差距）", f"相差{apart:.3f}", f"平均每件差{days:.2f}个工作日"),
            *(f"不超过{demands.distance:g}", apart <= demands.distance),
        ),
        _share("全年重演", rounds, past.whole, demands, 1),
        _count("全年重演", rounds, past.whole, demands, 1),
        _warnings("全年重演", rounds, past.whole, demands, 1),
    ]


def _reckoned(past: Past, demands: Demands) -> Check:
    """The same days, the same limits: by the ledger and by this model's own rules."""
    own, ledger = cards(past.reckoned), cards(past.whole)
    return Check(
        *(CARDS, "同一批办件按规则重算：黄牌和红牌（张）", f"{own:.0f}", f"{ledger:.0f}"),
        *(f"相差不超过{demands.cards}张", abs(own - ledger) <= demands.cards),
    )


def _share(when: str, rounds: Sequence[Summary], happened: Summary, demands: Demands, wider: float) -> Check:
    found, real = of(rounds, share), share(happened)
    return Check(
        *(ON_TIME, f"{when}：按时办结率（%）", _said(found, 2), f"{real:.2f}"),
        *(f"在区间内，或者相差不超过{demands.points:g}个百分点", _within(found, real, demands.points, wider)),
    )


def _count(when: str, rounds: Sequence[Summary], happened: Summary, demands: Demands, wider: float) -> Check:
    found, real = of(rounds, cards), cards(happened)
    return Check(
        *(CARDS, f"{when}：黄牌和红牌（张）", _said(found, 1), f"{real:.0f}"),
        *(f"在区间内，或者相差不超过{demands.cards}张", _within(found, real, demands.cards, wider)),
    )


def _warnings(when: str, rounds: Sequence[Summary], happened: Summary, demands: Demands, wider: float) -> Check:
    found, real = of(rounds, lambda one: float(one["signals"]["warning"])), float(happened["signals"]["warning"])
    allowed = max(demands.few_cards, demands.volume / 100 * real)
    return Check(
        *(WARNINGS, f"{when}：预警（次）", _said(found, 1), f"{real:.0f}"),
        *(f"在区间内，或者相差不超过{allowed:.0f}次", _within(found, real, allowed, wider)),
    )


def _within(found: Range, real: float, near: float, wider: float) -> bool:
    low, high = (found.mean + wider * (end - found.mean) for end in (found.low, found.high))
    return low <= real <= high or abs(found.mean - real) <= near


def _said(found: Range, digits: int) -> str:
    return f"{found.mean:.{digits}f}（{found.low:.{digits}f}–{found.high:.{digits}f}）"
