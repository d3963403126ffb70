"""周 asks 林 for corrections: once, everything listed, and 林 hands in when everything is there."""

import pytest

from tests.factories import cases as cast
from tests.factories import documents
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.refusal import Refusal
from yiwang.services.cases import actions
from yiwang.services.cases.models import Shortcoming


def supply(case, code="layout", by=None, content=None, name="布局图.pdf"):
    return actions.supply(
        reference=case.matter.reference,
        code=code,
        content=documents.pdf() if content is None else content,
        name=name,
        by=by or cast.lin(),
        at=cast.at(hour=15),
    )


def hand_in(case, by=None, day=cast.DAY):
    return cast.take(case, "hand-in-correction", day, by=by or cast.lin(day))


@pytest.fixture
def wrong():
    """Two materials found wrong."""
    case = cast.submitted()
    cast.checked(case, layout="布局图未标明餐用具清洗消毒区", rules="制度目录缺少进货查验记录制度", lease="")
    return case


@pytest.fixture
def asked(wrong):
    cast.asked(wrong, layout="请在布局图上标明消毒区", rules="请补写进货查验记录制度")
    wrong.refresh_from_db()
    return wrong


# -- the notice --------------------------------------------------------------------------------------------------------


def test_a_notice_without_anything_listed_is_refused(refused):
    refused("nothing-listed", cast.asked, cast.submitted())


def test_article_32_4_a_notice_that_leaves_something_out_is_refused_and_names_it(refused, wrong):
    refusal = refused("left-out", cast.asked, wrong, layout="请在布局图上标明消毒区")
    assert [(fault.field, fault.code) for fault in refusal.faults] == [("rules", "left-out")]
    assert refusal.article == "行政许可法 第三十二条第一款第四项"
    assert not Letter.objects.filter(kind="correction-notice").exists()
    assert not Shortcoming.objects.exists()


@pytest.mark.parametrize("reason", ["", " ", "补正", "不符合要求", "材料不全", "请补正"])
def test_a_reason_nobody_can_act_on_is_refused(refused, wrong, reason):
    refusal = refused("vague", cast.asked, wrong, layout=reason, rules="请补写进货查验记录制度")
    assert [fault.field for fault in refusal.faults] == ["layout"]


@pytest.mark.parametrize("reason", ["长" * 301, "请标明\x00消毒区"])
def test_a_reason_the_notice_cannot_carry_is_refused_not_cut(refused, wrong, reason):
    refused("too-long", cast.asked, wrong, layout=reason, rules="请补写进货查验记录制度")


def test_what_the_government_holds_may_be_asked_for_on_a_lawful_ground_once_it_was_found_wrong(wrong):
    cast.checked(wrong, licence="电子营业执照上的地址与申请地址不一致")
    demanded = {"layout": "请标明消毒区", "rules": "请补写进货查验记录制度", "licence": "请交验新的营业执照原件"}
    cast.asked(wrong, grounds={"licence": "mismatch"}, **demanded)
    cast.supplied(wrong, "licence")
    assert cast.materials(wrong)["licence"].state == "uploaded"


def test_article_31_a_material_the_guide_does_not_ask_cannot_be_demanded(refused, wrong):
    demanded = {
        "layout": "请标明消毒区",
        "rules": "请补写进货查验记录制度",
        "tax-clearance": "请提供完税证明",
    }
    refusal = refused("not-in-guide", cast.asked, wrong, **demanded)
    assert [fault.field for fault in refusal.faults] == ["tax-clearance"]


def test_article_33_a_material_the_government_holds_cannot_be_demanded_again(refused, wrong):
    demanded = {"layout": "请标明消毒区", "rules": "请补写进货查验记录制度", "licence": "请提供营业执照复印件"}
    refusal = refused("already-held", cast.asked, wrong, **demanded)
    assert [fault.field for fault in refusal.faults] == ["licence"]


def test_the_one_notice_lists_everything_and_stops_the_acceptance_clock(asked):
    assert asked.matter.state == "awaiting-correction"
    assert set(Shortcoming.objects.values_list("notice", "code")) == {(1, "layout"), (1, "rules")}
    notice = Letter.objects.get(kind="correction-notice")
    assert [row["name"] for row in notice.data["shortcomings"]] == [
        "主要设备设施、经营布局和操作流程图",
        "食品安全规章制度目录清单",
    ]
    assert notice.data["within"] == "10天（自然日）"
    clocks = {row.clock: row for row in asked.matter.clocks.all()}
    assert clocks["acceptance"].stopped_on is not None
    assert "correction" not in clocks  # the term runs from the service of the notice
    cast.served(asked)
    served = asked.matter.clocks.get(clock="correction")
    assert (served.unit, served.days, str(served.started_on)) == ("natural-day", 10, cast.DAY)


