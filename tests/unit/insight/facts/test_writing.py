"""Writing facts: what was touched and nothing else, all of it or nothing, and never before everybody has finished."""

from __future__ import annotations

import os
from dataclasses import replace

import duckdb
import psycopg
import pyarrow.parquet as parquet
import pytest
from django.conf import settings
from django.db import connection

from tests.factories import cases as cast
from yiwang.insight.facts import partitions, reading, store, writing
from yiwang.kernel import names
from yiwang.kernel.facts import Column, Fact, Kind, published
from yiwang.matters.models import Matter


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "VAR", tmp_path)
    return tmp_path / "facts"


def write(day=cast.DAY, **more):
    return writing.write(at=cast.at(day, 20), **more)


def cases():
    """The case fact as it lies there, by reference."""
    rows = reading.current().table("select * from cases").to_pylist()
    return {row["reference"]: row for row in rows}


def test_nobody_has_written_facts_yet(folder):
    with pytest.raises(reading.NoFacts):
        reading.current()


def test_a_case_is_there_with_its_moments_and_codes_and_without_its_applicant(county, folder):
    case = cast.walked(cast.submitted(), "accept", "review", "grant")
    write()
    row = cases()[case.matter.reference]
    assert (row["organ"], row["item"], row["channel"], row["outcome"]) == ("market", cast.FOOD, "portal", "granted")
    assert row["accepted_on"].isoformat() == row["decided_on"].isoformat() == cast.DAY
    assert row["accepted_recorded_at"] == row["accepted_at"]
    assert row["closed_on"] is None
    assert (row["on_time"], row["handling_days"]) == (True, 0)
    tables = [reading.current().table(f'select * from "{name}"').to_pylist() for name in names.fact]
    held = "".join(str(value) for table in tables for line in table for value in line.values())
    for personal in ("林小满", cast.LIN_NUMBER, "13800001111", f"person:{cast.person('林小满')}"):
        assert personal not in held


def test_only_the_year_a_line_speaks_about_is_written_again(county, folder, monkeypatch):
    old, new = cast.submitted(), cast.submitted()
    Matter.objects.filter(pk=old.pk).update(received_at=cast.at("2025-12-30"))
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text")
        own = int(cursor.fetchone()[0])
    # a test is one transaction: what it has written is as good as known, and a later one comes by hand
    monkeypatch.setattr(writing, "_horizon", lambda: own + 1)
    write()
    before = {part.year: part.file for part in store.contents().parts if part.fact == "cases"}
    assert not [one for one in write().rewritten if one[0] == "cases"]
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into ledger_entry (subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest, xid)"
            " select subject, 99, at, recorded_at, 'services.licence.accept', actor, organ, body, previous, digest, %s::text::xid8"
            " from ledger_entry where subject = %s and ordinal = 1",
            [str(own + 10), f"matter:{old.matter.reference}"],
        )
    done = write()
    after = {part.year: part.file for part in store.contents().parts if part.fact == "cases"}
    assert [one for one in done.rewritten if one[0] == "cases"] == [("cases", 2025)]
    assert after[2026] == before[2026] != after[2025]
    assert cases()[old.matter.reference]["accepted_on"] is not None
    assert cases()[new.matter.reference]["accepted_on"] is None


def test_everything_is_written_anew_where_that_is_asked_or_a_declaration_changed(county, folder, monkeypatch):
    cast.submitted()
    kept = names.fact["cases"]()
    quiet = replace(kept, touched="select 2025 where %(xid)s::text <> ''")
    monkeypatch.setitem(names.fact._functions, "cases", lambda: quiet)
    write()
    assert ("cases", 2026) not in write().rewritten
    assert ("cases", 2026) in write(everything=True).rewritten
    changed = replace(quiet, columns=(*quiet.columns, Column("version", "变更序号", Kind.WHOLE, "m.version")))
    monkeypatch.setitem(names.fact._functions, "cases", lambda: changed)
    assert ("cases", 2026) in write().rewritten


