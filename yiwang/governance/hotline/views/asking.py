"""Registered names by which other rooms stand on the hotline's pages. Each page works without them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs.queries import doer
from yiwang.governance.hotline.models import Order
from yiwang.kernel import names

PROPOSE = "hotline.propose"  # (order=, by=, at=) -> [{"code", "name", "returned": bool, "why": [(says, page)], "evidence": str, "precedent": int | None}]
SIMILAR = "hotline.similar"  # (title=, content=, town=, topic=, by=, at=, besides=) -> [{"reference", "number", "title", "state", "why"}]
EVIDENCE = "hotline.evidence"  # (text=, on=) -> [str]: what the references kept of a proposal stand for, in words
FINDINGS = "hotline.findings"  # (order=, by=, at=, part=) -> [str]: what the last text that went out lacks, for whoever reviews it


def asked(name: str, **given: Any) -> list[Any]:
    """What the room registered under ``name`` answers; nothing where there is none."""
    return list(names.hook[name](**given)) if name in names.hook else []


def proposals(order: Order, by: Any, at: datetime) -> list[Any]:
    return asked(PROPOSE, order=order, by=by, at=at)


def alike(order: Order, by: Any, at: datetime) -> list[Any]:
    """Open orders like one written down: what it may be merged into."""
    said = {name: getattr(order, name) for name in ("title", "content", "town", "topic")}
    return asked(SIMILAR, **said, by=by, at=at, besides=order.pk)


def similar(request: HttpRequest, given: Mapping[str, str]) -> list[Any]:
    """Orders like the one being typed."""
    typed = {name: given.get(name, "")[:4000] for name in ("title", "content", "town", "topic")}
    if not (typed["title"].strip() or typed["content"].strip()):
        return []
    return asked(SIMILAR, **typed, by=doer(request), at=now())
