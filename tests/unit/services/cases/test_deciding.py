"""赵 reviews, 孙 decides, 郑 extends: three hands, words, reasons, and clocks that stand still only by law."""

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.models import Account, Post
from yiwang.matters.models import MatterClock, StepText
from yiwang.services.cases.models import Case


def post(username, *roles):
    """Another post for somebody of the market bureau."""
    account = Account.objects.get(username=username)
    for role in roles:
        Post.objects.create(account=account, organ=account.organ, role=role, from_on="2026-01-01")


def clocks(case):
    return {row.clock: row for row in MatterClock.objects.filter(matter_id=case.matter_id)}


@pytest.fixture
def accepted():
    return cast.walked(cast.submitted(), "accept")


@pytest.fixture
def reviewed(accepted):
    return cast.walked(accepted, "review")


# -- hands -------------------------------------------------------------------------------------------------------------


def test_whoever_accepted_does_not_review_under_three_hands(refused, accepted):
    post("zhou", "reviewer")
    refusal = refused("same-hands", cast.take, accepted, "review", by="zhou")
    assert "三级审批" in refusal.says
    cast.take(accepted, "review", by="zhao")


def test_whoever_accepted_may_review_under_two_hands():
    post("zhou", "reviewer")
    case = cast.submitted()
    case.matter.chain = "two-hands"
    case.matter.save(update_fields=["chain"])
    cast.take(case, "accept")
    cast.take(case, "review", by="zhou")


@pytest.mark.parametrize("step", ["grant", "deny"])
def test_whoever_reviewed_does_not_decide(refused, reviewed, step):
    post("zhao", "decider")
    refused("same-hands", cast.take, reviewed, step, by="zhao")
    cast.take(reviewed, step, by="sun")


def test_whoever_reviewed_before_a_sending_back_does_not_decide_either(refused, reviewed):
    post("zhao", "decider")
    post("xie", "reviewer")
    cast.take(reviewed, "send-back")
    cast.take(reviewed, "review", by="xie")
    refused("same-hands", cast.take, reviewed, "grant", by="zhao")
    refused("not-allowed", cast.take, reviewed, "grant", by="xie")


@pytest.mark.parametrize(
    ("step", "who"),
    [("review", "zhou"), ("review", "sun"), ("review", "wu"), ("extend", "zhao"), ("begin-special", "zheng")],
)
def test_only_the_seat_takes_the_step(refused, accepted, step, who):
    refused("not-allowed", cast.take, accepted, step, by=who)


@pytest.mark.parametrize("who", ["zhou", "zhao", "zheng", "wu", "feng"])
def test_only_the_decider_decides(refused, reviewed, who):
    """冯 stands in for 孙 only while 孙 is away."""
    refused("not-allowed", cast.take, reviewed, "grant", by=who)


def test_a_department_that_has_nothing_to_do_with_it_sees_nothing(refused, accepted):
    assert refused("no-such-matter", cast.take, accepted, "review", by="song").status == 404


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opinion", ["", "  ", "同意", "已阅", "无"])
def test_an_opinion_that_says_nothing_is_refused(refused, accepted, opinion):
    words = {"opinion": opinion, "recommendation": "grant"}
    refusal = refused("opinion", cast.take, accepted, "review", values=words)
    assert "不得只签署姓名" in refusal.says


def test_an_opinion_too_long_is_refused(refused, accepted):
    words = {"opinion": "长" * 2001, "recommendation": "grant"}
    refused("too-long", cast.take, accepted, "review", values=words)


def test_a_review_ends_in_one_of_two_recommendations(refused, accepted):
    refused("missing", cast.take, accepted, "review", values={"opinion": cast.OPINION})
    refused("choice", cast.take, accepted, "review", values={"opinion": cast.OPINION, "recommendation": "perhaps"})


def test_a_field_nobody_declared_is_refused(refused, accepted):
    words = cast.WORDS["review"] | {"outcome": "granted"}
    refused("unknown", cast.take, accepted, "review", values=words)