def test_a_run_cut_short_leaves_the_old_facts_whole(county, folder, monkeypatch):
    cast.submitted()
    write("2026-09-23")
    as_of, rows = reading.current().as_of, cases()
    cast.submitted()

    def pulled(*_):
        raise KeyboardInterrupt

    for where, name in ((os, "replace"), (partitions, "refuse_persons"), (store, "swap")):
        with monkeypatch.context() as cut:
            cut.setattr(where, name, pulled)
            with pytest.raises(KeyboardInterrupt):
                write()
        assert (reading.current().as_of, cases()) == (as_of, rows)
    write()
    assert len(cases()) == len(rows) + 1
    named = {part.file for part in store.contents().parts}
    assert {file.name for file in (folder / store.PARTS).iterdir()} == named


def test_who_reads_the_old_file_reads_on_in_it(county, folder):
    cast.submitted()
    write("2026-09-23")
    old = reading.current()
    cast.submitted()
    write()
    assert old.rows("select count(*) from cases") == [(1,)]
    assert reading.current().rows("select count(*) from cases") == [(2,)]


def test_a_column_with_a_name_in_it_or_a_persons_number_leaves_the_old_facts(county, folder, monkeypatch):
    write()
    as_of = reading.current().as_of
    kept = names.fact["places"]()
    for wrong in ("p.name", "'449931199105200223'", "'13800001111'"):
        leaky = replace(kept, columns=(*kept.columns, Column("called", "名称", Kind.CODE, wrong)))
        monkeypatch.setitem(names.fact._functions, "places", lambda leaky=leaky: leaky)
        with pytest.raises(partitions.NotACode):
            write(everything=True)
    assert reading.current().as_of == as_of


def test_two_runs_never_write_at_once(county, folder):
    with writing.alone(), pytest.raises(writing.Busy):
        write()
    assert store.contents() is None


def test_facts_wait_for_whoever_is_still_writing(db):
    slow = psycopg.connect(
        **{
            key: value
            for key, value in connection.get_connection_params().items()
            if key in {"dbname", "user", "password", "host", "port"}
        }
    )
    try:
        slow.execute("select pg_current_xact_id()")  # has begun to write and not yet committed
        with pytest.raises(writing.Busy):
            writing._wait(0.1)
        slow.commit()
        writing._wait(90)  # transactions of other tests on this server are waited for too
    finally:
        slow.close()


def test_a_reader_can_neither_write_nor_reach_outside(county, folder, tmp_path):
    write()
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(duckdb.InvalidInputException, match="read-only"):
        reading.current().rows("create table stolen as select 1")
    for way in (f"select * from read_csv('{tmp_path}/secret.csv')", f"copy cases to '{tmp_path}/out.csv'"):
        with pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException)):
            reading.current().rows(way)


def test_the_parquet_files_are_what_the_manifest_says(county, folder):
    cast.submitted()
    write()
    for part in store.contents().parts:
        file = folder / store.PARTS / part.file
        assert (parquet.read_metadata(file).num_rows, store.sm3(file)) == (part.rows, part.digest)
    assert {part.fact for part in store.contents().parts} == {fact.id for fact in published()}


def test_a_fact_is_declared_whole_or_not_at_all():
    column = Column("reference", "编号", Kind.CODE, "x.id")
    base = {"id": "x", "title": "试", "unit": "件", "grain": "每件一行", "moments": (), "source": "x"}
    for wrong in (
        {"columns": (column, column)},
        {"columns": (Column("other", "编号", Kind.CODE, "x.id"),)},
        {"columns": (replace(column, known="done"),)},
        {"columns": (column,), "yearly": True},
    ):
        with pytest.raises(ValueError, match="fact x"):
            Fact(**base, **wrong)


def test_an_answer_is_kept_for_its_file_and_not_for_the_next_one(county, folder, monkeypatch):
    cast.submitted()
    write()
    first = reading.current()
    asked = ("select count(*) from cases where organ = $organ", {"organ": "market"})
    assert first.rows_again(*asked) == ((1,),)
    monkeypatch.setattr(first, "_read", lambda *_: pytest.fail("asked twice"))
    assert first.rows_again(*asked) == ((1,),)
    cast.submitted()
    write()
    assert reading.current().rows_again(*asked) == ((2,),)
    assert first.rows_again(*asked) == ((1,),)
