"""A batch of the demo county's bureau, its issues, and each step on its day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.factories import cases as cast
from tests.factories import documents
from yiwang.foundation.organs.models import Organ
from yiwang.governance.meetings import actions, rules
from yiwang.governance.meetings.models import Batch, Issue
from yiwang.matters.standing import Standing

DAY = "2026-09-01"
COORDINATOR, VISITOR, CITY, MARKET = "pan", "yin", "urban-management-1", "zhou"
WORDS = {
    "report-stage": {"result": "已清理占道摊档12处。", "plan": "10月底前完成划线和疏导点建设。", "until": "2026-10-31"},
    "report-done": {"result": "已清理占道摊档12处，划定疏导点一处，商户已迁入。"},
    "verify-stage": {"visited-on": "2026-09-08", "way": "site", "opinion": "到现场看过，摊档已清，疏导点在建。"},
    "verify-done": {"visited-on": "2026-09-08", "way": "site", "opinion": "到现场看过，摊档已全部迁入疏导点。"},
}


def organ(code: str) -> int:
    return Organ.objects.get(code=code).pk


def batch(day: str = DAY, **changed: Any) -> Batch:
    given = {"theme": "菜篮子", "handed_by": "市“面对面”工作专班", "document": ""}
    given |= {"received_on": date.fromisoformat(day), "due_on": date(2026, 9, 30)}
    who = cast.staff(COORDINATOR, day)
    return actions.open_batch(organ_id=organ("data-bureau"), **(given | changed), by=who, at=cast.at(day, 9))


def issues(count: int = 1, unit: str = "urban-management", day: str = DAY, found: Batch | None = None) -> list[str]:
    """References of so many issues of one unit in a batch."""
    found = found or batch(day)
    lines = [rules.Line(f"农贸市场门口占道摆卖第{n}处", "meeting", organ(unit)) for n in range(count)]
    made = actions.hand_out(code=found.code, lines=lines, by=cast.staff(COORDINATOR, day), at=cast.at(day))
    return [one.reference for one in made]


def take(reference: str, step: str, who: str, day: str = DAY, hour: int = 11, **changed: Any) -> Standing:
    given: dict[str, Any] = {"values": WORDS.get(step, {})}
    if step in actions.REPORTS:
        given |= {"evidence": documents.png(), "evidence_name": "整改后.png"}
    by = cast.staff(who, day)
    return actions.take(reference=reference, step=step, by=by, at=cast.at(day, hour), **(given | changed))


def reported(step: str = "report-done", **where: Any) -> str:
    """An issue signed for on the first day and reported on the seventh."""
    [reference] = issues(**where)
    take(reference, "sign", CITY)
    take(reference, step, CITY, "2026-09-07")
    return reference


def issue(reference: str) -> Issue:
    return Issue.objects.select_related("matter", "batch").get(matter__reference=reference)


def under_way(at: datetime) -> dict[str, Any]:
    """For the tests that ask everybody everything: a batch, and an issue of the market supervision bureau in it."""
    day = f"{at:%Y-%m-%d}"
    found = batch(day, due_on=date(2026, 12, 1))
    lines = [rules.Line("农贸市场缺斤短两", "online", organ("market"))]
    [made] = actions.hand_out(code=found.code, lines=lines, by=cast.staff(COORDINATOR, day), at=at)
    return {"meeting": found, "issue": made}
