"""What a mapping and a log may say, and how each fault is named."""

from __future__ import annotations

import gzip
from zoneinfo import ZoneInfo

import pytest

from yiwang.matters.history import mapping, reading
from yiwang.matters.history.mapping import BadMapping
from yiwang.matters.history.reading import BadLog
from yiwang.matters.history.times import Clockwork, moment

LEAST = {"name": "log", "title": "日志", "organ": "licensing", "columns": {"case": "c", "activity": "a", "time": "t"}}


def faults(data):
    with pytest.raises(BadMapping) as refused:
        mapping.parse(data)
    return {fault.field for fault in refused.value.faults}


def test_all_faults_of_a_mapping_are_named_at_once():
    data = LEAST | {"name": "Not a name", "colums": {}, "time": {"zone": "Mars/Olympus"}, "csv": {"delimiter": ";;"}}
    assert faults(data) == {"name", "colums", "time.zone", "csv.delimiter"}


def test_a_file_names_the_line(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text('name = "log"\ntitle = "日志"\norgan = "x"\n\n[time]\nzone = "Nowhere/Land"\n', encoding="utf-8")
    with pytest.raises(BadMapping) as refused:
        mapping.read(path)
    assert [fault.field for fault in refused.value.faults] == ["m.toml:6"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"process": "services.licence"}, "activities"),
        ({"activities": {"a": "accept"}}, "activities"),
        ({"process": "p", "activities": {"a": "accept"}, "foreign": {"ends": ["z"]}}, "foreign"),
        ({"lifecycle": {"take": ["complete"]}}, "lifecycle.take"),
    ],
)
def test_a_mapping_is_to_one_process_or_to_the_logs_own(more, field):
    assert faults(LEAST | more) == {field}


def test_an_activity_may_bring_values_the_log_implies():
    found = mapping.parse(
        LEAST
        | {
            "process": "services.licence",
            "activities": {"Suspended": {"step": "begin-special", "values": {"ground": "expert-review"}}},
        }
    )
    assert found.activities["Suspended"].values == {"ground": "expert-review"}


def test_a_column_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("c,a\n1,x\n")
    with pytest.raises(BadLog, match="没有这些列：t"):
        list(reading.rows(path, ["c", "a", "t"]))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.csv", b""),
        ("log.json", b"{}"),
        ("log.csv.gz", gzip.compress(b"c,a\n1,2\n" * 5000, mtime=0)[:60]),
        ("log.xes", b"<log><trace><event>"),
        ("log.csv.gz", b"not packed at all"),
    ],
    ids=["empty", "neither", "cut short", "open elements", "not packed"],
)
def test_a_file_that_is_no_log_is_refused_in_words(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadLog):
        list(reading.rows(path, ["c"]))


def test_a_table_with_a_byte_order_mark_semicolons_and_short_rows_is_read(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes('\ufeffc;a;t\r\n1;"x;\ny";2\r\n\r\n3\r\n'.encode())
    assert list(reading.rows(path, ["t", "c"], delimiter=";")) == [(3, ["2", "1"]), (5, ["", "3"])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2025-03-30T01:30:00+01:00", "2025-03-30T00:30:00+00:00"),
        ("2025-07-01 12:00", "2025-07-01T10:00:00+00:00"),
        ("31-12-2012 23:59", "2012-12-31T22:59:00+00:00"),
        ("2012-01-01T00:00:00.123Z", "2012-01-01T00:00:00.123000+00:00"),
    ],
)
def test_moments_with_and_without_offset(text, found):
    clockwork = Clockwork(ZoneInfo("Europe/Amsterdam"), ("iso", "%d-%m-%Y %H:%M"), 1990, 2040)
    at, reason = clockwork.read(text)
    assert (moment(at).isoformat(), reason) == (found, "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1318140480", "2011-10-09T06:08:00+00:00"),
        ("1313041980000", "2011-08-11T05:53:00+00:00"),  # digits all the way: no day of the year 1313
        ("20120101", "2012-01-01T00:00:00+00:00"),
    ],
)
def test_a_pattern_whose_year_nobody_knows_leaves_the_moment_to_the_next(text, found):
    clockwork = Clockwork(ZoneInfo("UTC"), ("iso", "milliseconds", "seconds"), 1990, 2040)
    at, reason = clockwork.read(text)
    assert (moment(at).isoformat(), reason) == (found, "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "time-missing"),
        ("soon", "time-unreadable"),
        ("0025-01-01", "year-unknown"),
        ("9999-12-31T23:59:59-11:00", "year-unknown"),
    ],
)
def test_moments_that_cannot_be_read_say_why(text, reason):
    assert Clockwork(ZoneInfo("UTC"), ("iso",), 1990, 2040).read(text) == (0, reason)
