"""What a petition must say, and when an answer is late. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.identifiers.masking import scrubbed
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.matters.standing import RunningClock

PROCESS, TABLE = "governance.petition", "petitions_petition"
CLERK, HANDLER, REVIEWER = "petition-clerk", "order-handler", "petition-reviewer"
TELL, DECIDE, ASK, OBJECT = "tell", "decide", "ask", "object"
SERVED = "opinion-served"
NOTICE, OPINION = "petition-notice", "petition-opinion"  # kinds of its letters
OWN_STEPS = frozenset({"ask-review", "ask-recheck"})  # what whoever petitions may do over the network
ARTICLE = "信访工作条例"
NO_APPEAL = frozenset(
    {"decide", "decide-late", "ask-review", "ask-recheck"}
)  # steps of appeals only; ``reply`` of all others
JOINT = 5  # 信访工作条例 第二十条第三款: many people send no more than five to speak for them; beyond that it is marked, not refused


class OverItsTerm(Refusal):
    """The day by which it had to be closed is over: closed as late, with why, by whoever answers for it."""

    code = "over-its-term"
    article = "信访工作条例 第三十四条"


class AskedTooLate(Refusal):
    """The thirty days in which 复查 or 复核 may be asked for are over."""

    code = "asked-too-late"
    article = "信访工作条例 第三十五条、第三十六条第一款"

    def __init__(self, day: date, article: str | None = None) -> None:
        says = f"请求复查、复核须在收到书面意见后30日内提出，期限已于{day:%Y年%m月%d日}届满，不再受理。"
        super().__init__(says, article=article)


@dataclass(frozen=True, slots=True)
class Intake:
    """What is written down of a petition. ``name`` and ``phone`` are encrypted when kept."""

    source: str
    purpose: str
    content: str
    name: str = ""
    phone: str = ""
    people: int = 1
    party_id: int | None = None
    order_reference: str = ""
    against_id: int | None = None


def checked(said: Intake, *, sources: Iterable[str], purposes: Iterable[str]) -> Intake:
    """The petition as it may be kept. Refused, every fault at once: unknown codes, no content, nobody to answer, a crowd."""
    faults: list[Fault] = []
    content, name, phone = said.content.strip(), said.name.strip(), said.phone.strip()
    if said.source not in set(sources):
        faults.append(Fault("source", "请选择信访形式。", "choice"))
    if said.purpose not in set(purposes):
        faults.append(Fault("purpose", "请选择信访目的。", "choice"))
    if not content or len(content) > 4000 or "\0" in content:
        faults.append(Fault("content", "请写明信访内容（4000字以内）。", "missing"))
    if len(name) > 60 or "\0" in name:
        faults.append(Fault("name", "姓名最多60字。", "too-long"))
    if not 1 <= said.people <= 999:
        faults.append(Fault("people", "信访人数须在1至999之间。", "range"))
    if said.against_id is not None and said.purpose != "accusation":
        faults.append(Fault("against", "只有检举控告类事项填写被检举控告的单位。", "choice"))
    if phone:
        try:
            phone = identifiers.check_phone(phone)
        except Refusal as refusal:
            faults.append(Fault("phone", refusal.says, refusal.code))
    if not name and said.party_id is None and not said.order_reference:
        faults.append(Fault("name", "请填写信访人姓名，处理意见要送达本人。", "missing"))
    if faults:
        raise Refusal(faults[0].says, code="intake", faults=faults)
    return replace(said, content=scrubbed(content), name=name, phone=phone)


def overdue(clocks: Iterable[RunningClock], clock: str, on: date) -> bool:
    """True if that clock runs and its last day is over on ``on``. A day that is still provisional is never over."""
    for row in clocks:
        if row.clock == clock and row.stopped_on is None:
            return row.due_on is not None and not row.provisional and on > row.due_on
    return False


def last_day(clocks: Iterable[RunningClock], clock: str) -> date | None:
    """The last day of that clock, whether it runs or not; ``None`` where there is none."""
    return next((row.due_on for row in clocks if row.clock == clock), None)
