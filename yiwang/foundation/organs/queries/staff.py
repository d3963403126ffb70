"""Accounts as their administrators see them, and the phones of citizens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from yiwang.foundation.identifiers import cipher, masking
from yiwang.foundation.organs import roles
from yiwang.foundation.organs.models import Absence, Account, Organ, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.organs.rules import administers, governs
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """An open seat somebody holds, as the hook ``organs.seats-held`` reports it (``matters`` registers the hook)."""

    reference: str
    title: str
    role: str
    organ_id: int
    due_on: date | None = None


def held_seats(account: Account) -> Sequence[HeldSeat]:
    """Open seats an account holds, as ``matters`` reports them; none while nothing registers the hook."""
    if "organs.seats-held" not in names.hook:
        return []
    return list(names.hook["organs.seats-held"](account_id=account.pk))


def organs_administered(by: Doer, on: date) -> QuerySet[Organ]:
    """The organs whose accounts ``by`` administers; for the system administrator all (he opens the first one there)."""
    standing = Organ.objects.filter(holding(on)).order_by("position")
    administered = by.organs_of(Permission.STAFF_EDIT)
    return standing if governs(by) or administered is None else standing.filter(pk__in=administered)


def accounts_of(by: Doer, organs: QuerySet[Organ], on: date) -> QuerySet[Account]:
    """Staff of organs ``by`` administers, open ones first, each with posts (``now``) and absences (``away``)."""
    mine = Account.objects.filter(kind=Account.Kind.STAFF, organ__in=organs)
    administered = by.organs_of(Permission.STAFF_EDIT)
    if not governs(by) and administered is not None:
        mine = mine.filter(organ_id__in=administered)
    posts = Post.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on)).select_related(
        "counter__place", "deputy_of__account"
    )
    away = Absence.objects.filter(until_on__gt=on).select_related("deputy").order_by("from_on")
    return (
        mine.select_related("organ")
        .prefetch_related(
            Prefetch("posts", queryset=posts.order_by("pk"), to_attr="now"),
            Prefetch("absences", queryset=away, to_attr="away"),
        )
        .order_by("organ__position", "-is_active", "pk")
    )


def account_seen_by(by: Doer, account_id: int, on: date) -> Account:
    """A staff account for its administrator (or its owner); 404 across departments."""
    if by.account_id == account_id:
        organs = Organ.objects.filter(accounts=account_id)
        found = accounts_of_self(account_id, organs, on)
    else:
        found = accounts_of(by, organs_administered(by, on), on).filter(pk=account_id).first()
    if found is None:
        raise NotFound("没有这个账号，或者它不归您管理。", code="account-not-found")
    return found


def accounts_of_self(account_id: int, organs: QuerySet[Organ], on: date) -> Account | None:
    """One's own account, with the same posts and absences an administrator sees."""
    posts = Post.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on)).select_related(
        "counter__place", "deputy_of__account"
    )
    away = Absence.objects.filter(until_on__gt=on).select_related("deputy").order_by("from_on")
    own = Account.objects.filter(pk=account_id, kind=Account.Kind.STAFF).select_related("organ")
    return own.prefetch_related(
        Prefetch("posts", queryset=posts.order_by("pk"), to_attr="now"),
        Prefetch("absences", queryset=away, to_attr="away"),
    ).first()


def colleagues(account: Account) -> QuerySet[Account]:
    """Open staff accounts of the same organ: who may deputise or succeed."""
    return Account.objects.filter(kind=Account.Kind.STAFF, is_active=True, organ=account.organ_id).exclude(
        pk=account.pk
    )


def staff_of(organ_id: int) -> QuerySet[Account]:
    """Open staff accounts of an organ, in the order they were opened."""
    return Account.objects.filter(kind=Account.Kind.STAFF, is_active=True, organ_id=organ_id).order_by("pk")


def roles_to_give(by: Doer, account: Account, on: date) -> list[roles.Role]:
    """Roles ``by`` may appoint this account to; nobody appoints himself."""
    if by.account_id == account.pk:
        return []
    givers = {"admin": governs(by), "organ-admin": administers(by, account.organ_id)}
    return [role for role in roles.declared(on).values() if givers[role.given_by]]


def citizen_of_phone(phone: str) -> Account | None:
    """The open citizen account a phone number opens."""
    found = Account.objects.filter(kind=Account.Kind.CITIZEN, is_active=True, phone_index__in=cipher.indexes(phone))
    return found.first()


def phone_of(account: Account) -> str:
    """The account's phone in the clear, for sending messages; pages show ``masked_phone``."""
    return cipher.unseal(bytes(account.phone_cipher), about=phone_row(account)) if account.phone_cipher else ""


def masked_phone(account: Account) -> str:
    """``138****1111``, or nothing if the account has no phone."""
    return masking.phone(phone_of(account)) if account.phone_cipher else ""


def phone_row(account: Account) -> str:
    """What a phone's ciphertext is bound to."""
    return f"account:{account.pk}:phone"
