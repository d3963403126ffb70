"""Questions to the catalogue. What is published is public: these ask no permission unless they say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yiwang.foundation.organs.queries import organ_names
from yiwang.foundation.packs import queries as rules
from yiwang.kernel.chinese import normal
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.services.catalogue import codes, questions
from yiwang.services.catalogue.models import Guide, ImportRun, Item, ItemAtPlace, ItemChange, Law, Power
from yiwang.services.catalogue.models.registers import Register
from yiwang.services.catalogue.search import Hits
from yiwang.services.catalogue.search import search as _search

NO_GUIDE = "这个事项目前没有施行中的办事指南。您可以拨打窗口电话咨询。"


class Counted(TypedDict):
    """One line of a count: ``code`` filters the list (``items/?type=01``), ``organ`` lines carry the organ's id."""

    code: str
    name: str
    count: int


class Counts(TypedDict):
    total: int
    types: list[Counted]
    organs: list[Counted]
    themes: list[Counted]


def standing(on: date, state: str = Register.IN_USE) -> QuerySet[Item]:
    """Items that are in that state on that day: also where a change whose day has come is not yet written, because
    the nightly job has not run."""
    due = ItemChange.objects.filter(item=OuterRef("pk"), applied_at__isnull=True, from_on__lte=on)
    return Item.objects.annotate(stands=Coalesce(Subquery(due.values("state")[:1]), F("state"))).filter(stands=state)


def item(code: str, *, on: date) -> Item:
    """The item in use that day with that code, or with a source's own code; 404 if there is none. Organ comes along."""
    named = Q(code=code) | Q(local_codes__contains=[code])
    found = standing(on).select_related("organ", "power").filter(named).order_by("pk").first()
    if found is None:
        _refuse_changed(Item.objects.filter(named).order_by("pk").first(), on)
        raise NotFound("没有这个事项，可能已经取消或合并。请换个说法再搜一次。", code="item-not-found")
    return found


class NotOffered(NotFound):
    """The item is suspended or cancelled: since when, why and on what basis."""

    code = "item-not-offered"


def _refuse_changed(item: Item | None, on: date) -> None:
    if item is None:
        return
    come = Q(applied_at__isnull=False) | Q(from_on__lte=on)
    change = ItemChange.objects.filter(come, item=item).order_by("-pk").first()
    state = change.state if change is not None and change.applied_at is None else item.state
    if state == Register.IN_USE:
        return
    word = "暂停办理" if state == Register.SUSPENDED else "取消"
    if change is None:  # taken out by an import, which gives no reason
        raise NotOffered(f"“{item.name}”已{word}。")
    since = f"{change.from_on.year}年{change.from_on.month}月{change.from_on.day}日"
    raise NotOffered(f"“{item.name}”自{since}起{word}。原因：{change.reason}（依据：{change.basis}）")


def item_to_change(viewer: Doer, code: str) -> Item:
    """An item in whatever state, for its catalogue editor; 404 for anybody else."""
    found = Item.objects.select_related("organ").filter(code=code).first()
    if found is None or not viewer.may(Permission.CATALOGUE_EDIT, found.organ_id):
        raise NotFound("没有这个事项，或者您无权变更。", code="item-not-found")
    return found


def guide_in_force(item_code: str, on: date) -> Guide:
    """The published version of an item's guide whose period contains that legal day; its item comes along.

    404 (``no-guide``) when the item has none that day, ``NotOffered`` while the item is suspended or cancelled. Exactly one can match: versions in force never overlap.
    """
    found = (
        Guide.objects.select_related("item", "item__organ")
        .filter(item__code=item_code, state=Guide.State.PUBLISHED, in_force__contains=on)
        .first()
    )
    if found is None:
        raise NotFound(NO_GUIDE, code="no-guide")
    _refuse_changed(found.item, on)
    return found


def guide_or_none(item_code: str, on: date) -> Guide | None:
    """As ``guide_in_force``, for a page that can do without."""
    try:
        return guide_in_force(item_code, on)
    except NotFound:
        return None


def guided(item_codes: Sequence[str], on: date) -> set[str]:
    """Those of these items that have a guide in force on that day. One query."""
    found = Guide.objects.filter(item__code__in=item_codes, state=Guide.State.PUBLISHED, in_force__contains=on)
    return set(found.values_list("item__code", flat=True))


def guide(guide_id: int) -> Guide:
    """A version by its id, in force or not: a case ends under the version it began with."""
    found = Guide.objects.select_related("item", "item__organ").filter(pk=guide_id).first()
    if found is None:
        raise NotFound(NO_GUIDE, code="no-guide")
    return found


