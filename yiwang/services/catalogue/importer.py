"""From another system's list to this county's catalogue: every row read, decided by a stated rule, and told. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from yiwang.foundation.files import tables
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.kernel.chinese import normal
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.catalogue.mapping import Adopt, ImportMapping

ON_REQUEST = ("01", "04", "05", "07", "08", "09", "10")  # the seven power types exercised on request (依申请)
OUTCOMES = {"imported": "导入", "merged": "合并", "refused": "拒绝", "left-aside": "搁置"}


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one row, when it was not simply imported as it stood. ``rule`` names the mapping's rule."""

    row: int
    code: str
    name: str
    department: str
    outcome: str
    rule: str
    says: str

    def as_data(self) -> dict[str, str | int]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class PlannedItem:
    """One item as the catalogue should hold it after the import."""

    code: str
    name: str
    main_name: str
    type: str
    organ: str
    local_codes: list[str]
    themes: list[str]


@dataclass(slots=True)
class Plan:
    """All rows decided. ``read == imported + merged + refused + left_aside``, always."""

    items: dict[str, PlannedItem] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    read: int = 0
    imported: int = 0
    merged: int = 0
    refused: int = 0
    left_aside: int = 0


def plan(rows: Iterable[Mapping[str, str]], mapping: ImportMapping) -> Plan:
    """Decide every row. Refused as a whole only when the file lacks a column the mapping binds, or is empty."""
    rows = list(rows)
    _columns_present(rows, mapping)
    planned = Plan()
    same: dict[tuple[str, str, str], str] = {}
    adopted = {one.source: one for one in mapping.adopt}
    for number, row in tables.numbered(rows):
        planned.read += 1
        _Row(number, row, mapping, planned, same, adopted).decide()
    return planned


