"""How long the whole takes and what holds it up. Pure: days, an order, a calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yiwang.kernel.workdays import OrdinalTable, Unit

WAITING, OPEN, DONE, FAILED, DROPPED = "waiting", "open", "done", "failed", "dropped"
SETTLED = frozenset({DONE, FAILED, DROPPED})


@dataclass(frozen=True, slots=True)
class Stretch:
    """One item on the way. ``days`` of ``unit`` are promised (``None``: nobody promised any). ``started_on`` and
    ``due_on`` are of its own matter once it is open; ``due_on`` is empty while its clocks stand still."""

    id: str
    after: tuple[str, ...] = ()
    days: int | None = 0
    unit: str = "working-day"
    state: str = WAITING
    started_on: date | None = None
    due_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """When an item begins and ends: as it happened, or as it is promised. ``late``: its day has passed."""

    begins_on: date
    ends_on: date
    late: bool = False
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """``ends_on`` of everything, ``days`` working days from the first beginning, the item that holds the rest up.

    ``uncounted`` are items without a promise; they count as zero days, and the page says so.
    """

    spans: Mapping[str, Span]
    begins_on: date
    ends_on: date
    days: int
    bottleneck: str
    uncounted: tuple[str, ...] = ()


def forecast(stretches: Sequence[Stretch], *, on: date, table: OrdinalTable) -> Whole | None:
    """The whole as seen on a day; ``None`` without any item that still counts. Items stand after those they wait for.

    What is done counts as it happened, what runs until its own due day (a day that has passed: until today), what waits
    from the end of what it waits for. Items that failed or fell away take no time. The critical path is the chain that
    ends last; on it, what is not done yet holds up the rest — before anything is open, the longest item.
    """
    spans: dict[str, Span] = {}
    there = {one.id: one for one in stretches if one.state not in (FAILED, DROPPED)}
    for one in there.values():
        spans[one.id] = _span(one, [spans[before].ends_on for before in one.after if before in spans], on, table)
    if not spans:
        return None
    path = _path(there, spans)
    spans = {id: Span(s.begins_on, s.ends_on, s.late, id in path) for id, s in spans.items()}
    begins_on = min(span.begins_on for span in spans.values())
    ends_on = max(span.ends_on for span in spans.values())
    return Whole(
        spans,
        begins_on,
        ends_on,
        table.elapsed(begins_on, ends_on),
        _bottleneck(path, there, spans, table),
        tuple(one.id for one in there.values() if one.days is None and one.state != DONE),
    )


def _span(one: Stretch, before: Sequence[date], on: date, table: OrdinalTable) -> Span:
    if one.state == DONE and one.ended_on:
        return Span(one.started_on or one.ended_on, one.ended_on)
    begins_on = one.started_on if one.state == OPEN and one.started_on else max([on, *before])
    ends_on = one.due_on or (begins_on if not one.days else table.due(max(begins_on, on), one.days, Unit(one.unit)))
    late = one.state == OPEN and ends_on < on
    return Span(begins_on, max(ends_on, on) if one.state == OPEN else ends_on, late)


def _path(there: Mapping[str, Stretch], spans: Mapping[str, Span]) -> list[str]:
    """The chain that ends last, from its first item on."""
    at: str | None = max(there, key=lambda id: spans[id].ends_on)
    path: list[str] = []
    while at is not None:
        path.insert(0, at)
        before = [id for id in there[at].after if id in spans]
        at = max(before, key=lambda id: spans[id].ends_on) if before else None
    return path


def _bottleneck(
    path: Sequence[str], there: Mapping[str, Stretch], spans: Mapping[str, Span], table: OrdinalTable
) -> str:
    left = [id for id in path if there[id].state != DONE]
    if not left:
        return ""
    if any(one.state != WAITING for one in there.values()):
        return left[0]
    return max(left, key=lambda id: table.elapsed(spans[id].begins_on, spans[id].ends_on))


def next_state(stretch: Stretch, states: Mapping[str, str]) -> str:
    """What becomes of a waiting item now: it may open, falls away with what it waits for, or goes on waiting.

    What it waits for and the way does not contain is settled elsewhere (有营业执照的不再办).
    """
    before = [states[id] for id in stretch.after if id in states]
    if any(state in (FAILED, DROPPED) for state in before):
        return DROPPED
    return OPEN if all(state == DONE for state in before) else WAITING
