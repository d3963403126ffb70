"""Figures of ratings, each with what it was counted from, over the services of a period.

Among: occasions by their day. Only the first rating of an occasion counts (a 追评 is kept beside it); what was set apart as
误评 or 恶意 is kept and not valid. 差评 of other systems are mended there: 整改率 and 回访率 count our own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from yiwang.foundation.organs import queries as organs
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.ratings import rules
from yiwang.services.ratings.models import Occasion
from yiwang.services.ratings.rules import BAD_FROM, BEST, WORST, Figure

FIRST = Q(ratings__follows=None, ratings__isnull=False)
BAD = Q(ratings__level__gte=BAD_FROM)
EXCLUDED = Q(ratings__rectification__excluded=True)
OWN = ~Q(ratings__channel="import")
COUNTED = {
    "occasions": Count("pk", distinct=True),
    "rated": Count("ratings", filter=FIRST),
    "valid": Count("ratings", filter=FIRST) - Count("ratings", filter=FIRST & EXCLUDED),
    "good": Count("ratings", filter=FIRST & Q(ratings__level__lt=BAD_FROM)),
    "bad_all": Count("ratings", filter=FIRST & BAD),
    "bad": Count("ratings", filter=FIRST & BAD) - Count("ratings", filter=FIRST & BAD & EXCLUDED),
    "bad_own": Count("ratings", filter=FIRST & BAD & OWN),
    "to_mend": Count("ratings", filter=FIRST & BAD & OWN) - Count("ratings", filter=FIRST & BAD & EXCLUDED),
    "mended": Count("ratings", filter=FIRST & BAD & Q(ratings__rectification__signed_on__isnull=False)),
    "called": Count("ratings", filter=FIRST & BAD & Q(ratings__rectification__called_back_at__isnull=False)),
    "active": Count("ratings", filter=FIRST & Q(ratings__origin="active")),
    **{f"level_{level}": Count("ratings", filter=FIRST & Q(ratings__level=level)) for level in range(BEST, WORST + 1)},
    **{
        f"left_out_{level}": Count("ratings", filter=FIRST & Q(ratings__level=level) & EXCLUDED)
        for level in range(BAD_FROM, WORST + 1)
    },
}


@dataclass(frozen=True, slots=True)
class OrganFigures:
    """One unit's figures."""

    organ_id: int
    organ: str
    figures: list[Figure]


def period(text: str | None, on: date) -> tuple[date, date]:
    """``2026`` or ``2026-09`` as [first day, first day after); this year where nothing is asked."""
    try:
        if not text:
            return date(on.year, 1, 1), date(on.year + 1, 1, 1)
        if len(text) == 4:
            first = date(int(text), 1, 1)
            return first, date(first.year + 1, 1, 1)
        first = date.fromisoformat(f"{text}-01")
        return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)
    except ValueError:
        raise Refusal("期间的格式为2026或2026-09。", code="period", field="period") from None


def seen_organs(viewer: Doer) -> set[int] | None:
    """Organs whose ratings the viewer sees; ``None``: all of them; 404 for whoever sees none."""
    if viewer.kind == "system" or viewer.may(Permission.CASE_SUPERVISE) or (Permission.CASE_SEE, None) in viewer.grants:
        return None
    found = {organ for granted, organ in viewer.grants if granted == Permission.CASE_SEE and organ is not None}
    if viewer.kind != "staff" or not found:
        raise NotFound("没有这个页面，或者您无权查看。")
    return found


def _occasions(viewer: Doer, since: date, until: date) -> QuerySet[Occasion]:
    rows = Occasion.objects.filter(opened_on__gte=since, opened_on__lt=until).order_by()
    organs_seen = seen_organs(viewer)
    return rows if organs_seen is None else rows.filter(organ_id__in=organs_seen)


def figures(viewer: Doer, since: date, until: date) -> list[Figure]:
    """The figures of everything the viewer sees in ``[since, until)``."""
    return of_counts(_occasions(viewer, since, until).aggregate(**COUNTED), _points(until))


def by_organ(viewer: Doer, since: date, until: date, on: date) -> list[OrganFigures]:
    """The same by unit, most occasions first."""
    rows: list[Any] = list(_occasions(viewer, since, until).values("organ_id").annotate(**COUNTED))
    called = organs.organ_names([row["organ_id"] for row in rows], on)
    rows.sort(key=lambda row: (-row["occasions"], row["organ_id"]))
    points = _points(until)
    return [OrganFigures(row["organ_id"], called.get(row["organ_id"], ""), of_counts(row, points)) for row in rows]


def _points(until: date) -> Sequence[int]:
    """The points of the rule in force on the last day of the period; none before there was a rule."""
    found = packs.rules(rules.KIND, until - timedelta(days=1)).get(rules.RULE)
    return found.value.points if found else ()


def of_counts(counted: Mapping[str, Any], points: Sequence[int]) -> list[Figure]:
    """Shares and the ten-point average from counts. 覆盖率 and 好评率 are reckoned as published reports do; what was set
    apart as 误评 or 恶意 has no points either."""
    c = counted
    scored = sum(
        worth * (c[f"level_{level}"] - c.get(f"left_out_{level}", 0)) for level, worth in enumerate(points, BEST)
    )
    weights = "、".join(map(str, points))
    found = [
        Figure("coverage", "评价覆盖率", c["rated"], c["occasions"], "评价数 ÷ 可评价服务数"),
        Figure("good", "好评率", c["good"], c["valid"], "（非常满意＋满意＋基本满意）÷ 有效评价数"),
        Figure("bad", "差评率", c["bad"], c["valid"], "差评数 ÷ 有效评价数"),
        Figure("mended", "差评整改率", c["mended"], c["to_mend"], "已整改差评 ÷（差评 − 误评、恶意差评）"),
        Figure(
            "called",
            "差评回访率",
            c["called"],
            c["bad_own"],
            "已回访差评 ÷ 差评（实名和电话号码核实的，不含导入），应为100%",
        ),
        Figure("active", "主动评价率", c["active"], c["rated"], "主动评价数 ÷ 全部评价数"),
    ]
    if points:
        formula = f"由好到差各计{weights}分，得分合计 ÷ 有效评价数（权重待核）"
        found.append(Figure("score", "平均分（十分制）", scored, c["valid"], formula, "分"))
    return found
