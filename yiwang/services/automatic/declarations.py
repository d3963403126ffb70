"""What a decision table declares: columns of facts, rows of conditions, and what each row answers. Pure.

Conditions are data, never expressions: a list of codes, a flag, a range of numbers. So nobody can write a function, a
clock or a random number into a table, and a lawyer can read every cell. ``read`` refuses with every fault at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from yiwang.kernel.packs import Row
from yiwang.kernel.refusal import Fault, Refusal

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
FactName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{0,99}$")]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
DIGITS = 6  # after the point: the engine reckons in decimals of 28 digits, and 10**12 takes 13 of them


def _in_reach(value: float) -> float:
    if value != round(value, DIGITS):
        raise ValueError(f"小数点后最多{DIGITS}位")
    return value


Number = Annotated[float, Field(ge=-(10**12), le=10**12, allow_inf_nan=False), AfterValidator(_in_reach)]
Outcome = Literal["grant", "hand-over"]
OUTCOMES: Mapping[str, str] = {"grant": "准予", "hand-over": "转人工"}
LEAST_SHARE = 0.01
MOST_ROWS, MOST_COLUMNS = 200, 30


class Condition(Row):
    """One cell. Exactly one of: ``any_of`` codes, ``flag``, or a range ``least``–``most`` (both ends included)."""

    any_of: tuple[Code, ...] = ()
    flag: bool | None = None
    least: Number | None = None
    most: Number | None = None

    @property
    def kind(self) -> str:
        """``code``, ``flag`` or ``number``; empty when the cell says nothing or two things."""
        said = [
            name
            for name, there in (
                ("code", bool(self.any_of)),
                ("flag", self.flag is not None),
                ("number", self.least is not None or self.most is not None),
            )
            if there
        ]
        return said[0] if len(said) == 1 else ""

    def holds(self, value: Any) -> bool:
        """Whether ``value`` fits. A fact nobody knows (``None``), or one of another kind, fits no condition."""
        match self.kind:
            case "code":
                return isinstance(value, str) and value in self.any_of
            case "flag":
                return isinstance(value, bool) and value is self.flag
            case "number":
                if isinstance(value, bool) or not isinstance(value, int | float):
                    return False
                return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)
        return False


class Column(Row):
    """One fact the table looks at."""

    id: Identifier
    title: Annotated[str, Field(min_length=1, max_length=60)]
    fact: FactName


class Line(Row):
    """One row: the first whose conditions all hold fires. ``article`` is what the answer rests on."""

    id: Identifier
    when: Mapping[Identifier, Condition] = {}
    outcome: Outcome
    article: Annotated[str, Field(min_length=4, max_length=200)]
    says: Annotated[str, Field(min_length=2, max_length=200)]


class Table(Row):
    """A decision table as declared. ``share`` of its automatic decisions goes to a person afterwards."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,59}$")]
    title: Annotated[str, Field(min_length=2, max_length=100)]
    item_code: Annotated[str, Field(min_length=1, max_length=64)]
    basis: Annotated[str, Field(min_length=4, max_length=300)]
    share: Annotated[float, Field(ge=LEAST_SHARE, le=1)]
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=MOST_COLUMNS)]
    rows: Annotated[tuple[Line, ...], Field(min_length=2, max_length=MOST_ROWS)]
    marks: Mapping[str, Annotated[str, Field(pattern=r"^(来源|法规|待核|示例)")]] = {}

    def text(self) -> str:
        """The canonical text: what is stored, digested and replayed."""
        return canonical(self.model_dump(mode="json", exclude_defaults=True))


@dataclass(frozen=True, slots=True)
class Available:
    """A fact a table for one guide may look at. ``choices``: code → words, for codes only."""

    name: str
    title: str
    kind: str  # code | flag | number
    choices: Mapping[str, str]


def canonical(data: Any) -> str:
    """Sorted keys, no blanks, UTF-8 as is."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SM3, 64 hex characters."""
    return hashlib.new("sm3", text.encode()).hexdigest()


def read(data: Mapping[str, Any]) -> Table:
    """The table in ``data``; refused with every fault when it does not fit the schema or cannot be a table."""
    try:
        table = Table.model_validate_json(json.dumps(dict(data), ensure_ascii=False, default=str), strict=True)
    except ValidationError as error:
        faults = [
            Fault(".".join(str(part) for part in one["loc"]), "填写不符合要求", one["type"]) for one in error.errors()
        ]
        raise Refusal("决策表有填写错误，请按列出的位置改正。", code="table-malformed", faults=faults) from error
    if faults := list(_senseless(table)):
        raise Refusal("决策表还不能用，请按列出的位置改正。", code="table-senseless", faults=faults)
    return table


def revive(text: str) -> Table:
    """A stored table. What an earlier release stored stays readable: the schema only ever grows."""
    return Table.model_validate_json(text, strict=True)


def _senseless(table: Table) -> list[Fault]:
    faults = []
    known = [column.id for column in table.columns]
    faults += [Fault(f"columns.{one}", f"列 {one} 重复", "twice") for one in set(known) if known.count(one) > 1]
    names = [row.id for row in table.rows]
    faults += [Fault(f"rows.{one}", f"行 {one} 重复", "twice") for one in set(names) if names.count(one) > 1]
    for row in table.rows[:-1]:
        if not row.when:
            faults.append(Fault(f"rows.{row.id}", "只有最后一行可以不写条件", "no-condition"))
        for column, condition in row.when.items():
            if column not in known:
                faults.append(Fault(f"rows.{row.id}.{column}", f"没有名为 {column} 的列", "unknown-column"))
            elif not condition.kind:
                faults.append(Fault(f"rows.{row.id}.{column}", "一格只能写一种条件：选项、是否或范围", "condition"))
            elif condition.least is not None and condition.most is not None and condition.least > condition.most:
                faults.append(Fault(f"rows.{row.id}.{column}", "范围的下限大于上限", "condition"))
    last = table.rows[-1]
    if last.when or last.outcome != "hand-over":
        faults.append(Fault(f"rows.{last.id}", "最后一行须不写条件、转人工，兜住其余情形", "no-last-row"))
    if not any(row.outcome == "grant" for row in table.rows):
        faults.append(Fault("rows", "没有一行准予，这张表什么也不会决定", "never-grants"))
    return faults


def unfit(table: Table, available: Sequence[Available]) -> list[Fault]:
    """Where a table does not fit the guide it is bound to: a fact it does not have, a code it does not know."""
    there = {one.name: one for one in available}
    facts = {column.id: there.get(column.fact) for column in table.columns}
    faults = [
        Fault(f"columns.{column.id}", f"办事指南没有事实“{column.fact}”", "unknown-fact")
        for column in table.columns
        if column.fact not in there
    ]
    for row in table.rows:
        for column_id, condition in row.when.items():
            fact = facts.get(column_id)
            if fact is None:
                continue
            where = f"rows.{row.id}.{column_id}"
            if condition.kind != fact.kind:
                faults.append(Fault(where, f"“{fact.title}”不能用这种条件", "kind"))
            unknown = [code for code in condition.any_of if code not in fact.choices]
            if fact.kind == "code" and unknown:
                faults.append(Fault(where, f"“{fact.title}”没有选项{'、'.join(unknown)}", "unknown-code"))
    return faults
