"""The short way to PostgreSQL answers as the long one does, and survives what psycopg does to prepared statements."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yiwang.matters import wire

KINDS = "select %s::text, %s::int, %s::date, %s::timestamptz at time zone 'UTC', %s::bytea, %s::bool, %s::text"
GIVEN = ("许可\\'", 7, date(2026, 9, 24), datetime(2026, 9, 24, 2, tzinfo=UTC), b"\x00\xff", True, None)


@pytest.mark.django_db(transaction=True)
def test_both_ways_bring_the_same_values():
    short = wire.texts(KINDS, GIVEN)
    assert short == [("许可\\'", "7", "2026-09-24", "2026-09-24 02:00:00", "\\x00ff", "t", None)]
    with CaptureQueriesContext(connection) as seen:
        long = wire.texts(KINDS, GIVEN)
    assert len(seen) == 1
    assert [row[:3] for row in long] == [row[:3] for row in short]


@pytest.mark.django_db(transaction=True)
def test_a_statement_forgotten_after_a_rollback_is_prepared_again():
    assert wire.texts("select %s::int + 1", ("1",)) == [("2",)]
    with connection.cursor() as cursor:
        cursor.execute("deallocate all")  # what psycopg sends after a rollback
    assert wire.texts("select %s::int + 1", ("2",)) == [("3",)]
    with transaction.atomic():
        wire.texts("select %s::int + 1", ("1",))
        transaction.set_rollback(True)
    assert wire.texts("select %s::int + 1", ("3",)) == [("4",)]


@pytest.mark.django_db(transaction=True)
def test_errors_are_the_ones_django_knows():
    with pytest.raises(DatabaseError, match="division by zero"):
        wire.texts("select 1 / %s::int", ("0",))
    with pytest.raises(IntegrityError):
        wire.texts("insert into calendar_revision (number, at) select 1, null where %s = 'x'", ("x",))
    with pytest.raises(DatabaseError):  # a text may not hold NUL; nothing is cut off silently
        wire.texts("select %s::text", ("a\0b",))
    assert wire.texts("select 1 where %s = 'x'", ("y",)) == []


@pytest.mark.django_db(transaction=True)
def test_only_so_many_statements_are_kept_prepared(monkeypatch):
    monkeypatch.setattr(wire, "MOST", 3)
    connection.close()
    for number in range(8):
        assert wire.texts(f"select {number} + %s::int", ("1",)) == [(str(number + 1),)]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_prepared_statements where name like 'yw_%%'")
        assert cursor.fetchone() == (3,)


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_the_work_is_part_of_it():
    with transaction.atomic():
        assert wire.texts("select set_config('yw.probe', %s, true)", ("here",)) == [("here",)]
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('yw.probe')")
            assert cursor.fetchone() == ("here",)
    assert wire.texts("select current_setting('yw.probe', true)") == [("",)]
