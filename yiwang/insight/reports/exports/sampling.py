"""A report of a template as it would stand with no figure filled in: what a bureau's own layout is tried on."""

from __future__ import annotations

from datetime import date, datetime, time

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.packs import queries as packs
from yiwang.insight.reports.exports import manifest
from yiwang.insight.reports.exports.manifest import Front, Manifest
from yiwang.insight.reports.kinds import KIND
from yiwang.insight.reports.models import Template
from yiwang.insight.reports.rules import declared
from yiwang.insight.reports.rules.cards import Card
from yiwang.insight.reports.rules.checking import Draft
from yiwang.insight.reports.rules.wording import Part


def sample(template: Template, on: date) -> Manifest:
    """Every section, every table and every figure the template declares, nothing counted."""
    organ = Organ.objects.get(pk=template.organ_id)
    rule = packs.rule(KIND, template.rule, on)
    known = declared.of_tables(
        rule.value.shapes(), {one.name: one for one in declared.read(template.figures)}, organ.code
    )
    rows = [*declared.read(template.figures), *known]
    begins, ends = date(on.year, 1, 1), date(on.year + 1, 1, 1)
    cut_off = datetime.combine(on, time.min, SHANGHAI)
    cards = {
        one.name: Card(
            name=one.name, title=one.title, kind=one.kind, unit=one.unit, from_on=begins, until_on=ends, cut_off=cut_off,
            places=one.places, scale=one.scale, scope=one.scope, indicator=one.indicator,
        )
        for one in rows
    }  # fmt: skip
    draft = Draft(
        title=template.title.replace("{{ year }}", str(on.year)),
        year=on.year,
        organ=organs.organ_name(organ.pk, on),
        main=tuple(template.main),
        copies=tuple(template.copies),
        parts=tuple(
            Part(one["id"], one["title"], one.get("text", ""), one.get("required", True)) for one in template.sections
        ),
        cards=cards,
        signed_on=on,
        cut_off_on=on,
        grid=tuple(name for table in rule.value.shapes() for name in table.names()),
    )
    front = Front("", rule.value.title, template.rule, rule.version, 1, organ.code, "public", on.isoformat())
    return manifest.build(draft, front, rule.value.shapes(), kept={})
