"""Accounts of staff: opened, closed, reopened, their passwords and trainings. Never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from yiwang.foundation.calendar import today
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.organs import queries, roles, rules
from yiwang.foundation.organs.models import Absence, Account, Organ, Post, Training
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, NotAllowed, Refusal


class SeatsHeld(Refusal):
    """Somebody who holds open seats leaves only after saying where the seats go."""

    code = "seats-held"


@transaction.atomic
def open_account(
    *, organ: Organ, username: str, name: str, title: str = "", password: str, by: Doer, at: datetime
) -> Account:
    """Open a staff account in an organ, by that organ's own administrator (the first one: by the system administrator).

    The password is for the first login only. Refused: a foreign administrator, a taken or malformed login name, a
    missing name, a weak password, an abolished organ.
    """
    if not (rules.governs(by) or rules.administers(by, organ.pk)):
        rules.refuse_foreign_administrator(by, organ.pk)
    on = today.day_of(at)
    if organ.until_on is not None and organ.until_on <= on:
        raise Refusal("该机构已撤销，不能开通账号。", code="organ-abolished", field="organ")
    rules.refuse_bad_username(username)
    if not name.strip():
        raise Refusal("请填写姓名。", code="missing", field="name")
    rules.refuse_weak_password(password, username)
    account = Account(
        username=username,
        kind=Account.Kind.STAFF,
        name=name.strip(),
        title=title.strip(),
        organ=organ,
        must_change_password=True,
        opened_at=at,
        opened_by=by.reference,
    )
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise Refusal(
            f"登录名“{username}”已被使用（停用的账号也占用登录名）。", code="username-taken", field="username"
        ) from None
    _record(account, "organs.account-opened", by, at)
    return account


@transaction.atomic
def close_account(
    *,
    account: Account,
    reason: str,
    return_to_queue: bool = False,
    successor: Account | None = None,
    by: Doer,
    at: datetime,
) -> Account:
    """Close an account when somebody leaves: posts and absences end today, seats go where the doer says.

    Refused while seats are held, unless they return to the team's queue or go to a successor who holds the same
    roles. Refused across departments, for one's own account, and for an account already closed.
    """
    rules.refuse_foreign_administrator(by, account.organ_id)
    account = Account.objects.select_for_update().get(pk=account.pk)
    if by.account_id == account.pk:
        raise NotAllowed("不能停用自己的账号，请由另一名管理员办理。", code="self-closing")
    if not account.is_active:
        raise Refusal("该账号已经停用。", code="already-closed")
    if not reason.strip():
        raise Refusal("请填写停用原因。", code="missing", field="reason")
    seats = queries.held_seats(account)
    on = today.day_of(at)
    if seats:
        _refuse_unplaced(seats, account, return_to_queue=return_to_queue, successor=successor, on=on)
        names.hook["organs.release-seats"](
            account_id=account.pk, successor_id=successor.pk if successor else None, by=by, at=at
        )
    _end_posts(account, on)
    Absence.objects.filter(account=account, until_on__gt=on).update(until_on=Greatest(F("from_on"), on))
    account.is_active = False
    account.closed_at, account.closed_by, account.closed_reason = at, by.reference, reason.strip()
    account.save(update_fields=["is_active", "closed_at", "closed_by", "closed_reason"])
    handed = f"（承接人staff:{successor.pk}）" if successor else ("（退回待办队列）" if seats else "")
    _record(account, "organs.account-closed", by, at, reason=account.closed_reason, seats=len(seats), handed=handed)
    return account


@transaction.atomic
def reopen_account(*, account: Account, password: str, by: Doer, at: datetime) -> Account:
    """Open a closed account again, without any post. Refused across departments and for an open account."""
    rules.refuse_foreign_administrator(by, account.organ_id)
    account = Account.objects.select_for_update().get(pk=account.pk)
    if account.is_active:
        raise Refusal("该账号处于启用状态，无需重新启用。", code="already-open")
    rules.refuse_weak_password(password, account.username)
    account.set_password(password)
    account.is_active, account.must_change_password = True, True
    account.closed_at, account.closed_by, account.closed_reason = None, "", ""
    account.save()
    _record(account, "organs.account-reopened", by, at)
    return account


@transaction.atomic
def reset_password(*, account: Account, password: str, by: Doer, at: datetime) -> Account:
    """Give a staff member a new first-login password; a login name locked after wrong passwords opens again at once.

    Refused across departments, when closed, when weak.
    """
    rules.refuse_foreign_administrator(by, account.organ_id)
    if not account.is_active:
        raise Refusal("该账号已经停用，不能重置密码。", code="already-closed")
    rules.refuse_weak_password(password, account.username)
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    AccessAttempt.objects.filter(username=account.username).delete()  # or the new password is of no use for a while
    _record(account, "organs.password-reset", by, at)
    return account


@transaction.atomic
def change_own_password(*, account: Account, old: str, new: str, by: Doer, at: datetime) -> Account:
    """Change one's own password. Refused with a wrong old one, the same one again, or a weak one."""
    if by.account_id != account.pk:
        raise NotAllowed("只能修改本人的密码。")
    if not account.check_password(old):
        raise Refusal("原密码不正确。", code="wrong-password", field="old")
    if old == new:
        raise Refusal("新密码不得与原密码相同。", code="same-password", field="password")
    rules.refuse_weak_password(new, account.username)
    account.set_password(new)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    _record(account, "organs.password-changed", by, at)
    return account


