"""What a batch, an issue, a stage closure and a visit must say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from yiwang.kernel.refusal import Fault, Refusal

PROCESS, TABLE = "governance.issue", "meetings_issue"
COORDINATOR, VISITOR, HANDLER = "meeting-coordinator", "meeting-visitor", "order-handler"
MOST_LINES, LONGEST = 500, 500
STAGE, DONE = "report-stage", "report-done"


class NoEvidence(Refusal):
    """Nothing is closed on a unit's word alone."""

    code = "no-evidence"


@dataclass(frozen=True, slots=True)
class Line:
    """One issue as typed: what, where it was raised (a code of ``Source``), whose it is (an organ's id)."""

    content: str
    source: str
    unit_id: int


def batch_of(theme: str, handed_by: str, document: str, received_on: date, due_on: date, on: date) -> None:
    """Refused, every fault at once: no theme, nobody who handed it over, a day that lies ahead, a term that ends with it."""
    faults = []
    for name, text, most, asked in (
        ("theme", theme, 30, "请填写民生主题（30字以内）。"),
        ("handed_by", handed_by, 60, "请填写交办单位（60字以内）。"),
    ):
        if not text or len(text) > most or not text.isprintable():
            faults.append(Fault(name, asked, "missing"))
    if len(document) > 60 or not document.isprintable():
        faults.append(Fault("document", "交办文号最多60字。", "too-long"))
    if received_on > on:
        faults.append(Fault("received_on", "交办日不能晚于今天。", "day"))
    if due_on <= max(received_on, on):
        faults.append(Fault("due_on", "办结期限须晚于交办日和今天。", "day"))
    elif due_on > on + timedelta(days=3660):
        faults.append(Fault("due_on", "办结期限太远，请核对年份。", "day"))
    if faults:
        raise Refusal(faults[0].says, code="batch", faults=faults)


def lines_of(text: str, *, sources: Mapping[str, str], units: Mapping[str, int]) -> list[Line]:
    """Issues as typed, one a line, ``content｜source｜unit``, sources and units by the names a clerk writes.

    Refused, every line named: none or too many lines, a content missing or too long or the same twice, a source or unit
    nobody knows.
    """
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    if not rows:
        raise Refusal("请至少填写一个问题。", code="lines", field="lines")
    if len(rows) > MOST_LINES:
        raise Refusal(f"一次最多登记{MOST_LINES}个问题。", code="lines", field="lines")
    found: list[Line] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        parts = [part.strip() for part in row.replace("|", "｜").split("｜")]
        if len(parts) != 3:
            faults.append(Fault("lines", f"第{number}行须为“问题内容｜来源｜承办单位”。", "shape"))
            continue
        content, source, unit = parts
        if not content or len(content) > LONGEST or "\0" in content:
            faults.append(Fault("lines", f"第{number}行没有问题内容，或者超过{LONGEST}字。", "content"))
        if content in seen:
            faults.append(Fault("lines", f"第{number}行与前面的问题重复。", "same"))
        if source not in sources:
            faults.append(Fault("lines", f"第{number}行的来源只能是{'、'.join(sources)}。", "source"))
        if unit not in units:
            faults.append(Fault("lines", f"第{number}行的承办单位“{unit[:20]}”没有人承办，请核对全称。", "unit"))
        seen.add(content)
        if source in sources and unit in units:
            found.append(Line(content, sources[source], units[unit]))
    if faults:
        raise Refusal(faults[0].says, code="lines", faults=faults)
    return found


def stage_until(until: date, *, on: date, longest: int) -> Refusal | None:
    """A stage closure says the day the rest is done by: ahead of today, within ``longest`` days."""
    if until <= on:
        return Refusal("预计办结日须晚于今天；已经办完的请报办结。", code="plan-day", field="until")
    if until > on + timedelta(days=longest):
        return Refusal(f"预计办结日最远为{longest}日以内，请分步安排。", code="plan-day", field="until")
    return None


def visited(day: date, *, reported_on: date | None, on: date) -> Refusal | None:
    """Somebody went there after the unit said it was done, and not tomorrow."""
    if day > on or (reported_on is not None and day < reported_on):
        return Refusal("实地核实日应在单位报结之后、今天之前。", code="visit-day", field="visited-on")
    return None
