"""Each kind of power on its own guide of the demo county, from the application to the letters, under its own process."""

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter, Message
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people.models import Firm
from yiwang.matters import actions as matters
from yiwang.matters.models import Job, MatterClock
from yiwang.services.cases import after, queries
from yiwang.services.cases.models import Case
from yiwang.services.cases.step_forms import in_fen
from yiwang.services.catalogue.models import Guide

REVIEW = {"opinion": "材料齐全，核查属实，建议准予。", "recommendation": "grant"}
AGREE = "同意审核意见，依法作出决定。"
WHO = {"applicant_name": "云溪县城关街道小满面馆", "applicant_number": "92449931MA0000001W", "mobile": "13800001111"}
WHO |= {"contact_name": "林小满", "contact_id_number": "449931199105200223"}
RIVAL = {"respondent_name": "云溪县云味餐饮管理有限公司", "respondent_uscc": "91449931MA00000049"}
CLAIMS = {"claims": "对方名称与本店近似，请求责令其变更名称。"}
STORIES = {
    "services.benefit": (
        "511G25391001",
        {"loss": "house"},
        {"happened_on": "2026-09-10", "home": "城东社区解放路2号", "members": 3, "rooms": 2, "story": "台风掀翻屋顶。"},
        ("village", "photos"),
    ),
    "services.confirmation": (
        "511F31141001",
        {"kind": "limited"},
        {"company_name": RIVAL["respondent_name"], "company_uscc": RIVAL["respondent_uscc"], "creditor": "云溪农商行"}
        | {"amount": 50, "debt": 40},
        ("contract", "register"),
    ),
    "services.reward": (
        "H-000185-001",
        {"who": "unit"},
        {"deed": "连续十年义务维护镇上的自动气象站。", "year": 2025},
        ("proofs",),
    ),
    "services.adjudication": ("E-000021-001", {"mediation": "no"}, {**RIVAL, **CLAIMS}, ("evidence",)),
    "services.levy": (
        "YX-SW-0001",
        {"relief": "no"},
        {"project": "小满面馆新店", "site": "城东社区人民路16号", "land": 900},
        ("plan",),
    ),
    "services.other": (
        "511Z18271001",
        {"kind": "motorcycle"},
        {"premises": "城东社区人民路16号", "area": 60},
        ("site", "staff"),
    ),
    "services.public": (
        "YX-ZS-0001",
        {"qualified": "no", "who": "legal"},
        {"company_name": WHO["applicant_name"], "company_uscc": WHO["applicant_number"], "services": ["agency"]},
        ("promise",),
    ),
    "services.on-the-spot": (
        "511A17033003",
        {"kind": "public"},
        {
            "where": "人民路天桥",
            "content": "全民健身日",
            "starts_on": "2026-10-01",
            "ends_on": "2026-10-08",
            "pieces": 2,
        },
        ("consent",),
    ),
}


def begun(process: str, **changes) -> Case:
    """林's application under the demo guide of that process."""
    item, answers, said, uploads = STORIES[process]
    case = cast.submitted(item=item, answers=answers, said=WHO | said | changes, uploads=uploads)
    assert case.matter.process_id == process
    return case


def hand(case: Case, number: int) -> str:
    """``water-2``: the department's acceptor (1), reviewer (2), decider (3)."""
    names = Account.objects.filter(posts__organ_id=case.organ_id, username__endswith=f"-{number}")
    return names.distinct().get().username


def kinds(case: Case) -> list[str]:
    return list(
        Letter.objects.filter(matter_reference=case.matter.reference).order_by("pk").values_list("kind", flat=True)
    )


def told(case: Case) -> None:
    """The worker's part: what the steps enqueued is told."""
    for job in Job.objects.filter(matter_id=case.matter_id).order_by("ordinal"):
        run = {"cases.tell": after.tell, "cases.tell-respondent": after.tell_respondent}.get(job.effect)
        if run:
            run(case.matter_id, job.ordinal, {})


def finished(case: Case) -> str:
    case.matter.refresh_from_db()
    assert case.matter.closed_at is not None
    return case.matter.state


def test_every_kind_of_power_on_request_has_a_guide_of_its_own():
    bound = set(Guide.objects.filter(state="published").values_list("process_id", flat=True))
    assert set(STORIES) | {"services.licence"} == bound & (set(STORIES) | {"services.licence"})


