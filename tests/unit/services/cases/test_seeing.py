"""Who sees a case: its parties, the organs that take part, supervisors. To anybody else it does not exist."""

import pytest

from tests.factories import cases as cast
from yiwang.foundation.people.models import FirmOfficer, Mandate
from yiwang.foundation.people.queries import acting
from yiwang.kernel.permissions import STRANGER
from yiwang.matters import actions as matters
from yiwang.services.cases import actions, queries
from yiwang.services.cases.hooks import may_see_file
from yiwang.services.cases.limits import TRIES, rate_limited
from yiwang.web.sparing import TooMany


def reviewed(who, case):
    return queries.review(cast.staff(who), case.matter.reference, cast.at())


# -- the party's page --------------------------------------------------------------------------------------------------


def test_a_citizen_sees_no_case_of_another(refused):
    case = cast.submitted()
    for by in (cast.citizen("王建国"), STRANGER, cast.staff("zhou")):
        refusal = refused("no-such-matter", queries.progress, by, case.matter.reference, cast.at())
        assert refusal.status == 404
    assert refused("no-such-matter", queries.progress, cast.lin(), "2026-999999", cast.at()).status == 404


def test_absent_and_invisible_say_the_same(refused):
    case = cast.submitted()
    by = cast.citizen("王建国")
    there = refused("no-such-matter", queries.progress, by, case.matter.reference, cast.at())
    absent = refused("no-such-matter", queries.progress, by, "2026-999999", cast.at())
    assert (there.says, there.code) == (absent.says, absent.code)


def test_the_applicant_reads_one_sentence_with_the_latest_day_and_who_has_it():
    shown = queries.progress(cast.lin(), cast.submitted().matter.reference, cast.at())
    assert shown.sentence == "材料已收到，最迟10月9日前告诉您受理、补正或不予受理"
    assert (str(shown.latest), shown.provisional) == ("2026-10-09", False)
    assert shown.with_whom == "云溪县市场监督管理局"
    assert shown.phone == "0700-3310264"
    assert shown.if_silent
    assert not shown.todos
    assert shown.may_withdraw


def test_the_applicant_reads_what_to_do_now():
    case = cast.submitted()
    cast.checked(case, layout="布局图未标明餐用具清洗消毒区")
    cast.asked(case, layout="请在布局图上标明消毒区")
    shown = queries.progress(cast.lin(), case.matter.reference, cast.at())
    assert shown.sentence.startswith("请补1样材料")
    todo = "请补1样材料。请先打开补正告知书并确认收到，补正期限从那天起算。"
    assert [(one.text, one.url) for one in shown.todos] == [(todo, f"/my/cases/{case.matter.reference}/correct/")]
    cast.supplied(case, "layout")
    shown = queries.progress(cast.lin(), case.matter.reference, cast.at())
    assert shown.todos[0].text == "材料已补齐，请提交补正。"


def test_only_the_newest_notice_counts_for_what_is_left_to_do():
    case = cast.submitted()
    cast.checked(case, layout="未标明消毒区", rules="缺少进货查验制度")
    cast.asked(case, layout="请标明消毒区", rules="请补写进货查验制度")
    cast.supplied(case, "layout")
    cast.supplied(case, "rules")
    cast.take(case, "hand-in-correction", by=cast.lin())
    cast.checked(case, layout="消毒区仍未标明")
    cast.asked(case, layout="消毒区仍未标明，请参照样例")
    assert queries.progress(cast.lin(), case.matter.reference, cast.at()).sentence.startswith("请补1样材料")


def test_days_used_paused_and_left_are_shown_and_explained():
    case = cast.walked(cast.submitted(), "accept")
    cast.take(case, "begin-special", "2026-09-28")
    shown = queries.progress(cast.lin(), case.matter.reference, cast.at("2026-09-30"))
    legal = next(clock for clock in shown.clocks if clock.clock == "legal")
    assert (legal.days, legal.used, legal.paused, legal.tone) == (10, 1, 2, "paused")
    assert any("专家评审" in sentence for sentence in legal.sentences)


def test_words_of_the_desk_are_not_on_the_applicant_s_page():
    case = cast.walked(cast.submitted(), "accept", "review")
    shown = queries.progress(cast.lin(), case.matter.reference, cast.at())
    assert not any(line.texts for line in shown.story)
    assert all(line.event.startswith("services.") for line in shown.story)


def test_a_day_of_a_year_not_announced_is_said_to_be_provisional():
    case = cast.submitted("2026-12-29")
    shown = queries.progress(cast.lin("2026-12-29"), case.matter.reference, cast.at("2026-12-29"))
    assert shown.provisional
    assert "（暂定）" in shown.sentence


# -- through somebody else ---------------------------------------------------------------------------------------------


