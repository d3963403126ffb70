"""What anybody may read: figures of a year, by unit, and bad ratings with what was mended. No person, no case number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yiwang.foundation.organs import queries as organs
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.ratings.models import Rectification
from yiwang.services.ratings.queries.figures import by_organ, figures

SHOWN = 50


def public_results(year: int, on: date) -> Mapping[str, Any]:
    """Figures and rectifications of a year (国办发〔2019〕51号: 评价结果和整改情况公开). The words of a rating stay with its
    unit; what the unit did about it is published once its leader signed."""
    since, until = date(year, 1, 1), date(year + 1, 1, 1)
    rows = list(
        Rectification.objects.filter(rating__occasion__opened_on__gte=since, rating__occasion__opened_on__lt=until)
        .select_related("rating__occasion", "matter")
        .order_by("-matter_id")[:SHOWN]
    )
    called = organs.organ_names({row.organ_id for row in rows}, on)
    return {
        "figures": figures(SYSTEM, since, until),
        "organs": by_organ(SYSTEM, since, until, on),
        "rectifications": [
            {
                "title": row.rating.occasion.title,
                "organ": called.get(row.organ_id, ""),
                "month": row.rating.given_at,
                "level": row.rating.get_level_display(),
                "outcome": row.get_outcome_display() or "核实中",
                "excluded": row.excluded,
                "measures": row.measures if row.signed_on else "",
                "signed_on": row.signed_on,
            }
            for row in rows
        ],
    }
