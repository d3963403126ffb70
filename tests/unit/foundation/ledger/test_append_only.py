"""What is written stays: by trigger, for everybody, and no subject's history can fork."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from yiwang.foundation.ledger import actions
from yiwang.foundation.ledger.models import LedgerEntry, LedgerHead
from yiwang.kernel.permissions import SYSTEM

AT = datetime(2026, 9, 24, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = pytest.mark.django_db


def write(subject="organ:7", **more):
    return actions.record(subject=subject, event="organs.organ-founded", by=SYSTEM, at=AT, **more)


def run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "update ledger_entry set actor = 'staff:2'",
        "update ledger_entry set number = number + 1000",
        "delete from ledger_entry",
        "delete from ledger_head",
        "update ledger_head set ordinal = 1",
        "update ledger_head set ordinal = 99",
        "update ledger_head set digest = '\\x00'",
        "update ledger_head set subject = 'organ:8', ordinal = ordinal + 1",
    ],
)
def test_even_a_superuser_is_refused_by_the_trigger(sql):
    write()
    write()
    with pytest.raises(IntegrityError, match="台账只能追加"):
        run(sql)


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_head", "ledger_leaf", "ledger_checkpoint"])
def test_emptying_is_refused_where_the_server_does_not_say_that_it_serves_tests(table):
    with pytest.raises(IntegrityError, match="台账只能追加"):
        run(f"set local yiwang.tests_may_empty_the_ledger = 'off'; truncate {table} cascade")


def test_two_entries_of_one_subject_cannot_have_the_same_place():
    number = write()
    entry = LedgerEntry.objects.get(number=number)
    entry.number = None
    with pytest.raises(IntegrityError, match="ledger_entry_no_fork"), transaction.atomic():
        entry.save(force_insert=True)


def test_entries_of_a_subject_are_counted_and_chained():
    write(), write(), write("organ:8")
    first, second = LedgerEntry.objects.filter(subject="organ:7").order_by("ordinal")
    assert [first.ordinal, second.ordinal] == [1, 2]
    assert bytes(second.previous) == bytes(first.digest)
    assert bytes(LedgerHead.objects.get(subject="organ:7").digest) == bytes(second.digest)
    assert LedgerEntry.objects.get(subject="organ:8").ordinal == 1


def test_an_entry_knows_the_transaction_that_wrote_it():
    write(at_least := "organ:9")
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text")
        assert LedgerEntry.objects.get(subject=at_least).xid == int(cursor.fetchone()[0])


def test_a_refused_deed_leaves_no_line():
    def deed():
        with transaction.atomic():
            write("organ:10")
            raise ValueError("midway")

    with pytest.raises(ValueError, match="midway"):
        deed()
    assert not LedgerEntry.objects.filter(subject="organ:10").exists()
    assert not LedgerHead.objects.filter(subject="organ:10").exists()


def test_a_moment_without_a_time_zone_is_a_bug():
    with pytest.raises(ValueError, match="time zone"):
        actions.record(subject="organ:7", event="x", by=SYSTEM, at=AT.replace(tzinfo=None))


def test_recorded_at_is_kept_apart_from_at():
    number = write(recorded_at=AT + timedelta(days=3))
    entry = LedgerEntry.objects.get(number=number)
    assert entry.recorded_at - entry.at == timedelta(days=3)
    assert '"recorded_at":"2026-09-27T01:30:00.000000Z"' in entry.body
