"""Issues from the batch to either closure: evidence, a plan with its day, a visit by somebody else."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories import cases as cast
from tests.factories import meetings
from tests.factories.meetings import CITY, COORDINATOR, VISITOR, issue, take
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.organs.models import Account, Post
from yiwang.governance.meetings import actions, hooks, queries, rules
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.models import MatterClock

pytestmark = pytest.mark.usefixtures("county")


def refused(code, *asked, **given):
    with pytest.raises(Refusal) as caught:
        take(*asked, **given)
    assert caught.value.code == code


def test_nothing_is_closed_on_a_units_word_or_by_another_unit():
    [reference] = meetings.issues()
    with pytest.raises((NotAllowed, NotFound)):
        take(reference, "sign", "health-1")
    take(reference, "sign", CITY)
    before = StoredFile.objects.count()
    refused("no-evidence", reference, "report-done", CITY, "2026-09-07", evidence=None)
    refused("not-allowed", reference, "verify-done", VISITOR, "2026-09-08")
    with pytest.raises(Refusal) as caught:  # past the page: no evidence goes along
        matters.take(
            reference=reference, step="report-done", by=cast.staff(CITY), at=cast.at(), values={"result": "已办结了。"}
        )
    assert caught.value.code == "on-its-page"
    with pytest.raises((NotAllowed, NotFound)):
        take(reference, "report-done", "health-1", "2026-09-07")
    assert StoredFile.objects.count() == before
    take(reference, "report-done", CITY, "2026-09-07")
    assert (issue(reference).matter.state, issue(reference).evidence.organ_id) == (
        "done-reported",
        meetings.organ("urban-management"),
    )


def test_a_stage_closure_needs_a_plan_and_its_day():
    [reference] = meetings.issues()
    take(reference, "sign", CITY)
    words = meetings.WORDS["report-stage"]
    refused("values", reference, "report-stage", CITY, "2026-09-07", values=words | {"plan": ""})
    refused("values", reference, "report-stage", CITY, "2026-09-07", values={**words, "until": ""})
    refused("plan-day", reference, "report-stage", CITY, "2026-09-07", values=words | {"until": "2026-09-07"})
    refused("plan-day", reference, "report-stage", CITY, "2026-09-07", values=words | {"until": "2027-09-07"})
    take(reference, "report-stage", CITY, "2026-09-07")
    assert issue(reference).stage_closed_at is None  # not before somebody looked


def test_nobody_verifies_his_own_work_and_whoever_verifies_went_there():
    reference = meetings.reported()
    own = Account.objects.get(username=CITY)
    Post.objects.create(
        account=own, organ_id=meetings.organ("data-bureau"), role="meeting-visitor", from_on=date(2020, 1, 6)
    )
    refused("same-hands", reference, "verify-done", CITY, "2026-09-08")
    early = meetings.WORDS["verify-done"] | {"visited-on": "2026-09-06"}
    refused("visit-day", reference, "verify-done", VISITOR, "2026-09-08", values=early)
    take(reference, "refuse", VISITOR, "2026-09-08", values={"opinion": "仍有三处摊档占道，没有清完。"})
    assert (issue(reference).matter.state, issue(reference).sent_back) == ("handling", 1)
    take(reference, "report-done", CITY, "2026-09-09")
    seen = meetings.WORDS["verify-done"] | {"visited-on": "2026-09-10"}
    take(reference, "verify-done", VISITOR, "2026-09-10", values=seen)
    found = issue(reference)
    assert (found.matter.state, found.visited_on, found.way) == ("closed", date(2026, 9, 10), "site")
    assert found.visited_by == Account.objects.get(username=VISITOR).pk


def test_the_two_closures_are_counted_apart_and_every_count_opens():
    batch = meetings.batch()
    first, second, third, fourth = meetings.issues(4, found=batch)
    for reference in (first, second, third):
        take(reference, "sign", CITY)
    for reference, step, closing in ((first, "report-done", "verify-done"), (second, "report-stage", "verify-stage")):
        take(reference, step, CITY, "2026-09-07")
        take(reference, closing, VISITOR, "2026-09-08")
    take(fourth, "decline", CITY, values={"opinion": "摆卖点在河道管理范围内。", "basis": "河道管理条例"})
    take(fourth, "hand-back", COORDINATOR, values={"opinion": "属市管河道，退回市专班。"})
    by, on = cast.staff(COORDINATOR), date(2026, 9, 24)
    tally = queries.tally(by, batch, on)
    assert (tally.total, tally.closed, tally.stage, tally.open, tally.back, tally.rate) == (3, 1, 1, 1, 1, 66.67)
    shown = {key: [row.number for row in queries.issues(by, batch, on, show=key)[0]] for key in queries.SHOW}
    assert shown == {
        "all": [1, 2, 3], "closed": [1], "stage": [2], "open": [3], "verify": [], "overdue": [], "back": [4],
    }  # fmt: skip
    assert [row.late for row in queries.issues(by, batch, date(2026, 11, 1), show="overdue")[0]] == [True, True]
    # the stage-closed one goes on to its end, and leaves the second figure for the first
    take(second, "report-done", CITY, "2026-09-20")
    take(
        second,
        "verify-done",
        VISITOR,
        "2026-09-21",
        values=meetings.WORDS["verify-done"] | {"visited-on": "2026-09-21"},
    )
    tally = queries.tally(by, batch, on)
    assert (tally.closed, tally.stage, issue(second).stage_closed_at is not None) == (2, 0, True)
    with pytest.raises(NotFound):
        queries.batch(cast.staff("health-1"), batch.code)
    assert not hooks.sees_file(viewer=cast.staff("health-1"), file_id=issue(first).evidence_id)
    assert hooks.sees_file(viewer=by, file_id=issue(first).evidence_id)


def test_an_issue_goes_to_another_unit_on_its_objection_only_and_keeps_its_day():
    [reference] = meetings.issues()
    day = MatterClock.objects.get(matter__reference=reference, clock="resolve").due_on
    assert day == date(2026, 9, 30)
    values = {"unit": "market", "opinion": "市场内摊位由市场监管部门管理。"}
    refused("not-allowed", reference, "reassign", COORDINATOR, values=values)
    take(reference, "decline", CITY, values={"opinion": "属市场内摊位，不属市容管理。", "basis": "三定规定"})
    refused("same-unit", reference, "reassign", COORDINATOR, values=values | {"unit": "urban-management"})
    refused("no-such-unit", reference, "reassign", COORDINATOR, values=values | {"unit": "village-001001"})
    take(reference, "reassign", COORDINATOR, values=values)
    with pytest.raises((NotAllowed, NotFound)):
        take(reference, "sign", CITY)
    found = issue(reference)
    assert (found.unit_id, found.first_unit_id) == (meetings.organ("market"), meetings.organ("urban-management"))
    assert MatterClock.objects.get(matter__reference=reference, clock="resolve").due_on == day


def test_issues_are_handed_out_by_whoever_coordinates_before_the_day_all_or_none():
    batch = meetings.batch()
    lines = [rules.Line("路灯不亮", "online", meetings.organ("urban-management"))]
    with pytest.raises(NotFound):
        actions.hand_out(code=batch.code, lines=lines, by=cast.staff("health-1"), at=cast.at("2026-09-02"))
    with pytest.raises(NotAllowed):
        actions.hand_out(code=batch.code, lines=lines, by=cast.staff(VISITOR), at=cast.at("2026-09-02"))
    with pytest.raises(Refusal, match="期限已到"):
        actions.hand_out(code=batch.code, lines=lines, by=cast.staff(COORDINATOR), at=cast.at("2026-09-30"))
    with pytest.raises(NotAllowed):
        meetings.actions.open_batch(
            organ_id=batch.organ_id, theme="x", handed_by="y", document="", received_on=date(2026, 9, 1),
            due_on=date(2026, 9, 30), by=cast.staff(CITY), at=cast.at(),
        )  # fmt: skip