def test_the_opinion_is_kept_and_only_its_digest_is_in_the_ledger(accepted):
    from yiwang.foundation.ledger.models import LedgerEntry

    cast.take(accepted, "review")
    assert StepText.objects.get(matter_id=accepted.matter_id, field="opinion").text == cast.OPINION
    line = LedgerEntry.objects.filter(subject=f"matter:{accepted.matter.reference}").order_by("-ordinal").first()
    assert cast.OPINION not in line.body
    assert '"texts"' in line.body


# -- the decision ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "不符合条件", "不行"])
def test_article_38_a_refusal_without_reasons_is_refused(refused, reviewed, reason):
    refusal = refused("no-reasons missing", cast.take, reviewed, "deny", values=cast.WORDS["deny"] | {"reason": reason})
    assert refusal.faults[0].field == "reason"
    assert not Letter.objects.filter(kind="denial-decision").exists()


@pytest.mark.parametrize("remedies", ["可以申请行政复议。", "可以提起行政诉讼。", "如有疑问请致电。"])
def test_article_38_a_refusal_that_does_not_name_both_remedies_is_refused(refused, reviewed, remedies):
    refusal = refused("no-remedies", cast.take, reviewed, "deny", values=cast.WORDS["deny"] | {"remedies": remedies})
    assert refusal.article == "行政许可法 第三十八条第二款"


def test_a_denial_carries_reasons_and_remedies_and_ends_the_case(reviewed):
    case = cast.walked(reviewed, "deny")
    assert (case.outcome, str(case.decided_on), case.matter.state) == ("denied", "2026-09-24", "denied")
    letter = Letter.objects.get(kind="denial-decision")
    assert letter.data["reason"] == cast.REASON
    assert letter.data["remedies"] == cast.REMEDIES
    assert all(row.stopped_on for row in clocks(case).values())


def test_a_validity_that_ends_before_it_begins_is_refused(refused, reviewed):
    for until in ("2026-09-24", "2020-01-01"):
        words = cast.WORDS["grant"] | {"valid-until": until}
        refused("valid-until", cast.take, reviewed, "grant", values=words)
    refused("type", cast.take, reviewed, "grant", values=cast.WORDS["grant"] | {"valid-until": "2026-02-30"})


def test_a_grant_stops_both_clocks_and_starts_the_delivery(reviewed):
    words = cast.WORDS["grant"] | {"valid-until": "2031-09-23"}
    cast.take(reviewed, "grant", values=words)
    case = Case.objects.get(pk=reviewed.pk)
    assert (case.outcome, str(case.valid_until)) == ("granted", "2031-09-23")
    running = {name for name, row in clocks(case).items() if row.stopped_on is None}
    assert running == {"delivery"}
    letter = Letter.objects.get(kind="grant-decision")
    assert letter.data["valid_until"] == "2031年9月23日"
    assert "《中华人民共和国食品安全法》第三十五条第一款" in letter.data["bases"]


def test_nothing_is_decided_twice(refused, reviewed):
    cast.take(reviewed, "grant")
    refused("not-now not-allowed", cast.take, reviewed, "deny")


def test_a_sending_back_returns_the_case_to_review_and_the_clock_runs_on(reviewed):
    due = clocks(reviewed)["legal"].due_on
    case = cast.walked(reviewed, "send-back")
    assert case.matter.state == "under-review"
    assert clocks(case)["legal"].due_on == due


def test_a_termination_says_why(refused, reviewed):
    refused("missing", cast.take, reviewed, "terminate", values={"opinion": "依法终止本次办理。"})
    case = cast.walked(reviewed, "terminate")
    assert case.matter.state == "terminated"
    assert case.outcome == ""


def test_article_35_a_licence_decided_here_is_not_sent_up_to_be_rid_of_it(refused, accepted):
    refused(
        "no-such-step", cast.take, accepted, "transfer-up"
    )  # only where the law asks for a preliminary review below