def budgets(guide: Guide, promised_days: int | None = None) -> dict[str, tuple[int, str]]:
    """What a process may name as a clock's budget: name → (days, ``working-day`` | ``natural-day``).

    ``promised_days`` replaces the guide's own promise for the situation the applicant is in. Limits the guide does
    not have are left out, so that a process naming one is refused where it is opened, not silently given zero days.
    """
    promised = guide.promised_days if promised_days is None else promised_days
    found = {
        "guide.legal_days": (guide.legal_days, guide.legal_unit),
        "guide.promised_days": (promised, guide.promised_unit),
        "guide.extension_max": (guide.extension_max, guide.extension_unit),
        "guide.correction_days": (guide.correction_days, guide.correction_unit),
    }
    return {name: (days, unit) for name, (days, unit) in found.items() if days is not None}


def search(text: str, *, on: date, limit: int = 20, offset: int = 0) -> Hits:
    """Items that answer a citizen's own words, best first (see ``search.search``). One query."""
    return _search(text, on=on, limit=limit, offset=offset)


def guidance_for(text: str, on: date) -> questions.Guidance | None:
    """The questions that lead somebody who said this (开饭店), if some are declared for those words. One query."""
    said = normal(text)
    for rule in rules.rules(questions.KIND, on).values():
        guidance: questions.Guidance = rule.value
        if any(normal(phrase) in said for phrase in guidance.phrases):
            return guidance
    return None


def items(
    *,
    on: date,
    type: str = "",
    organ: str = "",
    theme: str = "",
    text: str = "",
    place: str = "",
    guided: bool = False,
    state: str = "",
) -> QuerySet[Item]:
    """Items in use that day (or in another ``state``), filtered; in the county's order of organs, then by type and code.

    ``organ`` and ``place`` are codes, ``text`` words of the name or any code of the item, ``guided`` wants a guide.
    """
    found = standing(on, state or Register.IN_USE).select_related("organ")
    if type:
        found = found.filter(type=type)
    if organ:
        found = found.filter(organ__code=organ)
    if theme:
        found = found.filter(themes__contains=[theme])
    if place:
        found = found.filter(at_places__place__code=place)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(code=text) | Q(local_codes__contains=[text]))
    if guided:
        found = found.filter(guides__state=Guide.State.PUBLISHED).distinct()
    return found.defer("words").order_by("organ__position", "type", "code")


def counts(*, on: date) -> Counts:
    """Items in use in all, by type, by organ and by theme. Each part but the themes adds up to the total."""
    there = standing(on)
    types = codes.names("type", on)
    by_type = there.values_list("type").annotate(n=Count("pk")).order_by("type")
    by_organ = list(there.values_list("organ__code", "organ_id").annotate(n=Count("pk")).order_by("organ__position"))
    called = organ_names([organ_id for _, organ_id, _ in by_organ], on)
    by_theme: dict[str, int] = {}
    for themes in there.exclude(themes=[]).values_list("themes", flat=True):
        for theme in themes:
            by_theme[theme] = by_theme.get(theme, 0) + 1
    return {
        "total": sum(n for _, n in by_type),
        "types": [{"code": code, "name": types.get(code, code), "count": n} for code, n in by_type],
        "organs": [{"code": code, "name": called[organ_id], "count": n} for code, organ_id, n in by_organ],
        "themes": [
            {"code": code, "name": name, "count": by_theme[code]}
            for code, name in codes.names("theme", on).items()
            if code in by_theme
        ],
    }


def places(item: Item) -> Sequence[ItemAtPlace]:
    """Where the item is handled, the hall first."""
    return list(item.at_places.select_related("place").order_by("place__position"))


def powers(*, type: str = "", organ: str = "") -> QuerySet[Power]:
    """The list of powers, by organ and type."""
    found = Power.objects.select_related("organ")
    if type:
        found = found.filter(type=type)
    if organ:
        found = found.filter(organ__code=organ)
    return found.order_by("organ__position", "type", "code")


def law_list(viewer: Doer, *, text: str = "", category: str = "", title_only: bool = False) -> QuerySet[Law]:
    """The law register as its keepers see it. Staff only; others get 404."""
    _staff(viewer)
    found = Law.objects.annotate(cited=Count("cited_by"))
    if text:
        found = found.filter(Q(title__icontains=text) | Q(document_number__icontains=text))
    if category:
        found = found.filter(category=category)
    if title_only:
        found = found.filter(articles=0)
    return found.order_by("category", "title", "-version_on")


def import_runs(viewer: Doer) -> QuerySet[ImportRun]:
    """Reports of imports, newest first. Catalogue editors only; others get 404."""
    if not viewer.may(Permission.CATALOGUE_EDIT) and not viewer.may(Permission.CATALOGUE_IMPORT):
        raise NotFound("没有这个页面。")
    return ImportRun.objects.order_by("-at")


def desk_items(viewer: Doer, *, on: date, **filters: Any) -> QuerySet[Item]:
    """``items`` for staff, with ``guide_count`` published versions; ``state`` also shows suspended and cancelled ones.

    Others than staff get 404.
    """
    _staff(viewer)
    found = items(on=on, **filters)
    return found.annotate(guide_count=Count("guides", filter=Q(guides__state=Guide.State.PUBLISHED), distinct=True))


def _staff(viewer: Doer) -> None:
    if viewer.kind not in {"staff", "system"}:
        raise NotFound("没有这个页面。")
