"""``live_many``: many matters that have been through their steps already, under all the rules, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import births, life_rows, processes
from yiwang.matters.actions.bulk import MOST, Newcomer, newborn_of
from yiwang.matters.lives import Life


@dataclass(frozen=True, slots=True)
class Deed:
    """One step of a life: who took it when, with which values, what its guards would have read (``needs``), what its
    ledger line carries besides (``extra``), and when it was recorded if not at once."""

    step: str
    by: Doer
    at: datetime
    values: Mapping[str, Any] | None = None
    given: Mapping[str, Any] | None = None
    needs: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """A new matter and all it has been through, the opening step first."""

    newcomer: Newcomer
    deeds: Sequence[Deed]


@dataclass(slots=True)
class Lived:
    """What became of each: the lives in order, and by position the refusal that kept one from being written at all."""

    done: list[Life] = field(default_factory=list)
    refused: dict[int, Refusal] = field(default_factory=dict)


def live_many(
    *,
    process: str,
    pasts: Sequence[Past],
    by: Doer,
    at: datetime,
    version: str = "",
    also: Callable[[Sequence[Life], Sequence[int]], None] | None = None,
) -> Lived:
    """Open matters of one process and take all their steps, each under the rules of ``take`` at its own moment.

    A life of which one step is refused is not written. ``recorded_at`` of a line is its own ``at`` unless the deed says
    otherwise: this builds a past as it would have been recorded. ``also(lives, positions)`` gets those written, in the same transaction. Nothing
    the steps would have set off afterwards (letters, messages) is done. Only the system may; at most 1000.
    ``version`` binds a version other than the one in force on the day of receipt.
    """
    if by.kind != "system":
        raise NotAllowed("批量生成过往办件只能由系统管理员在命令行进行。")
    if len(pasts) > MOST:
        raise Refusal(f"一批最多{MOST}件，请分批办理。", code="too-many")
    lived = Lived()
    if not pasts:
        return lived
    days = {day_of(past.newcomer.received_at or past.deeds[0].at) for past in pasts}
    versions = dict.fromkeys(days, version) if version else packs.versions("process", process, days)
    revision = calendar.revision()
    table = calendar.table(revision)
    positions: list[int] = []
    with transaction.atomic():
        for position, (number, past) in enumerate(zip(births.numbers(len(pasts)), pasts, strict=True)):
            received = past.newcomer.received_at or past.deeds[0].at
            definition = processes.bound(process, versions[day_of(received)])
            try:
                matter = newborn_of(past.newcomer, definition, number, received_at=received, revision=revision)
                life = Life(definition, matter, table)
                for deed in past.deeds:
                    life.take(
                        deed.step,
                        by=deed.by,
                        at=deed.at,
                        recorded_at=deed.recorded_at or deed.at,
                        values=deed.values,
                        given=deed.given,
                        needs=deed.needs,
                        extra=deed.extra,
                    )
            except Refusal as refusal:
                lived.refused[position] = refusal
                continue
            lived.done.append(life)
            positions.append(position)
        life_rows.write(lived.done)
        if also:
            also(lived.done, positions)
    return lived