def test_an_agent_sees_the_case_while_the_mandate_holds(refused):
    case = cast.submitted(by=cast.citizen("王建国"), party=cast.person("陈阿婆"))
    reference = case.matter.reference
    assert queries.progress(cast.citizen("王建国"), reference, cast.at()).reference == reference
    Mandate.objects.filter(agent_id=cast.person("王建国")).update(until_on="2026-09-24")
    refused("no-such-matter", queries.progress, cast.citizen("王建国"), reference, cast.at())


def test_a_mandate_for_one_matter_opens_that_matter_only(refused):
    mine = cast.submitted(by=cast.citizen("王建国"), party=cast.person("陈阿婆"))
    other = cast.submitted(by=cast.citizen("王建国"), party=cast.person("陈阿婆"))
    Mandate.objects.filter(agent_id=cast.person("王建国")).update(
        scope="matter", matter_reference=mine.matter.reference, item_codes=[]
    )
    by = cast.citizen("王建国")
    assert cast.person("陈阿婆") not in by.delegations
    assert queries.progress(by, mine.matter.reference, cast.at())
    refused("no-such-matter", queries.progress, by, other.matter.reference, cast.at())
    cast.take(mine, "withdraw", by=by)
    refused("no-such-matter", cast.take, other, "withdraw", by=by)


def test_whoever_left_the_firm_no_longer_acts_for_it(refused):
    case = cast.submitted()
    FirmOfficer.objects.filter(firm_id=cast.noodle_shop()).update(until_on="2026-09-20")
    refused("no-such-matter", queries.progress, cast.lin(), case.matter.reference, cast.at())
    refused("no-such-matter", cast.take, case, "withdraw", by=cast.lin())


def test_an_agent_s_mandates_do_not_outlive_the_deed():
    by = cast.citizen("王建国")
    assert acting(by, cast.at().date()) == by


# -- the public page ---------------------------------------------------------------------------------------------------


def test_number_and_code_together_open_the_public_page_and_show_no_name():
    case = cast.submitted()
    for number in (case.matter.reference, case.number):
        shown = queries.public_progress(number, case.enquiry_code.lower(), cast.at())
        assert shown.reference == case.matter.reference
        assert (shown.enquiry_code, shown.materials, shown.letters, shown.may_withdraw) == ("", None, None, False)
        assert "小满" not in repr(shown)


def test_a_wrong_pair_is_one_answer_whatever_was_wrong(refused):
    case, other = cast.submitted(), cast.submitted(party=cast.person("林小满"))
    answers = {
        refused("no-such-case", queries.public_progress, number, code, cast.at()).says
        for number, code in [
            (case.matter.reference, "AAAAAAAAAAAA"),
            ("2026-999999", case.enquiry_code),
            (other.matter.reference, case.enquiry_code),
            ("", ""),
            ("号" * 1000, "码" * 1000),
        ]
    }
    assert len(answers) == 1


def test_guessing_is_bounded_by_address():
    for _ in range(TRIES):
        rate_limited("10.1.1.1", cast.at())
    with pytest.raises(TooMany):
        rate_limited("10.1.1.1", cast.at())
    rate_limited("10.1.1.2", cast.at())
    rate_limited("10.1.1.1", cast.at(hour=11))


# -- the desk ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["zhou", "zhao", "sun", "zheng", "yu", "wu"])
def test_the_department_and_the_supervisor_see_the_case(who):
    case = cast.submitted()
    assert reviewed(who, case).reference == case.matter.reference


def test_a_department_that_takes_no_part_does_not(refused):
    case = cast.submitted()
    for who in ("song", "tang", "chengguan-1"):
        assert refused("no-such-matter", reviewed, who, case).status == 404


def test_the_hall_that_received_sees_what_it_received():
    case = cast.received()
    assert reviewed("chen", case).may_check
    assert reviewed("liang", case).reference == case.matter.reference


def test_the_review_page_offers_exactly_the_steps_that_may_be_taken():
    case = cast.submitted()
    names = {step.name for step in reviewed("zhou", case).steps}
    assert names == {
        "accept",
        "ask-correction",
        "correct-on-the-spot",
        "not-required",
        "refuse-acceptance",
        "refuse-as-false",
    }
    assert not reviewed("zhao", case).steps
    assert not reviewed("wu", case).steps
    assert reviewed("wu", case).may_urge
    cast.walked(case, "accept")
    names = {step.name for step in reviewed("zhao", case).steps}
    hearing = {"tell-hearing-right", "announce-hearing"}
    assert names == {"review", "begin-special", "assign-inspectors", "make-statement"} | hearing
    assert {step.name for step in reviewed("zheng", case).steps} == {"extend"}


def test_the_hall_may_hand_its_case_to_the_department_and_online_is_offered_to_who_chose_it():
    assert "to-department" in {step.name for step in reviewed("chen", cast.received()).steps}
    for delivery in ("collect", "online"):
        case = cast.submitted(delivery=delivery, party=cast.person("林小满"))
        cast.walked(case, "accept", "review", "grant", "issue")
        offered = "deliver-online" in {step.name for step in reviewed("yu", case).steps}
        assert offered == (delivery == "online")


