"""An item of the market supervision bureau that is claimed and listed, a plan, a frozen list, a visit under way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.factories import cases
from yiwang.foundation.organs.models import Organ
from yiwang.governance.inspections import actions
from yiwang.governance.inspections.models import CheckList, Claim, PlanLine

FOOD, FIRE = "449901001001", "449903001001"
ENTRIES = "从业人员持有效健康证明｜食品安全法 第四十五条\n进货查验记录齐全｜食品安全法 第五十三条"
SHOP = "92449931MA00000020"


def listed(code: str, who: str, at: datetime, **changes: Any) -> CheckList:
    """The item claimed by ``who``'s bureau, with its first list filled in."""
    claim = Claim.objects.get(code=code)
    actions.claim(claim_id=claim.pk, here=True, by=cases.staff(who), at=at)
    first = claim.lists.get()
    given = {
        "title": first.title, "objects_of": ["firm"], "form": "on-site", "per_year": 0, "basis": "食品安全法",
        "papers": ["现场检查记录"], "entries": ENTRIES, **changes,
    }  # fmt: skip
    return actions.keep_list(claim_id=claim.pk, list_id=first.pk, by=cases.staff(who), at=at, **given)


def planned(
    lists: list[CheckList], at: datetime, count: int = 2, batches: int = 1, field: str = "消防安全"
) -> PlanLine:
    """A published line of the market supervision bureau's plan."""
    by = cases.staff("zhao")
    line = actions.make_line(
        organ_id=Organ.objects.get(code="market").pk, title="餐饮单位联合抽查", field=field, count=count, batches=batches,
        list_ids=[one.pk for one in lists], from_on=date(2026, 9, 1), until_on=date(2026, 12, 31), by=by, at=at,
    )  # fmt: skip
    return actions.publish_line(line_id=line.pk, by=by, at=at)


def under_way(at: datetime) -> dict[str, Any]:
    """For the tests that ask everybody everything: a claim with its list, a plan with a frozen list, a visit to make."""
    by, listed_ = cases.staff("zhao"), listed(FOOD, "zhao", at)
    line = planned([listed_], at, field="市场监管", batches=2)
    visit = actions.assign(
        source="complaint", cause="2026-000123", organ_id=listed_.claim.organ_id, subject_code=SHOP,
        list_ids=[listed_.pk], inspector_codes=["YX449900001", "YX449900002"], by=by, at=at,
    )  # fmt: skip
    return {
        "claim": listed_.claim,
        "checklist": listed_,
        "plan_line": line,
        "frozen": actions.freeze(line_id=line.pk, by=by, at=at),
        "visit": visit,
    }
