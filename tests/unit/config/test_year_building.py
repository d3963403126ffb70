"""A small year in the demo county: written through the rules, exact, sealed in the ledger, and its cards found."""

from __future__ import annotations

import gc
import io
import json
from dataclasses import replace
from datetime import date, datetime, time
from fractions import Fraction

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from yiwang.config.year import building, cards, handed, profile, roundtrip, voices
from yiwang.config.year.apportion import apportion
from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger import rules as ledger
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.people.models import Person
from yiwang.governance.supervision.actions import watching
from yiwang.kernel.permissions import STRANGER
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters.actions.living import live_many
from yiwang.matters.models import Job, Matter, MatterClock, Seat
from yiwang.services.cases.models import Case, CaseMaterial, Handover, Shortcoming

PROFILES = settings.ROOT / "yiwang" / "config" / "year" / "profiles"
YUANCHENG = PROFILES / "yuancheng-2023.toml"
NOW = datetime(2026, 9, 24, 10, tzinfo=SHANGHAI)


def test_a_small_year_is_exact_lawful_and_gets_exactly_its_cards(county):
    found = profile.read(YUANCHENG).part(Fraction(1, 100)).ending(date(2026, 9, 23))
    wanted = {"health": 2, "market": 1, "housing": 1}
    departments = tuple(replace(one, cards=wanted.get(one.organ, 0)) for one in found.departments)
    found = replace(found, departments=departments, faults={"recorded_late": 3, "paused_before_due": 2})
    with pytest.raises(NotAllowed):
        live_many(process="services.licence", pasts=[], by=STRANGER, at=NOW)
    with pytest.raises(Refusal) as early:
        building.build(found.ending(date(2026, 12, 31)), at=NOW)
    assert early.value.code == "year-not-over"

    built = building.build(found, at=NOW)
    assert (built.accepted, built.closed) == (1595, 1591)
    year = Matter.objects.filter(case__isnull=False)
    assert year.count() == Case.objects.count() == 1595
    assert year.filter(closed_at__isnull=True).count() == 4
    assert sum(built.by_organ.values()) == sum(built.by_channel.values()) == 1595
    came = Case.objects.filter(channel="counter")  # each at a window of its hall: counters are assessed by them
    assert came.exists()
    assert not came.filter(counter=None).exists()
    assert not came.exclude(counter__place__organ_id=F("hall_id")).exists()
    assert not Case.objects.exclude(channel="counter").exclude(counter=None).exists()

    # chained as a step taken live would chain it
    matter = year.filter(process_id="services.licence").order_by("id")[7]
    previous = ledger.GENESIS
    lines = list(LedgerEntry.objects.filter(subject=f"matter:{matter.reference}").order_by("ordinal"))
    for line in lines:
        assert (bytes(line.previous), bytes(line.digest)) == (previous, ledger.digest(previous, line.body))
        assert line.recorded_at >= line.at
        previous = bytes(line.digest)
    assert (matter.head_ordinal, bytes(matter.head_digest)) == (len(lines), previous)
    assert [line.at for line in lines] == sorted(line.at for line in lines)

    late = LedgerEntry.objects.filter(subject__startswith="matter:", recorded_at__gt=F("at"))
    assert late.count() == 3  # planted on request

    # whoever reviewed did not decide; nothing that closed has a seat or a running clock left; nothing is set off
    for steps in year.exclude(steps="").values_list("steps", flat=True):
        hands = dict(line.split("=") for line in steps.splitlines())
        assert hands.get("review", "-") != hands.get("grant", "+")
    assert not Seat.objects.filter(closed_at=None, matter__closed_at__isnull=False).exists()
    assert not MatterClock.objects.filter(stopped_on=None, matter__closed_at__isnull=False).exists()
    assert Seat.objects.filter(closed_at=None, matter__in=year).count() == 4
    assert not Job.objects.exists()
    assert CaseMaterial.objects.exists()
    assert Shortcoming.objects.count() == built.corrected > 0
    assert Handover.objects.filter(handed_at__isnull=False).exists()

    every = suspected(found.until, every=True)
    assert suspected(found.until, every=False) == every, "what the sweep passes over shows nothing"
    assert {"supervision.c01", "supervision.r04", "supervision.r05-special"} <= {rule for rule, *_ in every}
    assert cards.raise_for(found, built.matters) == wanted
    assert cards.raise_for(found, frozenset()) == {}, "another's cards are not the year's"
    with pytest.raises(Refusal) as again:
        building.build(found, at=NOW)
    assert again.value.code == "year-built"
    said = json.loads(LedgerEntry.objects.get(event="config.year-built").body)["detail"]
    assert (said["accepted"], said["closed"], said["seed"]) == (1595, 1591, 2023)


def suspected(on, *, every):
    """What the ledger's lines call for on that morning; nothing is kept."""
    morning = datetime.combine(on, time.min, SHANGHAI)
    with transaction.atomic():
        pages = list(watching.lines(watching.in_force(on), calendar.table(), morning, every=every))
        transaction.set_rollback(True)
    return [(one.rule, one.line.number, one.clock, one.says) for page in pages for one in page]


def tried(found):
    """The year built, and nothing of it kept."""
    with transaction.atomic():
        built = building.build(found, at=NOW)
        opened = Matter.objects.filter(case__isnull=False).values_list("received_at", "closed_at")
        rows = [(received, closed) for received, closed in opened]
        transaction.set_rollback(True)
    return built, rows