def test_a_benefit_is_publicised_decided_with_its_amount_and_handed_over():
    case = begun("services.benefit")
    cast.take(case, "accept", by=hand(case, 1))
    words = {"opinion": "核查属实，予以公示。", "place": "城东社区公告栏"}
    cast.take(case, "publicise", by=hand(case, 2), values=words)
    assert matters.sweep(at=cast.at("2026-10-09", 1)).taken == 1
    words = {"opinion": AGREE, "standard-fen": in_fen("1,250.50"), "first-on": "2026-10-09"}
    cast.take(case, "grant", "2026-10-09", by=hand(case, 3), values=words)
    decision = Letter.objects.get(kind="power-decision")
    assert decision.data["heading"] == "行政给付决定书"
    assert "给付标准（每月或一次）：1250.50元" in decision.data["content"]
    letters.render(letter_id=decision.pk, at=cast.at("2026-10-09", 12))
    cast.take(case, "hand-over", "2026-10-09", by=hand(case, 1), values={"receiver": "applicant"}, hour=13)
    decision.refresh_from_db()
    assert (decision.served_how, finished(case)) == ("counter", "delivered")


def test_a_confirmation_is_reviewed_and_decided_by_two_hands():
    case = begun("services.confirmation")
    cast.take(case, "accept", by="zhou")
    cast.take(case, "review", by="zhao", values=REVIEW)
    cast.take(case, "grant", by="sun", values={"opinion": AGREE})
    assert kinds(case)[-2:] == ["power-notice", "power-decision"]
    assert Letter.objects.get(kind="power-decision").data["heading"] == "行政确认决定书"


def test_a_reward_is_publicised_before_it_is_given():
    case = begun("services.reward")
    cast.take(case, "accept", by=hand(case, 1))
    cast.take(case, "publicise", by=hand(case, 2), values={"opinion": "事迹属实，予以公示。", "place": "县政府网站"})
    assert matters.sweep(at=cast.at("2026-10-15", 1)).taken == 1
    cast.take(case, "grant", "2026-10-15", by=hand(case, 3), values={"opinion": AGREE, "award": "通报表扬。"})
    assert Letter.objects.get(kind="power-decision").data["heading"] == "行政奖励决定书"


def test_a_levy_is_told_by_its_payment_notice_and_the_term_runs_from_its_service(refused):
    case = begun("services.levy")
    cast.take(case, "accept", by=hand(case, 1))
    cast.take(case, "review", by=hand(case, 2), values=REVIEW)
    words = {"opinion": AGREE, "standard": "900平方米，每平方米0.6元。"}
    refused("amount", cast.take, case, "assess", by=hand(case, 3), values=words | {"amount-fen": 0})
    cast.take(case, "assess", by=hand(case, 3), values=words | {"amount-fen": in_fen("540")})
    assert kinds(case)[-2:] == ["power-notice", "payment-notice"]
    said = Letter.objects.get(kind="payment-notice").data
    assert (said["heading"], said["total"]) == ("行政征收缴费通知书", "540.00")
    row = {"name": "水土保持补偿费", "basis": "《中华人民共和国水土保持法》第三十二条第二款", "amount": "540.00"}
    assert said["fees"] == [row]
    assert "电子税务局" in said["how"]
    assert "复议" in said["remedies"]
    assert said["within"] == "收到本通知书之日起15天（自然日）"
    clocks = MatterClock.objects.filter(matter_id=case.matter_id, clock="payment")
    assert not clocks.exists()  # nobody has received it yet
    waiting = queries.review(cast.staff(hand(case, 1)), case.matter.reference, cast.at()).unserved
    assert waiting is not None
    assert waiting[1:] == ("行政征收缴费通知书", "应缴540.00元，")
    cast.served(case, "2026-09-28", "payment-notice")
    assert str(clocks.get().due_on) == "2026-10-13"
    assert queries.review(cast.staff(hand(case, 1)), case.matter.reference, cast.at()).unserved is None
    refused("not-overdue", cast.take, case, "urge-payment", "2026-10-13", by=hand(case, 1), values={})
    told(case)
    assert "540.00元" in Message.objects.get(kind="payment").text
    cast.take(case, "pay", "2026-10-09", by=hand(case, 1), values={"voucher": "441601-2026-000123"})
    assert finished(case) == "paid"


