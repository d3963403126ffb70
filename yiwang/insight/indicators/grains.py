"""What an indicator's expression reads, and of which grain: a fact's own rows, or those rows grouped by the columns it reads.

A group says how many rows it stands for (``records``). Nothing an expression asks can tell the rows of one group apart, so counts,
sums, rates, means and histograms come out of the groups as they come out of the rows. What no answer can depend on is made the
same, so that there are few groups (``cubes``):

- a row is asked about only from the day on that chooses it (``base``), so what happened to it earlier counts as of that day;
- where everything is known by the cut-off, *when* it was recorded decides nothing; where not, its day is enough for a cut-off at a
  day's end (``daily``).

Pure; nothing here loads Ibis.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from yiwang.insight.indicators.declarations import Indicator
from yiwang.kernel.facts import Fact, Kind

RECORDS = "records"  # how many rows a group stands for; no fact has a column of that name
# How rows are grouped; whoever changes that counts on, so that no group made otherwise is taken for one of his.
MADE = "2"
GROUPED, DAILY = "@grouped", "@daily"  # behind the name of a shape: asked of groups, and of groups by day of recording


@dataclass(frozen=True, slots=True)
class Grain:
    """A table an expression is asked of: the fact's id and columns, or groups' name, columns and ``records``. ``base`` is the moment
    that chooses a row, ``daily`` says that the day of recording is kept."""

    table: str
    fact: str
    columns: tuple[str, ...]
    base: str = ""
    daily: bool = False

    @property
    def moments(self) -> tuple[str, ...]:
        """The columns that say when something was recorded."""
        return tuple(name for name in self.columns if name.endswith("_recorded_at"))


def whole(fact: Fact) -> Grain:
    """The fact's own rows."""
    return Grain(fact.id, fact.id, tuple(column.name for column in fact.every))


def grouped(indicator: Indicator, shape: str, column: str, scoped: bool, *, daily: bool = False) -> Grain:
    """The groups one question about an indicator can be asked of. Questions that read the same columns share them."""
    fact = indicator.declared_fact
    assert RECORDS not in fact.by_name, fact.id
    base = (indicator.standing or (indicator.day,))[0]
    columns = tuple(name for name in fact.by_name if name in reads(indicator, shape, column, scoped))
    mark = hashlib.new("sm3", " ".join((MADE, *columns)).encode()).hexdigest()[:12]
    return Grain(f"{fact.id}-{base}-{'daily-' if daily else ''}{mark}", fact.id, columns, base, daily)


def questions(indicator: Indicator) -> Iterator[tuple[str, str, bool]]:
    """What pages ask, as (shape, column, scoped): the number, its months, its organs and its places, for the county and for
    one organ."""
    organ, place = (indicator.declared_fact.of_kind(kind) for kind in (Kind.ORGAN, Kind.PLACE))
    for scoped in (False, True) if organ else (False,):
        yield "figure", "", scoped
        if not indicator.standing:
            yield "series", "", scoped
        if place:
            yield "split", place, scoped
    if organ:
        yield "split", organ, False


def sure(indicator: Indicator) -> frozenset[str]:
    """Moments every row of the indicator has behind it by the cut-off: nobody need ask again."""
    passed = {condition.name for condition in indicator.among if condition.moment and condition.values[0]}
    return frozenset({*passed, *([indicator.day] if indicator.day else indicator.standing[:1])})


def needed(indicator: Indicator, *more: str) -> set[str]:
    """The columns the aggregates read, once the rows are chosen."""
    fact = indicator.declared_fact
    wanted = {name for name in (indicator.sum, indicator.over, *more) if name}
    wanted |= {condition.name for condition in indicator.of if not condition.moment}
    wanted |= {f"{fact.by_name[name].known}_recorded_at" for name in wanted if fact.by_name[name].known}
    return wanted | {name for one in indicator.of if one.moment for name in _happened(one.name)}


def reads(indicator: Indicator, shape: str, column: str, scoped: bool) -> set[str]:
    """Every column the expression of that shape reads, to choose the rows or to add them up."""
    fact, passed = indicator.declared_fact, sure(indicator)
    found = needed(indicator, column if shape == "split" else "")
    for name in indicator.standing or (indicator.day,):
        found |= _happened(name)
    for condition in indicator.among:
        if condition.moment:
            found |= _happened(condition.name)
            continue
        found.add(condition.name)
        since = fact.by_name[condition.name].known
        if since and since not in passed:
            found.add(f"{since}_recorded_at")
    return found | ({fact.of_kind(Kind.ORGAN)} if scoped else set())


def _happened(moment: str) -> set[str]:
    return {f"{moment}_on", f"{moment}_recorded_at"}
