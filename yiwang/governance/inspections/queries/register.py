"""Items, claims and lists as their departments and the office see them, with the counts of the year's report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from yiwang.foundation.organs import queries as organ_queries
from yiwang.governance.inspections import rules
from yiwang.governance.inspections.models import Behaviour, CheckList, Claim, Intake, Subject, SupervisionItem
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound

SEEING = (Permission.INSPECTION_SEE, Permission.INSPECTION_EDIT, Permission.INSPECTION_OVERSEE)
SHOW = {
    "all": "全部应认领",
    "due": "未认领",
    "here": "本级监管",
    "asked": "待审定的本级不监管",
    "elsewhere": "本级不监管",
    "incomplete": "清单未填报完备",
    "idle": "本年无监管行为",
}


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claimed (or not yet claimed) item as lists show it."""

    pk: int
    code: str
    title: str
    main: str
    organ: str
    level: str
    level_title: str
    lists: int
    complete: int
    behaviours: int
    ended: bool


def organs_seen(by: Doer) -> frozenset[int] | None:
    """Organs whose inspections the viewer may see; ``None`` for all. 404 for whoever sees none at all."""
    found = by.organs_of(*SEEING)
    if found is not None and not found:
        raise NotFound("没有这个页面，或者您无权查看。", code="no-inspections")
    return found


def _seen(by: Doer) -> QuerySet[Claim]:
    organs = organs_seen(by)
    rows = Claim.objects.all()
    return rows if organs is None else rows.filter(organ_id__in=organs)


def claims(
    by: Doer, on: date, *, show: str = "all", organ_id: int | None = None, after: int = 0, size: int = 100
) -> tuple[list[ClaimRow], int | None]:
    """Items to claim and claimed, by number; and the number to go on after."""
    since, until = rules.year_of(on)
    acts = Behaviour.objects.filter(claim=OuterRef("pk"), happened_on__gte=since, happened_on__lt=until)
    rows = _seen(by).annotate(
        of_lists=Count("lists"),
        complete=Count("lists", filter=Q(lists__completed_at__isnull=False)),
        busy=Exists(acts),
    )
    conditions = {
        "due": Q(level="", ended_at=None),
        "here": Q(level=Claim.Level.HERE),
        "asked": Q(level=Claim.Level.ASKED),
        "elsewhere": Q(level=Claim.Level.ELSEWHERE),
        "incomplete": Q(level=Claim.Level.HERE) & (Q(of_lists=0) | Q(of_lists__gt=F("complete"))),
        "idle": Q(level=Claim.Level.HERE, busy=False),
    }
    rows = rows.filter(conditions.get(show, Q()))
    if organ_id:
        rows = rows.filter(organ_id=organ_id)
    page = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
    following = page[size - 1].pk if len(page) > size else None
    page = page[:size]
    named = organ_queries.organ_names({one.organ_id for one in page}, on)
    told = titles([one.code for one in page], on)
    done = dict(
        Behaviour.objects.filter(claim__in=page, happened_on__gte=since, happened_on__lt=until)
        .values_list("claim")
        .annotate(Count("pk"))
    )
    return [
        ClaimRow(
            *(one.pk, one.code, *told.get(one.code, (one.code, ""))),
            *(named.get(one.organ_id, ""), one.level, one.get_level_display() if one.level else "未认领"),
            *(one.of_lists, one.complete, done.get(one.pk, 0), one.ended_at is not None),
        )
        for one in page
    ], following


def counts(by: Doer, on: date) -> dict[str, int]:
    """What the board counts, for what the viewer sees, in the year of the day: no figure of the report (those are
    indicators), but the same words."""
    since, until = rules.year_of(on)
    rows = _seen(by).filter(ended_at=None)
    acts = Behaviour.objects.filter(claim=OuterRef("pk"), happened_on__gte=since, happened_on__lt=until)
    here = rows.filter(level=Claim.Level.HERE)
    lists = CheckList.objects.filter(claim__in=here)
    return {
        "due": rows.count(),
        "claimed": rows.exclude(level="").count(),
        "here": here.count(),
        "elsewhere": rows.filter(level=Claim.Level.ELSEWHERE).count(),
        "asked": rows.filter(level=Claim.Level.ASKED).count(),
        "lists": lists.count(),
        "complete": lists.exclude(completed_at=None).count(),
        "busy": here.filter(Exists(acts)).count(),
        "acts": Behaviour.objects.filter(claim__in=rows, happened_on__gte=since, happened_on__lt=until).count(),
    }


def claim_of(by: Doer, claim_id: int) -> Claim:
    """One claim the viewer may see; 404 otherwise."""
    found = _seen(by).filter(pk=claim_id).first()
    if found is None:
        raise NotFound("没有这个监管事项，或者您无权查看。", code="no-such-claim")
    return found


def titles(codes: Iterable[str], on: date) -> dict[str, tuple[str, str]]:
    """Code → the item's title and its main item's title, in the version of the day (the newest where none began yet)."""
    wanted = set(codes)
    rows = list(SupervisionItem.objects.filter(code__in=wanted).order_by("code", "from_on"))
    found = {one.code: one for one in rows}
    found.update({one.code: one for one in rows if one.from_on <= on})
    mains = dict(
        SupervisionItem.objects.filter(code__in={one.parent for one in found.values()}, until_on=None).values_list(
            "code", "title"
        )
    )
    return {code: (one.title, mains.get(one.parent, "")) for code, one in found.items()}


def title_of(code: str) -> str:
    """The newest title of an item."""
    found = SupervisionItem.objects.filter(code=code).order_by("-from_on").values_list("title", flat=True).first()
    return found or code


def standing_item(by: Doer, code: str) -> tuple[SupervisionItem, int]:
    """An item that stands, and how many departments have to claim it; for whoever oversees, 404 for everybody else."""
    found = SupervisionItem.objects.filter(code=code, until_on=None).first()
    if found is None or not by.may(Permission.INSPECTION_OVERSEE):
        raise NotFound("没有这个监管事项，或者已经取消。", code="no-such-item")
    return found, Claim.objects.filter(code=code, ended_at=None).count()


def items_on(on: date, *, text: str = "", size: int = 200) -> Sequence[SupervisionItem]:
    """The directory as it stands on a day: mains and subs by code. Public."""
    rows = SupervisionItem.objects.filter(from_on__lte=on).filter(Q(until_on=None) | Q(until_on__gt=on))
    if text:
        rows = rows.filter(Q(title__contains=text) | Q(code=text))
    return list(rows.order_by("code")[:size])


def subjects(by: Doer, *, text: str = "", size: int = 100) -> Sequence[Subject]:
    """Objects of inspection by code or a part of their name."""
    organs_seen(by)
    rows = Subject.objects.order_by("code")
    return list(rows.filter(Q(name__contains=text) | Q(code=text))[:size] if text else rows[:size])


def intakes(by: Doer, *, size: int = 30) -> Sequence[Intake]:
    """Tables brought in, newest first, for whoever oversees."""
    if by.kind != "system" and not by.may(Permission.INSPECTION_OVERSEE):
        raise NotAllowed("只有统筹监管事项的机构可以导入。")
    return list(Intake.objects.order_by("-pk")[:size])