def test_an_overdue_levy_is_urged_once_in_writing_with_its_amount_and_the_right_to_be_heard(refused):
    case = begun("services.levy")
    cast.take(case, "accept", by=hand(case, 1))
    cast.take(case, "review", by=hand(case, 2), values=REVIEW)
    words = {"opinion": AGREE, "standard": "900平方米，每平方米0.6元。", "amount-fen": in_fen("540")}
    cast.take(case, "assess", by=hand(case, 3), values=words)
    refused("term-not-begun", cast.take, case, "urge-payment", "2026-11-20", by=hand(case, 1), values={})
    cast.served(case, "2026-09-28", "payment-notice")
    cast.take(case, "urge-payment", "2026-10-14", by=hand(case, 1), values={})
    said = Letter.objects.get(kind="payment-demand").data
    assert (said["total"], said["due_on"], said["within"]) == (
        "540.00",
        "2026年10月13日",
        "收到本催告书之日起10个工作日",
    )
    told(case)
    assert "缴款期限已过" in Message.objects.get(kind="payment-overdue").text
    refused("urged-before", cast.take, case, "urge-payment", "2026-10-15", by=hand(case, 1), values={})
    cast.take(case, "pay", "2026-10-16", by=hand(case, 1), values={"voucher": "441601-2026-000124"})
    assert finished(case) == "paid"


def test_relief_from_a_levy_is_a_decision_of_its_own():
    case = begun("services.levy")
    cast.take(case, "accept", by=hand(case, 1))
    cast.take(case, "review", by=hand(case, 2), values=REVIEW)
    words = {"opinion": AGREE, "relief": "公益性工程，免征540元。"}
    cast.take(case, "grant", by=hand(case, 3), values=words)
    assert Letter.objects.get(kind="power-decision").data["heading"] == "行政征收减免决定书"


def test_other_powers_are_filed_and_delivered():
    case = begun("services.other")
    cast.take(case, "accept", by=hand(case, 1))
    cast.take(case, "review", by=hand(case, 2), values=REVIEW)
    cast.take(case, "grant", by=hand(case, 3), values={"opinion": AGREE})
    cast.take(case, "send-to-window", by=hand(case, 1))
    cast.walked(case, "arrive", "hand-out")
    assert kinds(case)[-4:] == ["power-notice", "power-decision", "transfer-slip", "service-receipt"]
    assert finished(case) == "delivered"


def test_a_public_service_is_done_without_the_words_of_a_licence():
    case = begun("services.public")
    cast.take(case, "accept", by="chen", values={})
    reviewers = Account.objects.filter(posts__role="reviewer", posts__organ_id=case.organ_id).exclude(username="chen")
    words = {"opinion": "资料齐全，已完成入驻登记。"}
    cast.take(case, "finish", by=reviewers.order_by("pk")[0].username, values=words)
    cast.take(case, "hand-over", by="chen", values={"receiver": "applicant"})
    assert kinds(case) == ["material-receipt", "service-receipt"]
    assert finished(case) == "delivered"


def test_what_is_done_on_the_spot_is_accepted_and_decided_in_one_sitting():
    case = begun("services.on-the-spot")
    clerk = hand(case, 1)
    cast.take(case, "grant-on-the-spot", by=clerk)
    cast.take(case, "issue", by=clerk)
    cast.take(case, "hand-over", by=clerk, values={"receiver": "applicant"})
    assert finished(case) == "delivered"


# -- 行政裁决 -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def dispute() -> Case:
    case = begun("services.adjudication")
    cast.take(case, "accept", by="zhou")
    return case


def rival() -> int:
    return Firm.objects.get(uscc=RIVAL["respondent_uscc"]).pk


def test_the_other_side_gets_notice_a_term_from_its_service_and_the_same_decision(refused, dispute):
    refused("not-yet", cast.take, dispute, "review", by="zhao", values=REVIEW)
    cast.take(dispute, "notify-respondent", by="zhao", values={})
    notice = Letter.objects.get(kind="answer-notice")
    assert notice.party_id == rival()
    assert (notice.data["applicant"], notice.data["claims"]) == (WHO["applicant_name"], CLAIMS["claims"])
    assert notice.data["within"] == "收到本通知书之日起10个工作日"
    clocks = MatterClock.objects.filter(matter_id=dispute.matter_id, clock="answer")
    assert not clocks.exists()
    letters.render(letter_id=notice.pk, at=cast.at("2026-09-24", 12))
    refused(
        "not-allowed letter-not-found",
        letters.serve,
        letter=notice.pk,
        how="opened",
        by=cast.lin(),
        at=cast.at("2026-09-28"),
    )
    letters.serve(letter=notice.pk, how="post", by=cast.staff("zhou"), at=cast.at("2026-09-28"))
    assert str(clocks.get().due_on) == "2026-10-16"
    assert matters.sweep(at=cast.at("2026-10-17", 1)).taken == 1  # ten working days without an answer
    cast.take(dispute, "review", "2026-10-19", by="zhao", values=REVIEW)
    words = {
        "opinion": AGREE,
        "award": "被申请人三十日内办理名称变更登记。",
        "reason": "两名称字号近似，足以使公众混淆。",
    }
    cast.take(dispute, "grant", "2026-10-19", by="sun", values=words)
    mine, theirs = Letter.objects.filter(kind="adjudication-decision").order_by("pk")
    assert (mine.party_id, theirs.party_id) == (dispute.party_id, rival())
    assert mine.data["content"] == theirs.data["content"] == ["裁决事项：" + words["award"]]
    assert theirs.data["reason"] == words["reason"]
    assert "诉讼" in theirs.data["remedies"]
    told(dispute)
    assert sorted(Message.objects.filter(party_id=rival()).values_list("kind", flat=True)) == [
        "adjudicated",
        "answer-wanted",
    ]