def test_the_review_page_hides_the_number_of_who_applies():
    case = cast.submitted(party=cast.person("林小满"))
    shown = reviewed("zhao", case)
    assert shown.applicant == "林小满"
    assert "199105200223" not in shown.identity
    assert "****" in shown.phone


def test_a_file_of_a_case_opens_for_the_hall_that_received_and_not_for_others():
    case = cast.submitted()
    cast.walked(case, "accept", "review", "grant", "issue", "send-to-window")
    file = cast.materials(case)["layout"].files.get()
    assert may_see_file(viewer=cast.staff("luo"), file_id=file.pk)
    assert not may_see_file(viewer=cast.staff("song"), file_id=file.pk)
    assert not may_see_file(viewer=cast.citizen("王建国"), file_id=file.pk)


# -- lists -------------------------------------------------------------------------------------------------------------


def test_my_list_has_my_cases_and_those_i_act_for_newest_first():
    first = cast.submitted()
    second = cast.submitted(party=cast.person("林小满"))
    rows, following = queries.my_cases(cast.lin(), cast.at())
    assert [row.reference for row in rows] == [second.matter.reference, first.matter.reference]
    assert following is None
    assert queries.my_cases(cast.citizen("王建国"), cast.at()) == ([], None)
    assert queries.my_cases(STRANGER, cast.at()) == ([], None)


def test_the_desk_lists_the_cases_of_one_s_own_organ(refused):
    case = cast.submitted()
    rows, _ = queries.desk_cases(cast.staff("zhou"))
    assert [row.reference for row in rows] == [case.matter.reference]
    assert queries.desk_cases(cast.staff("song"))[0] == []
    for by in (cast.lin(), STRANGER):
        assert refused("not-found", queries.desk_cases, by).status == 404


def test_a_closed_case_is_found_by_its_number():
    case = cast.walked(cast.submitted(), "refuse-acceptance")
    assert queries.desk_cases(cast.staff("zhou"))[0] == []
    assert queries.desk_cases(cast.staff("zhou"), reference=case.matter.reference)[0]
    assert queries.desk_cases(cast.staff("zhou"), reference=case.number)[0]
    assert not queries.desk_cases(cast.staff("song"), reference=case.number)[0]


@pytest.mark.parametrize("text", ["号" * 500, "' or 1=1 --", "%"])
def test_odd_text_finds_nothing_and_breaks_nothing(text):
    cast.submitted()
    assert queries.desk_cases(cast.staff("zhou"), reference=text)[0] == []
    assert queries.hand_out(cast.staff("luo"), cast.at(), find=text)[0] == []


def test_only_the_hand_out_window_lists_results(refused):
    case = cast.walked(cast.submitted(), "accept", "review", "grant", "issue", "send-to-window")
    rows, counts = queries.hand_out(cast.staff("luo"), cast.at())
    assert [row.reference for row in rows] == [case.matter.reference]
    assert counts == {"coming": 1, "waiting": 0, "forgotten": 0, "posted": 0}
    for by in (cast.staff("zhao"), cast.lin(), STRANGER):
        assert refused("not-found", queries.hand_out, by, cast.at()).status == 404


def test_what_nobody_collects_for_a_month_is_counted_as_forgotten():
    cast.walked(cast.submitted(), "accept", "review", "grant", "issue", "send-to-window", "arrive")
    assert queries.hand_out(cast.staff("luo"), cast.at("2026-10-30"))[1]["forgotten"] == 1


def test_only_supervisors_and_leaders_see_the_county(refused):
    cast.submitted()
    assert queries.load_by_organ(cast.staff("wu"), cast.at().date())[0].open == 1
    for by in (cast.staff("zhao"), cast.lin(), STRANGER):
        assert refused("not-found", queries.load_by_organ, by, cast.at().date()).status == 404
        assert refused("not-allowed not-found", queries.wall, by, cast.at())
        refused("not-allowed", queries.supervised, by, cast.at())


def test_supervision_shows_days_left_holder_and_urging():
    case = cast.submitted()
    matters.urge(reference=case.matter.reference, text="请抓紧办理。", by=cast.staff("wu"), at=cast.at("2026-10-12"))
    rows, _ = queries.supervised(cast.staff("wu"), cast.at("2026-10-12"), band="late")
    assert [(row["reference"], row["left_text"], row["urged"]) for row in rows] == [(case.matter.reference, "超2天", 1)]
    assert queries.supervised(cast.staff("wu"), cast.at(), band="late")[0] == []


def test_a_draft_is_listed_for_its_owner_alone():
    draft = cast.draft()
    assert [row["pk"] for row in queries.drafts_of(cast.lin(), cast.at())] == [draft.pk]
    assert queries.drafts_of(cast.citizen("王建国"), cast.at()) == []
    actions.discard(draft=draft)
    assert queries.drafts_of(cast.lin(), cast.at()) == []
