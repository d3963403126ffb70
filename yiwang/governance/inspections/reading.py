"""Rows of the national system's tables, read strictly: what a row says, or why it is refused. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yiwang.foundation.files import tables
from yiwang.foundation.identifiers.rules import check_uscc
from yiwang.kernel.refusal import Refusal

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,39}")
SIGNED = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,59}")
DAY = re.compile(r"([0-9]{4})[-/年.]?([0-9]{1,2})[-/月.]?([0-9]{1,2})日?(?:[ T].*)?")
BLANK = {"", "无", "/", "-", "——"}
ITEM_COLUMNS = {
    "code": ("监管事项编码", "事项编码", "子项编码"),
    "parent": ("主项编码", "监管事项主项编码"),
    "title": ("监管事项名称", "事项名称"),
    "field": ("监管领域", "行业领域"),
    "basis": ("监管依据", "设定依据"),
    "organ": ("监管单位", "监管部门", "认领部门"),
    "services": ("关联政务服务事项", "关联许可事项编码"),
    "from": ("生效日期", "生效日"),
}
BEHAVIOUR_COLUMNS = {
    "reference": ("监管行为编号", "行为编号"),
    "code": ("监管事项编码", "事项编码"),
    "organ": ("监管单位", "监管部门"),
    "kind": ("监管行为类别", "行为类型"),
    "subject": ("检查对象编码", "统一社会信用代码"),
    "on": ("行为日期", "检查日期"),
    "found": ("发现问题", "是否发现问题"),
}
OPTIONAL = {"parent", "field", "organ", "services", "found"}
KINDS = {
    "行政检查": "inspection",
    "检查": "inspection",
    "行政处罚": "penalty",
    "处罚": "penalty",
    "行政强制": "compulsion",
    "强制": "compulsion",
    "其他": "other",
    "其他监管行为": "other",
}
YES, NO = {"是", "有", "1", "true"}, {"否", "无", "0", "false", ""}


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One row of the directory. ``organ`` is what the table calls the department; empty for a main item."""

    row: int
    code: str
    parent: str
    title: str
    field: str
    basis: str
    organ: str
    services: tuple[str, ...]
    from_on: date


@dataclass(frozen=True, slots=True)
class BehaviourLine:
    """One 监管行为 of another system."""

    row: int
    reference: str
    code: str
    organ: str
    kind: str
    subject: str
    on: date
    found: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that was not taken, and why; ``row`` is its line in the table, the heads being line 1."""

    row: int
    code: str
    why: str

    def shown(self) -> dict[str, object]:
        return {"row": self.row, "code": self.code, "why": self.why}


def items(rows: Sequence[Mapping[str, str]]) -> tuple[list[ItemLine], list[Refused]]:
    """Every row as a line or as a refusal; together as many as there are rows."""
    named, lines, refused, seen = tables.columns(rows, ITEM_COLUMNS, OPTIONAL), [], [], set[str]()
    for number, row in tables.numbered(rows):
        says = {name: _cell(row, title) for name, title in named.items()}
        code = says["code"]
        try:
            if not CODE.fullmatch(code):
                raise ValueError("监管事项编码不合格")
            if code in seen:
                raise ValueError("编码在本表中重复")
            if says["parent"] and (not CODE.fullmatch(says["parent"]) or says["parent"] == code):
                raise ValueError("主项编码不合格")
            if not says["title"] or len(says["title"]) > 200:
                raise ValueError("监管事项名称为空或者超过200字")
            if not says["basis"] or len(says["basis"]) > 600:
                raise ValueError("监管依据为空或者超过600字")
            if says["organ"] and not says["parent"]:
                raise ValueError("主项不由部门认领，请填写主项编码或者删去监管单位")
            line = ItemLine(
                *(number, code, says["parent"], says["title"], says["field"][:40], says["basis"], says["organ"]),
                tuple(sorted(filter(None, re.split(r"[,，、;；\s]+", says["services"])))),
                day(says["from"], "生效日期"),
            )
        except ValueError as error:
            refused.append(Refused(number, code[:40], str(error)))
            continue
        seen.add(code)
        lines.append(line)
    return lines, refused


def code_of(row: Mapping[str, str]) -> str:
    """The item's code in a row of the directory, whatever else is wrong with the row."""
    return next((code for title in ITEM_COLUMNS["code"] if (code := _cell(row, title))), "")


def behaviours(rows: Sequence[Mapping[str, str]], until: date) -> tuple[list[BehaviourLine], list[Refused]]:
    """The same for 监管行为 up to the day ``until``."""
    named, lines, refused, seen = tables.columns(rows, BEHAVIOUR_COLUMNS, OPTIONAL), [], [], set[str]()
    for number, row in tables.numbered(rows):
        says = {name: _cell(row, title) for name, title in named.items()}
        reference = says["reference"]
        try:
            if not SIGNED.fullmatch(reference):
                raise ValueError("监管行为编号不合格")
            if reference in seen:
                raise ValueError("编号在本表中重复")
            if says["kind"] not in KINDS:
                raise ValueError(f"监管行为类别须为：{'、'.join(list(KINDS)[::2])}")
            if says["found"].lower() not in YES | NO:
                raise ValueError("发现问题须填是或者否")
            on = day(says["on"], "行为日期")
            if on > until:
                raise ValueError("行为日期晚于今天")
            line = BehaviourLine(
                *(number, reference, says["code"], says["organ"], KINDS[says["kind"]]),
                *(subject_code(says["subject"]), on, says["found"].lower() in YES),
            )
        except ValueError as error:
            refused.append(Refused(number, reference[:40], str(error)))
            continue
        seen.add(reference)
        lines.append(line)
    return lines, refused


def subject_code(text: str) -> str:
    """A firm's 统一社会信用代码 with its check character, or a place's own code. ``ValueError`` otherwise: an identity number
    of a person is neither."""
    if len(text) == 18:
        try:
            return check_uscc(text)
        except Refusal as refused:
            raise ValueError(refused.says.rstrip("。")) from None
    if not re.fullmatch(r"[A-Z]{2,6}-[0-9A-Z\-]{2,30}", text):
        raise ValueError("检查对象编码须为统一社会信用代码，或者场所编码（如CS-0001）")
    return text


def day(text: str, title: str) -> date:
    """2026-09-24, 2026/9/24, 20260924 or 2026年9月24日. ``ValueError`` otherwise."""
    found = DAY.fullmatch(text)
    if not found:
        raise ValueError(f"{title}不是日期")
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise ValueError(f"{title}没有这一天") from None


def _cell(row: Mapping[str, str], title: str) -> str:
    text = (row.get(title) or "").strip() if title else ""
    return "" if text in BLANK else text
