"""A department claims its items and fills in its implementation lists; the office rules on 本级不监管."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yiwang.foundation.ledger import actions as ledger
from yiwang.governance.inspections import queries, rules
from yiwang.governance.inspections.models import CheckList, Claim, Subject
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal

LONGEST = 300


@transaction.atomic
def claim(*, claim_id: int, here: bool, reason: str = "", by: Doer, at: datetime) -> Claim:
    """认领: the department says that it supervises the item at this level, or asks not to and says why.

    Either way the item is claimed. A first implementation list is opened with an item supervised here. 404 for another
    department's item. Refused: claimed already (unless the office sent 本级不监管 back), an ended item, no reason.
    """
    found = _own(claim_id, by)
    if found.ended_at is not None:
        raise Refusal("该监管事项已经取消。", code="ended")
    if found.level:
        raise Refusal("该监管事项已经认领。", code="claimed")
    reason = reason.strip()
    if not here and not 4 <= len(reason) <= LONGEST:
        raise Refusal("请写明本级不监管的理由（4至300字），如监管权限所在的层级和依据。", code="reason", field="reason")
    if found.claimed_at is None:
        found.claimed_at, found.claimed_by = at, by.reference
    found.level = Claim.Level.HERE if here else Claim.Level.ASKED
    found.reason = "" if here else reason
    found.save()
    if here:
        title = queries.title_of(found.code)
        CheckList.objects.get_or_create(claim=found, title=title, defaults={"opened_at": at})
    _note(found, "inspections.claimed", {"code": found.code, "level": found.get_level_display()}, by, at)
    return found


@transaction.atomic
def rule_claim(*, claim_id: int, approved: bool, said: str, by: Doer, at: datetime) -> Claim:
    """审定本级不监管: approved it leaves the denominators; sent back the department claims anew. Refused: whoever does not
    oversee, anybody of the department itself, nothing asked, no words."""
    if not by.may(Permission.INSPECTION_OVERSEE):
        raise NotAllowed("只有统筹监管事项的机构可以审定。")
    found = Claim.objects.select_for_update().filter(pk=claim_id).first()
    if found is None:
        raise NotFound("没有这个监管事项。", code="no-such-claim")
    if by.reference == found.claimed_by:
        raise NotAllowed("提出申请的人不能自己审定。", code="same-hands")
    if found.level != Claim.Level.ASKED:
        raise Refusal("没有待审定的本级不监管申请。", code="not-asked")
    said = said.strip()
    if not 2 <= len(said) <= LONGEST:
        raise Refusal("请写明审定意见（2至300字）。", code="said", field="said")
    found.ruled_at, found.ruled_by, found.said = at, by.reference, said
    if approved:
        found.level = Claim.Level.ELSEWHERE
    else:  # claimed_at stays empty again: the department has to say once more
        found.level, found.claimed_at, found.claimed_by = "", None, ""
    found.save()
    verdict = "同意" if approved else "退回"
    _note(found, "inspections.claim-ruled", {"code": found.code, "verdict": verdict}, by, at)
    return found


@transaction.atomic
def keep_list(
    *,
    claim_id: int,
    list_id: int | None,
    title: str,
    objects_of: Sequence[str],
    form: str,
    per_year: int,
    basis: str,
    papers: Sequence[str],
    entries: str,
    by: Doer,
    at: datetime,
) -> CheckList:
    """填报检查实施清单: keep one list of an item supervised here, a new one where ``list_id`` is ``None``.

    Complete once nothing is missing; an incomplete one is kept as it is and says what it lacks. Checks opened before keep
    the entries they were opened with. Refused: another department's (404), an item not supervised here, faulty values.
    """
    of = _own(claim_id, by)
    if of.level != Claim.Level.HERE:
        raise Refusal("该事项还没有认领为本级监管，不填报检查实施清单。", code="not-here")
    title, basis = title.strip(), basis.strip()
    if not 2 <= len(title) <= 200 or len(basis) > 600:
        raise Refusal("请填写清单名称（2至200字），检查依据在600字以内。", code="title", field="title")
    if form and form not in CheckList.Form.values:
        raise Refusal("请选择检查形式。", code="form", field="form")
    if set(objects_of) - set(Subject.Kind.values):
        raise Refusal("请选择检查对象类别。", code="objects", field="objects_of")
    if not 0 <= per_year <= 52:
        raise Refusal("年度检查频次上限在0至52之间。", code="per-year", field="per_year")
    papers = [paper.strip()[:60] for paper in papers if paper.strip()][:20]
    if list_id is None:
        listed = CheckList(claim=of, opened_at=at)
    else:
        found = CheckList.objects.select_for_update().filter(pk=list_id, claim=of).first()
        if found is None:
            raise NotFound("没有这份检查实施清单。", code="no-such-list")
        listed = found
    if CheckList.objects.filter(claim=of, title=title).exclude(pk=listed.pk).exists():
        raise Refusal("本事项已经有同名的清单。", code="same-title", field="title")
    values = {
        "objects_of": sorted(objects_of),
        "form": form,
        "basis": basis,
        "papers": papers,
        "entries": rules.entries_of(entries),
    }
    listed.title, listed.per_year = title, per_year
    for name, value in values.items():
        setattr(listed, name, value)
    lacking = rules.missing(values)
    listed.completed_at = None if lacking else (listed.completed_at or at)
    listed.save()
    state = "缺" + "、".join(lacking) if lacking else "填报完备"
    _note(of, "inspections.list-kept", {"list": listed.pk, "state": state}, by, at)
    return listed


def _own(claim_id: int, by: Doer) -> Claim:
    found = Claim.objects.select_for_update().filter(pk=claim_id).first()
    if found is None or not by.may(Permission.INSPECTION_EDIT, found.organ_id):
        raise NotFound("没有这个监管事项，或者不由您所在的单位认领。", code="no-such-claim")
    return found


def _note(of: Claim, event: str, detail: dict[str, object], by: Doer, at: datetime) -> None:
    ledger.record(subject=f"claim:{of.pk}", event=event, by=by, at=at, organ=str(of.organ_id), detail=detail)
