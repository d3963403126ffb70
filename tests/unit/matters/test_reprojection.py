"""A calendar revision moves every clock as the kernel would, writes no row whose day stays, and looks twice."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.db import connection

from tests.factories.matters import ZHAO, at, walked
from tests.unit.matters.test_time import a_year_ahead, enter_2027
from yiwang.foundation.calendar import queries as calendar
from yiwang.kernel.clocks import Clock, Extension, Pause
from yiwang.kernel.refusal import Stale
from yiwang.kernel.workdays import Unit
from yiwang.matters import actions, clocking, statements
from yiwang.matters.actions import reprojection
from yiwang.matters.models import MatterClock, Reprojection, Seat
from yiwang.matters.standing import RunningClock

pytestmark = pytest.mark.usefixtures("house")


def some_clock(chance: random.Random) -> Clock:
    """Any clock of late 2026: short and long, of both units, with and without pauses and an extension."""
    start = date(2026, 10, 1) + timedelta(days=chance.randrange(92))
    clock = Clock(chance.choice([0, 1, 5, 20, 40, 90]), chance.choice(list(Unit)), start)
    pauses, day = [], start
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        begins = day + timedelta(days=chance.randrange(20))
        day = begins + timedelta(days=chance.randrange(30))
        pauses.append(Pause("testing", "检字1号", begins, day))
    extension = Extension(10, start, "staff:1", "情况复杂") if chance.random() < 0.3 else None
    return Clock(clock.days, clock.unit, start, tuple(pauses), extension)


def stored(matter_id: int, clocks: list[Clock]) -> None:
    table = calendar.table()
    rows = []
    for number, clock in enumerate(clocks):
        empty = RunningClock(
            None, f"c{number}", "legal", clock.unit.value, clock.days, clock.started_on, None, (), None, None, False, 0
        )
        row = clocking.project(clock, table, empty)._asdict()
        rows.append(MatterClock(matter_id=matter_id, **{**row, "pauses": list(row["pauses"])}))
    MatterClock.objects.bulk_create(rows)


@pytest.mark.parametrize("batch", [7, 5000])
def test_every_kind_of_clock_lies_where_the_kernel_puts_it(batch, monkeypatch):
    monkeypatch.setattr(reprojection, "BATCH", batch)
    matter = walked(("accept", ZHAO, "2026-12-25"), day="2026-12-25")
    chance = random.Random(2027)
    clocks = [some_clock(chance) for _ in range(300)]
    stored(matter.id, clocks)
    before = {row.clock: row for row in MatterClock.objects.filter(clock__startswith="c")}
    enter_2027()
    work = Reprojection.objects.get()
    progress = actions.reproject(at=at("2026-11-05"))
    table = calendar.table()
    moved = 0
    for number, clock in enumerate(clocks):
        row, old = MatterClock.objects.get(clock=f"c{number}"), before[f"c{number}"]
        projected = clock.project(table)
        assert (row.due_on, row.provisional) == (projected.due_on, projected.provisional), clock
        changed = (row.due_on, row.provisional) != (old.due_on, old.provisional)
        assert row.revision == (table.revision if changed else old.revision)
        moved += changed
    assert 20 < moved < 280
    assert progress.clocks == work.clocks
    assert Reprojection.objects.get().moved == progress.moved >= moved


def versions() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("select id, ctid::text from matter_clock")
        return dict(cursor.fetchall())


def test_a_clock_that_keeps_its_day_is_not_written():
    matter = walked(("accept", ZHAO, "2026-12-25"), day="2026-12-25")
    # ends on 31 December on any calendar: touched by no day of 2027
    stored(matter.id, [Clock(4, Unit.WORKING_DAY, date(2026, 12, 25)), Clock(30, Unit.WORKING_DAY, date(2026, 12, 25))])
    kept, moved = (MatterClock.objects.get(clock=name).pk for name in ("c0", "c1"))
    enter_2027()
    before = versions()
    actions.reproject(at=at("2026-11-05"))
    after = versions()
    assert before[kept] == after[kept]
    assert before[moved] != after[moved]


def test_somebody_who_still_knew_the_older_calendar_is_mended_before_sweeps_go_on(monkeypatch):
    far, _ = a_year_ahead()
    late = MatterClock.objects.get(matter_id=far.id, clock="promised")
    seat = Seat.objects.get(matter_id=far.id, closed_at=None)
    monkeypatch.setattr(reprojection, "BATCH", 2**40)
    enter_2027()
    actions.reproject(at=at("2026-11-05"), batches=1)
    right = MatterClock.objects.get(pk=late.pk).due_on
    assert right > late.due_on
    # a step that had read the calendar and the days before the notice writes now
    late.save()
    assert actions.reproject(at=at("2026-11-05"), batches=1).left
    assert actions.sweep(at=at("2027-02-01")).waiting
    Seat.objects.filter(pk=seat.pk).update(due_on=seat.due_on)
    assert not actions.reproject(at=at("2026-11-05")).left
    assert MatterClock.objects.get(pk=late.pk).due_on == right
    assert Seat.objects.get(pk=seat.pk).due_on == right


def test_a_seat_with_a_clock_of_its_own_shows_that_clocks_day():
    far, _ = a_year_ahead()
    Seat.objects.filter(matter_id=far.id, closed_at=None).update(clock="legal")
    enter_2027()
    actions.reproject(at=at("2026-11-05"))
    legal = MatterClock.objects.get(matter_id=far.id, clock="legal").due_on
    assert Seat.objects.get(matter_id=far.id, closed_at=None).due_on == legal


def test_a_step_that_counted_by_the_old_calendar_is_not_written_after_the_notice(monkeypatch):
    """Its clock would lie where the old calendar puts it, and the passes that move clocks may be over."""
    matter = walked(day="2026-12-25")
    read = statements.read

    def read_before_the_notice(*given, **named):
        found = read(*given, **named)
        enter_2027()
        actions.reproject(at=at("2026-12-25"))
        return found

    monkeypatch.setattr(statements, "read", read_before_the_notice)
    with pytest.raises(Stale):
        actions.take(reference=matter.reference, step="accept", by=ZHAO, at=at("2026-12-25", 11))
    assert not MatterClock.objects.filter(matter_id=matter.id, clock="legal").exists()
    monkeypatch.undo()
    actions.take(reference=matter.reference, step="accept", by=ZHAO, at=at("2026-12-25", 12))
    assert MatterClock.objects.get(matter_id=matter.id, clock="legal").revision == calendar.table().revision
