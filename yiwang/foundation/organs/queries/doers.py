"""Who acts: a request's doer, the posts that count for an account on a day, whether a second factor was passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest

from yiwang.foundation.calendar import today
from yiwang.foundation.organs import roles
from yiwang.foundation.organs.models import Absence, Account, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs.models import RuleVersion
from yiwang.kernel import names
from yiwang.kernel.permissions import STRANGER, Doer, Permission

CITIZEN_GRANTS = frozenset({(Permission.CASE_APPLY, None)})  # 行政许可法 第二十九条


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post that counts for somebody now; ``role`` is ``None`` when no pack declares it any more."""

    organ_id: int
    role_id: str
    role: roles.Role | None

    @property
    def asks_second_factor(self) -> bool:
        return self.role is not None and self.role.second_factor


def doer(request: HttpRequest) -> Doer:
    """Who acts in this request. A stranger if nobody is logged in; one query, kept on the request.

    Posts that ask for a second factor are left out when this session passed none, whatever page asks.
    """
    kept: Doer | None = getattr(request, "_yiwang_doer", None)
    if kept is None:
        account, at = getattr(request, "user", None), today.now()
        if not isinstance(account, Account) or not account.is_active:
            kept = STRANGER
        elif account.kind == Account.Kind.CITIZEN:
            kept = _citizen(account, at)
        else:
            held = held_posts(account.pk, today.day_of(at))
            if any(post.asks_second_factor for post in held) and not passed_second_factor(request):
                request._yiwang_second_factor_missing = True  # type: ignore[attr-defined]
                held = [post for post in held if not post.asks_second_factor]
            kept = _staff(account, held)
        request._yiwang_doer = kept  # type: ignore[attr-defined]
    return kept


def second_factor_missing(request: HttpRequest) -> bool:
    """True if the viewer holds a role that asks for a second factor and this session passed none."""
    doer(request)
    return getattr(request, "_yiwang_second_factor_missing", False)


def doer_of(account: Account, at: datetime) -> Doer:
    """Who ``account`` is at that moment: posts in force, and those deputised while their holder is absent.

    One query for staff. A closed account is a stranger. A citizen's person and mandates come from the hook
    ``people.doer``, called with ``account_id=, at=`` and answering ``(person_id | None, frozenset of person ids)``.
    """
    if not account.is_active:
        return STRANGER
    if account.kind == Account.Kind.CITIZEN:
        return _citizen(account, at)
    return _staff(account, held_posts(account.pk, today.day_of(at)))


def held_posts(account_id: int, on: date) -> list[HeldPost]:
    """Posts that count for an account on a day, each with its role as stored by the packs; one query."""
    statement, parameters = _held_statement()
    asked: dict[Any, Any] = {_ACCOUNT: account_id, _ON: on}
    with connection.cursor() as cursor:
        cursor.execute(statement, [asked.get(each, each) for each in parameters])
        rows = cursor.fetchall()
    held = []
    for organ_id, role_id, holder_id, declared, declared_until in rows:
        if declared is None:  # packs not loaded yet
            role = roles.from_files().get(role_id)
        elif declared_until is not None and declared_until <= on:
            role = None
        else:
            role = roles.revived(declared)
        post = HeldPost(organ_id, role_id, role)
        if post.asks_second_factor and holder_id != account_id:
            continue  # such a post passes by appointing a B岗, never by merely being named in an absence
        held.append(post)
    return held


_ACCOUNT, _ON = -1, date.max  # what the statement is compiled with; no account and no day of anybody


@cache
def _held_statement() -> tuple[str, tuple[Any, ...]]:
    """The query of ``held_posts``, built once a process: every request asks it, and building costs more than asking."""
    newest = RuleVersion.objects.filter(kind=roles.KIND, rule_id=OuterRef("role"), from_on__lte=_ON)
    newest = newest.order_by("-from_on")
    rows = posts_in_effect(_ACCOUNT, _ON).annotate(
        declared=Subquery(newest.values("content")[:1]), declared_until=Subquery(newest.values("until_on")[:1])
    )
    query = rows.values_list("organ_id", "role", "account_id", "declared", "declared_until").query
    return query.sql_with_params()


def posts_in_effect(account_id: int, on: date) -> QuerySet[Post]:
    """Posts that count for an account on a day: its own, its B岗 while A is absent, and those of whom it covers."""
    away = Absence.objects.filter(holding(on))
    own = Q(account_id=account_id, deputy_of__isnull=True)
    away_principal = Q(Exists(away.filter(account=OuterRef("deputy_of__account"))))
    standing = Q(account_id=account_id, deputy_of__isnull=False) & away_principal & holding(on, "deputy_of__")
    away_holder = Q(Exists(away.filter(account=OuterRef("account"), deputy_id=account_id)))
    named = Q(deputy_of__isnull=True) & away_holder
    return Post.objects.filter(own | standing | named).filter(holding(on), holding(on, "organ__"))


def passed_second_factor(request: HttpRequest) -> bool:
    """True if this session was opened, or confirmed, with a second factor.

    A session without any login record was not opened through a login page; only tests and shells make those.
    """
    records = get_authentication_records(request, request.user)
    return not records or any(record.get("method") == "mfa" for record in records)


def _citizen(account: Account, at: datetime) -> Doer:
    person_id: int | None = None
    delegations: frozenset[int] = frozenset()
    if "people.doer" in names.hook:
        person_id, delegations = names.hook["people.doer"](account_id=account.pk, at=at)
    return Doer(
        reference=f"person:{person_id}" if person_id else f"account:{account.pk}",
        kind="citizen",
        account_id=account.pk,
        person_id=person_id,
        name=account.name,
        grants=CITIZEN_GRANTS,
        delegations=delegations,
    )


def _staff(account: Account, held: Iterable[HeldPost]) -> Doer:
    posts = list(held)
    grants = (post.role.grants(post.organ_id) for post in posts if post.role is not None)
    return Doer(
        reference=f"staff:{account.pk}",
        kind="staff",
        account_id=account.pk,
        organ_id=account.organ_id,
        name=account.name,
        posts=frozenset((post.organ_id, post.role_id) for post in posts),
        grants=frozenset(chain.from_iterable(grants)),
    )
