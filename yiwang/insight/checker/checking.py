"""All finders over one text; of two claims about the same figure the one that fits wins over the one that does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from yiwang.insight.checker import plain
from yiwang.insight.checker.claims import Claim
from yiwang.insight.checker.finders import (
    balances,
    changes,
    days,
    divided,
    growths,
    hundreds,
    infeasible,
    marks,
    multiples,
    named_changes,
    neighbours,
    partitions,
    rates,
    remainders,
    repeats,
    shares,
    sorts,
    spelled,
    sums,
    table_rates,
    tables,
    together,
)
from yiwang.insight.checker.grids import cells
from yiwang.insight.checker.plain import Text
from yiwang.insight.checker.quantities import quantities

FINDERS = (
    tables.find,
    table_rates.find,
    sums.find,
    partitions.find,
    sorts.find,
    divided.find,
    shares.find,
    neighbours.find,
    spelled.find,
    together.find,
    hundreds.find,
    infeasible.find,
    rates.find,
    changes.find,
    growths.find,
    named_changes.find,
    remainders.find,
    multiples.find,
    balances.find,
    balances.registers,
    balances.requests,
    repeats.find,
    days.find,
    marks.find,
)


def check(raw: str) -> tuple[Text, list[Claim]]:
    """The flattened text and every claim found in it, in the order of the text."""
    text = plain.read(raw)
    if not text.flat:
        return text, []
    tabled = cells(text)
    found = [one for one in quantities(text) if one.start not in tabled]  # a table is read by rows and columns alone
    claims = [claim for find in FINDERS for claim in find(text, found)]
    return text, sorted(_settled(claims), key=lambda claim: (claim.start, claim.end))


def _settled(claims: Sequence[Claim]) -> list[Claim]:
    """The same finding is said once: of two sums of one total the longer, and none that does not fit where each of its
    parts stands in sums that do."""
    sums: dict[int, list[set[int]]] = defaultdict(list)  # the places of each sum that fits, by its first
    for claim in claims:
        if claim.kind == "sum" and not claim.wrong:
            sums[claim.places[0]].append(set(claim.places))
    good = {place for longer in sums.values() for places in longer for place in places}
    rated = {place for claim in claims if len(claim.places) > 2 for place in claim.places}  # told more of elsewhere
    kept: list[Claim] = []
    faulty: set[int] = set()  # the places of sums already named: another reading of one of them says nothing new
    said: set[tuple[str, tuple[int, ...], int, int]] = set()
    for claim in claims:
        key = (claim.kind, claim.places, claim.start, claim.end)
        own = set(claim.places)
        doubled = claim.kind == "sum" and (
            set(claim.places[1:]) <= good if claim.wrong else any(own < other for other in sums[claim.places[0]])
        )
        explained = claim.verdict == "infeasible" and len(claim.places) == 2 and claim.places[1] in rated
        known = claim.kind == "sum" and claim.wrong and len(own & faulty) * 2 > len(own)
        if key not in said and not doubled and not explained and not known:
            said.add(key)
            if claim.kind == "sum" and claim.wrong:
                faulty |= own
            kept.append(claim)
    return kept
