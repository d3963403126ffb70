"""Organs, their names on a day, and what counters may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from yiwang.foundation.calendar import today
from yiwang.foundation.organs.models import (
    Account,
    Counter,
    CounterAuthorisation,
    Division,
    Organ,
    OrganName,
    Place,
    PlaceHours,
    Post,
)
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.organs.queries.doers import posts_in_effect
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal


def county(on: date) -> Division | None:
    """The county whose installation this is, as it stands on that day; ``None`` before packs brought one."""
    return Division.objects.filter(holding(on), level=Division.Level.COUNTY).order_by("code").first()


def county_name(on: date) -> str:
    """What messages and pages call the county on that day; empty before packs brought one."""
    found = county(on)
    return found.name if found else ""


def organ_name(organ_id: int, on: date) -> str:
    """What the organ was called on that day; after its end the last name, before its beginning the first."""
    names_of = list(OrganName.objects.filter(organ_id=organ_id).order_by("from_on"))
    if not names_of:
        raise NotFound("没有这个机构。", code="organ-not-found")
    return max((n for n in names_of if n.from_on <= on), key=lambda n: n.from_on, default=names_of[0]).name


def organ_names(organ_ids: Iterable[int], on: date) -> dict[int, str]:
    """``organ_name`` of many organs in one query."""
    found: dict[int, str] = {}
    for row in OrganName.objects.filter(organ_id__in=set(organ_ids)).order_by("organ_id", "from_on"):
        if row.from_on <= on or row.organ_id not in found:
            found[row.organ_id] = row.name
    return found


def with_all_under(organ_ids: Iterable[int]) -> frozenset[int]:
    """These organs and every one below them."""
    found = set(organ_ids)
    below = found
    while below:
        below = set(Organ.objects.filter(parent_id__in=below).values_list("pk", flat=True)) - found
        found |= below
    return frozenset(found)


def codes() -> dict[str, int]:
    """Code → id of every organ there ever was."""
    return dict(Organ.objects.values_list("code", "pk"))


def called(on: date) -> dict[str, int]:
    """What an organ may be called in another system's table → its id: code, 统一社会信用代码, or its name of that day."""
    rows = list(Organ.objects.values_list("pk", "code", "uscc"))
    named = organ_names([pk for pk, _, _ in rows], on)
    return {word: pk for pk, code, uscc in rows for word in (code, uscc, named.get(pk)) if word}


def standing_organs(on: date) -> list[tuple[int, str]]:
    """Id and name of every organ standing on a day, in the official order; two queries."""
    ids = list(Organ.objects.filter(holding(on)).order_by("position", "pk").values_list("pk", flat=True))
    named = organ_names(ids, on)
    return [(pk, named[pk]) for pk in ids if pk in named]


def organ(code: str) -> Organ:
    """The organ with that stable code (the id packs write); 404 if there is none."""
    found = Organ.objects.filter(code=code).first()
    if found is None:
        raise NotFound(f"没有代号为“{code}”的机构。", code="organ-not-found")
    return found


def counter_may(counter: Counter | int, organ: Organ | int, item_code: str, power: str, on: date) -> bool:
    """True if on that day the organ lets this counter use ``power`` (receive|accept|refuse|decide) for the item."""
    return (
        CounterAuthorisation.objects.filter(holding(on), holding(on, "counter__"), holding(on, "organ__"))
        .filter(counter_id=_id(counter), organ_id=_id(organ), powers__contains=[power])
        .filter(Q(all_items=True) | Q(item_codes__contains=[item_code]))
        .exists()
    )


def counters_of(by: Doer, on: date) -> QuerySet[Counter]:
    """The counters the doer sits at on that day (posts with a counter, deputised ones included)."""
    if by.account_id is None:
        return Counter.objects.none()
    sits_at = posts_in_effect(by.account_id, on).filter(counter__isnull=False).values("counter_id")
    return Counter.objects.filter(holding(on), pk__in=sits_at).select_related("place").order_by("place", "number")


def holders(organ_id: int, role_id: str, on: date) -> QuerySet[Account]:
    """Open accounts that hold a role in an organ on that day, deputies of absent holders left out."""
    posts = Post.objects.filter(holding(on), organ_id=organ_id, role=role_id, deputy_of__isnull=True)
    return Account.objects.filter(is_active=True, pk__in=posts.values("account_id")).order_by("pk")