@dataclass(slots=True)
class _Row:
    number: int
    cells: Mapping[str, str]
    mapping: ImportMapping
    planned: Plan
    same: dict[tuple[str, str, str], str]
    adopted: Mapping[str, Adopt]

    def cell(self, name: str) -> str:
        column = getattr(self.mapping.columns, name)
        return (self.cells.get(column) or "").strip() if column else ""

    def tell(self, outcome: str, rule: str, says: str) -> None:
        told = Line(self.number, self.cell("code"), self.cell("name"), self.cell("department"), outcome, rule, says)
        self.planned.lines.append(told)

    def refuse(self, rule: str, says: str) -> None:
        self.planned.refused += 1
        self.tell("refused", rule, says)

    def set_aside(self, rule: str, says: str) -> None:
        self.planned.left_aside += 1
        self.tell("left-aside", rule, says)

    def decide(self) -> None:
        mapping = self.mapping
        found = re.match(mapping.code.pattern, self.cell("code"))
        kind = mapping.types.get(self.cell("type"))
        if not self.cell("name"):
            return self.refuse("name", "没有事项名称")
        if not found:
            return self.refuse("code", f"事项编码“{self.cell('code')}”不符合映射规定的写法")
        if kind is None:
            return self.refuse("type", f"事项类型“{self.cell('type')}”没有对应的国标代码")
        code = found["code"]
        name, cleaned = self.cleaned_name()
        for index, aside in enumerate(mapping.leave_aside, start=1):
            if re.search(aside.pattern, self.cell("name")):
                return self.set_aside(f"leave_aside.{index}", aside.says)
        notes = self.credit_code()
        if notes is None:
            return None
        organ, rule = self.organ(code)
        if organ is None and rule == "spread":
            return self.set_aside("spread", f"{self.cell('department')}在本县不设，且没有规则指明由哪个部门承担")
        if organ is None:
            return self.refuse("department", f"部门“{self.cell('department')}”没有对应的本县机构")
        if rule:
            notes.append((rule, f"由本县 {organ} 承担"))
        notes += cleaned
        return self.take(code, name, kind, organ, notes)

    def cleaned_name(self) -> tuple[str, list[tuple[str, str]]]:
        name, notes = self.cell("name"), []
        for index, clean in enumerate(self.mapping.clean, start=1):
            shorter = re.sub(clean.pattern, "", name).strip()
            if shorter != name and shorter:
                name = shorter
                notes.append((f"clean.{index}", clean.says))
        return name, notes

    def credit_code(self) -> list[tuple[str, str]] | None:
        """Notes about the credit code; ``None`` when the row has been refused for it."""
        rule, given = self.mapping.credit_code, self.cell("credit_code")
        if not given:
            says = "来源没有实施主体的统一社会信用代码，按部门名称对应本县机构"
            if rule.missing == "refuse":
                self.refuse("credit_code.missing", "没有实施主体的统一社会信用代码")
                return None
            return [("credit_code.missing", says)]
        if valid_credit_code(given):
            return []
        raised = given.upper()
        if raised != given and valid_credit_code(raised):
            return [("credit_code.case", f"统一社会信用代码“{given}”含小写字母，改为大写后校验通过")]
        if rule.invalid == "refuse":
            self.refuse("credit_code.invalid", f"统一社会信用代码“{given}”校验不通过，实施主体无法确认")
            return None
        return [("credit_code.invalid", f"统一社会信用代码“{given}”校验不通过，按部门名称对应本县机构")]

    def organ(self, code: str) -> tuple[str | None, str]:
        """The organ that holds the item here and the rule that said so (empty: the plain department table)."""
        mapping, department = self.mapping, self.cell("department")
        text = f"{self.cell('main_name')} {self.cell('name')}"
        spread = department in mapping.spread
        if spread and mapping.code_part and (found := re.match(mapping.code_part.pattern, code)):
            organ = mapping.code_part.organs.get(found["part"])
            if organ:
                return organ, f"code_part.{found['part']}"
        for index, one in enumerate(mapping.reassign, start=1):
            if one.department == department and re.search(one.pattern, text):
                return one.organ, f"reassign.{index}"
        return mapping.departments.get(department), "spread" if spread else ""

    def take(self, code: str, name: str, kind: str, organ: str, notes: list[tuple[str, str]]) -> None:
        adopt = self.adopted.get(code)
        if adopt is not None:
            notes.append(("adopt", f"本县编码 {adopt.code}"))
            code, name = adopt.code, adopt.name or name
        key = (organ, kind, normal(name))
        twin = self.same.get(key) or (code if code in self.planned.items else None)
        if twin is not None:
            item = self.planned.items[twin]
            if self.cell("code") not in item.local_codes:
                item.local_codes.append(self.cell("code"))
            self.planned.merged += 1
            return self.tell("merged", "same-item", f"与 {item.code}《{item.name}》同一部门、同一类型、同名，并为一项")
        self.same[key] = code
        main = self.cell("main_name")
        text = f"{main} {name}"
        themes = [one.theme for one in self.mapping.theme if re.search(one.pattern, text)]
        self.planned.items[code] = PlannedItem(
            code, name, main, kind, organ, [self.cell("code")], list(dict.fromkeys(themes))
        )
        self.planned.imported += 1
        for rule, says in notes:
            self.tell("imported", rule, says)
        return None


def valid_credit_code(code: str) -> bool:
    """GB 32100: shape and check character, letters as given (a lower-case letter is not of the standard)."""
    try:
        return identifiers.check_uscc(code) == code
    except Refusal:
        return False


def _columns_present(rows: Sequence[Mapping[str, str]], mapping: ImportMapping) -> None:
    if not rows:
        raise Refusal("文件里没有一行数据。", code="import-empty")
    bound = {name: column for name, column in mapping.columns.model_dump().items() if column}
    faults = [
        Fault(f"columns.{name}", f"文件没有“{column}”这一列", "missing-column")
        for name, column in bound.items()
        if column not in rows[0]
    ]
    if faults:
        raise Refusal("文件与映射不符，未导入任何内容。", code="import-columns", faults=faults)


def powers_of(planned: Plan) -> dict[tuple[str, str, str], str]:
    """The powers behind the items: (organ, type, name) → the code of the first item; one per main item and organ."""
    found: dict[tuple[str, str, str], str] = {}
    for item in planned.items.values():
        if item.type in ON_REQUEST:
            found.setdefault((item.organ, item.type, item.main_name or item.name), item.code)
    return found


def summary(planned: Plan) -> str:
    """The counts as one line for the console."""
    return (
        f"读取 {planned.read} 行 = 导入 {planned.imported} + 合并 {planned.merged} + 拒绝 {planned.refused}"
        f" + 搁置 {planned.left_aside}"
    )
