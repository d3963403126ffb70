"""What a claim, a list, a visit and its record must say. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import Field

from yiwang.kernel import packs
from yiwang.kernel.refusal import Fault, Refusal

KIND = "inspection-rule"
RULE = "inspections.inspection"
PROCESS = "governance.inspection"
MOST_ENTRIES = 60
MOST_JOINT = 3  # departments beside the leading one; the process declares as many seats
RESULTS = {"fine": "合格", "problem": "不合格", "not-applicable": "不适用"}
# Visits nobody planned against the object: asked for by a complaint, an order from above, or a risk the data showed. They
# pass the frequency cap, and say so; a first check after a licence was granted is a duty of its own (审管衔接).
BEYOND_THE_CAP = frozenset({"complaint", "order", "clue", "licence"})


class Scope(packs.Row):
    """One 执法范围 as certificates name it, and the 监管领域 it covers."""

    name: Annotated[str, Field(min_length=2, max_length=40)]
    fields: Annotated[list[str], Field(min_length=1)]


class InspectionRule(packs.Rule):
    """Numbers of the county: how many officers go, how often one object may be visited in a year, by when a first check
    follows a licence, by when a result is public, how long an object may take to make good, who rules within how long.
    ``scope``: which fields the scopes printed on certificates cover."""

    officers: Annotated[int, Field(ge=2, le=6)]
    visits_per_year: Annotated[int, Field(ge=1, le=52)]
    first_check_days: Annotated[int, Field(ge=1, le=365)]
    remedy_days: Annotated[int, Field(ge=1, le=365)]
    least_shown: Annotated[int, Field(ge=1, le=1000)]
    scope: list[Scope] = []

    def beyond(self, printed: str, fields: Iterable[str]) -> list[str]:
        """Of ``fields`` those that the scope ``printed`` on a certificate does not cover, sorted; all of them where none is
        printed. Scopes of one certificate are parted by 、，；or blanks; one that names a field itself covers it."""
        names = set(re.split(r"[、，,；;\s]+", printed.strip()))
        covered = names | {field for one in self.scope if one.name in names for field in one.fields}
        return sorted({field for field in fields if field} - covered)


def missing(listed: Mapping[str, Any]) -> list[str]:
    """Titles of what an implementation list still lacks, in the order of the form; empty when it is complete."""
    asked = (
        ("objects_of", "检查对象类别"),
        ("form", "检查形式"),
        ("basis", "检查依据"),
        ("papers", "检查文书"),
        ("entries", "检查项"),
    )
    return [title for name, title in asked if not listed.get(name)]


def entries_of(text: str) -> list[dict[str, str]]:
    """Entries as typed, one a line, ``title｜basis``. Refused: too many, too long, the same twice."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_ENTRIES:
        raise Refusal(f"检查项最多{MOST_ENTRIES}条。", code="entries", field="entries")
    found: list[dict[str, str]] = []
    for number, line in enumerate(lines, 1):
        title, _, basis = line.replace("|", "｜").partition("｜")
        title, basis = title.strip(), basis.strip()
        if not title or len(title) > 120 or len(basis) > 200:
            raise Refusal(
                f"第{number}条检查项为空或者太长（名称120字、依据200字以内）。", code="entries", field="entries"
            )
        if title in {one["title"] for one in found}:
            raise Refusal(f"检查项“{title}”重复。", code="entries", field="entries")
        found.append({"code": f"{number:02d}", "title": title, "basis": basis})
    return found


class Listed(Protocol):
    """A part of a visit, as far as ``filled`` looks at it."""

    checklist_id: int


L = TypeVar("L", bound=Listed)


def filled(parts: Sequence[L], results: Mapping[str, Mapping[str, Mapping[str, str]]]) -> list[L]:
    """The lists an officer filled in: those with any result or word; all of them where there is none, so that what is
    missing is named."""
    found = [
        part
        for part in parts
        if any(one.get("result") or one.get("note") for one in results.get(str(part.checklist_id), {}).values())
    ]
    return found or list(parts)


def results_of(entries: Sequence[Mapping[str, str]], given: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    """One result for each entry, as recorded on the spot. Refused, naming each: an entry left out, a result that is none,
    a problem without a word on what was seen, an entry nobody asked about."""
    faults: list[Fault] = []
    found = []
    for entry in entries:
        one = given.get(entry["code"]) or {}
        result, note = one.get("result", ""), str(one.get("note", "")).strip()
        if result not in RESULTS:
            faults.append(Fault(f"result-{entry['code']}", f"请选择“{entry['title']}”的检查结果。", "result"))
        elif result == "problem" and not note:
            faults.append(Fault(f"note-{entry['code']}", f"请写明“{entry['title']}”发现的问题。", "note"))
        elif len(note) > 500 or "\0" in note:
            faults.append(Fault(f"note-{entry['code']}", "情况记录最多500字。", "too-long"))
        found.append({"code": entry["code"], "result": result, "note": note})
    known = {entry["code"] for entry in entries}
    faults += [Fault("entries", f"清单没有检查项{code[:12]}。", "unknown") for code in given if code not in known]
    if faults:
        raise Refusal(faults[0].says, code="record", faults=faults)
    return found


def troubled(results: Sequence[Mapping[str, str]]) -> bool:
    """True if something was found wrong."""
    return any(one["result"] == "problem" for one in results)


def allowed_visits(rule: InspectionRule, per_year: Sequence[int]) -> int:
    """How often one object may be visited in a year by these lists: the strictest that says a number, else the county's."""
    return min([each for each in per_year if each] + [rule.visits_per_year])


def too_often(source: str, *, visits: int, allowed: int) -> bool:
    """True if one more visit would exceed the cap; a visit of its own ground (``BEYOND_THE_CAP``) never does."""
    return source not in BEYOND_THE_CAP and visits >= allowed


def year_of(on: date) -> tuple[date, date]:
    """The calendar year of a day, as ``[since, until)``."""
    return date(on.year, 1, 1), date(on.year + 1, 1, 1)
