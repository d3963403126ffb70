"""The desk: bad ratings and their rectification, words of a unit's ratings, signs to judge, counters to serve at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account, Counter
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters import queries as matters
from yiwang.matters.models import Seat
from yiwang.services.ratings import rules
from yiwang.services.ratings.models import Opening, Rating, Rectification, Sign, Voice
from yiwang.services.ratings.queries.figures import seen_organs
from yiwang.services.ratings.queries.mine import words_in

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Bad:
    """One bad rating on the desk: of which unit and person, how far, by when. Nothing of who gave it."""

    found: Rectification
    organ: str
    handler: str
    labels: list[str]
    words: str
    state: str
    due_on: date | None


def bad_ones(viewer: Doer, on: date, *, closed: bool = False) -> list[Bad]:
    """Of the organs whose ratings the viewer sees; open ones by default, the nearest day first."""
    rows = Rectification.objects.select_related("matter", "rating__occasion")
    rows = rows.filter(matter__closed_at__isnull=not closed).order_by("-matter_id")
    organs_seen = seen_organs(viewer)
    if organs_seen is not None:
        rows = rows.filter(organ_id__in=organs_seen)
    shown = _shown(list(rows[:SHOWN]), on)
    return shown if closed else sorted(shown, key=lambda one: (one.due_on is None, one.due_on))


def one_bad(viewer: Doer, reference: str, on: date) -> Bad:
    """404 for whoever does not see the matter."""
    standing = matters.matter(viewer, reference)
    found = Rectification.objects.select_related("matter", "rating__occasion").filter(matter_id=standing.id).first()
    if found is None or viewer.kind not in {"staff", "system"}:
        raise NotFound("没有这件差评整改，或者您无权查看。", code="no-such-matter")
    return _shown([found], on)[0]


def _shown(rows: list[Rectification], on: date) -> list[Bad]:
    called = organs.organ_names({row.organ_id for row in rows}, on)
    handlers = dict(
        Account.objects.filter(pk__in={row.rating.occasion.handler_id for row in rows}).values_list("pk", "name")
    )
    said = words_in(Voice.objects.filter(rating__in=[row.rating_id for row in rows]))
    seats = Seat.objects.filter(matter__in=[row.matter_id for row in rows], closed_at=None, due_on__isnull=False)
    due = {seat.matter_id: seat.due_on for seat in seats.order_by("-due_on")}
    titles = label_titles(on)
    states = packs.rule("process", rules.PROCESS, on).value.states if rows else {}
    return [
        Bad(
            found=row,
            organ=called.get(row.organ_id, ""),
            handler=handlers.get(row.rating.occasion.handler_id or 0, ""),
            labels=[titles.get(code, code) for code in row.rating.labels],
            words=said.get(row.rating_id, ""),
            state=states[row.matter.state].title if row.matter.state in states else row.matter.state,
            due_on=due.get(row.matter_id),
        )
        for row in rows
    ]


def label_titles(on: date) -> dict[str, str]:
    """Code → what was ticked."""
    return {one.code: one.title for one in packs.rule(rules.KIND, rules.RULE, on).value.label}


def words_of(viewer: Doer, since: date, until: date) -> list[tuple[Rating, str]]:
    """The newest ratings with words, of the organs whose ratings the viewer sees."""
    rows = Rating.objects.filter(occasion__opened_on__gte=since, occasion__opened_on__lt=until, voice__isnull=False)
    organs_seen = seen_organs(viewer)
    if organs_seen is not None:
        rows = rows.filter(occasion__organ_id__in=organs_seen)
    found = list(rows.select_related("occasion").order_by("-given_at")[:SHOWN])
    said = words_in(Voice.objects.filter(rating__in=found))
    return [(row, said[row.pk]) for row in found if said.get(row.pk)]


def refuse_unsupervising(viewer: Doer) -> None:
    """404 for whoever does not supervise."""
    if not (viewer.kind == "system" or viewer.may(Permission.CASE_SUPERVISE)):
        raise NotFound("没有这个页面，或者您无权查看。")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One rating a sign rests on, as a supervisor reads it: which service, when and where it came from, what it says. Who
    gave it is not among it."""

    rating: Rating
    words: str
    opened: list[tuple[datetime, str, bool]]  # when, by whom of the staff who handled the service, through the link


@dataclass(frozen=True, slots=True)
class Found:
    """A sign on the desk, with its unit and its evidence."""

    sign: Sign
    organ: str
    evidence: list[Evidence]


def sign_rows(viewer: Doer, on: date, *, judged: bool = False) -> list[Found]:
    """Signs with their unit's name and their evidence, for whoever supervises; 404 otherwise. Six queries."""
    refuse_unsupervising(viewer)
    rows = list(Sign.objects.filter(verdict__isnull=not judged).order_by("-found_at", "-pk")[:SHOWN])
    called = organs.organ_names({row.organ_id for row in rows}, on)
    wanted = {pk for row in rows for pk in row.ratings}
    ratings = Rating.objects.filter(pk__in=wanted).select_related("occasion").in_bulk()
    said = words_in(Voice.objects.filter(rating__in=wanted))
    openings = Opening.objects.filter(occasion__in={one.occasion_id for one in ratings.values()}).exclude(account_id=0)
    named = dict(Account.objects.filter(pk__in={one.account_id for one in openings}).values_list("pk", "name"))
    opened: dict[int, list[tuple[datetime, str, bool]]] = {}
    for one in openings.order_by("at"):
        opened.setdefault(one.occasion_id, []).append((one.at, named.get(one.account_id, ""), one.link))
    return [
        Found(
            row,
            called.get(row.organ_id, ""),
            [
                Evidence(ratings[pk], said.get(pk, ""), opened.get(ratings[pk].occasion_id, []))
                for pk in row.ratings
                if pk in ratings
            ],
        )
        for row in rows
    ]


def counters(viewer: Doer, on: date) -> QuerySet[Counter]:
    """Counters the viewer may serve at; 404 for whoever receives nowhere."""
    seen = {organ for granted, organ in viewer.grants if granted == Permission.CASE_RECEIVE and organ is not None}
    if viewer.kind != "staff" or not seen:
        raise NotFound("没有这个页面，或者您无权查看。")
    rows = Counter.objects.filter(organ_id__in=seen, from_on__lte=on, until_on=None)
    return rows.select_related("place").order_by("place__code", "number")
