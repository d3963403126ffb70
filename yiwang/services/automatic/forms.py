"""A table as a grid of plain inputs, and back: no script, no expression, one field a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from yiwang.services.automatic.declarations import OUTCOMES, Available, Column, Condition, Table

SPARE = 2  # empty rows offered below those there are
ROW = re.compile(r"^row-(\d{1,3})-id$")
NEW = re.compile(r"[^a-z0-9]+")


def grid(table: Table, available: Sequence[Available], posted: QueryDict | None = None) -> dict[str, Any]:
    """Everything the editor's page shows; after a refusal with everything that was typed."""
    facts = {one.name: one for one in available}
    columns = [_column(column, facts.get(column.fact)) for column in table.columns]
    stored = list(table.rows)
    count = max(len(stored) + SPARE, 1 + max((int(n) for n in _numbers(posted)), default=-1) if posted else 0)
    rows = []
    for number in range(count):
        line = stored[number] if number < len(stored) else None
        typed = posted if posted is not None and f"row-{number}-id" in posted else None
        cells = [
            _cell(number, column, line.when.get(column.id) if line else None, facts.get(column.fact), typed)
            for column in table.columns
        ]
        rows.append(
            {
                "number": number,
                "id": _typed(typed, number, "id", line.id if line else ""),
                "outcome": _typed(typed, number, "outcome", line.outcome if line else "hand-over"),
                "article": _typed(typed, number, "article", line.article if line else ""),
                "says": _typed(typed, number, "says", line.says if line else ""),
                "cells": cells,
                "last": line is not None and number == len(stored) - 1,
            }
        )
    used = {column.fact for column in table.columns}
    return {
        "columns": columns,
        "rows": rows,
        "outcomes": list(OUTCOMES.items()),
        "spare_facts": [one for one in available if one.name not in used],
        "share": posted.get("share", "") if posted else f"{table.share:g}",
        "title": posted.get("title", "") if posted else table.title,
        "basis": posted.get("basis", "") if posted else table.basis,
    }


def _numbers(posted: QueryDict | None) -> list[str]:
    return [found[1] for name in posted or () if (found := ROW.match(name))]


def _typed(posted: QueryDict | None, number: int, name: str, stored: str) -> str:
    return str(posted.get(f"row-{number}-{name}", "")) if posted is not None else stored


def _column(column: Column, fact: Available | None) -> dict[str, Any]:
    return {"id": column.id, "title": column.title, "fact": column.fact, "kind": fact.kind if fact else ""}


def _cell(
    number: int, column: Column, condition: Condition | None, fact: Available | None, posted: QueryDict | None
) -> dict[str, Any]:
    name = f"row-{number}-cell-{column.id}"
    chosen = list(condition.any_of) if condition else []
    flag = "" if condition is None or condition.flag is None else "yes" if condition.flag else "no"
    least = "" if condition is None or condition.least is None else f"{condition.least:g}"
    most = "" if condition is None or condition.most is None else f"{condition.most:g}"
    if posted is not None:
        chosen, flag = posted.getlist(name), posted.get(name, "")
        least, most = posted.get(f"{name}-least", ""), posted.get(f"{name}-most", "")
    return {
        "name": name,
        "title": column.title,
        "kind": fact.kind if fact else "",
        "options": [(code, said, code in chosen) for code, said in (fact.choices.items() if fact else ())],
        "flag": flag,
        "least": least,
        "most": most,
    }


def read(posted: QueryDict, table: Table, available: Sequence[Available]) -> dict[str, Any]:
    """What was typed, as data for ``declarations.read``: rows without a name are left out, the last one stays last.

    ``without`` names columns to drop, ``with`` a fact to add as a column.
    """
    facts = {one.name: one for one in available}
    columns = [column for column in table.columns if column.id not in posted.getlist("without")]
    added = facts.get(posted.get("with", ""))
    numbers = sorted(int(one) for one in _numbers(posted))
    rows = [_row(posted, number, columns, facts) for number in numbers if posted.get(f"row-{number}-id", "").strip()]
    rows.sort(key=lambda row: not row["when"] and row["outcome"] == "hand-over")
    data = [column.model_dump() for column in columns]
    if added is not None:
        taken = {column.id for column in columns}
        data.append({"id": _new_id(added.name, taken), "title": added.title[:60], "fact": added.name})
    return {
        "id": table.id,
        "item_code": table.item_code,
        "title": posted.get("title", "").strip(),
        "basis": posted.get("basis", "").strip(),
        "share": _number(posted.get("share", "")),
        "columns": data,
        "rows": rows,
        "marks": dict(table.marks),
    }


def _row(posted: QueryDict, number: int, columns: Sequence[Column], facts: Mapping[str, Available]) -> dict[str, Any]:
    def said(name: str) -> str:
        return posted.get(f"row-{number}-{name}", "").strip()

    when = {
        column.id: condition
        for column in columns
        if (condition := _condition(posted, f"row-{number}-cell-{column.id}", facts.get(column.fact)))
    }
    return {
        "id": said("id"),
        "outcome": said("outcome"),
        "article": said("article"),
        "says": said("says"),
        "when": when,
    }


def _condition(posted: QueryDict, name: str, fact: Available | None) -> dict[str, Any]:
    kind = fact.kind if fact else ""
    if kind == "code":
        chosen = [one for one in posted.getlist(name) if one]
        return {"any_of": chosen} if chosen else {}
    if kind == "flag":
        return {"flag": posted[name] == "yes"} if posted.get(name) in {"yes", "no"} else {}
    found = {end: _number(posted.get(f"{name}-{end}", "")) for end in ("least", "most")}
    return {end: value for end, value in found.items() if value is not None}


def _number(text: str) -> float | str | None:
    """A number; what is none stays as typed, for the declaration to refuse beside its place."""
    text = text.strip()
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return text[:20]


def _new_id(fact: str, taken: set[str]) -> str:
    base = NEW.sub("-", fact.partition(".")[2].lower()).strip("-")[:30] or "column"
    base = base if base[0].isalpha() else f"c-{base}"
    number, name = 1, base
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name
