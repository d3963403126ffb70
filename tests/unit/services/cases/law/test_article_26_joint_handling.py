"""行政许可法 第二十六条第二款: one department accepts and hands on, the others say at the same time what they find, and it is decided on
all of it; 第四十二条第二款: the head of the government extends."""

from datetime import date

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.models import Organ
from yiwang.governance.supervision import actions as supervision
from yiwang.governance.supervision.models import Card
from yiwang.matters import actions as sweeps
from yiwang.matters import queries as matters
from yiwang.services.cases import declared as kept
from yiwang.services.cases import joint
from yiwang.services.cases.queries.review import review
from yiwang.services.catalogue.models import Guide

FIRE, HOUSING = "云溪县消防救援大队", "云溪县住房和城乡建设局"
ASK = {"matters": "经营场所消防安全条件、房屋结构安全。"}
AGREE = {"opinion": "经核对图纸，疏散通道符合要求。", "view": "agree"}
OBJECT = {
    "opinion": "疏散通道净宽不足，须整改。",
    "view": "disagree",
    "provision": "《建筑防火通用规范》GB 55037-2022 第7.1.4条",
}


@pytest.fixture
def named():
    """The restaurant guide names two more departments."""
    guide = Guide.objects.filter(item__code=cast.FOOD, state="published").latest("version")
    before = guide.document
    Guide.objects.filter(pk=guide.pk).update(document={**before, "joint_organs": [FIRE, HOUSING]})
    kept._parsed.clear()
    yield
    kept._parsed.clear()


@pytest.fixture
def case(named):
    return cast.walked(cast.submitted(), "accept")


@pytest.fixture
def asked(case):
    cast.take(case, "ask-departments", by="zhao", values=ASK)
    return case


def seats(case):
    rows = case.matter.seats.filter(closed_at=None).order_by("seat")
    codes = dict(Organ.objects.values_list("pk", "code"))
    return {row.seat: codes[row.organ_id] for row in rows}


def test_article_26_what_is_handled_together_is_not_reviewed_before_every_department_was_heard(refused, case):
    refusal = refused("departments-unheard", cast.take, case, "review")
    assert refusal.article == "行政许可法 第二十六条第二款"


def test_article_26_every_department_gets_a_seat_of_its_own_at_the_same_time(refused, asked):
    assert seats(asked) == {"joint-1": "fire", "joint-2": "housing"}
    refused("not-allowed no-such-matter", cast.take, asked, "view-1", by="housing-2", values=AGREE)
    cast.take(asked, "view-2", by="housing-2", values=AGREE)
    refused("not-allowed not-yet", cast.take, asked, "gather-views", by="zhao", values={})
    refused("already-taken not-allowed", cast.take, asked, "view-2", by="housing-2", values=AGREE)
    cast.take(asked, "view-1", by="fire-2", values=AGREE)
    assert seats(asked) == {"reviewer": "market"}
    cast.take(asked, "gather-views", by="zhao", values={})
    cast.walked(asked, "review", "grant")


def test_article_26_no_licence_over_a_department_s_objection_until_it_is_heard_again(refused, asked):
    refused("view-without-provision", cast.take, asked, "view-1", by="fire-2", values=OBJECT | {"provision": ""})
    cast.take(asked, "view-1", by="fire-2", values=OBJECT)
    cast.take(asked, "view-2", by="housing-2", values=AGREE)
    cast.take(asked, "gather-views", by="zhao", values={})
    cast.walked(asked, "review")
    assert refused("department-objects", cast.take, asked, "grant").article == "行政许可法 第二十六条第二款"
    cast.take(asked, "send-back")
    cast.take(asked, "ask-departments", by="zhao", values=ASK)
    assert seats(asked) == {"joint-1": "fire", "joint-2": "housing"}
    for number, who in ((1, "fire-2"), (2, "housing-2")):
        cast.take(asked, f"view-{number}", by=who, values=AGREE)
    cast.take(asked, "gather-views", by="zhao", values={})
    cast.walked(asked, "review", "grant")


def test_article_42_while_the_departments_look_the_head_of_the_government_may_extend(refused, asked):
    refused("joint-handling", cast.take, asked, "extend", values=cast.WORDS["extend"])
    cast.take(asked, "extend-joint", by="lu", values=cast.WORDS["extend"])
    assert asked.matter.clocks.get(clock="legal").extension


