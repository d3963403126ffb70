"""What indicators do when fresh facts are there: cubes beside them, and every page finds its questions compiled."""

from __future__ import annotations

from datetime import date

from yiwang.insight.facts import reading
from yiwang.insight.indicators import compiling, cubes, grains, queries
from yiwang.kernel import names


@names.hook("facts.written")
def prepare_what_pages_ask(*, on: date) -> None:
    """Groups of what is long, and the text of every question pages ask; what is kept already costs nothing. What nobody
    prepared here costs the first reader the loading of Ibis, some two seconds."""
    known = queries.indicators(on)
    snapshot = reading.current()
    cubes.write([indicator for indicator, _ in known.values()], snapshot)
    beside = cubes.of(snapshot)
    for indicator, digest in known.values():
        key = compiling.keep(indicator, digest)
        for shape, column, scoped in grains.questions(indicator):
            compiling.sql(key, shape, column, scoped, "duckdb")
            for daily, suffix in ((False, grains.GROUPED), (True, grains.DAILY)):
                grain = grains.grouped(indicator, shape, column, scoped, daily=daily)
                if beside is not None and grain.table in beside.kept:
                    compiling.sql(key, shape + suffix, column, scoped, "duckdb")
    compiling.save()


@names.hook("facts.beside")
def what_lies_beside() -> str:
    """The cubes beside the facts, in a sentence."""
    found = cubes.of(reading.current())
    if found is None or not found.kept:
        return "没有分组汇总（统计事实都不到需要汇总的行数，或者还没有写完）"
    groups, rows = (sum(getattr(one, name) for one in found.kept.values()) for name in ("groups", "rows"))
    return f"分组汇总 {len(found.kept)} 个，{groups} 组代表 {rows} 行，截至 {found.as_of:%Y-%m-%d %H:%M:%S}"
