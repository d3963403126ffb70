"""Groups of rows answer as the rows do: every indicator, questions of pages drawn by lot, every cut-off they may be asked with."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as parquet
import pytest
from django.conf import settings

from tests.factories.indicators import declared, invented, table
from yiwang.insight.facts import reading, store, writing
from yiwang.insight.indicators import cubes, figures, grains
from yiwang.kernel.facts import published

AS_OF = datetime(2027, 6, 1, 3, 4, 5, tzinfo=UTC)
END = datetime(2026, 9, 30, 16, tzinfo=UTC)
FACTS = {fact.id: fact for fact in published()}
QUESTIONS = 1  # of each indicator: the lot falls differently for each, and another number here asks more
FEW = [one for one in declared().values() if one.id in {"cases.received", "cases.closing-rate", "clocks.due"}]


def at_the_end(row, chance):
    """The same row, some of its moments recorded within a second of a day's end, before, at or after 23:59:59."""
    for name, at in row.items():
        if name.endswith("_recorded_at") and at is not None and chance.random() < 0.5:
            end = at.replace(hour=16, minute=0)
            row[name] = max(at, end) - timedelta(milliseconds=chance.choice((0, 1, 999, 1000, 1001)))
    return row


def lay(chance, rows=300, as_of=AS_OF, facts=("cases", "clocks")):
    """Facts of invented rows as ``./yw facts`` leaves them, each in two partitions."""
    parts = []
    for fact in (FACTS[name] for name in facts):
        for year in (2025, 2026):
            file = f"{fact.id}-{year}-{uuid.uuid4().hex[:12]}.parquet"
            path = store.folder() / store.PARTS / file
            made = [at_the_end(row, chance) for row in invented(fact, chance, rows // 2, f"{year}-")]
            parquet.write_table(table(fact, made), path)
            parts.append(store.Part(fact.id, year, file, rows // 2, store.sm3(path), "made"))
    store.swap(store.Contents(as_of, 1, 1, tuple(parts)))
    return reading.current()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as change:
        change.setattr(settings, "VAR", tmp_path_factory.mktemp("cubes"))
        change.setattr(cubes, "LEAST", 1)
        change.setattr(cubes, "WORTH", 0)
        yield


@pytest.fixture(scope="module")
def snapshot(folder):
    found = lay(random.Random(5), facts=sorted({one.fact for one in declared().values()}))
    cubes.write(declared().values(), found)
    return found


def answered(indicator, snapshot, shape, column, asked):
    """(by groups, by rows): the same question to both."""
    mine = cubes.ask(indicator, "cube", snapshot, shape, column, asked)
    key = figures.compiling.keep(indicator, "cube")
    text, names = figures.compiling.sql(key, shape, column, bool(asked["scope"]), "duckdb")
    return mine, snapshot.rows(text, {name: asked[name] for name in names})


@pytest.mark.parametrize("fact", sorted({one.fact for one in declared().values()}))
def test_groups_answer_as_rows_do(fact, snapshot):
    chance, behind = random.Random(fact), 0
    for indicator in (one for one in declared().values() if one.fact == fact):
        for shape, column, scoped in chance.sample(list(grains.questions(indicator)), k=QUESTIONS):
            for cut_off in (AS_OF, END, END - timedelta(seconds=1)):
                since = date(2025, 11, 1) + timedelta(days=chance.randint(0, 300))
                until = since + timedelta(days=chance.randint(1, 400))
                asked = figures._parameters((since, until), "market" if scoped else "", cut_off)
                mine, rows = answered(indicator, snapshot, shape, column, asked)
                assert mine is not None, (indicator.id, shape, column, scoped)
                assert [tuple(one) for one in mine] == [tuple(one) for one in rows], (indicator.id, shape, asked)
                behind += len(rows)
    assert behind


def test_a_cut_off_within_a_day_is_asked_of_rows_and_so_is_what_no_page_asks(snapshot):
    indicator = declared()["cases.closing-rate"]
    period = (date(2026, 1, 1), date(2027, 1, 1))
    noon = datetime(2026, 9, 24, 4, tzinfo=UTC)
    assert cubes.ask(indicator, "cube", snapshot, "figure", "", figures._parameters(period, "", noon)) is None
    asked = figures._parameters(period, "", AS_OF)
    assert cubes.ask(indicator, "cube", snapshot, "rows", "", asked) is None
    assert cubes.ask(indicator, "cube", snapshot, "split", "channel", asked) is None
    found = figures.of(indicator, "cube", snapshot, period=period, cut_off=noon)
    assert found.numerator == figures.rows(found).to_pydict()["counted"].count(True)


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-09-23T16:00:00+00:00", "2026-09-23T16:00:00+00:00"),
        ("2026-09-23T16:00:00.000001+00:00", "2026-09-24T15:59:59+00:00"),
        ("2026-09-24T15:59:59+00:00", "2026-09-24T15:59:59+00:00"),
        ("2026-09-24T15:59:59.000001+00:00", "2026-09-24T16:00:00+00:00"),
        ("1949-10-01T00:00:00+00:00", "1949-10-01T15:59:59+00:00"),
    ],
)
def test_a_moment_is_rounded_up_to_its_day_the_same_way_in_both_places(at, end, snapshot):
    assert cubes.day_end(datetime.fromisoformat(at)) == datetime.fromisoformat(end)
    text = f"select epoch_us({cubes._by_day('x')}) from (select $at::timestamptz as x)"
    assert snapshot.rows(text, {"at": at}) == [(int(datetime.fromisoformat(end).timestamp()) * 1_000_000,)]


def test_a_run_cut_short_shows_nothing_and_the_next_one_goes_on_with_what_was_grouped(folder, monkeypatch):
    fresh = lay(random.Random(6), rows=20)
    made = []
    kept = cubes._part

    def pulled(connection, grain, part):
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(kept(connection, grain, part))
        return made[-1]

    monkeypatch.setattr(cubes, "_part", pulled)
    with pytest.raises(KeyboardInterrupt):
        cubes.write(FEW, fresh)
    assert cubes.of(fresh) is None
    figure = figures.of(
        declared()["cases.received"], "cube", fresh, period=(date(2026, 1, 1), date(2027, 1, 1)), cut_off=AS_OF
    )
    assert figure.rows >= 0  # of rows meanwhile
    before = {path: path.stat().st_mtime_ns for path in made}
    monkeypatch.setattr(cubes, "_part", kept)
    assert cubes.write(FEW, fresh) is not None
    assert {path: path.stat().st_mtime_ns for path in made} == before
    assert cubes.of(fresh).as_of == fresh.as_of
    assert cubes.write(FEW, fresh) is None  # there already


def test_cubes_go_with_their_facts_and_are_written_by_one_at_a_time(folder):
    first = lay(random.Random(7), rows=20)
    path = cubes.write(FEW, first)
    second = lay(random.Random(8), rows=20)
    assert cubes.write(FEW, first) is None  # no longer current
    with writing.alone():
        assert cubes.write(FEW, second) is None
    assert cubes.of(second) is None
    cubes.write(FEW, second)
    assert not path.exists()
    assert {file.name.partition(".")[2] for file in cubes._folder().iterdir()} <= {
        part.file for part in second.contents.parts
    }


def test_a_cube_whose_groups_stand_for_one_row_each_is_not_kept(folder, monkeypatch):
    monkeypatch.setattr(cubes, "WORTH", 2)
    fresh = lay(random.Random(9), rows=20)
    cubes.write(FEW, fresh)
    kept = cubes.of(fresh).kept
    assert all(one.groups * 2 <= one.rows for one in kept.values())
    assert not any(one.fact == "cases" for one in kept.values())