def test_article_42_the_clock_names_what_its_days_rest_on_in_this_case(case):
    shown = {clock.clock: clock for clock in review(cast.staff("zhao"), case.matter.reference, cast.at(hour=14)).clocks}
    assert (
        shown["legal"].basis == "《食品经营许可和备案管理办法》；行政许可法 第四十二条第二款"
    )  # not the first: together
    assert shown["promised"].basis == "办事指南公布的承诺办结时限"


def test_article_26_what_one_department_licenses_is_handed_to_nobody(refused):
    case = cast.walked(cast.submitted(), "accept")
    refused("not-joint", cast.take, case, "ask-departments", by="zhao", values=ASK)
    cast.take(case, "review")


def test_article_26_a_department_nobody_knows_is_named_to_who_keeps_the_guide(refused):
    market = Organ.objects.get(code="market").pk
    refused("joint-organ-unknown", joint.organs_of, ["云溪县不存在局"], cast.at().date(), responsible=market)
    own = "云溪县市场监督管理局"
    found = joint.organs_of([own, FIRE], cast.at().date(), responsible=market)
    assert found == {"joint-1": Organ.objects.get(code="fire").pk}


def test_a_department_s_inbox_leads_to_the_case(asked):
    mine = matters.inbox(cast.staff("fire-2"), cast.at().date())
    assert asked.matter.reference in str(mine)


LATE = "2026-10-12"  # asked on 24 September: five working days end on 9 October, after the holidays


def swept(day=LATE):
    sweeps.sweep(at=cast.at(day, 8))
    supervision.sweep(at=cast.at(day, 8))


def test_article_26_each_department_is_written_to_and_has_its_own_term(asked):
    written = Letter.objects.filter(matter_reference=asked.matter.reference, kind="views-request")
    assert {one.data["addressee"] for one in written} == {FIRE, HOUSING}
    letters.render(letter_id=written[0].pk, at=cast.at())
    written[0].refresh_from_db()
    assert written[0].status == Letter.Status.SEALED
    assert not written.filter(party__isnull=False).exists()  # between offices: nothing in the applicant's box
    days = set(asked.matter.clocks.filter(clock__startswith="views-").values_list("clock", "days", "due_on"))
    assert days == {("views-1", 5, date(2026, 10, 9)), ("views-2", 5, date(2026, 10, 9))}


def test_article_26_a_silent_department_is_seen_by_who_asked_and_charged_itself(refused, asked):
    cast.take(asked, "view-2", by="housing-2", values=AGREE)
    swept()
    asked.matter.refresh_from_db()
    assert asked.matter.state == "joint-overdue"
    assert seats(asked) == {"joint-1": "fire", "reviewer": "market"}
    page = review(cast.staff("zhao", LATE), asked.matter.reference, cast.at(LATE))
    assert [(one.department, one.says) for one in page.asked] == [(FIRE, "待答复，超2个工作日"), (HOUSING, "同意")]
    cards = Card.objects.filter(about=asked.matter, clock__startswith="views-").exclude(signal=Card.Signal.WARNING)
    codes = dict(Organ.objects.values_list("pk", "code"))
    assert [(card.code, codes[card.organ_id], card.clock) for card in cards] == [("R06", "fire", "views-1")]

    says = {"opinion": "经催复仍未答复，其余部门均已同意，继续办理。"}
    refused("not-yet", cast.take, asked, "gather-without", LATE, by="zhao", values=says)
    cast.take(asked, "urge-departments", LATE, by="zhao", values={})
    reminder = Letter.objects.filter(matter_reference=asked.matter.reference, kind="views-request").latest("pk")
    assert (reminder.data["addressee"], reminder.data["due"]) == (FIRE, "2026年10月9日")
    cast.take(asked, "gather-without", LATE, by="zhao", values=says)
    assert seats(asked) == {"reviewer": "market"}
    assert not asked.matter.clocks.filter(clock__startswith="views-", stopped_on=None).exists()


def test_article_26_whoever_is_late_may_still_speak_and_whoever_has_time_is_waited_for(refused, asked):
    swept()
    cast.take(asked, "urge-departments", LATE, by="zhao", values={})
    cast.take(asked, "view-1", LATE, by="fire-2", values=OBJECT)
    cast.take(asked, "view-2", LATE, by="housing-2", values=AGREE)
    given_up = {"opinion": "有关部门未答复，不再等待。"}
    refused("departments-still-in-time", cast.take, asked, "gather-without", LATE, by="zhao", values=given_up)
    cast.take(asked, "gather-views", LATE, by="zhao", values={})
    cast.take(asked, "ask-departments", LATE, by="zhao", values=ASK)  # mended and asked again: a term of its own
    assert asked.matter.clocks.get(clock="views-1").due_on > date.fromisoformat(LATE)
