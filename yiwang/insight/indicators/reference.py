"""What packs declare about indicators and modules about facts, as a page of ``docs/reference``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yiwang.insight.indicators.declarations import Example, Indicator
from yiwang.kernel.facts import Fact


def lines(indicators: Iterable[Indicator], facts: Iterable[Fact]) -> Iterator[str]:
    """The page, a line at a time: indicators by group with formula and example, then the facts they are counted from."""
    yield "# Indicators"
    yield "\nEach example is counted twice by the tests: row by row in plain Python, and by the engine."
    group = ""
    for one in sorted(indicators, key=lambda one: (one.group, one.id)):
        if one.group != group:
            group = one.group
            yield f"\n## {group}"
        yield f"\n### {one.title} `{one.id}` {one.version}\n"
        yield f"{one.formula}（{one.unit}）。{one.scope_note}\n"
        mark = "；待核" if one.unverified else ""
        yield f"依据：{one.basis}{mark}。负责：{one.owner}，{one.review_on}前复核。\n"
        yield f"Counted from `{one.fact}`, `{one.measure}`."
        for example in one.examples:
            yield from _example(one, example)
    yield "\n# Facts"
    for fact in facts:
        yield f"\n## {fact.title} `{fact.id}`\n"
        yield f"{fact.grain}。{'按年分区。' if fact.yearly else ''}\n"
        yield "| Column | | Kind | Values |\n|---|---|---|---|"
        for column in fact.every:
            values = "、".join(f"`{code}` {says}" for code, says in column.values.items() if code)
            yield f"| `{column.name}` | {column.title} | {column.kind} | {values} |"


def _example(one: Indicator, example: Example) -> Iterator[str]:
    divided = f"{example.numerator} ÷ {example.denominator} = " if example.denominator is not None else ""
    yield f"\nExample, [{example.since}, {example.until}), cut-off {example.cut_off:%Y-%m-%d}: {divided}**{example.value}{one.unit}**\n"
    key = one.declared_fact.key
    names = [name for name in one.declared_fact.by_name if name != key and not name.endswith("_at")]
    shown = [name for name in names if any(row.get(name) is not None for row in example.rows)]
    late = {moment.name for moment in one.declared_fact.moments}
    yield f"| | {' | '.join(f'`{name}`' for name in shown)} |\n|---{'|---' * len(shown)}|"
    for row in example.rows:
        cells = []
        for name in shown:
            value = row.get(name)
            moment = name.removesuffix("_on")
            recorded = row.get(f"{moment}_recorded_at") if moment in late else None
            text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            cells.append(f"{text}（{recorded:%Y-%m-%d} 登记）" if recorded and recorded.date() != value else text)
        yield f"| {row[key]} | {' | '.join(cells)} |"