def test_whoever_is_in_no_register_is_written_to_by_name(dispute):
    case = begun("services.adjudication", respondent_name="云溪县无名小吃店", respondent_uscc=RIVAL["respondent_uscc"])
    cast.take(case, "accept", by="zhou")
    cast.take(case, "notify-respondent", by="zhao", values={})
    notice = Letter.objects.get(kind="answer-notice")
    assert (notice.party_id, notice.data["addressee"]) == (None, "云溪县无名小吃店")  # another's number opens no box
    assert letters.page_of(notice)["addressee"] == "云溪县无名小吃店"


def test_nobody_is_his_own_respondent(refused):
    own = {"respondent_name": WHO["applicant_name"], "respondent_uscc": WHO["applicant_number"]}
    case = begun("services.adjudication", **own)
    cast.take(case, "accept", by="zhou")
    refused("respondent-is-applicant", cast.take, case, "notify-respondent", by="zhao", values={})
    assert "answer-notice" not in kinds(case)


def test_a_mediated_dispute_ends_with_the_agreement_in_both_hands(dispute):
    cast.take(dispute, "notify-respondent", by="zhao", values={})
    cast.take(dispute, "record-answer", by="zhao", values={"answer": "同意协商更名。"})
    cast.take(dispute, "mediate", by="zhao", values={"agreement": "被申请人两个月内更名。"})
    both = Letter.objects.filter(kind="adjudication-decision")
    assert {letter.party_id for letter in both} == {dispute.party_id, rival()}
    assert {letter.data["heading"] for letter in both} == {"行政调解书"}
    assert finished(dispute) == "mediated"


def test_a_respondent_hears_of_a_withdrawal_only_if_he_was_told_of_the_case(dispute):
    quiet = begun("services.adjudication")
    cast.take(quiet, "withdraw", by=cast.lin(), values={})
    assert "adjudication-ended" not in kinds(quiet)
    cast.take(dispute, "notify-respondent", by="zhao", values={})
    cast.take(dispute, "withdraw", by=cast.lin(), values={})
    assert Letter.objects.get(kind="adjudication-ended").party_id == rival()


# -- 行政许可法 第五十八条、第五十九条 ----------------------------------------------------------------------------------


def test_articles_58_and_59_a_licence_is_charged_only_as_published_and_once(refused):
    case = cast.walked(cast.submitted(), "accept")
    words = {"amount-fen": 12_000}
    refused("no-published-fee", cast.take, case, "ask-fee", by="zhao", values=words)
    guide = case.guide
    fee = {"name": "证照工本费", "standard": "每本120元", "amount_fen": 12_000, "bases": guide.document["bases"][:1]}
    guide = Guide.objects.get(pk=guide.pk)
    Guide.objects.filter(pk=guide.pk).update(document=guide.document | {"fees": [fee]}, state="draft")
    refused("above-published", cast.take, case, "ask-fee", by="zhao", values={"amount-fen": 12_001})
    refused("not-yet", cast.take, case, "fee-paid", by="zhao", values={"voucher": "001"})
    cast.take(case, "ask-fee", by="zhao", values=words)
    said = Letter.objects.get(kind="payment-notice").data
    assert (said["heading"], said["fees"][0]["name"], said["total"]) == ("缴费通知书", "证照工本费", "120.00")
    refused("fee-asked", cast.take, case, "ask-fee", by="zhao", values=words)
    cast.take(case, "fee-paid", by="zhao", values={"voucher": "441601-2026-000124"})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1250.5", 125050), ("1，250", 125000), ("0.07", 7), ("1.234", "1.234"), ("-3", "-3"), ("1e9", "1e9"), ("", "")],
)
def test_an_amount_is_typed_in_yuan_and_kept_in_fen(typed, kept):
    assert in_fen(typed) == kept
