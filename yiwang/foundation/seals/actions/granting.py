"""Who may use a seal: keepers and authorisations (用印授权)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.seals.actions.authority import may_keep
from yiwang.foundation.seals.models import SealAuthorisation, SealKeeper
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal


@transaction.atomic
def appoint_keeper(*, organ_id: int, kind: str, account_id: int, from_on: date, by: Doer, at: datetime) -> SealKeeper:
    """Somebody of the organ keeps its seal of that kind from a day on. Refuses an account of another organ."""
    may_keep(by, organ_id)
    _refuse_outsider(organ_id, account_id)
    keeper, _ = SealKeeper.objects.get_or_create(organ_id=organ_id, kind=kind, account_id=account_id, from_on=from_on)
    detail = {"kind": kind, "account": f"staff:{account_id}"}
    _tell(organ_id, "seals.keeper-appointed", by, at, detail)
    return keeper


@transaction.atomic
def dismiss_keeper(*, keeper_id: int, by: Doer, at: datetime) -> SealKeeper:
    """Keeping ends with the day of ``at``: from then on the seal is not theirs to use. Refused when it ended already."""
    keeper = SealKeeper.objects.select_for_update().get(pk=keeper_id)
    may_keep(by, keeper.organ_id)
    _refuse_ended(keeper.until_on, at, "该保管员已经卸任。")
    keeper.until_on = max(day_of(at), keeper.from_on)
    keeper.save(update_fields=["until_on"])
    detail = {"kind": keeper.kind, "account": f"staff:{keeper.account_id}"}
    _tell(keeper.organ_id, "seals.keeper-dismissed", by, at, detail)
    return keeper


@transaction.atomic
def authorise(
    *,
    organ_id: int,
    kind: str,
    document: str,
    from_on: date,
    by: Doer,
    at: datetime,
    role: str = "",
    account_id: int | None = None,
    standing: bool = False,
    letters: Sequence[str] = (),
    until_on: date | None = None,
) -> SealAuthorisation:
    """Let a role, an account, or the system itself (``standing``) use the organ's seal on the named kinds of letter.

    Refuses anything but exactly one grantee, an account of another organ, and an authorisation without the document
    it rests on.
    """
    may_keep(by, organ_id)
    if [bool(role), account_id is not None, standing].count(True) != 1:
        raise Refusal("用印授权须且只能授予一个岗位、一名人员或系统自动用印。", code="one-grantee", field="role")
    if account_id is not None:
        _refuse_outsider(organ_id, account_id)
    if not document.strip():
        raise Refusal("请填写用印授权文件的名称或文号。", code="missing-document", field="document")
    if until_on is not None and until_on < from_on:
        raise Refusal("授权止日早于起日。", code="runs-backwards", field="until_on")
    granted = SealAuthorisation.objects.create(
        organ_id=organ_id,
        kind=kind,
        role=role,
        account_id=account_id,
        standing=standing,
        letters=sorted(letters),
        document=document,
        from_on=from_on,
        until_on=until_on,
        granted_by=by.reference,
    )
    grantee = role or ("system" if standing else f"staff:{account_id}")
    _tell(organ_id, "seals.use-authorised", by, at, {"kind": kind, "grantee": grantee, "document": document})
    return granted


@transaction.atomic
def end_authorisation(*, authorisation_id: int, by: Doer, at: datetime) -> SealAuthorisation:
    """The authorisation ends with the day of ``at``: from then on it no longer holds. Refused when it ended already."""
    granted = SealAuthorisation.objects.select_for_update().get(pk=authorisation_id)
    may_keep(by, granted.organ_id)
    _refuse_ended(granted.until_on, at, "该项授权已经终止。")
    granted.until_on = max(day_of(at), granted.from_on)
    granted.save(update_fields=["until_on"])
    _tell(granted.organ_id, "seals.authorisation-ended", by, at, {"authorisation": granted.pk})
    return granted


def _refuse_outsider(organ_id: int, account_id: int) -> None:
    if not organs.staff_of(organ_id).filter(pk=account_id).exists():
        raise Refusal("请从本机构在用的工作人员账号中选择。", code="not-of-this-organ", field="account_id")


def _refuse_ended(until_on: date | None, at: datetime, says: str) -> None:
    if until_on is not None and until_on <= day_of(at):
        raise Refusal(says, code="already-ended")


def _tell(organ_id: int, event: str, by: Doer, at: datetime, detail: Mapping[str, object]) -> None:
    ledger.record(subject=f"seals:organ-{organ_id}", event=event, by=by, at=at, organ=str(organ_id), detail=detail)
