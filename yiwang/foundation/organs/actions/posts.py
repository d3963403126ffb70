"""Posts: given and ended, by the organ's own administrator or, for some roles, the system administrator."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from yiwang.foundation.calendar import today
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.organs import queries, roles, rules
from yiwang.foundation.organs.actions.accounts import SeatsHeld
from yiwang.foundation.organs.models import Account, Counter, Post
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, Refusal


@transaction.atomic
def give_post(
    *,
    account: Account,
    role: str,
    from_on: date,
    until_on: date | None = None,
    deputy_of: Post | None = None,
    counter: Counter | None = None,
    by: Doer,
    at: datetime,
) -> Post:
    """Appoint an account to a role in its own organ; with ``deputy_of`` as the B岗 of that post.

    Refused: a foreign or self appointer, a role the appointer may not give, closed accounts, days before today, a
    term that runs backward, a post already held then, reviewer and decider in one hand, a deputy who is the
    principal, a deputy for another role or organ, a counter another organ staffs.
    """
    on = today.day_of(at)
    declared = roles.role(role, on)
    if account.kind != Account.Kind.STAFF or account.organ_id is None:
        raise Refusal("只能为本机构工作人员任命岗位。", code="not-staff", field="role")
    rules.refuse_wrong_appointer(by, organ_id=account.organ_id, given_by=declared.given_by, account_id=account.pk)
    if not account.is_active:
        raise Refusal("该账号已经停用，不能任命岗位。", code="already-closed", field="account")
    if from_on < on:
        raise Refusal("任职日不得早于今天：岗位权限不能倒签。", code="backdated", field="from_on")
    rules.refuse_backward_term(from_on, until_on)
    # Waits for a concurrent appointment of the same person, which the overlap check below could not see.
    Account.objects.select_for_update().get(pk=account.pk)
    same_days = Post.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=from_on), account=account)
    if until_on is not None:
        same_days = same_days.filter(from_on__lt=until_on)
    if same_days.filter(organ=account.organ_id, role=role, deputy_of=deputy_of, counter=counter).exists():
        raise Refusal("该人员在此期间已任此岗位。", code="already-held", field="role")
    if deputy_of is None:
        own = same_days.filter(organ=account.organ_id, deputy_of__isnull=True).values_list("role", flat=True)
        rules.refuse_joint_posts(own, role, {each.id: each.title for each in roles.declared(on).values()})
    elif (deputy_of.organ_id, deputy_of.role) != (account.organ_id, role) or deputy_of.deputy_of_id is not None:
        raise Refusal("B岗须与A岗同机构、同岗位，且不能再设代理的代理。", code="wrong-deputy", field="deputy_of")
    elif deputy_of.account_id == account.pk:
        raise Refusal("A岗与B岗须为不同人员。", code="wrong-deputy", field="deputy_of")
    if counter is not None and counter.organ_id != account.organ_id:
        raise Refusal("该窗口由其他机构派员，不能安排本机构人员。", code="wrong-counter", field="counter")
    post = Post.objects.create(
        organ_id=account.organ_id,
        role=role,
        account=account,
        deputy_of=deputy_of,
        counter=counter,
        from_on=from_on,
        until_on=until_on,
    )
    _record(post, "organs.post-given", by, at, from_on=str(from_on))
    return post


@transaction.atomic
def end_post(*, post: Post, on: date, by: Doer, at: datetime) -> Post:
    """End a post (its last day is the day before ``on``), and its B岗 with it.

    Refused to a foreign or self appointer, before today, and while the holder still has seats of this role in this
    organ: they would be held by somebody without the post.
    """
    declared = roles.declared(today.day_of(at)).get(post.role)
    given_by = declared.given_by if declared else "organ-admin"
    rules.refuse_wrong_appointer(by, organ_id=post.organ_id, given_by=given_by, account_id=post.account_id)
    if on < today.day_of(at):
        raise Refusal("离任日不得早于今天。", code="backdated", field="on")
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.until_on is not None and post.until_on <= on:
        raise Refusal("该岗位届时已经离任。", code="already-ended", field="on")
    elsewhere = Post.objects.filter(account=post.account_id, organ=post.organ_id, role=post.role).exclude(pk=post.pk)
    if not elsewhere.filter(Q(until_on__isnull=True) | Q(until_on__gt=on)).exists():
        seats = [s for s in queries.held_seats(post.account) if (s.organ_id, s.role) == (post.organ_id, post.role)]
        if seats:
            raise SeatsHeld(
                f"该人员名下还有{len(seats)}个此岗位的在办席位，请先转办或者退回待办队列。",
                faults=[Fault("seats", f"{seat.reference} {seat.title}", "seat-held") for seat in seats],
            )
    ended = Post.objects.filter(Q(pk=post.pk) | Q(deputy_of=post.pk)).filter(
        Q(until_on__isnull=True) | Q(until_on__gt=on)
    )
    ended.update(until_on=Greatest(F("from_on"), on))
    post.refresh_from_db()
    _record(post, "organs.post-ended", by, at, on=str(on))
    return post


def _record(post: Post, event: str, by: Doer, at: datetime, **detail: object) -> None:
    detail |= {"post": post.pk, "role": post.role, "organ_id": post.organ_id}
    record(subject=f"account:{post.account_id}", event=event, by=by, at=at, organ=str(post.organ_id), detail=detail)