@transaction.atomic
def reset_second_factor(*, account: Account, by: Doer, at: datetime) -> Account:
    """Remove somebody's second factor after a lost phone; the next login asks to enrol again.

    By the system administrator only, never for oneself: whoever could clear an administrator's second factor within
    a department could take that administrator's place.
    """
    rules.refuse_ungoverned(by)
    if by.account_id == account.pk:
        raise NotAllowed("不能清除自己的动态口令，请由另一名系统管理员办理。", code="self-reset")
    Authenticator.objects.filter(user=account).delete()
    _record(account, "organs.second-factor-reset", by, at)
    return account


@transaction.atomic
def record_training(
    *, account: Account, subject: str, on: date, hours: Decimal, document: str = "", by: Doer, at: datetime
) -> Training:
    """Record a training of a staff member: subject, day, hours (0 < h ≤ 200). Refused: future days, doubles."""
    rules.refuse_foreign_administrator(by, account.organ_id)
    if on > today.day_of(at):
        raise Refusal("培训日期不能晚于今天。", code="future-day", field="on")
    if not 0 < hours <= 200:
        raise Refusal("学时须大于0且不超过200。", code="out-of-range", field="hours")
    training, made = Training.objects.get_or_create(
        account=account, subject=subject.strip(), on=on, defaults={"hours": hours, "document": document}
    )
    if not made:
        raise Refusal("该培训已登记。", code="already-recorded", field="subject")
    _record(account, "organs.training-recorded", by, at, hours=str(hours))
    return training


def keep_text_size(*, account: Account, size: str) -> None:
    """Remember the text size an account reads with. A preference of the viewer, no deed: nothing in the ledger."""
    if size not in Account.TextSize.values:
        raise Refusal("没有这种字号。", code="unknown-text-size", field="size")
    Account.objects.filter(pk=account.pk).update(text_size=size)


def _refuse_unplaced(
    seats: Sequence[queries.HeldSeat],
    account: Account,
    *,
    return_to_queue: bool,
    successor: Account | None,
    on: date,
) -> None:
    listed = [Fault("seats", f"{seat.reference} {seat.title}", "seat-held") for seat in seats]
    if return_to_queue == (successor is not None):
        raise SeatsHeld(
            f"{account.name}名下还有{len(seats)}个在办席位，请选择退回待办队列，或者指定一名承接人（二者选一）。",
            faults=listed,
        )
    if successor is None:
        return
    if successor.pk == account.pk or not successor.is_active or successor.organ_id != account.organ_id:
        raise Refusal("承接人须是本机构另一名在岗人员。", code="wrong-successor", field="successor")
    held = set(queries.posts_in_effect(successor.pk, on).values_list("organ_id", "role"))
    unfit = [seat for seat in seats if (seat.organ_id, seat.role) not in held]
    if unfit:
        titles = {each.id: each.title for each in roles.declared(on).values()}
        raise Refusal(
            f"{successor.name}不任相应岗位，不能承接其中{len(unfit)}个席位。",
            code="wrong-successor",
            faults=[
                Fault("successor", f"{s.reference}：需任“{titles.get(s.role, s.role)}”", "wrong-successor")
                for s in unfit
            ],
        )


def _end_posts(account: Account, on: date) -> None:
    open_ = Post.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on))
    open_.filter(Q(account=account) | Q(deputy_of__account=account)).update(until_on=Greatest(F("from_on"), on))


def _record(account: Account, event: str, by: Doer, at: datetime, **detail: object) -> None:
    record(
        subject=f"account:{account.pk}",
        event=event,
        by=by,
        at=at,
        organ=str(account.organ_id or ""),
        detail=detail,
    )
