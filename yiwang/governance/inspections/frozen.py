"""What a frozen list is made of: everything the draw may look at, and nothing of a person but a certificate's number."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Q

from yiwang.foundation.organs.models import Organ
from yiwang.foundation.packs import queries as packs
from yiwang.governance.inspections import drawing, queries, rules
from yiwang.governance.inspections.models import Inspection, Inspector, Interest, PlanLine, Subject


def gather(
    line: PlanLine, *, code: str, batch: int, on: date, public_name: str, public_on: date | None
) -> dict[str, Any]:
    """The list as it stands on a day. Left out, each with its ground: objects closed down (``closed``), visited as often as
    a year allows (``often``), with a task still open (``open``), without enough inspectors free of interest
    (``no-inspectors``); inspectors who left, whose certificate runs out, or does not cover the field of what their own
    organ is to look at (``left``, ``expired``, ``scope`` with what is printed and what it lacks)."""
    rule: rules.InspectionRule = packs.rule(rules.KIND, rules.RULE, on).value
    lists = list(line.lists.select_related("claim"))
    organ_ids = {each.claim.organ_id for each in lists}
    called = dict(Organ.objects.filter(pk__in=organ_ids).values_list("pk", "code"))
    organs = [called[line.organ_id], *sorted(called[pk] for pk in organ_ids if pk != line.organ_id)]
    excluded: list[dict[str, str]] = []
    fields = queries.fields_of(lists)
    inspectors = _inspectors(called, on, excluded, rule, fields)
    kinds = set.intersection(*(set(each.objects_of) for each in lists))
    subjects = list(Subject.objects.filter(kind__in=kinds, fields__contains=[line.field]).order_by("code"))
    known = {one["code"] for one in inspectors}
    conflicts = [
        {"inspector": who, "object": whom}
        for who, whom in Interest.objects.filter(inspector__code__in=known, subject__in=subjects).values_list(
            "inspector__code", "subject__code"
        )
    ]
    allowed = rules.allowed_visits(rule, [each.per_year for each in lists])
    visits, open_ = visits_of(subjects, on), _open(subjects)
    objects = []
    for one in subjects:
        ground = _ground(one, on, visits[one.pk] >= allowed, one.pk in open_)
        if not ground and _short(one.code, organs, inspectors, conflicts, rule.officers):
            ground = "no-inspectors"
        if ground:
            excluded.append({"kind": "object", "code": one.code, "ground": ground})
        else:
            objects.append(one.code)
    kept = set(objects)
    return {
        "format": drawing.FORMAT,
        "draw": code,
        "plan": line.code,
        "batch": batch,
        "count": line.count,
        "officers": rule.officers,
        "organs": organs,
        "objects": objects,
        "inspectors": inspectors,
        "conflicts": sorted(
            (one for one in conflicts if one["object"] in kept), key=lambda one: (one["object"], one["inspector"])
        ),
        "excluded": sorted(excluded, key=lambda one: (one["kind"], one["code"])),
        "public": {"name": public_name, "on": public_on.isoformat()} if public_on else None,
    }


def _inspectors(
    called: dict[int, str],
    on: date,
    excluded: list[dict[str, str]],
    rule: rules.InspectionRule,
    fields: dict[int, set[str]],
) -> list[dict[str, str]]:
    found = []
    for one in Inspector.objects.filter(organ_id__in=called).order_by("code"):
        ground = "left" if one.left_on and one.left_on <= on else "expired" if one.valid_until <= on else ""
        if ground:
            excluded.append({"kind": "inspector", "code": one.code, "ground": ground})
        elif lacking := rule.beyond(one.scope, fields.get(one.organ_id, ())):
            said = {"scope": one.scope, "field": "、".join(lacking)}
            excluded.append({"kind": "inspector", "code": one.code, "ground": "scope", **said})
        else:
            found.append({"code": one.code, "organ": called[one.organ_id]})
    return found


def visits_of(subjects: list[Subject], on: date) -> Counter[int]:
    since, until = rules.year_of(on)
    rows = Inspection.objects.filter(subject__in=subjects, opened_on__gte=since, opened_on__lt=until)
    rows = rows.exclude(source__in=rules.BEYOND_THE_CAP).exclude(matter__state="cancelled")
    return Counter(rows.values_list("subject_id", flat=True))


def _open(subjects: list[Subject]) -> set[int]:
    rows = Inspection.objects.filter(subject__in=subjects).filter(Q(matter__closed_at=None))
    return set(rows.values_list("subject_id", flat=True))


def _ground(one: Subject, on: date, often: bool, open_: bool) -> str:
    if one.closed_on is not None and one.closed_on <= on:
        return "closed"
    return "often" if often else "open" if open_ else ""


def _short(
    code: str, organs: list[str], inspectors: list[dict[str, str]], conflicts: list[dict[str, str]], officers: int
) -> bool:
    barred = {one["inspector"] for one in conflicts if one["object"] == code}
    return any(
        sum(one["organ"] == organ and one["code"] not in barred for one in inspectors) < officers for organ in organs
    )
