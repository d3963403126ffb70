"""A county's year from its stated totals to the signed report: every computed figure is the total again, and opens into
exactly as many records."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

import pytest
from django.conf import settings
from django.db import connection

from tests.factories import reports
from tests.factories.cases import staff
from tests.factories.reports import NOW, walked
from yiwang.config.year import building, cards, profile
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger import rules as ledger
from yiwang.foundation.ledger.models import LedgerEntry, LedgerHead
from yiwang.foundation.organs.models import Organ
from yiwang.insight.checker.checking import check
from yiwang.insight.facts import partitions, store, writing
from yiwang.insight.reports import actions, queries
from yiwang.insight.reports.models import Report, Template
from yiwang.insight.reports.rules.cards import COMPUTED, IMPORTED
from yiwang.matters.models import Job, MatterClock
from yiwang.services.ratings.actions import gather
from yiwang.services.ratings.models import Rating, Rectification

PROFILES = settings.ROOT / "yiwang" / "config" / "year" / "profiles"
EXTERNAL = (
    ("hall_organs", "进驻部门", 36, "36"),
    ("hall_items", "进驻事项", 1406, "1406"),
    ("hall_rate", "事项进驻率", "96.7%", "96.7%"),
    ("unified_items", "统一梳理清单", 1465, "1465"),
    ("unified_rate", "应用完成率", "99.5%", "99.5%"),
)


def yuancheng():
    """A hundredth of 源城 2023, with cards and bad ratings a hundredth would not have."""
    found = profile.read(PROFILES / "yuancheng-2023.toml").part(Fraction(1, 100))
    wanted = {"health": 2, "market": 1, "housing": 1}
    departments = tuple(replace(one, cards=wanted.get(one.organ, 0)) for one in found.departments)
    stated = found.ratings
    stated = replace(stated, good=stated.given - 2, bad=2, rectified=2)
    return replace(found, departments=departments, ratings=stated)


def yingde():
    return profile.read(PROFILES / "yingde-2024.toml").part(Fraction(1, 4))


@pytest.mark.parametrize("county_year", [yuancheng, yingde])
def test_a_year_built_from_its_totals_reports_those_totals_again(county, county_year, tmp_path, monkeypatch):
    (tmp_path / store.PARTS).mkdir()
    for place in (store, partitions):
        monkeypatch.setattr(place, "folder", lambda: tmp_path)
    found = county_year()
    built = building.build(found, at=NOW)
    by_organ = cards.raise_for(found, built.matters)
    written_under_the_rules(found)
    assert gather() == 0, "what is rated elsewhere gets no occasion from the nightly sweep either"
    writing.write(at=NOW)

    reference = opened(found)
    su = {"reference": reference, "by": staff("su"), "at": NOW}
    _, faults = actions.take_figures(**su)
    assert faults == []
    imported(found, su)
    actions.confirm(**su, names=())
    report = Report.objects.get(matter__reference=reference)
    draft = queries.draft_of(report, NOW.date())
    for one in queries.checked(report, draft).standing_in_the_way:
        assert (one.weight, one.code) == ("explain", "late"), (
            one.says
        )  # nothing but the day: a past year is signed today
        actions.explain(**su, key=one.key, text="往年情况补报。")

    stated = found.ratings
    wanted = {
        "accepted": found.accepted,
        "closed": found.closed,
        "services": stated.cases,
        "rating_cases": stated.cases,
        "rated": stated.given,
        "good": stated.good,
        "bad": stated.bad,
        "rectified": stated.rectified,
        "yellow": found.cards,
    } | {f"yellow_{organ}": by_organ.get(organ, 0) for organ in ("health", "market", "housing")}
    rates = {
        "closing_rate": share(found.closed, found.accepted, 1),
        "coverage": share(stated.given, stated.cases, 2),
        "praise_rate": share(stated.good, stated.given, 2),
        "rectified_rate": share(stated.rectified, stated.bad, 0),
    }
    assert {name: int(draft.cards[name].printed) for name in wanted} == wanted
    assert {name: draft.cards[name].printed for name in rates} == rates
    kinds = {name: card.kind for name, card in draft.cards.items()}
    assert kinds == dict.fromkeys([*wanted, *rates], COMPUTED) | {name: IMPORTED for name, *_ in EXTERNAL}

    walked(reference, "sign")  # counted once more, and frozen with their records
    report.refresh_from_db()
    for name, total in wanted.items():
        behind = queries.opened(report, name)
        assert (behind.count, behind.same, behind.frozen) == (total, True, True), name
    text, claims = check(queries.draft_of(report, NOW.date()).whole()[0])
    assert [text.span(one.start, one.end) for one in claims if one.wrong] == []
    assert {"sum", "ratio"} & {one.kind for one in claims}, "and it had something to judge"


def opened(found):
    template = Template.objects.get(rule="service-year")
    cut_off = datetime.combine(found.until + timedelta(days=30), time(), SHANGHAI)
    made = actions.open_report(template_id=template.pk, year=found.since.year, by=staff("su"), at=NOW, cut_off=cut_off)
    return made.reference


def imported(found, su):
    """What no room of the house counts comes in as a batch of the upper system, and says so."""
    rows = [("指标", "数值"), *((title, value) for _, title, value, _ in EXTERNAL)]
    batch = actions.take_in(
        organ_id=Organ.objects.get(code="data-bureau").pk,
        source="省事项管理系统",
        batch=f"{found.since.year}",
        title="年度统计",
        from_on=date(found.since.year, 1, 1),
        until_on=date(found.since.year + 1, 1, 1),
        cut_off=datetime.combine(found.until, time(), SHANGHAI),
        content=reports.workbook(*rows),
        name="统计.xlsx",
        by=su["by"],
        at=NOW,
    )
    for name, title, _, printed in EXTERNAL:
        row = actions.use_snapshot(**su, name=name, snapshot_id=batch.pk, total=title)
        assert row.get_kind_display() == "外部数据"
        report = Report.objects.get(matter__reference=su["reference"])
        assert queries.draft_of(report, NOW.date()).cards[name].printed == printed


def written_under_the_rules(found):
    """Ratings inside the year and their term, a chained line each, bad ones mended in time by other hands."""
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
    assert not Job.objects.exists(), "nothing of the past is told to anybody"
    connection.check_constraints()


def share(top, bottom, places):
    """As a bureau prints it: half up, and never up to a hundred."""
    exact = Fraction(top * 100 * 10**places, bottom)
    whole = int(exact + Fraction(1, 2))
    if whole == 100 * 10**places and top < bottom:
        whole -= 1
    head, tail = divmod(whole, 10**places)
    return f"{head}.{tail:0{places}d}%" if places else f"{head}%"
