"""Organs: founded, renamed, and succeeded by others (merger, split). The past keeps the old name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from yiwang.foundation.calendar import today
from yiwang.foundation.identifiers.rules import check_uscc
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.organs import rules
from yiwang.foundation.organs.models import (
    Account,
    Counter,
    CounterAuthorisation,
    Division,
    Organ,
    OrganName,
    Place,
    Post,
    Succession,
)
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal

SUCCEEDED = "organs.succeeded"


@transaction.atomic
def found_organ(
    *,
    code: str,
    kind: str,
    name: str,
    short_name: str,
    division: Division,
    parent: Organ | None = None,
    uscc: str | None = None,
    phone: str = "",
    from_on: date,
    document: str,
    by: Doer,
    at: datetime,
) -> Organ:
    """Found an organ with its first name. Refused to others than the system administrator; a taken code; a bad USCC."""
    rules.refuse_ungoverned(by)
    if kind not in Organ.Kind.values:
        raise Refusal("请从列表中选择机构类别。", code="unknown-kind", field="kind")
    if not name.strip() or not short_name.strip() or not document.strip():
        raise Refusal("机构名称、简称和依据文件均须填写。", code="missing", field="name")
    if uscc is not None:
        uscc = check_uscc(uscc)
    if Organ.objects.filter(Q(code=code) | Q(uscc=uscc, uscc__isnull=False)).exists():
        raise Refusal("机构代号或者统一社会信用代码已登记。", code="already-recorded", field="code")
    organ = Organ.objects.create(
        code=code, kind=kind, uscc=uscc, parent=parent, division=division, phone=phone, from_on=from_on
    )
    OrganName.objects.create(
        organ=organ, name=name.strip(), short_name=short_name.strip(), document=document.strip(), from_on=from_on
    )
    _record(organ, "organs.organ-founded", by, at, code=code, from_on=str(from_on))
    return organ


@transaction.atomic
def rename_organ(
    *, organ: Organ, name: str, short_name: str, from_on: date, document: str, by: Doer, at: datetime
) -> OrganName:
    """Give an organ another name from a day on; earlier days keep the earlier name.

    Refused to others than the system administrator, without a document, for an abolished organ, on or before the
    day its newest name began, and for the name it already bears.
    """
    rules.refuse_ungoverned(by)
    if not name.strip() or not short_name.strip() or not document.strip():
        raise Refusal("新名称、简称和依据文件均须填写。", code="missing", field="name")
    organ = Organ.objects.select_for_update().get(pk=organ.pk)
    if organ.until_on is not None:
        raise Refusal("该机构已撤销，不能更名。", code="organ-abolished")
    newest = OrganName.objects.filter(organ=organ).latest("from_on")
    if from_on <= newest.from_on:
        raise Refusal(f"更名日须晚于现名称启用日{newest.from_on:%Y年%-m月%-d日}。", code="too-early", field="from_on")
    if newest.name == name.strip():
        raise Refusal("新名称与现名称相同。", code="same-name", field="name")
    newest.until_on = from_on
    newest.save(update_fields=["until_on"])
    given = OrganName.objects.create(
        organ=organ, name=name.strip(), short_name=short_name.strip(), document=document.strip(), from_on=from_on
    )
    _record(organ, "organs.organ-renamed", by, at, from_on=str(from_on), document=given.document, name=given.pk)
    return given


@transaction.atomic
def succeed(
    *,
    old: Organ,
    new: Organ,
    from_day: date,
    kind: str = Succession.Kind.MERGER,
    accounts: Collection[int] = (),
    document: str,
    by: Doer,
    at: datetime,
) -> Succession:
    """Let ``new`` stand in for ``old`` from a day on: accounts, posts, counters and powers move with it.

    ``merger`` moves everything and abolishes ``old``. ``split`` moves the named accounts (ids) with their posts and
    leaves ``old`` standing; a later merger takes the rest. Rooms above move what is theirs (open seats, listed
    powers) through every hook whose name is ``organs.succeeded`` or begins with ``organs.succeeded.``, called in this
    transaction with ``old_id, new_id, from_day, kind, account_ids, by, at``. Past matters keep ``old`` and its name.
    Refused: others than the system administrator, a day to come (it takes effect on the day it is done or before),
    an organ that does not stand on that day, the same organ twice, a split without accounts of ``old``.
    """
    rules.refuse_ungoverned(by)
    organs = {o.pk: o for o in Organ.objects.select_for_update().filter(pk__in=(old.pk, new.pk)).order_by("pk")}
    if len(organs) < 2:
        raise Refusal("原机构与承继机构不能相同。", code="same-organ", field="new")
    old, new = organs[old.pk], organs[new.pk]
    if from_day > today.day_of(at):
        raise Refusal("承继日未到，请于生效当日或者之后办理。", code="not-yet", field="from_day")
    if not document.strip():
        raise Refusal("请填写机构改革依据文件。", code="missing", field="document")
    for each, says in ((old, "原机构"), (new, "承继机构")):
        if each.from_on > from_day or each.until_on is not None:
            raise Refusal(f"{says}在承继日不存续。", code="organ-not-standing", field="from_day")
    if Succession.objects.filter(old=old, new=new).exists():
        raise Refusal("这两个机构的承继关系已登记。", code="already-recorded", field="new")
    moving = Account.objects.filter(organ=old, is_active=True)
    if kind == Succession.Kind.SPLIT:
        moving = moving.filter(pk__in=accounts)
        if not accounts or moving.count() != len(set(accounts)):
            raise Refusal("分设须列明划转人员，且均为原机构在岗人员。", code="wrong-accounts", field="accounts")
    ids = sorted(moving.values_list("pk", flat=True))
    posts = _move_posts(old, new, from_day, ids)
    Account.objects.filter(pk__in=ids).update(organ=new)
    if kind == Succession.Kind.MERGER:
        _move_powers(old, new, from_day)
        old.until_on = from_day
        old.save(update_fields=["until_on"])
        OrganName.objects.filter(organ=old, until_on__isnull=True).update(until_on=Greatest(F("from_on"), from_day))
    succession = Succession.objects.create(old=old, new=new, kind=kind, from_on=from_day, document=document.strip())
    for name in names.hook:
        if name == SUCCEEDED or name.startswith(f"{SUCCEEDED}."):
            names.hook[name](
                old_id=old.pk, new_id=new.pk, from_day=from_day, kind=str(kind), account_ids=ids, by=by, at=at
            )
    detail = {"old": old.pk, "new": new.pk, "from_on": str(from_day), "accounts": len(ids), "posts": posts}
    for each in (old, new):
        _record(each, "organs.organ-succeeded", by, at, kind=str(Succession.Kind(kind).label), **detail)
    return succession


def _move_posts(old: Organ, new: Organ, from_day: date, account_ids: Collection[int]) -> int:
    """End the posts of these accounts in ``old`` and give the same ones in ``new``; B岗 follow their A岗."""
    open_ = Post.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=from_day), organ=old)
    moving = list(open_.filter(account_id__in=account_ids).order_by("pk"))
    successor_of: dict[int, Post] = {}
    for post in sorted(moving, key=lambda p: p.deputy_of_id is not None):  # principals first
        if post.deputy_of_id is not None and post.deputy_of_id not in successor_of:
            continue  # the A岗 stays behind: a deputy in another organ would not be one
        successor_of[post.pk] = Post.objects.create(
            organ=new,
            role=post.role,
            account_id=post.account_id,
            deputy_of=successor_of.get(post.deputy_of_id) if post.deputy_of_id else None,
            counter_id=post.counter_id,
            from_on=max(post.from_on, from_day),
            until_on=post.until_on,
        )
    gone = Q(pk__in=[p.pk for p in moving]) | Q(deputy_of__in=[p.pk for p in moving])
    open_.filter(gone).update(until_on=Greatest(F("from_on"), from_day))
    return len(successor_of)


def _move_powers(old: Organ, new: Organ, from_day: date) -> None:
    """Counters, places, child organs and counter authorisations of an organ that ends."""
    Counter.objects.filter(organ=old).update(organ=new)
    Place.objects.filter(organ=old).update(organ=new)
    Organ.objects.filter(parent=old).exclude(pk=new.pk).update(parent=new)
    authorisations = list(CounterAuthorisation.objects.filter(organ=old, until_on__gt=from_day))
    kept = set(CounterAuthorisation.objects.filter(organ=new).values_list("counter_id", "document"))
    CounterAuthorisation.objects.bulk_create(
        CounterAuthorisation(
            counter_id=given.counter_id,
            organ=new,
            all_items=given.all_items,
            item_codes=given.item_codes,
            powers=given.powers,
            document=given.document,
            from_on=max(given.from_on, from_day),
            until_on=given.until_on,
        )
        for given in authorisations
        if (given.counter_id, given.document) not in kept
    )
    CounterAuthorisation.objects.filter(pk__in=[given.pk for given in authorisations]).update(
        until_on=Greatest(F("from_on"), from_day)
    )


def _record(organ: Organ, event: str, by: Doer, at: datetime, **detail: object) -> None:
    record(subject=f"organ:{organ.pk}", event=event, by=by, at=at, organ=str(organ.pk), detail=detail)
