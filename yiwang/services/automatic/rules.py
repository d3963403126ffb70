"""How a table decides: compiled for zen-engine, evaluated, replayed. Pure; the same facts always fire the same row.

The engine gets a graph of one input, one decision table with hit policy *first*, one output. It is built here from
conditions that are data, so that no function node and no expression of anybody's can be in it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import zen

from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.automatic.declarations import Condition, Line, Table, canonical, digest, revive

ENGINE = "zen-engine"
ROW = "row"


class CannotReplay(Refusal):
    """A receipt, or the table it names, is not what was written."""

    code = "cannot-replay"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as it was used: a code, a flag or a number, with where and when it was read. ``None``: not known."""

    column: str
    title: str
    fact: str
    value: str | bool | int | float | None
    source: str
    at: datetime

    def as_data(self) -> dict[str, Any]:
        return {
            "column": self.column,
            "title": self.title,
            "fact": self.fact,
            "value": self.value,
            "source": self.source,
            "at": self.at.isoformat(),
        }


def engine_version() -> str:
    """``zen-engine 2.1.3``: kept on the receipt, so that a replay under another release can say so."""
    return f"{ENGINE} {version(ENGINE)}"


def compiled(table: Table) -> str:
    """The engine's graph (JSON Decision Model) of a table."""
    inputs = [{"id": column.id, "name": column.title, "field": field(column.id)} for column in table.columns]
    rules = [
        {"_id": row.id, **{c.id: _cell(row.when.get(c.id)) for c in table.columns}, ROW: json.dumps(row.id)}
        for row in table.rows
    ]
    content = {
        "hitPolicy": "first",
        "inputs": inputs,
        "outputs": [{"id": ROW, "name": ROW, "field": ROW}],
        "rules": rules,
    }
    place = {"x": 0, "y": 0}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": place},
        {"id": "table", "type": "decisionTableNode", "name": "table", "position": place, "content": content},
        {"id": "out", "type": "outputNode", "name": "out", "position": place},
    ]
    edges = [
        {"id": "to-table", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "to-out", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False)


def field(column: str) -> str:
    """A column's name in the engine, where a hyphen would be a minus."""
    return f"f_{column.replace('-', '_')}"


def _cell(condition: Condition | None) -> str:
    """The engine's way of writing a condition; an empty cell holds for everything."""
    if condition is None:
        return ""
    match condition.kind:
        case "code":
            return ",".join(json.dumps(code) for code in condition.any_of)
        case "flag":
            return "true" if condition.flag else "false"
    bounds = [f">= {_number(condition.least)}"] if condition.least is not None else []
    bounds += [f"<= {_number(condition.most)}"] if condition.most is not None else []
    return " and ".join(bounds)


def _number(value: float) -> str:
    """Plain digits: the engine reads no exponents."""
    return format(Decimal(repr(value)), "f")


@lru_cache(maxsize=256)
def _decision(graph: str) -> zen.ZenDecision:
    return zen.ZenEngine().create_decision(graph)


def evaluate(table: Table, facts: Mapping[str, Any]) -> Line:
    """The row that fires for these facts (column id → value); the last one where no other does."""
    known = {field(column.id): facts.get(column.id) for column in table.columns}
    result = _decision(compiled(table)).evaluate(known)["result"]
    rows = {row.id: row for row in table.rows}
    fired = rows.get((result or {}).get(ROW, ""))
    return fired or table.rows[-1]


def receipt_text(
    *,
    number: str,
    matter: str,
    item: str,
    guide: str,
    table: Table,
    version_number: int,
    table_digest: str,
    engine: str,
    facts: Iterable[Fact],
    row: Line,
    at: datetime,
) -> str:
    """The receipt 凭证, canonical: what was known, which table, which row, on which article. No citizen's words."""
    return canonical(
        {
            "receipt": number,
            "matter": matter,
            "item": item,
            "guide": guide,
            "table": {"id": table.id, "title": table.title, "version": version_number, "digest": table_digest},
            "engine": engine,
            "facts": [fact.as_data() for fact in facts],
            "row": row.id,
            "outcome": row.outcome,
            "article": row.article,
            "says": row.says,
            "at": at.isoformat(),
        }
    )


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a replay looked at."""

    name: str
    passed: bool
    found: str = ""


def replay(receipt: str, table_text: str) -> list[Check]:
    """Decide again from the receipt's own facts with the kept table, and compare. Refused: text that is no receipt."""
    try:
        said = json.loads(receipt)
        facts = {one["column"]: one["value"] for one in said["facts"]}
        named = said["table"]["digest"]
        claimed = (said["row"], said["outcome"], said["article"], said["says"])
    except (ValueError, KeyError, TypeError):
        raise CannotReplay("这不是一份自动决定凭证，或者内容残缺。") from None
    found = digest(table_text)
    checks = [Check("决策表摘要", found == named, found[:16])]
    table = revive(table_text)
    line = evaluate(table, facts)
    checks.append(Check("按原事实重新判定", line.id == claimed[0], f"命中行 {line.id}，凭证记载 {claimed[0]}"))
    same = (line.outcome, line.article, line.says) == claimed[1:]
    checks.append(Check("结论与依据", same, f"{line.outcome}；{line.article}"))
    known = {column.id for column in table.columns}
    checks.append(Check("事实齐全", facts.keys() == known, "、".join(sorted(known ^ facts.keys()))))
    return checks


def sample(digests: Sequence[tuple[int, str]], share: float) -> list[int]:
    """Which of these decisions (id, receipt digest) are checked by a person: ``share`` of them, rounded up, in the
    order of their digests, which nobody chooses. A day with one decision checks that one."""
    wanted = math.ceil(Fraction(str(share)) * len(digests))
    return sorted(number for _, number in sorted((digest, number) for number, digest in digests)[:wanted])


GRANTED, DENIED, OTHER = "granted", "denied", "other"
FLIP, SAME, HANDED = "flip", "same", "handed"


def compare(was: str, would: str, *, automatic: bool) -> str:
    """What a table would change about a past decision.

    ``flip``: it would grant what was refused, or hand over what a table granted by itself. ``handed``: a person
    decided and would decide again. ``same``: granted then, granted now.
    """
    if would == "grant":
        return SAME if was == GRANTED else FLIP
    return FLIP if automatic else HANDED


def refuse_unpublishable(
    *,
    digest_now: str,
    tried: str | None,
    cases: int,
    least: int,
    flips: int,
    accepts_flips: bool,
    same_hands: bool,
    days_old: int,
    most_days: int,
) -> Refusal | None:
    """A version is published only after a dry run of exactly this text, on enough past cases, recently, by other hands,
    and by somebody who has seen what flips."""
    faults = []
    if same_hands:
        faults.append(Fault("by", "起草人不能发布自己起草的决策表", "same-hands"))
    if tried is None:
        faults.append(Fault("trial", "还没有用以往办件试运行", "no-trial"))
    else:
        if tried != digest_now:
            faults.append(Fault("trial", "试运行之后又改过，请重新试运行", "changed-since"))
        if days_old > most_days:
            faults.append(Fault("trial", f"试运行已过{days_old}天，请重新试运行", "old-trial"))
        if cases < least:
            faults.append(Fault("trial", f"试运行只用了{cases}件，至少要{least}件以往办件", "few-cases"))
        if flips and not accepts_flips:
            faults.append(Fault("accepts_flips", f"有{flips}件的结论会改变，须逐件看过并确认", "flips"))
    if not faults:
        return None
    return Refusal(f"还不能发布：{faults[0].says}。", code="not-publishable", faults=faults)
