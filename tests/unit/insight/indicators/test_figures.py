"""A figure from the ledger to its records: what it counts, who may see it, and that it stays what it was."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import cases as cast
from tests.factories.indicators import Tables, declared, table
from yiwang.foundation.organs.models import Account
from yiwang.insight.facts import writing
from yiwang.insight.indicators import boards, compiling, figures, queries
from yiwang.kernel import facts
from yiwang.kernel.permissions import STRANGER
from yiwang.kernel.refusal import NotFound

YEAR = (date(2026, 1, 1), date(2027, 1, 1))
ON = date(2026, 9, 24)


@pytest.fixture
def counted(county, tmp_path, monkeypatch):
    """Two cases of the market bureau, one granted and handed on; facts as of that evening."""
    monkeypatch.setattr(settings, "VAR", tmp_path)
    monkeypatch.setattr(settings, "TODAY", ON)
    done = cast.walked(cast.submitted(), "accept", "review", "grant")
    waiting = cast.walked(cast.submitted(), "accept")
    writing.write(at=cast.at(hour=20))
    return done, waiting


def figure(name, **more):
    more.setdefault("cut_off", cast.at(hour=20))
    return figures.figure(name, period=YEAR, **more)


def page(username, address):
    client = Client()
    client.force_login(Account.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client.get(address)


def test_a_figure_keeps_numerator_denominator_rows_and_their_digest(counted):
    done, waiting = counted
    found = figure("cases.accepted", scope="market")
    assert (found.numerator, found.denominator, found.value, found.unit, found.rows) == (2, None, 2, "件", 2)
    rows = figures.rows(found)
    assert set(rows["reference"].to_pylist()) == {done.matter.reference, waiting.matter.reference}
    assert len(found.rows_digest) == 64
    assert figures.digest(rows) == found.rows_digest == figure("cases.accepted", scope="market").rows_digest
    assert figures.digest(rows.slice(0, 1)) != found.rows_digest
    assert figure("cases.accepted", scope="health").numerator == 0
    assert figure("cases.closing-rate", scope="health").value is None  # nothing divided by nothing is no number


def test_what_was_recorded_after_the_cut_off_is_not_counted(counted):
    before = figure("cases.accepted", cut_off=cast.at(hour=0))
    assert (before.numerator, figure("cases.accepted").numerator) == (0, 2)
    assert figure("cases.granted", cut_off=cast.at(hour=0)).numerator == 0


def test_a_cut_off_after_the_facts_is_refused_and_so_is_an_organ_for_what_has_none(counted):
    with pytest.raises(figures.NotYet):
        figure("cases.accepted", cut_off=cast.at("2026-09-25"))
    with pytest.raises(NotFound):
        figure("cases.nonsense")


def test_a_figure_stays_what_it_was_when_newer_facts_are_there(counted):
    found = figure("cases.accepted")
    cast.walked(cast.submitted(), "accept")
    writing.write(at=cast.at(hour=21))
    assert figures.rows(found).num_rows == found.rows == 2
    assert figures.figure("cases.accepted", period=YEAR, cut_off=cast.at(hour=21)).numerator == 3


def test_figures_are_for_staff_and_only_for_their_own_organ(counted):
    for stranger in (STRANGER, cast.lin()):
        with pytest.raises(NotFound):
            queries.scope(stranger, "", ON)
    assert queries.scope(cast.staff("wu"), "", ON).code == ""
    assert queries.scope(cast.staff("wu"), "health", ON).code == "health"
    assert queries.scope(cast.staff("zhao"), "", ON).code == "market"
    with pytest.raises(NotFound):
        queries.scope(cast.staff("zhao"), "health", ON)


def test_the_pages_show_the_number_its_parts_and_the_records_behind_it(counted):
    done, _ = counted
    assert page("zhao", "/desk/indicators/cases.accepted/?scope=health").status_code == 404
    listed = page("wu", "/desk/indicators/?group=办件").content.decode()
    assert "办结率" in listed
    shown = page("zhao", "/desk/indicators/cases.accepted/").content.decode()
    assert "2件" in shown
    assert "2026年9月" in shown
    assert "受理日在期内" in shown
    opened = page("zhao", "/desk/indicators/cases.accepted/records/?month=2026-09").content.decode()
    assert f'href="/desk/cases/{done.matter.reference}/"' in opened
    assert "林小满" not in opened
    empty = page("zhao", "/desk/indicators/cases.accepted/records/?month=2026-01").content.decode()
    assert done.matter.reference not in empty
    for address in ("cases.accepted/?format=xlsx", "cases.accepted/records/?format=xlsx"):
        assert page("zhao", f"/desk/indicators/{address}")["Content-Type"].startswith("application/vnd.openxml")
    assert page("wu", "/desk/indicators/?period=2026-13").status_code == 422


def test_every_dashboard_opens_at_the_desk_and_on_the_wall(counted):
    for board in boards.BOARDS:
        for address in (
            f"/desk/boards/{board}/",
            f"/desk/boards/{board}/?wall=1",
            f"/desk/boards/{board}/?scope=market",
        ):
            assert page("wu", address).status_code == 200
    assert page("zhao", "/desk/boards/today/?scope=health").status_code == 404
    assert page("zhao", "/desk/boards/nothing/").status_code == 404


def test_a_dashboard_names_indicators_there_are():
    wanted = {name for board in boards.BOARDS.values() for name in (*board.tiles, *(name for name, _ in board.charts))}
    assert wanted <= declared().keys()


@pytest.mark.once
def test_an_expression_is_compiled_once_for_all_periods_and_scopes(monkeypatch):
    indicator = declared()["cases.accepted"]
    rows = Tables({"cases": table(facts.fact("cases"), indicator.examples[0].rows)})
    asked = {"period": YEAR, "cut_off": datetime(2027, 2, 1, tzinfo=UTC)}
    figures.of(indicator, "once", rows, **asked)

    def again(*_):
        raise AssertionError("compiled twice")

    monkeypatch.setattr(compiling, "compiled", again)
    figures.of(indicator, "once", rows, period=(date(2025, 1, 1), date(2026, 1, 1)), cut_off=asked["cut_off"])
    with pytest.raises(AssertionError, match="twice"):
        figures.of(indicator, "another declaration", rows, **asked)


@pytest.mark.once
def test_what_another_process_has_compiled_meanwhile_is_found_and_not_compiled_again(monkeypatch, tmp_path):
    file = tmp_path / "compiled.json"
    monkeypatch.setattr(compiling, "_shelf_file", lambda: file)
    monkeypatch.setattr(compiling, "compiled", lambda *_: pytest.fail("compiled again"))
    key = compiling.keep(declared()["cases.accepted"], "elsewhere")
    compiling._shelf()  # this process has read what there was
    file.write_text(json.dumps({f"{key}/figure//0/duckdb": ["select 1", ["since"]]}), encoding="utf-8")
    assert compiling.sql(key, "figure", "", False, "duckdb") == ("select 1", frozenset({"since"}))


@pytest.mark.once
def test_a_median_is_read_off_the_counts():
    assert figures.median([]) == (None, 0)
    assert figures.median([(3, 1)]) == (3, 1)
    assert figures.median([(1, 2), (4, 2)]) == (figures.Decimal("2.5"), 4)
    assert figures.median([(1, 1), (2, 5), (9, 1)]) == (2, 7)
