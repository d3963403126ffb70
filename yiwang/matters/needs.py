"""What guards need beyond the matter itself: subqueries that ride along in the one read of a step.

A module registers a function answering SQL for one JSON value, correlated with the matter's row ``m``::

    @need("cases.missing")
    def missing() -> str:
        return "select json_agg(code) from cases_material where matter_id = m.id and checked is null"

A guard finds the parsed value in ``ctx.needs["cases.missing"]`` (``None`` when the query found nothing).
"""

from __future__ import annotations

from collections.abc import Callable

from yiwang.kernel.names import Registry

need: Registry[Callable[[], str]] = Registry("守卫所需读取")
