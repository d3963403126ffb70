"""Rows of a county's own division of duties (职责清单), read strictly: what a line says, or which rule it breaks. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from yiwang.foundation.files import tables
from yiwang.governance.hotline.duty.kinds import OF_THE_PLACE, Duty

COLUMNS: Mapping[str, Sequence[str]] = {
    "code": ("职责编码", "职责编号", "编码"),
    "title": ("职责名称", "职责事项", "职责"),
    "organ": ("承办单位", "责任单位", "主管部门"),
    "topics": ("诉求主题", "主题"),
    "words": ("关键词",),
    "unless": ("排除词",),
    "towns": ("适用镇街", "适用地区"),
    "basis": ("依据", "职责依据"),
}
OPTIONAL = frozenset({"topics", "words", "unless", "towns"})
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,39}")
PLACES = frozenset({"属地", "属地镇街", OF_THE_PLACE})  # how a table calls the government of the place
LONGEST = {"title": 120, "basis": 300}
MOST_WORDS, LONGEST_WORD = 40, 20
PARTED = re.compile(r"[、，,；;\s]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What the table's words may stand for, by the name or the code used there: organs → code, topics → id, towns → code."""

    organs: Mapping[str, str]
    topics: Mapping[str, str]
    towns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one line: ``row`` is its line in the table (the heads are line 1, 0 for what no line named)."""

    row: int
    code: str
    outcome: str  # added | changed | same | refused | ended
    says: str = ""


@dataclass(slots=True)
class Read:
    """The good lines with their rows, and the refused ones; together as many as the table has."""

    lines: list[tuple[int, Duty]] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    named: set[str] = field(default_factory=set)  # every code in the table, a refused line's included


class Unfit(ValueError):
    """One field of one line breaks a rule."""

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(f"{COLUMNS[name][0]}：{rule}")


def duties(rows: Sequence[Mapping[str, str]], known: Known) -> Read:
    """Every row as a duty or as a refusal naming its line, field and rule. Refused as a whole: no rows, a column nobody can
    do without."""
    titles, found = tables.columns(rows, COLUMNS, OPTIONAL), Read()
    for number, row in tables.numbered(rows):
        said = {name: (row.get(title) or "").strip() if title else "" for name, title in titles.items()}
        code = said["code"]
        try:
            duty = _duty(said, known, found.named)
        except Unfit as error:
            found.refused.append(Told(number, code[:40], "refused", str(error)))
        else:
            found.lines.append((number, duty))
        found.named.add(code)
    return found


def _duty(said: Mapping[str, str], known: Known, seen: Collection[str]) -> Duty:
    code = said["code"]
    if not CODE.fullmatch(code):
        raise Unfit("code", "须由字母、数字、点和短横组成，40位以内")
    if code in seen:
        raise Unfit("code", "在本表中重复")
    for name, most in LONGEST.items():
        if not said[name] or len(said[name]) > most or not said[name].isprintable():
            raise Unfit(name, f"必填，{most}字以内，不能换行")
    place = said["organ"] in PLACES
    organ = OF_THE_PLACE if place else known.organs.get(said["organ"], "")
    if not organ:
        raise Unfit(
            "organ", f"没有这个单位“{said['organ'][:40]}”，须为机构名称、编码或统一社会信用代码，属地办的写“属地”"
        )
    topics = _each(said, "topics", known.topics.get, "没有这个诉求主题")
    towns = _each(said, "towns", known.towns.get, "没有这个镇街")
    words, unless = (_each(said, name, _word, f"须为2至{LONGEST_WORD}个字") for name in ("words", "unless"))
    if not topics and not words:
        raise Unfit("words", "诉求主题和关键词至少填一项")
    try:
        return Duty(
            id=code, title=said["title"], organ=organ, topics=topics, words=words, unless=unless, towns=towns,
            basis=said["basis"],
        )  # fmt: skip
    except ValidationError as error:
        raise Unfit("organ", "机构编码不合格") from error


def _each(said: Mapping[str, str], name: str, means: Callable[[str], str | None], rule: str) -> list[str]:
    words = [word for word in PARTED.split(said[name]) if word]
    if len(words) > MOST_WORDS:
        raise Unfit(name, f"最多{MOST_WORDS}个")
    found = []
    for word in words:
        meant = means(word)
        if not meant:
            raise Unfit(name, f"{rule}：“{word[:40]}”")
        if meant not in found:
            found.append(meant)
    return found


def _word(word: str) -> str | None:
    return word if 2 <= len(word) <= LONGEST_WORD and word.isprintable() else None