# -- special procedure -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ground", ["busy", "leave", "waiting-for-another-bureau", ""])
def test_article_45_a_ground_the_law_does_not_list_stops_no_clock(refused, accepted, ground):
    words = cast.WORDS["begin-special"] | {"ground": ground}
    refused("choice missing", cast.take, accepted, "begin-special", values=words)


@pytest.mark.parametrize("days", [-1, 10**12, 2**63, "soon", True])
def test_an_expected_time_that_is_none_is_refused(refused, accepted, days):
    words = cast.WORDS["begin-special"] | {"expected-days": days}
    refused("type days-range", cast.take, accepted, "begin-special", values=words)


def test_article_45_a_special_procedure_gives_notice_and_stops_both_clocks(accepted):
    case = cast.walked(accepted, "begin-special")
    notice = Letter.objects.get(kind="special-procedure-notice")
    assert notice.data["ground"] == "专家评审"
    for name in ("legal", "promised"):
        pause = clocks(case)[name].pauses[0]
        assert notice.number in str(pause)
        assert clocks(case)[name].due_on is None


def test_the_days_of_a_special_procedure_do_not_count(accepted):
    before = clocks(accepted)["legal"].due_on
    cast.take(accepted, "begin-special", "2026-09-28")
    cast.take(accepted, "end-special", "2026-10-12")
    after = clocks(accepted)["legal"].due_on
    # the day it began counts as used, the day it resumed does not: 29, 30 September, 8, 9, 10, 12 October stood still
    assert (str(before), str(after)) == ("2026-10-15", "2026-10-23")


def test_a_site_visit_stops_the_promise_and_not_the_law(accepted):
    words = cast.WORDS["begin-special"] | {"ground": "site-visit"}
    cast.take(accepted, "begin-special", values=words)
    assert clocks(accepted)["legal"].due_on is not None
    assert clocks(accepted)["promised"].due_on is None


def test_a_special_procedure_cannot_begin_twice_nor_end_before_it_began(refused, accepted):
    refused("not-now", cast.take, accepted, "end-special")
    cast.take(accepted, "begin-special")
    refused("not-now", cast.take, accepted, "begin-special")
    refused("not-now", cast.take, accepted, "review")


# -- extension ---------------------------------------------------------------------------------------------------------


def test_article_42_only_the_head_extends_and_says_why(refused, accepted):
    refused("opinion", cast.take, accepted, "extend", values={"days": 5, "opinion": "同意"})
    for who in ("zhao", "sun", "zhou", "wu"):
        refused("not-allowed", cast.take, accepted, "extend", by=who)


@pytest.mark.parametrize("days", [0, -5, 6, 10**9])
def test_an_extension_beyond_the_guide_s_is_refused(refused, accepted, days):
    words = cast.WORDS["extend"] | {"days": days}
    refused("clock-extension-days days-range", cast.take, accepted, "extend", values=words)
    assert clocks(accepted)["legal"].extension is None


def test_article_42_an_extension_is_given_once(refused, accepted):
    before = clocks(accepted)["legal"].due_on
    cast.take(accepted, "extend")
    after = clocks(accepted)["legal"].due_on
    assert after > before
    assert Letter.objects.get(kind="extension-notice").data["days"] == "5"
    refused("clock-extended", cast.take, accepted, "extend")
    assert clocks(accepted)["legal"].due_on == after


# -- withdrawing -------------------------------------------------------------------------------------------------------


def test_only_the_applicant_withdraws(refused, accepted):
    for by in (cast.citizen("王建国"), cast.staff("song")):
        assert refused("no-such-matter", cast.take, accepted, "withdraw", by=by, values={}).status == 404
    refused("not-allowed", cast.take, accepted, "withdraw", by="zhao", values={})
    cast.take(accepted, "withdraw", by=cast.lin())
    accepted.refresh_from_db()
    assert accepted.matter.state == "withdrawn"
    assert all(row.stopped_on for row in clocks(accepted).values())


def test_what_is_decided_is_not_withdrawn(refused, reviewed):
    cast.take(reviewed, "grant")
    refused("not-now", cast.take, reviewed, "withdraw", by=cast.lin(), values={})
