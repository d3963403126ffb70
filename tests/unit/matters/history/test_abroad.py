"""Logs in the shapes other countries' systems export, with everything that is wrong in such files."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from tests.unit.matters.history import abroad
from tests.unit.matters.history.test_import import NOW, bring, irregular, matter_of, town  # noqa: F401
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import actions
from yiwang.matters.history import importing, loading, mapping, reading
from yiwang.matters.history.reading import BadLog
from yiwang.matters.history.spool import Refusals, Refused
from yiwang.matters.models import HistoryCase, HistoryLog, MatterClock, Reprojection

XES = {
    "name": "abroad",
    "title": "国外日志",
    "organ": "licensing",
    "columns": {
        "resource": "org:resource",
        "lifecycle": "lifecycle:transition",
        "planned_end": "planned",
        "legal_end": "dueDate",
        "attributes": ["case:SUMleges", "case:parts", "case:Includes_subCases"],
    },
    "time": {"zone": "Europe/Amsterdam"},
    "lifecycle": {"take": ["complete"]},
    "foreign": {"ends_with_last": True},
}


def write(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def take_in(path, **more):
    return importing.import_log(path=path, mapping=mapping.parse(XES | more), by=SYSTEM, at=NOW)


# -- reading, without a database --------------------------------------------------------------------------------------


def cells(path, wanted, **more):
    seen = Counter()
    return list(reading.rows(path, wanted, seen=seen, **more)), seen


def test_a_quote_nobody_closed_costs_its_own_row_and_no_other(tmp_path):
    torn = 'c,a,t\n1,x,2012\n2,"open,2012\n' + "".join(f"{n},y,2013\n" for n in range(3, 900)) + '900,"also open'
    found, _ = cells(write(tmp_path, "log.csv", torn), ["c", "t"])
    assert [row for row, said in found if said is None] == [3]
    assert found[0] == (2, ["1", "2012"])
    assert [said[0] for _, said in found if said][1:] == [str(n) for n in range(3, 901)]
    assert found[-1] == (901, ["900", ""])
    assert [row for row, _ in found] == list(range(2, 902))


@pytest.mark.parametrize(
    ("encoding", "declared", "garbled"),
    [("latin-1", "", 1), ("latin-1", "latin-1", 0), ("utf-8-sig", "", 0), ("utf-8-sig", "utf-8", 0), ("utf-16", "", 0)],
)
def test_bytes_of_another_encoding_are_kept_and_counted(tmp_path, encoding, declared, garbled):
    text = abroad.table(
        [["Case ID", "Activity"], ["1", 'Attività "urgente"\r\nin due righe'], ["2", "Require\0 upgrade"]]
    )
    found, seen = cells(
        write(tmp_path, "helpdesk.csv", text, encoding), ["Case ID", "Activity"], delimiter=";", encoding=declared
    )
    letter = "\\xe0" if garbled else "à"
    assert found == [(3, ["1", f'Attivit{letter} "urgente"\r\nin due righe']), (4, ["2", "Require upgrade"])]
    assert seen["garbled"] == garbled


def test_an_xes_in_an_encoding_no_parser_knows_is_refused_in_words(tmp_path):
    path = tmp_path / "log.xes"
    path.write_bytes('<?xml version="1.0" encoding="gb18030"?><log/>'.encode("gb18030"))
    with pytest.raises(BadLog):
        list(reading.rows(path, ["concept:name"]))


def test_many_refusals_do_not_stay_in_memory():
    refused = Refusals(at_most=1000)
    for row in range(2000):
        refused.add(Refused(row, "案", "time-missing", ""))
    assert [one.row for one in refused] == [one.row for one in refused] == list(range(2000))
    assert len(refused) == refused.reasons["time-missing"] == 2000


# -- into the house ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("namespace", ["", "http://www.xes-standard.org/"])
def test_a_dutch_log_comes_in_whole_whatever_year_it_is_of(town, tmp_path, namespace):  # noqa: F811
    text, events = abroad.dutch(40, namespace=namespace)
    report = take_in(write(tmp_path, "receipt.xes", text))
    read = report.read
    assert (read.rows, read.left_out, len(read.refused)) == (events, events // 2, 0)
    assert (report.loaded.cases, report.loaded.open_cases, report.loaded.irregular) == (40, 0, 0)
    assert report.adds_up
    assert read.silent == ["planned", "dueDate"]
    said = matter_of("WABO/7").history.matter
    assert said.received_at.year in range(2010, 2017)


def test_everything_that_is_wrong_in_such_a_file_is_counted_once(town, tmp_path):  # noqa: F811
    long = "办件" * 200
    moments = ["2011-03-27T01:59:59.999+01:00", "2011-03-27T03:00:00+02:00", "2011-03-27T01:00:00Z"]
    traces = [
        abroad.trace("leeg", []),
        abroad.trace("een/twee", [abroad.event("x" * 190 + end, moments[1]) for end in ("y" * 30, "z" * 30)]),
        abroad.trace(long, [abroad.event("", moments[0]), abroad.event("01_HOOFD_010", moments[2])]),
        abroad.trace(long + "下", [abroad.event("01_HOOFD_010", moments[2], planned="2011-03-01", dueDate="ooit")]),
        abroad.trace("dubbel", [abroad.event("T02", moments[1], org__resource="Resource21")] * 3),
        abroad.trace(
            "oud", [abroad.event("T02", "2000-01-01T00:00:00+01:00"), abroad.event("T02", "1970-01-01T00:00:00Z")]
        ),
        abroad.trace("later", [abroad.event("T02", "2059-12-31T23:00:00+08:00"), abroad.event("T02", None)]),
        abroad.trace("", [abroad.event("T02", moments[1])]),
    ]
    report = take_in(write(tmp_path, "all.xes", abroad.xes(traces)), lifecycle={"take": [""]})
    assert sorted(one.reason for one in report.read.refused) == ["case-missing", "time-missing", "year-unknown"]
    assert report.adds_up
    assert (report.read.rows, report.loaded.cases) == (13, 6)
    assert report.loaded.findings == {
        "repeated-row": 2,
        "promised-end-before-start": 1,
        "legal-end-unreadable": 1,
        "in-the-future": 1,
    }
    keys = set(HistoryCase.objects.values_list("key", flat=True))
    assert len({key for key in keys if key.startswith("办件")}) == 2
    assert irregular("dubbel") == [None, ["repeated-row"], ["repeated-row"]]
    assert len(set(matter_of("een/twee").steps.split())) == 2  # activities that begin alike stay apart
    assert matter_of("oud").received_at.isoformat() == "1999-12-31T23:00:00+00:00"


def test_a_file_that_changed_is_noticed_and_what_it_says_anew_is_not_called_loaded(town, tmp_path):  # noqa: F811
    text, _ = abroad.dutch(6)
    first = take_in(write(tmp_path, "log.xes", text))
    assert not first.another_file
    # other clerks: neither an activity nor a moment
    other = text.replace("5608", "5609").replace('value="WABO/5"', 'value="WABO/99"')
    again = take_in(write(tmp_path, "log.xes", other))
    assert again.another_file
    assert (len(again.loaded.changed_cases), again.loaded.cases, again.loaded.missing_cases) == (5, 1, 1)
    assert again.loaded.changed > 0
    assert again.adds_up
    assert HistoryLog.objects.get().cases == 7


def test_an_interrupted_command_says_that_it_goes_on_where_it_was(town, tmp_path, monkeypatch):  # noqa: F811
    def stop(self, log, progress):
        raise KeyboardInterrupt

    monkeypatch.setattr(loading.History, "bring_in", stop)
    here = tmp_path / "m.toml"
    here.write_text('name = "cut"\ntitle = "断"\norgan = "licensing"\n', encoding="utf-8")
    file = write(tmp_path, "log.xes", abroad.dutch(1)[0])
    with pytest.raises(CommandError, match="接着装载") as stopped:
        call_command("history", "import", str(file), "--mapping", str(here))
    assert stopped.value.returncode == 130


def test_an_unknown_step_organ_and_pattern_are_named_with_their_lines(town, tmp_path):  # noqa: F811
    path = tmp_path / "m.toml"
    said = 'name = "l"\ntitle = "日志"\norgan = "licensing"\nprocess = "services.licence"\n[activities]\n"01_HOOFD_010" = "submit"\n'
    path.write_text(said + '"T02 Check" = "no-such"\n[organs]\nGroup = "nobody"\n', encoding="utf-8")
    file = write(tmp_path, "log.csv", "case:concept:name,concept:name,time:timestamp\n")
    for line in ("m.toml:9", "m.toml:7"):
        with pytest.raises(mapping.BadMapping) as refused:
            importing.import_log(path=file, mapping=mapping.read(path), by=SYSTEM, at=NOW)
        assert [fault.field for fault in refused.value.faults] == [line]
        path.write_text(path.read_text(encoding="utf-8").replace('"nobody"', '"hall"'), encoding="utf-8")
    wrong = '[time]\nformats = ["%Q", "iso"]\n[csv]\nencoding = "klingon"\ndelimiter = \'"\'\n'
    path.write_text(said + wrong, encoding="utf-8")
    with pytest.raises(mapping.BadMapping) as refused:
        mapping.read(path)
    assert {fault.field for fault in refused.value.faults} == {"m.toml:8", "m.toml:10", "m.toml:11"}


def test_a_day_that_passed_before_the_import_stays_marked_whatever_the_calendar_says_later(town):  # noqa: F811
    bring("permits")
    passed = MatterClock.objects.get(matter=matter_of("P-4"), stopped_on=None)
    assert (passed.due_on < NOW.date(), passed.provisional) == (True, True)
    Reprojection.objects.create(
        revision=passed.revision + 1, first_on=passed.due_on, last_on=passed.due_on, clocks=1, digest="", started_at=NOW
    )
    assert actions.reproject(at=NOW).clocks >= 1
    passed.refresh_from_db()
    assert passed.provisional
    # and should the mark be lost all the same, by a step that moves the clock: the timer knows the day of import
    MatterClock.objects.filter(pk=passed.pk).update(provisional=False)
    assert actions.sweep(at=NOW).taken == 0
    assert matter_of("P-4").state == "received"
