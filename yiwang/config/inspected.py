"""The demo's supervision items claimed and listed, a joint draw of four shops, visits in every state, a first check.

Made by the deeds the departments' people would do. The draw's list is frozen and sealed by a checkpoint first, as in
earnest; everything in it is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from yiwang.config import cast
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account, Organ
from yiwang.governance.inspections import actions, hooks, queries
from yiwang.governance.inspections.models import CheckList, Claim, Draw, Inspection, SupervisionItem
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.services.cases.models import Case

UNCLAIMED = 1  # the last one waits for its department
ELSEWHERE = {"449910002001": "由市级生态环境部门直接监管，本县没有执法权限"}
ASKED = {"449901002001": "特种设备监督检查拟由市级专业队伍统一开展"}
INCOMPLETE = {"449908002001", "449909001001"}
ENTRIES = {
    "市场监管": "从业人员持有效健康证明｜食品安全法 第四十五条\n进货查验记录齐全｜食品安全法 第五十三条\n食品贮存、加工场所清洁｜食品安全法 第三十三条",
    "消防安全": "疏散通道、安全出口畅通｜消防法 第二十八条\n消防设施、器材完好有效｜消防法 第十六条",
    "公共卫生": "卫生许可证在有效期内｜公共场所卫生管理条例 第八条\n公共用品用具消毒记录齐全｜公共场所卫生管理条例 第四条",
}
OTHERS = "许可证件齐全有效\n内部管理制度落实\n现场与申报情况一致"


def inspect_some(at: datetime) -> int:
    """Tell it up to ``at``. Answers how many visits there are; none where the items were claimed already."""
    if Claim.objects.exclude(level="").exists():
        return 0
    early = at - timedelta(days=60)
    claims = list(Claim.objects.order_by("pk"))
    for one in claims[: len(claims) - UNCLAIMED]:
        _claim(one, early)
    _first_checks(at)
    _complaints(at)
    if (drawn := _draw(at)) is not None:
        _visit(drawn, at)
    return Inspection.objects.count()


def _claim(one: Claim, at: datetime) -> None:
    clerk = cast.holder(one.organ_id, "reviewer", at)
    if clerk is None:
        return
    reason = ELSEWHERE.get(one.code) or ASKED.get(one.code, "")
    actions.claim(claim_id=one.pk, here=not reason, reason=reason, by=clerk, at=at)
    if one.code in ELSEWHERE and (office := cast.holder_at("data-bureau", "supervisor", at)) is not None:
        actions.rule_claim(
            claim_id=one.pk, approved=True, said="情况属实，同意。", by=office, at=at + timedelta(days=2)
        )
    if reason or one.code in INCOMPLETE:
        return
    item = SupervisionItem.objects.get(code=one.code, until_on=None)
    first = CheckList.objects.get(claim=one)
    actions.keep_list(
        claim_id=one.pk,
        list_id=first.pk,
        title=item.title,
        objects_of=["project"] if item.field == "工程建设" else ["firm"],
        form="on-site",
        per_year=0,
        basis=item.basis,
        papers=["现场检查记录", "责令改正通知书"],
        entries=ENTRIES.get(item.field, OTHERS),
        by=clerk,
        at=at + timedelta(days=3),
    )


def _first_checks(at: datetime) -> None:
    """Licences of the stories granted before the items were claimed are told of once more."""
    for case in Case.objects.filter(outcome="granted").select_related("matter").order_by("pk"):
        hooks.case_granted(reference=case.matter.reference, party_id=case.party_id, at=at - timedelta(days=5))


def _complaints(at: datetime) -> None:
    """A complaint followed the day after: something was wrong and is being put right."""
    market = Organ.objects.filter(code="market").first()
    listed = CheckList.objects.filter(claim__organ_id=market.pk, completed_at__isnull=False).first() if market else None
    if market is None or listed is None:
        return
    clerk, sent = cast.holder(market.pk, "reviewer", at), queries.inspectors_of(market.pk)[:2]
    if clerk is None:
        return
    opened = actions.assign(
        source="complaint",
        cause="举报-示例-0001",
        organ_id=market.pk,
        subject_code="92449931MA00000020",
        list_ids=[listed.pk],
        inspector_codes=[one.code for one, _ in sent],
        by=clerk,
        at=at - timedelta(days=6),
    )
    visit = Inspection.objects.get(matter__reference=opened.reference)
    _record(visit, at - timedelta(days=5), problem=True)
    _sign(visit, "countersign-order", at - timedelta(days=5) + timedelta(hours=1))


def _draw(at: datetime) -> Draw | None:
    """The market supervision bureau and the fire brigade, one visit to each of four shops."""
    market = Organ.objects.filter(code="market").first()
    clerk = cast.holder(market.pk, "reviewer", at) if market else None
    if market is None or clerk is None:
        return None
    codes = ("449901001001", "449903001001")
    lists = CheckList.objects.filter(claim__code__in=codes, completed_at__isnull=False)
    made_at = at - timedelta(days=4)
    line = actions.make_line(
        organ_id=market.pk,
        title="餐饮单位食品和消防安全联合抽查",
        field="消防安全",
        list_ids=[one.pk for one in lists],
        count=4,
        batches=2,
        from_on=date(at.year, 1, 1) if at.month < 9 else date(at.year, 9, 1),
        until_on=date(at.year, 12, 31),
        by=clerk,
        at=made_at,
    )
    actions.publish_line(line_id=line.pk, by=clerk, at=made_at)
    found = actions.freeze(line_id=line.pk, by=clerk, at=made_at + timedelta(minutes=5))
    ledger.checkpoint(at=at, patience=20)
    try:
        return actions.draw(code=found.code, by=clerk, at=made_at + timedelta(hours=1))
    except Refusal:
        return None  # another process held the checkpoint up; the page offers to draw once it is there


def _visit(drawn: Draw, at: datetime) -> None:
    """The first is published, the second checked, the rest wait."""
    visits = list(Inspection.objects.filter(draw=drawn).select_related("matter").order_by("pk"))
    for number, visit in enumerate(visits[:2]):
        when = at - timedelta(days=3)
        _record(visit, when)
        _sign(visit, "countersign", when + timedelta(hours=2))
        if number == 0 and (decider := cast.holder(visit.organ_id, "decider", at)) is not None:
            reference = visit.matter.reference
            actions.take(reference=reference, step="publish", by=decider, at=at - timedelta(days=1))


def _record(visit: Inspection, at: datetime, *, problem: bool = False) -> None:
    """Each department's first officer writes its part, the leading one last."""
    parts = sorted(visit.parts.all(), key=lambda part: part.organ_id == visit.organ_id)
    for organ_id in dict.fromkeys(part.organ_id for part in parts):
        officer = _officers(visit, organ_id, at)[0]
        results = {
            str(part.checklist_id): {
                entry["code"]: {"result": "problem", "note": "一名从业人员健康证明过期"}
                if problem and place == 0
                else {"result": "fine"}
                for place, entry in enumerate(part.entries)
            }
            for part in parts
            if part.organ_id == organ_id
        }
        actions.record(
            reference=visit.matter.reference,
            visited_on=day_of(at),
            results=results,
            outcome="ordered" if problem else "clean",
            remedy_by=day_of(at) + timedelta(days=15) if problem else None,
            by=officer,
            at=at,
        )


def _sign(visit: Inspection, step: str, at: datetime) -> None:
    second = _officers(visit, visit.organ_id, at)[1]
    actions.take(reference=visit.matter.reference, step=step, by=second, at=at)


def _officers(visit: Inspection, organ_id: int, at: datetime) -> Sequence[Doer]:
    sent = visit.attendances.filter(organ_id=organ_id, released_at=None).select_related("inspector").order_by("pk")
    return [organs.doer_of(Account.objects.get(pk=one.inspector.account_id), at) for one in sent]