@pytest.mark.parametrize("name", ["yingde-2024", "heshan-2024"])
def test_another_countys_totals_are_another_file_and_the_same_seed_gives_the_same_result(county, name):
    found = profile.read(PROFILES / f"{name}.toml").part(Fraction(1, 40))
    built, rows = tried(found)
    assert (built.accepted, built.closed) == (found.accepted, found.closed) == (len(rows), len(rows))
    wanted = apportion(found.accepted, {one.organ: one.accepted for one in found.departments})
    assert dict(built.by_organ) == wanted
    if found.types:
        assert dict(built.by_type) == apportion(found.accepted, found.types)
    assert dict(built.by_channel) == apportion(found.accepted, found.channels)
    end = datetime.combine(found.until, time.min, SHANGHAI)
    assert all(closed < end for _, closed in rows)
    assert built.stand_ins == built.accepted  # the demo county's guides begin in 2026, and each case says so
    again, _ = tried(found)
    assert (again.digest, again.steps) == (built.digest, built.steps)
    other, _ = tried(replace(found, seed=found.seed + 1))
    assert other.digest != built.digest


def test_an_interrupted_year_leaves_nothing_and_is_built_again(county):
    found = profile.read(PROFILES / "yingde-2024.toml").part(Fraction(1, 40))
    before = Person.objects.count()

    def stop(done, total, what):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        building.build(found, at=NOW, progress=stop)
    assert (Matter.objects.filter(case__isnull=False).count(), Person.objects.count()) == (0, before)
    assert gc.isenabled()
    assert not building.built_before(found)


def test_a_year_cut_short_keeps_the_parts_it_had_finished_and_goes_on_behind_them(county, monkeypatch):
    found = profile.read(YUANCHENG).part(Fraction(1, 400), {"meetings": Fraction(1, 40)})
    with monkeypatch.context() as away:
        away.setattr(voices, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            building.build(found, at=NOW)
    assert list(building.parts_built(found)) == ["cases", "supervision"]
    assert not building.built_before(found)
    cases = building.cases_of(found)
    with pytest.raises(Refusal) as other:
        building.build(replace(found, seed=found.seed + 1), at=NOW)
    assert other.value.code == "year-other"

    built = building.build(found, at=NOW)
    assert built.before == ("cases", "supervision")
    assert (built.voiced, built.met) == (found.hotline, found.meetings)
    assert (built.matters, len(cases)) == (cases, found.accepted)
    assert Matter.objects.filter(case__isnull=False).count() == found.accepted
    assert building.built_before(found)


def interrupted(*_, **__):
    raise KeyboardInterrupt


def test_each_part_has_a_share_of_its_own_and_one_hand_over_that_cannot_be_is_named():
    found = profile.read(YUANCHENG).part(Fraction(1, 10), {"hotline": Fraction(1), "meetings": Fraction(1, 2)})
    assert (found.accepted, found.hotline.accepted) == (15952, 42286)
    assert [one.totals for one in found.meetings] == [(443, 372, 71), (21, 20, 1)]
    with pytest.raises(profile.BadProfile):
        profile.read(YUANCHENG).part(Fraction(1), {"hotline": Fraction(2)})
    contradiction = replace(found.meetings[0], closed=400, stage=100)
    assert [field for field, _ in handed.contradictions([contradiction])] == ["meetings[0].closed"]


def test_rates_that_were_published_come_out_of_the_totals_as_they_were_printed():
    yuancheng, meijiang = (profile.read(PROFILES / f"{name}.toml") for name in ("yuancheng-2023", "meijiang-2023"))
    said = {name: roundtrip.as_printed(*rate) for name, rate in roundtrip.rates(yuancheng).items()}
    assert said == {
        "closing_rate": "99.8%", "coverage": "97.37%", "praise_rate": "99.99%", "rectified_rate": "100%",
        "hotline_rate": "99.82%", "sv_claim_rate": "98.78%", "sv_lists_rate": "100%", "sv_coverage": "100%",
    }  # fmt: skip
    assert roundtrip.as_printed(*roundtrip.rates(meijiang)["sv_coverage"]) == "98.34%"
    totals = roundtrip.counts(yuancheng, {"health": 9, "market": 7, "housing": 1})
    assert [totals[name] for name in ("issues", "issues_closed", "issues_stage", "issues_open")] == [886, 743, 143, 0]
    assert [totals[f"own_issues{name}"] for name in ("", "_closed", "_stage")] == [42, 40, 2]


def test_the_command_says_what_it_built_and_does_not_build_it_twice(county):
    said = io.StringIO()
    asked = ("year", str(PROFILES / "meijiang-2023.toml"), "--share", "1/400", "--part", "hotline=1/100")
    with pytest.raises(CommandError, match="supervision、hotline、meetings"):
        call_command("year", asked[1], "--part", "cases=1")
    with pytest.raises(CommandError, match="份额"):
        call_command("year", asked[1], "--part", "hotline=many")
    call_command(*asked, stdout=said)
    assert "受理 353（应为 353）" in said.getvalue()
    assert "热线：受理 135，办结 135" in said.getvalue()
    assert "没有按概况生成；补记监管行为 0 条" in said.getvalue(), "a pack brought more items than a 400th states"
    call_command(*asked, "--once", stdout=said)
    assert said.getvalue().splitlines()[-1] == "年度概况 meijiang-2023 已经生成过。"
    with pytest.raises(CommandError, match="不能再生成一遍"):
        call_command(*asked)
