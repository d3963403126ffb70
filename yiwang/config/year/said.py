"""What a county's callers usually speak of: topic, kind, the unit whose duty it is, and invented words."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Theme:
    """One thing people call about. ``words`` say what is wrong, ``asks`` what is wanted, ``done`` and ``basis`` the reply."""

    topic: str
    kind: str
    organ: str
    words: tuple[str, ...]
    asks: tuple[str, ...]
    done: str
    basis: str


CLAUSES = (
    "文化路",
    "市场路口",
    "中心小学旁",
    "车站附近",
    "河堤边",
    "新村一巷",
    "工业园门口",
    "老街",
    "广场西侧",
    "村委会对面",
)
ASKS = ("请尽快处理", "希望有人来看看", "反映过没有解决", "请告知什么时候能办好")
ASKED = ("请问怎么办理", "请告知需要带什么材料", "想问清楚流程", "请告知办理地点和时间")


def _read() -> tuple[Theme, ...]:
    """``said.csv``: a theme a row, words divided by ｜."""
    with (Path(__file__).parent / "said.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(
            Theme(
                **{name: row[name] for name in ("topic", "kind", "organ", "done", "basis")},
                words=tuple(row["words"].split("｜")),
                asks=ASKED if row["asks"] == "asked" else ASKS,
            )
            for row in csv.DictReader(rows)
        )


SAID = _read()