def manned(role_id: str, on: date) -> list[tuple[str, str, int]]:
    """(code, name, id) of every organ standing on that day in which somebody holds the role, in the official order."""
    posts = Post.objects.filter(holding(on), role=role_id).values("organ_id")
    rows = list(Organ.objects.filter(holding(on), pk__in=posts).order_by("position", "pk").values_list("code", "pk"))
    named = organ_names([pk for _, pk in rows], on)
    return [(code, named[pk], pk) for code, pk in rows if pk in named]


def manned_one(role_id: str, code: str, on: date, *, says: str, field: str = "unit") -> int:
    """The organ of that code, standing on that day and with somebody who holds the role; refused with ``says`` otherwise."""
    posts = Post.objects.filter(holding(on), role=role_id).values("organ_id")
    found = Organ.objects.filter(holding(on), code=code, pk__in=posts).values_list("pk", flat=True).first()
    if found is None:
        raise Refusal(says, code="no-such-unit", field=field)
    return found


def is_extended(place: Place | int, at: datetime) -> bool:
    """True if at that moment the place was open for 延时服务 only: received then, counted from the next working day."""
    local = at.astimezone(today.SHANGHAI)
    hours = PlaceHours.objects.filter(holding(local.date()), place_id=_id(place), counter=None, extended=True)
    hours = hours.filter(weekday=local.isoweekday())
    return hours.filter(opens_at__lte=local.time(), closes_at__gt=local.time()).exists()


@dataclass(slots=True)
class Branch:
    """One organ in the tree, with what it is called on the day asked for."""

    organ: Organ
    name: str
    children: list[Branch] = field(default_factory=list)


def tree(by: Doer, on: date) -> list[Branch]:
    """The organs standing on a day as a tree, in the official order; staff only. Two queries."""
    _refuse_outsiders(by)
    organs = list(Organ.objects.filter(holding(on)).order_by("position", "pk"))
    names_of = organ_names([each.pk for each in organs], on)
    branches = {each.pk: Branch(each, names_of.get(each.pk, each.code)) for each in organs}
    roots: list[Branch] = []
    for each in organs:
        above = branches.get(each.parent_id) if each.parent_id else None
        (above.children if above else roots).append(branches[each.pk])
    return roots


def organ_seen_by(by: Doer, code: str) -> Organ:
    """An organ for its page; staff only."""
    _refuse_outsiders(by)
    return organ(code)


def counters_with_powers(by: Doer, on: date, *, of: Organ | None = None) -> QuerySet[Counter]:
    """Counters with their authorisations in force (as ``in_force``): all, or those an organ staffs or authorises."""
    _refuse_outsiders(by)
    in_force = CounterAuthorisation.objects.filter(holding(on)).select_related("organ").order_by("organ__position")
    counters = Counter.objects.filter(holding(on), holding(on, "place__"))
    if of is not None:
        authorised = CounterAuthorisation.objects.filter(holding(on), organ=of).values("counter_id")
        counters = counters.filter(Q(organ=of) | Q(pk__in=authorised))
        in_force = in_force.filter(Q(organ=of) | Q(counter__organ=of))
    return (
        counters.select_related("place", "organ")
        .prefetch_related(Prefetch("authorisations", queryset=in_force, to_attr="in_force"))
        .order_by("place__position", "place", "number")
    )


def counter_seen_by(by: Doer, counter_id: int) -> Counter:
    """A counter for its page; staff only."""
    _refuse_outsiders(by)
    found = Counter.objects.select_related("place", "organ").filter(pk=counter_id).first()
    if found is None:
        raise NotFound("没有这个窗口。", code="counter-not-found")
    return found


def organs_to_authorise(by: Doer, on: date) -> QuerySet[Organ]:
    """The organs in whose name ``by`` may authorise counters."""
    standing = Organ.objects.filter(holding(on)).order_by("position")
    authorising = by.organs_of(Permission.ORGAN_EDIT)
    return standing if authorising is None else standing.filter(pk__in=authorising)


def _refuse_outsiders(by: Doer) -> None:
    if by.kind not in {"staff", "system"}:
        raise NotFound("没有这个页面，或者您无权查看。")


def _id(thing: Counter | Organ | Place | int) -> int:
    return thing if isinstance(thing, int) else thing.pk
