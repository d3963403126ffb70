"""Mandates as the people they are about read them: given, and held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from yiwang.foundation.people import queries, wall
from yiwang.foundation.people.models import Mandate
from yiwang.kernel.permissions import Doer


@dataclass(frozen=True, slots=True)
class MandateLine:
    """One mandate as its principal or agent sees it; the other side's name in full, for they know each other."""

    mandate: Mandate
    principal: str
    agent: str
    in_force: bool
    may_revoke: bool


def mandate_lines(viewer: Doer, on: date) -> tuple[list[MandateLine], list[MandateLine]]:
    """Mandates the viewer gave (also for firms), and those the viewer holds; newest first."""
    if viewer.person_id is None:
        return [], []
    represented = queries._represented(viewer.person_id, on)
    given = Mandate.objects.filter(principal_id__in=[viewer.person_id, *represented])
    held = Mandate.objects.filter(agent_id=viewer.person_id)
    return _lines(given, on), _lines(held, on)


def _lines(rows: QuerySet[Mandate], on: date) -> list[MandateLine]:
    mandates = list(rows.order_by("-pk")[:100])
    with wall.lowered():
        names = queries.names_of(party for mandate in mandates for party in (mandate.principal_id, mandate.agent_id))
    lines = []
    for mandate in mandates:
        live = mandate.revoked_at is None and mandate.until_on > on
        begun = live and mandate.from_on <= on
        lines.append(MandateLine(mandate, names[mandate.principal_id], names[mandate.agent_id], begun, live))
    return lines
