"""What may be said in a rating, until when, and what a figure of ratings is. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field, model_validator

from yiwang.kernel import packs
from yiwang.kernel.refusal import Fault, Refusal

KIND = "rating-rule"
RULE = "ratings.rating"
PROCESS = "services.rating"
BEST, WORST = 1, 5  # GB/T 39046-2020 A.8: 1 is the best
BAD_FROM = 4  # 不满意、非常不满意 (国办发〔2019〕51号)
LONGEST = 500
STARS = {level: "★" * (WORST + 1 - level) + "☆" * (level - 1) for level in range(BEST, WORST + 1)}
MODES = {"online": "网上", "on-site": "现场"}


class Label(packs.Row):
    """One thing to tick. Shown at the levels and modes it names."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    title: Annotated[str, Field(min_length=1, max_length=20)]
    levels: Annotated[list[Annotated[int, Field(ge=BEST, le=WORST)]], Field(min_length=1)]
    modes: Annotated[list[Annotated[str, Field(pattern=r"^(online|on-site)$")]], Field(min_length=1)]


class RatingRule(packs.Rule):
    """Labels by level and mode; days within which a service may be rated; how a link and a call-back work; from where on
    something looks made up. ``points`` of the ten-point average, best level first; ``most_labels`` a rating; ``attempts`` in vain before a call-back may be given up."""

    label: Annotated[list[Label], Field(min_length=1)]
    most_labels: Annotated[int, Field(ge=1, le=20)]
    rate_within_days: Annotated[int, Field(ge=1, le=365)]
    link_days: Annotated[int, Field(ge=1, le=60)]
    counter_link_minutes: Annotated[int, Field(ge=1, le=1440)]
    dial_minutes: Annotated[int, Field(ge=1, le=1440)]
    attempts: Annotated[int, Field(ge=1, le=20)]
    burst_count: Annotated[int, Field(ge=2)]
    burst_minutes: Annotated[int, Field(ge=1)]
    same_text_count: Annotated[int, Field(ge=2)]
    same_text_length: Annotated[int, Field(ge=1)]
    points: Annotated[list[Annotated[int, Field(ge=0, le=10)]], Field(min_length=WORST, max_length=WORST)]
    praise_permyriad: Annotated[int, Field(ge=0, le=10_000)]
    praise_least: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _every_level_has_labels(self) -> RatingRule:
        codes = [one.code for one in self.label]
        if len(set(codes)) < len(codes):
            raise ValueError("标签编码重复")
        if self.points != sorted(self.points, reverse=True):
            raise ValueError("十分制的分值应由好到差不升")
        for mode, title in MODES.items():
            for level in range(BEST, WORST + 1):
                if not self.labels_for(level, mode):
                    raise ValueError(f"{title}服务第{level}级没有标签")
        return self

    def labels_for(self, level: int, mode: str) -> list[Label]:
        """Labels to choose from at that level of a service of that mode."""
        return [one for one in self.label if level in one.levels and mode in one.modes]


class AlreadyRated(Refusal):
    """One rating an occasion, and one more word after it."""

    code = "already-rated"
    status = 409


def bad(level: int) -> bool:
    return level >= BAD_FROM


def checked(rule: RatingRule, *, mode: str, level: int, labels: Sequence[str], text: str) -> tuple[list[str], str]:
    """Labels in the order of the rule and the words, trimmed. Refuses with every fault at once: no level is assumed."""
    faults: list[Fault] = []
    if not BEST <= level <= WORST:
        faults.append(Fault("level", "请选择满意程度。", "level"))
    offered = [one.code for one in rule.labels_for(level, mode)]
    if set(labels) - set(offered):
        faults.append(Fault("labels", "所选标签与满意程度不符，请重新选择。", "labels"))
    if len(set(labels)) > rule.most_labels:
        faults.append(Fault("labels", f"标签最多选{rule.most_labels}个。", "labels"))
    if len(text) > LONGEST or "\0" in text:
        faults.append(Fault("text", f"意见最多{LONGEST}字，且不能有特殊控制字符。", "text"))
    if faults:
        raise Refusal(faults[0].says, code="rating", faults=faults)
    return [code for code in offered if code in set(labels)], text.strip()


def last_day(rule: RatingRule, opened_on: date) -> date:
    """The last day on which a service of ``opened_on`` may be rated (评价时效, GB/T 39734-2020 7.2)."""
    return opened_on + timedelta(days=rule.rate_within_days)


def alike(text: str) -> str:
    """What two texts have in common when they say the same: width, case, spaces and punctuation left out."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


_NUMBERS = re.compile(r"(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{17}[\dXx])(?!\d)")


def names_a_person(text: str) -> bool:
    """True if a telephone or identity number stands in the text, whatever spaces or full-width digits hide it."""
    folded = unicodedata.normalize("NFKC", text).replace(" ", "")
    return _NUMBERS.search(folded) is not None


ABOVE = {"head": "above", "government-head": "above-government"}  # role of the leader above → its seat's organ


def signs_above(posts: Sequence[Mapping[str, Any]], barred: Collection[str], on: date) -> dict[str, int]:
    """The organ whose leader signs in place of the unit's own: {} while the unit has a leader who was neither rated nor
    mended; else the nearest organ above with a leader who was neither. ``posts`` as ``ratings.leaders`` answers
    them, ``barred`` references of accounts."""
    free = [
        post
        for post in posts
        if f"staff:{post['account']}" not in barred
        and post["from"] <= on.isoformat()
        and (post["until"] is None or post["until"] > on.isoformat())
    ]
    if not free or free[0]["step"] == 0:
        return {}
    return {ABOVE[post["role"]]: post["organ"] for post in free if post["step"] == free[0]["step"]}


@dataclass(frozen=True, slots=True)
class Figure:
    """A share, or (``unit`` 分) a mean, with what it was counted from. ``shown`` is empty where nothing could be counted."""

    id: str
    title: str
    numerator: int
    denominator: int
    formula: str
    unit: str = "%"

    @property
    def shown(self) -> str:
        """Two places, cut and not rounded up: 9999 of 10000 never reads 100.00 %, nor 9.999 points 10.00."""
        if not self.denominator:
            return ""
        whole = self.numerator * (10_000 if self.unit == "%" else 100) // self.denominator
        return f"{whole // 100}.{whole % 100:02d}{self.unit}"
