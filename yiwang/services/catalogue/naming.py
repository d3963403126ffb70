"""Which powers and items are named in a longer text: what somebody reports, set against the lists, to see whose it is.

Search finds what somebody wants from a few words; here a whole paragraph is given, and an entry only counts by how much of
its own name the paragraph says, rare words more than common ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.core.cache import caches
from django.db import connection

from yiwang.kernel.chinese import HAN, normal, words
from yiwang.services.catalogue import tokens

CANDIDATES = 200
LONGEST = 600  # characters of a text that count
KEPT_SECONDS = 600
COMMON = 0.05  # a word in more than this share of all names finds nothing by itself

NAMED = """
select i.code, i.name, i.main_name, o.code, coalesce(p.code, ''), coalesce(p.name, '')
from catalogue_item i join organs_organ o on o.id = i.organ_id left join catalogue_power p on p.id = i.power_id
    and p.state = 'in-use'
where i.words @@ %s::tsquery and i.state = 'in-use'
limit %s
"""


@dataclass(frozen=True, slots=True)
class Named:
    """A power or an item, the words of its name the text says, and their share of the name by weight (0 to 1)."""

    source: str  # power | item
    code: str
    name: str
    organ: str
    words: tuple[str, ...]
    share: float
    opens: str


def named(text: str, *, most: int = 5) -> Sequence[Named]:
    """Powers and items whose names share most with the text, best first; at most ``most`` of each. Two statements at most."""
    said = {word for word in words(normal(text[:LONGEST])) if HAN.fullmatch(word)}
    counts, of = _counts()
    telling = [word for word in said if 0 < counts.get(word, 0) <= COMMON * of]
    if not telling:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [" | ".join(map(tokens.quoted, telling)), CANDIDATES])
        rows = cursor.fetchall()
    found: dict[tuple[str, str], Named] = {}
    for code, name, main_name, organ, power, power_name in rows:
        one = _share("item", code, name if main_name in name else f"{main_name} {name}", organ, said, counts, of)
        found[("item", code)] = one
        if power:
            found[("power", power)] = _share("power", power, power_name, organ, said, counts, of)
    ordered = sorted(found.values(), key=lambda one: (-one.share, len(one.name), one.code))
    return [one for source in ("power", "item") for one in [o for o in ordered if o.source == source][:most]]


def _share(source: str, code: str, name: str, organ: str, said: set[str], counts: dict[str, int], of: int) -> Named:
    own = _words_of(name)
    weight = {word: math.log((of + 1) / (counts.get(word, 0) + 1)) for word in own}
    shared = sorted(own & said, key=lambda word: -weight[word])
    whole = sum(weight.values())
    share = sum(weight[word] for word in shared) / whole if whole else 0.0
    opens = f"/items/{code}/" if source == "item" else ""
    return Named(source, code, name.strip(), organ, tuple(shared), share, opens)


@lru_cache(maxsize=20_000)
def _words_of(name: str) -> frozenset[str]:
    return frozenset(word for word in words(tokens.plain(name)) if HAN.fullmatch(word))


def _counts() -> tuple[dict[str, int], int]:
    """Word → how many items' names have it, and how many items there are; kept for ten minutes."""
    memory = caches["process"]
    kept: tuple[dict[str, int], int] | None = memory.get("catalogue-word-counts")
    if kept is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select word, ndoc from ts_stat('select words from catalogue_item where state = ''in-use''')"
                " where word ~ '^[㐀-鿿]+$'"
            )
            counts = dict(cursor.fetchall())
            cursor.execute("select count(*) from catalogue_item where state = 'in-use'")
            kept = counts, cursor.fetchone()[0]
        memory.set("catalogue-word-counts", kept, KEPT_SECONDS)
    return kept
