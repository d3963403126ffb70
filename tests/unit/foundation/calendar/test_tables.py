"""The ordinal table in PostgreSQL is the one in Python."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.calendar import announced_table
from yiwang.foundation.calendar import queries
from yiwang.foundation.calendar.models import CalendarDay, CalendarNotice
from yiwang.kernel.clocks import Clock, Pause
from yiwang.kernel.workdays import Unit

pytestmark = pytest.mark.django_db


def ask(sql: str, *args: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchone()[0]


def test_a_fresh_database_knows_2019_to_2026():
    assert list(CalendarNotice.objects.filter(supplement=0).values_list("year", flat=True)) == list(range(2019, 2027))
    assert list(CalendarNotice.objects.filter(supplement=1).values_list("year", flat=True)) == [2019, 2020]


def test_both_tables_agree_on_every_day():
    table = queries.table()
    stored = CalendarDay.objects.order_by("day").values_list("day", "ordinal", "works", "announced", "name")
    assert len(stored) == (table.last - table.first).days + 1
    for day, ordinal, works, announced, name in stored:
        expected = (table.ordinal(day), table.is_workday(day), day.year in table.announced)
        assert (ordinal, works, announced) == expected, day
        assert name == (table.off.get(day) or table.makeup.get(day, ""))


def test_the_register_gives_the_table_of_the_packs():
    assert queries.table().differences(announced_table()) == []


def test_the_table_is_kept_until_the_revision_changes(django_assert_num_queries):
    kept = queries.table()
    with django_assert_num_queries(1):
        assert queries.table() is kept
    with django_assert_num_queries(0):
        assert queries.table(kept.revision) is kept


def test_functions_in_the_database_add_count_and_roll_like_the_kernel():
    table = announced_table()
    for start in (date(2020, 1, 17), date(2026, 9, 24), date(2026, 10, 3), date(2026, 12, 30)):
        for n in (0, 1, 5, 20):
            assert ask("select calendar_add(%s, %s)", start, n) == table.add(start, n)
            assert ask("select calendar_end(%s, %s, 'natural-day')", start, n) == table.add_natural(start, n)
        assert ask("select calendar_elapsed(%s, date '2026-06-01')", start) == table.elapsed(start, date(2026, 6, 1))
        assert ask("select calendar_certain(%s, %s)", start, date(2027, 1, 4)) is False
    assert ask("select calendar_certain('2026-12-30', '2026-12-31')") is True
    assert ask("select calendar_certain('2018-12-31', '2019-01-02')") is True


def test_the_join_of_the_docstring_projects_many_clocks_at_once():
    with connection.cursor() as cursor:
        cursor.execute("create temporary table clock (started_on date, days int, due_on date) on commit drop")
        cursor.execute(
            "insert into clock select d::date, 1 + extract(doy from d)::int % 30 "
            "from generate_series(timestamp '2019-01-01', timestamp '2026-11-01', interval '1 day') d"
        )
        cursor.execute(
            "update clock c set due_on = w.day from calendar_day s, calendar_day w "
            "where s.day = c.started_on and w.works and w.ordinal = s.ordinal + c.days"
        )
        cursor.execute("select started_on, days, due_on from clock")
        found = cursor.fetchall()
    table = announced_table()
    assert len(found) == 2862
    assert [row for row in found if table.add(row[0], row[1]) != row[2]] == []


starts = st.dates(date(2019, 6, 1), date(2026, 10, 1))


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    started_on = draw(starts)
    pauses = []
    for number in range(draw(st.integers(0, 4))):
        begins = started_on + timedelta(days=draw(st.integers(0, 50)))
        resumes = draw(st.none() | st.integers(0, 25).map(lambda days, begins=begins: begins + timedelta(days=days)))
        pauses.append(Pause("hearing", f"{number}号", begins, resumes))
    return Clock(draw(st.integers(0, 45)), draw(st.sampled_from(Unit)), started_on, tuple(pauses))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clock=clocks())
def test_a_clock_is_due_on_the_same_day_in_the_database_and_in_the_kernel(db, clock):
    row, projection = clock.dump(), clock.project(announced_table())
    due_on = ask(
        "select calendar_due(%s, %s, %s, %s::jsonb)",
        clock.started_on,
        clock.budget,
        row["unit"],
        json.dumps(row["pauses"]),
    )
    assert due_on == projection.due_on
    if due_on is not None:
        assert ask("select not calendar_certain(%s, %s)", clock.started_on, due_on) is projection.provisional


def test_an_unknown_unit_is_an_error_in_the_database_and_not_an_empty_due_day():
    with pytest.raises(DatabaseError, match="unknown unit"), transaction.atomic():
        ask("select calendar_due('2026-09-24', 5, 'fortnight')")
