"""All finders over one text; of two claims about the same figure the one that fits wins over the one that does not."""

from __future__ import annotations

from collections.abc import Sequence

from yiwang.insight.checker import plain
from yiwang.insight.checker.claims import Claim
from yiwang.insight.checker.finders import changes, days, marks, rates, repeats, sums
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import quantities

FINDERS = (sums.find, rates.find, changes.find, repeats.find, days.find, marks.find)


def check(raw: str) -> tuple[Text, list[Claim]]:
    """The flattened text and every claim found in it, in the order of the text."""
    text = plain.read(raw)
    if not text.flat:
        return text, []
    found = quantities(text)
    claims = [claim for find in FINDERS for claim in find(text, found)]
    return text, sorted(_settled(claims), key=lambda claim: (claim.start, claim.end))


def _settled(claims: Sequence[Claim]) -> list[Claim]:
    """A sum that does not fit is dropped if each of its figures stands in claims that do; the same finding is said once."""
    good = {
        place for claim in claims if claim.verdict == "consistent" and claim.kind == "sum" for place in claim.places
    }
    kept: list[Claim] = []
    said: set[tuple[str, int, int]] = set()
    for claim in claims:
        key = (claim.kind, claim.start, claim.end)
        if key in said:
            continue
        if claim.kind == "sum" and claim.wrong and set(claim.places[1:]) <= good:
            continue
        said.add(key)
        kept.append(claim)
    return kept
