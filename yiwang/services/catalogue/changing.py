"""Deeds that suspend, resume and cancel a service item. What was begun before goes on to its end.

清单 are kept current and a change is made public (国办发〔2022〕2号 动态管理); an item nobody may ask for any more disappears
from search, and whoever asks for it all the same is told since when and why.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import SYSTEM, Doer, Permission, allow
from yiwang.kernel.refusal import Fault, NotAllowed, NotFound, Refusal
from yiwang.services.catalogue.models import Item, ItemChange
from yiwang.services.catalogue.models.registers import Register

NEXT = {
    Register.IN_USE: {Register.SUSPENDED, Register.CANCELLED},
    Register.SUSPENDED: {Register.IN_USE, Register.CANCELLED},
    Register.CANCELLED: set[Register](),  # final: an item offered again is a new entry of the list
}


@transaction.atomic
def change_item(
    *, item_code: str, state: str, basis: str, reason: str, from_on: date, by: Doer, at: datetime
) -> ItemChange:
    """Suspend (``suspended``), resume (``in-use``) or cancel (``cancelled``) an item from today or a later day on.

    By its catalogue editor. Refused: no basis or reason, a day before today, a state that cannot follow, another change
    still to come. On its day the item leaves search and takes no applications; open cases end under their guide.
    """
    item = Item.objects.select_for_update().filter(code=item_code).first()
    if item is None:
        raise NotFound("没有这个事项。", code="item-not-found")
    allow(by, Permission.CATALOGUE_EDIT, about=item)
    for come in ItemChange.objects.filter(item=item, applied_at__isnull=True, from_on__lte=day_of(at)):
        _apply(come, at)  # its day came and the nightly job did not
        item.refresh_from_db(fields=["state"])
    faults = []
    if len(basis.strip()) < 4:
        faults.append(Fault("basis", "请写明变更依据（文件名称和文号，或者法律条文）。", "missing"))
    if len(reason.strip()) < 2:
        faults.append(Fault("reason", "请写明变更原因，将向群众公布。", "missing"))
    if from_on < day_of(at):
        faults.append(Fault("from_on", "变更自今天或以后起施行，不能追溯。", "backdated"))
    if state not in NEXT[Register(item.state)]:
        faults.append(Fault("state", f"事项现为“{item.get_state_display()}”，不能这样变更。", "state"))
    if faults:
        raise Refusal("事项状态未变更，请按提示改正。", code="item-change", faults=faults)
    if ItemChange.objects.filter(item=item, applied_at__isnull=True).exists():
        raise Refusal("已有一项变更尚未到施行日。", code="change-to-come", field="from_on")
    change = ItemChange.objects.create(
        item=item,
        state=state,
        from_on=from_on,
        basis=basis.strip(),
        reason=reason.strip(),
        decided_at=at,
        decided_by=by.reference,
    )
    detail = {"state": str(Register(state).label), "from_on": str(from_on), "basis": change.basis, "change": change.pk}
    ledger.record(
        subject=f"item:{item.code}",
        event="catalogue.item-change-decided",
        by=by,
        at=at,
        organ=str(item.organ_id),
        detail=detail,
    )
    if from_on <= day_of(at):
        _apply(change, at)
    return change


def apply_due(*, by: Doer, at: datetime) -> int:
    """Changes whose day has come take effect, each in a transaction of its own; answers how many. Only the system."""
    if by.kind != "system":
        raise NotAllowed("到期的事项变更由系统施行。")
    done = 0
    for pk in ItemChange.objects.filter(applied_at__isnull=True, from_on__lte=day_of(at)).values_list("pk", flat=True):
        with transaction.atomic():
            change = ItemChange.objects.select_for_update().get(pk=pk)
            if change.applied_at is None:
                _apply(change, at)
                done += 1
    return done


def _apply(change: ItemChange, at: datetime) -> None:
    Item.objects.filter(pk=change.item_id).update(state=change.state)
    change.applied_at = at
    change.save(update_fields=["applied_at"])
    ledger.record(
        subject=f"item:{change.item.code}",
        event="catalogue.item-changed",
        by=SYSTEM,
        at=at,
        organ=str(change.item.organ_id),
        detail={"state": str(Register(change.state).label), "change": change.pk},
    )
