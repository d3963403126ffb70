"""What indicators do when fresh facts are there: every page finds its questions compiled."""

from __future__ import annotations

from datetime import date

from yiwang.insight.indicators import compiling, queries
from yiwang.kernel import names
from yiwang.kernel.facts import Kind


@names.hook("facts.written")
def compile_what_pages_ask(*, on: date) -> None:
    """The number, its months, its organs and its places, for the county and for one organ; what is kept already costs
    nothing. What nobody prepared here costs the first reader the loading of Ibis, some two seconds."""
    for indicator, digest in queries.indicators(on).values():
        key = compiling.keep(indicator, digest)
        organ = indicator.declared_fact.of_kind(Kind.ORGAN)
        place = indicator.declared_fact.of_kind(Kind.PLACE)
        for scoped in (False, True) if organ else (False,):
            compiling.sql(key, "figure", "", scoped, "duckdb")
            if not indicator.standing:
                compiling.sql(key, "series", "", scoped, "duckdb")
            if place:
                compiling.sql(key, "split", place, scoped, "duckdb")
        if organ:
            compiling.sql(key, "split", organ, False, "duckdb")
    compiling.save()