def test_the_words_of_the_notice_are_not_in_the_ledger(asked):
    bodies = "".join(
        LedgerEntry.objects.filter(subject=f"matter:{asked.matter.reference}").values_list("body", flat=True)
    )
    assert "消毒区" not in bodies
    assert '"layout"' in bodies


# -- what comes back ---------------------------------------------------------------------------------------------------


def test_only_what_the_notice_lists_is_taken(refused, asked):
    refused("not-listed", supply, asked, "lease")
    refused("not-listed", supply, asked, "no-such-thing")


def test_only_the_applicant_or_the_clerk_on_the_seat_supplies(refused, asked):
    for by in (cast.citizen("王建国"), cast.staff("zhao"), cast.staff("wu")):
        assert refused("no-such-matter", supply, asked, by=by).status == 404


def test_a_case_that_waits_for_nothing_takes_nothing(refused):
    refused("not-now", supply, cast.submitted())


def test_a_bad_file_leaves_the_material_as_it_was(asked):
    with pytest.raises(Refusal):
        supply(asked, content=b"MZ\x90\x00", name="布局图.exe")
    assert cast.materials(asked)["layout"].verdict == "wrong"
    assert cast.materials(asked)["layout"].files.count() == 1


def test_half_a_correction_cannot_be_handed_in(refused, asked):
    supply(asked)
    refusal = refused("supplement-incomplete", hand_in, asked)
    assert [fault.field for fault in refusal.faults] == ["rules"]


def test_another_citizen_cannot_hand_in(refused, asked):
    supply(asked)
    supply(asked, "rules")
    assert refused("no-such-matter", hand_in, asked, by=cast.citizen("王建国")).status == 404


def test_handed_in_the_case_waits_for_acceptance_again_with_five_days():
    case = cast.submitted()
    cast.checked(case, layout="布局图未标明餐用具清洗消毒区")
    cast.asked(case, layout="请在布局图上标明消毒区")
    cast.supplied(case, "layout", "2026-09-29")
    hand_in(case, day="2026-09-29")
    case.refresh_from_db()
    assert case.matter.state == "received"
    row = cast.materials(case)["layout"]
    assert (row.state, row.verdict, row.files.count()) == ("uploaded", "unchecked", 2)
    clock = case.matter.clocks.get(clock="acceptance")
    # from 29 September: 30 September, then 8, 9, 10 (a working Saturday) and 12 October
    assert (clock.stopped_on, str(clock.started_on), str(clock.due_on)) == (None, "2026-09-29", "2026-10-12")
    cast.take(case, "accept", "2026-09-30")


# -- a second notice ---------------------------------------------------------------------------------------------------


@pytest.fixture
def returned(asked):
    supply(asked)
    supply(asked, "rules")
    hand_in(asked)
    return asked


def test_article_32_4_a_second_notice_demands_nothing_new(refused, returned):
    cast.checked(returned, layout="消毒区仍未标明", lease="租赁合同地址不一致")
    refusal = refused("new-demand", cast.asked, returned, layout="消毒区仍未标明", lease="租赁合同地址不一致")
    assert [fault.field for fault in refusal.faults] == ["lease"]


def test_what_was_told_before_may_be_told_again(returned):
    cast.checked(returned, layout="消毒区仍未标明")
    cast.asked(returned, layout="消毒区仍未标明，请参照样例")
    assert set(Shortcoming.objects.filter(notice=2).values_list("code", flat=True)) == {"layout"}
    returned.refresh_from_db()
    assert returned.matter.state == "awaiting-correction"


def test_what_was_told_the_first_time_only_is_not_outstanding_the_second_time(refused, returned):
    cast.checked(returned, layout="消毒区仍未标明")
    cast.asked(returned, layout="消毒区仍未标明，请参照样例")
    refused("not-listed", supply, returned, "rules")
    supply(returned)
    hand_in(returned)


def test_something_wrong_that_the_first_notice_forgot_does_not_block_the_second_nor_acceptance(refused, returned):
    cast.checked(returned, layout="", rules="", lease="租赁合同地址不一致")
    refused("new-demand", cast.asked, returned, lease="租赁合同地址不一致")
    refused("material-wanting", cast.take, returned, "accept")
    cast.checked(returned, lease="")  # what the bureau forgot to say it may not hold against the applicant
    cast.take(returned, "accept")


def test_the_counter_may_hand_in_for_a_citizen_who_brings_paper():
    case = cast.received(states={"rules": "missing"})
    cast.take(case, "ask-correction", by="chen", shortcomings={"rules": "请补交食品安全制度目录"})
    actions.supply(
        reference=case.matter.reference,
        code="rules",
        content=documents.pdf(),
        name="制度.pdf",
        by=cast.staff("chen"),
        at=cast.at(hour=15),
    )
    cast.take(case, "hand-in-correction", by="chen")
    case.refresh_from_db()
    assert case.matter.state == "received"
