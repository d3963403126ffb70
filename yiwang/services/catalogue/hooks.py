"""What other rooms ask the catalogue by name."""

from __future__ import annotations

from typing import Any

from yiwang.kernel import names
from yiwang.services.catalogue.naming import named


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
