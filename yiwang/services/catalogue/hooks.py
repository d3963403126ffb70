"""What other rooms ask the catalogue by name."""

from __future__ import annotations

from datetime import date
from typing import Any

from yiwang.foundation.organs.queries import organ_names
from yiwang.kernel import names
from yiwang.services.catalogue import queries
from yiwang.services.catalogue.naming import named

MOST = 5


@names.hook("catalogue.named-in")
def named_in(*, text: str) -> list[dict[str, Any]]:
    """Powers and items a text names: source, code, name, organ (code), the words shared, their share, the page."""
    return [
        {
            "source": one.source,
            "code": one.code,
            "name": one.name,
            "organ": one.organ,
            "words": one.words,
            "share": one.share,
            "opens": one.opens,
        }
        for one in named(text)
    ]


@names.hook("catalogue.found")
def found(text: str, *, on: date) -> list[tuple[str, str, str]]:
    """(item, its department, address of its guide) of the items a search for ``text`` brings up first."""
    hits = queries.search(text, on=on, limit=MOST).hits
    called = organ_names([hit.organ_id for hit in hits], on)
    return [(hit.name, called.get(hit.organ_id, ""), f"/items/{hit.code}/guide/") for hit in hits]
