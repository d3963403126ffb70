"""A county's year from its stated totals to the signed report: every computed figure is the total again, and opens into
exactly as many records."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from fractions import Fraction

import pytest
from django.conf import settings
from django.db import connection

from tests.factories.reports import NOW
from yiwang.config.year import building, cards, profile, roundtrip
from yiwang.config.year.supervised import Supervised
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger import rules as ledger
from yiwang.foundation.ledger.models import LedgerEntry, LedgerHead
from yiwang.governance.meetings.models import Issue
from yiwang.insight.facts import partitions, store
from yiwang.insight.reports import queries
from yiwang.insight.reports.models import Report
from yiwang.insight.reports.rules.cards import IMPORTED
from yiwang.kernel.refusal import Refusal
from yiwang.matters.models import Job, MatterClock
from yiwang.services.ratings.actions import gather
from yiwang.services.ratings.models import Rating, Rectification

PROFILES = settings.ROOT / "yiwang" / "config" / "year" / "profiles"


def scaled(name, share, parts, wanted, bad, supervision):
    """A county in small, with cards and bad ratings so small a part would not have, and items beside those a pack brought."""
    found = profile.read(PROFILES / f"{name}.toml").part(share, parts)
    departments = tuple(replace(one, cards=wanted.get(one.organ, 0)) for one in found.departments)
    stated = replace(found.ratings, good=found.ratings.given - bad, bad=bad, rectified=bad)
    return replace(found, departments=departments, ratings=stated, supervision=supervision)


def yuancheng():
    cards_, held = {"health": 2, "market": 1, "housing": 1}, Supervised(14, 41, 40, 13, 18, 18, 13, 45)
    return scaled("yuancheng-2023", Fraction(1, 100), {"meetings": Fraction(1, 20)}, cards_, 2, held)


def meijiang():
    parts, held = {"meetings": Fraction(1, 4), "hotline": Fraction(1, 60)}, Supervised(12, 30, 30, 20, 26, 25, 19, 40)
    return scaled("meijiang-2023", Fraction(1, 250), parts, {"market": 1}, 1, held)


@pytest.mark.parametrize("county_year", [yuancheng, meijiang])
def test_a_year_built_from_its_totals_reports_those_totals_again(county, county_year, tmp_path, monkeypatch):
    (tmp_path / store.PARTS).mkdir()
    for place in (store, partitions):
        monkeypatch.setattr(place, "folder", lambda: tmp_path)
    found = county_year()
    with pytest.raises(Refusal) as early:
        roundtrip.round_trip(found, at=NOW)
    assert early.value.code == "year-not-built"
    built = building.build(found, at=NOW)
    cards.raise_for(found, built.matters)
    written_under_the_rules(found)
    assert gather() == 0, "what is rated elsewhere gets no occasion from the nightly sweep either"

    trip = roundtrip.round_trip(found, at=NOW)
    report = Report.objects.get(matter__reference=trip.reference)
    assert report.frozen.manifest
    assert [(one.name, one.stated, one.printed, one.records) for one in trip.lines if not one.same] == []
    assert trip.wrong == ()
    draft = queries.draft_of(report, NOW.date())
    named = {one.name for one in trip.lines}
    assert set(draft.cards) - named == {"hotline_pleased", "hotline_pleased_after"}, "what no profile states"
    opened = {name: queries.opened(report, name) for name in ("hotline_pleased", "hotline_pleased_after")}
    assert {one.same and one.frozen for one in opened.values()} == {True}
    voiced, pleased = (report.figures.get(name="hotline_pleased").denominator, draft.cards["hotline_pleased"])
    assert int(voiced - report.figures.get(name="hotline_pleased").numerator) == found.hotline.unsatisfied, pleased
    assert {name for name, card in draft.cards.items() if card.kind == IMPORTED} == set(found.external)
    assert sum(one.records or 0 for one in trip.lines if one.name.startswith(("hotline", "issues", "sv_"))) > 500


def written_under_the_rules(found):
    """Ratings inside the year and their term, a chained line each, bad ones mended in time by other hands; no issue closed
    without evidence, by its own unit or after its day."""
    end = datetime.combine(found.until, time(), SHANGHAI)
    for given, opened_on in Rating.objects.values_list("given_at", "occasion__opened_on"):
        assert opened_on <= given.astimezone(SHANGHAI).date() <= opened_on + timedelta(days=30)
        assert given < end
    line = LedgerEntry.objects.filter(event="ratings.given").order_by("number")[3]
    assert bytes(line.digest) == ledger.digest(ledger.GENESIS, line.body)
    assert bytes(LedgerHead.objects.get(subject=line.subject).digest) == bytes(line.digest)
    assert LedgerEntry.objects.filter(event="ratings.given").count() == found.ratings.given
    for one in Rectification.objects.select_related("matter", "rating__occasion"):
        hands = dict(step.split("=") for step in one.matter.steps.splitlines())
        assert f"staff:{one.rating.occasion.handler_id}" not in hands.values()
        assert hands["sign"] != hands["rectify"]
        assert one.matter.closed_at < end
        for clock in MatterClock.objects.filter(matter=one.matter):
            assert clock.stopped_on is not None, clock.clock
            assert clock.stopped_on <= clock.due_on, clock.clock
    for one in Issue.objects.select_related("matter", "batch").exclude(matter__state="handling"):
        hands = dict(step.split("=") for step in one.matter.steps.splitlines())
        assert hands.get("verify-done", hands.get("verify-stage")) not in (hands["sign"], None)
        assert one.evidence_id
        assert one.batch.received_on < one.visited_on <= min(one.batch.due_on, found.until)
    assert not Job.objects.exists(), "nothing of the past is told to anybody"
    connection.check_constraints()
