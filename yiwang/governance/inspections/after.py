"""The papers of a visit: 现场检查记录 and 责令改正通知书. Run by the worker, once each, retried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yiwang.foundation.calendar.today import now
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.governance.inspections import rules
from yiwang.governance.inspections.models import Inspection
from yiwang.kernel.names import after
from yiwang.kernel.permissions import SYSTEM


@after("inspections.write-record", "出具现场检查记录")
def write_record(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """The record with every entry and its result, as both inspectors signed it."""
    _write("inspection-record", matter_id)


@after("inspections.write-order", "出具责令改正通知书")
def write_order(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """What has to be made good, and by when."""
    _write("inspection-order", matter_id)


def _write(kind: str, matter_id: int) -> None:
    found = Inspection.objects.select_related("matter", "subject").get(matter_id=matter_id)
    reference = found.matter.reference
    if Letter.objects.filter(matter_reference=reference, kind=kind).exists():
        return
    parts = list(found.parts.select_related("checklist").order_by("pk"))
    said = {part.pk: {one["code"]: one for one in part.results} for part in parts}
    lines, problems = [], []
    for part in parts:
        for entry in part.entries:
            one = said[part.pk].get(entry["code"])
            if one is None:
                continue
            note = f"：{one['note']}" if one["note"] else ""
            lines.append(f"{entry['title']}　{rules.RESULTS[one['result']]}{note}")
            if one["result"] == "problem":
                problems.append(f"{entry['title']}{note}")
    officers = [one.inspector.code for one in found.attendances.select_related("inspector").filter(released_at=None)]
    data: dict[str, Any] = {
        "subject": found.subject.name,
        "code": found.subject.code,
        "reference": reference,
        "visited": _day(found.visited_on),
        "officers": "、".join(sorted(officers)),
    }
    if kind == "inspection-record":
        data |= {"title": found.matter.title, "entries": lines, "outcome": found.get_outcome_display()}
    else:
        data |= {"problems": problems, "by": _day(found.remedy_by)}
    letters.issue(
        kind=kind,
        matter_reference=reference,
        organ_id=found.organ_id,
        to_party=None,
        data=data,
        by=SYSTEM,
        at=now(),
    )


def _day(on: date | None) -> str:
    return f"{on.year}年{on.month}月{on.day}日" if on else ""
