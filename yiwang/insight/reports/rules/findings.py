"""What is found before a report is frozen: what must be mended, and what must be explained."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

MUST, EXPLAIN = "must", "explain"
TITLES = {
    "recipient": "主送抄送",
    "late": "报送期限",
    "section": "应有章节",
    "word": "行文",
    "unfilled": "数据待填",
    "doubtful": "口径待核",
    "unbound": "没有来源的数",
    "unit": "计量单位",
    "two-values": "同一指标两个数",
    "parts": "分项与合计",
    "rate": "比率与分子分母",
    "infeasible": "比率不可能",
    "cut-off": "截止日",
    "jump": "较上年变动",
    "text": "文字核对",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """``weight``: ``must`` be mended, or ``explain``ed with a note. ``key`` stays the same while the finding does, so a
    note keeps to it. ``section`` and ``figure`` say where to look."""

    code: str
    weight: str
    says: str
    key: str
    section: str = ""
    figure: str = ""
    quote: str = ""

    @property
    def title(self) -> str:
        return TITLES[self.code]


def finding(
    code: str, weight: str, says: str, *about: str, section: str = "", figure: str = "", quote: str = ""
) -> Finding:
    """``about`` names what the finding is about, apart from its wording: the key is made of it."""
    mark = sha256("\x1f".join((code, *about)).encode()).hexdigest()[:24]
    return Finding(code, weight, says, f"{code}:{mark}", section, figure, quote)


def left(findings: Iterable[Finding], noted: Collection[str]) -> list[Finding]:
    """What still stands in the way of signing: everything that must be mended, and what nobody has explained."""
    return [one for one in findings if one.weight == MUST or one.key not in noted]


def ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Musts first, each kind as the table of titles lists it."""
    places = {code: place for place, code in enumerate(TITLES)}
    return sorted(findings, key=lambda one: (one.weight != MUST, places[one.code]))
