"""The hand-out window: what comes, what waits, who is asked to come, what was put into whose hands."""

from datetime import date

import pytest
from django.test import Client

from tests.factories import cases as cast
from tests.factories import numbers
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter, Message
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people.models import Firm
from yiwang.kernel.refusal import NotFound
from yiwang.services.cases import actions, queries
from yiwang.services.cases.models import Handover
from yiwang.services.cases.reminders import Reminders
from yiwang.services.certificates import actions as certificates
from yiwang.services.certificates.models import Certificate

PACK = {
    "id": "reminders",
    "version": "2026.1",
    "title": "提醒",
    "source": "示例",
    "in_force": {"from": date(2026, 1, 1)},
    "unread_after": 3,
}


@pytest.fixture
def sent():
    return cast.walked(cast.submitted(), "accept", "review", "grant", "issue", "send-to-window")


@pytest.fixture
def waiting(sent):
    return cast.walked(sent, "arrive")


def heap(name="", day=cast.DAY, find=""):
    rows, _ = queries.hand_out(cast.staff("luo", day), cast.at(day, 16), heap=name, find=find)
    return [row.reference for row in rows]


def counts(day=cast.DAY):
    return queries.hand_out(cast.staff("luo", day), cast.at(day, 16))[1]


# -- the heaps ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["zhao", "chen", "wu"])
def test_only_the_hand_out_window_sees_the_heaps(sent, who):
    with pytest.raises(NotFound):
        queries.hand_out(cast.staff(who), cast.at())


def test_a_result_goes_from_heap_to_heap(sent):
    reference = sent.matter.reference
    assert (heap("coming"), heap("waiting")) == ([reference], [])
    cast.take(sent, "arrive")
    assert (heap("coming"), heap("waiting")) == ([], [reference])
    cast.take(sent, "hand-out")
    assert (heap("waiting"), heap(""), heap("done")) == ([], [], [reference])


def test_what_lies_there_for_a_month_is_forgotten_and_not_a_day_earlier(waiting):
    assert heap("forgotten", "2026-10-23") == []
    assert heap("forgotten", "2026-10-24") == [waiting.matter.reference]
    assert counts("2026-10-25") == {"coming": 0, "waiting": 1, "forgotten": 1, "posted": 0}


def test_a_result_is_found_by_its_slip_its_qr_its_code_and_the_card(waiting):
    reference = waiting.matter.reference
    slip = Letter.objects.get(kind="transfer-slip")
    uscc = Firm.objects.get(pk=waiting.party_id).uscc
    cast.walked(
        cast.submitted(party=cast.person("林小满")), "accept", "review", "grant", "issue", "send-to-window", "arrive"
    )
    address = f"https://yunxi.example/letters/{slip.code}/"
    for text in (slip.number, address, waiting.enquiry_code, reference.lower(), waiting.number, uscc):
        assert heap(find=text) == [reference], text
    for text in ("NOTHING", "1" * 18, numbers.phone(999)):
        assert heap(find=text) == [], text


def test_the_line_names_slip_days_and_receipt(waiting):
    row = queries.hand_out(cast.staff("luo", "2026-10-08"), cast.at("2026-10-08"))[0][0]
    assert row.slip == Letter.objects.get(kind="transfer-slip").number
    assert (row.waited, row.told) == (14, 0)
    cast.walked(waiting, "hand-out")
    done = queries.hand_out(cast.staff("luo"), cast.at(), heap="done")[0][0]
    assert done.receipt == Letter.objects.get(kind="service-receipt").number
    assert done.receiver == "本人领取"


# -- asking somebody to come -------------------------------------------------------------------------------------------


def test_nobody_is_asked_to_fetch_what_has_not_arrived(refused, sent):
    refused(
        "not-at-window", actions.urge_collection, reference=sent.matter.reference, by=cast.staff("luo"), at=cast.at()
    )


@pytest.mark.parametrize("who", ["zhao", "chen", "wu"])
def test_only_the_window_asks(refused, waiting, who):
    deed = {"reference": waiting.matter.reference, "by": cast.staff(who), "at": cast.at()}
    refused("not-allowed no-such-matter", actions.urge_collection, **deed)


def test_the_applicant_is_asked_once_a_day_and_it_is_on_record(refused, waiting):
    deed = {"reference": waiting.matter.reference, "by": cast.staff("luo"), "at": cast.at(hour=15)}
    message = actions.urge_collection(**deed)
    assert "还没有领取" in message.text
    assert "9月24日" in message.text
    refused("told-today", actions.urge_collection, **deed)
    entry = LedgerEntry.objects.get(event="cases.collection-urged")
    assert entry.actor == cast.staff("luo").reference
    assert queries.hand_out(cast.staff("luo"), cast.at())[0][0].told == 1


def test_a_week_and_a_month_at_the_window_are_told_by_themselves_once_each(waiting):
    assert actions.remind_uncollected(at=cast.at("2026-09-30", 9)) == 0
    assert actions.remind_uncollected(at=cast.at("2026-10-01", 12)) == 1
    assert actions.remind_uncollected(at=cast.at("2026-10-02", 12)) == 0
    assert actions.remind_uncollected(at=cast.at("2026-10-25", 12)) == 1
    assert Message.objects.filter(kind="uncollected").count() == 2


def test_nobody_is_asked_for_what_was_fetched(waiting):
    cast.take(waiting, "hand-out")
    assert actions.remind_uncollected(at=cast.at("2026-10-25", 12)) == 0


# -- service -----------------------------------------------------------------------------------------------------------


def test_what_is_put_into_somebodys_hands_is_served(waiting):
    for letter in Letter.objects.filter(kind__in=("grant-decision", "licence")):
        letters.render(letter_id=letter.pk, at=cast.at())
    cast.take(waiting, "hand-out", hour=15)
    served = Letter.objects.filter(kind__in=("grant-decision", "licence"))
    assert {(one.served_how, one.served_by) for one in served} == {("counter", cast.staff("luo").reference)}
    assert {one.served_at for one in served} == {cast.at(hour=15)}


def test_what_was_confirmed_online_before_keeps_its_own_day(waiting):
    cast.served(waiting, kind="grant-decision")
    cast.take(waiting, "hand-out", hour=15)
    assert Letter.objects.get(kind="grant-decision").served_how == "opened"


def test_what_was_posted_is_served_only_when_it_was_signed_for(waiting):
    for letter in Letter.objects.filter(kind__in=("grant-decision", "licence")):
        letters.render(letter_id=letter.pk, at=cast.at())
    cast.take(waiting, "post-out", hour=15)
    assert heap("posted") == [waiting.matter.reference]
    for letter in Letter.objects.filter(kind__in=("grant-decision", "licence")):
        assert letter.served_at is None
        letters.serve(letter=letter, how="post", by=cast.staff("luo", "2026-09-28"), at=cast.at("2026-09-28"))
    assert heap("posted", "2026-09-28") == []


# -- the page ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def luo(monkeypatch):
    monkeypatch.setattr("yiwang.services.cases.views.hand_out.now", lambda: cast.at("2026-10-26"))
    browser = Client()
    browser.force_login(Account.objects.get(username="luo"))
    return browser


def test_a_bag_is_emptied_in_one_go_and_what_is_not_ours_is_said(sent, luo):
    other = cast.walked(cast.submitted(), "accept", "review", "grant", "issue", "send-to-window")
    assert luo.post("/desk/hand-out/arrive/", {}).status_code == 422
    references = [sent.matter.reference, other.matter.reference, "2026-999999"]
    page = luo.post("/desk/hand-out/arrive/", {"reference": references}, follow=True).content.decode()
    assert "已接收2件" in page
    assert "2026-999999" in page
    assert Handover.objects.filter(arrived_at=None).count() == 0


def test_the_page_shows_the_forgotten_asks_them_and_leaves_as_excel(waiting, luo):
    page = luo.get("/desk/hand-out/?show=forgotten").content.decode()
    assert "逾期未领" in page
    assert "在窗32天" in page
    answer = luo.post(f"/desk/hand-out/{waiting.matter.reference}/urge/", follow=True)
    assert "已催领1次" in answer.content.decode()
    assert luo.post(f"/desk/hand-out/{waiting.matter.reference}/urge/").status_code == 422
    assert luo.get("/desk/hand-out/?show=forgotten&format=xlsx").content.startswith(b"PK")
    found = luo.post("/desk/hand-out/", {"q": waiting.enquiry_code}).content.decode()
    assert waiting.matter.reference in found


def test_the_days_of_reminders_are_the_pack_s_and_have_to_rise():
    with pytest.raises(ValueError, match="由小到大"):
        Reminders.model_validate(PACK | {"uncollected": (30, 7)})
    assert Reminders.model_validate(PACK | {"uncollected": (5, 15, 60)}).forgotten == 60


# -- a certificate that ended on its way -------------------------------------------------------------------------------


def strike(case):
    certificate = Certificate.objects.get(matter_reference=case.matter.reference)
    certificates.strike(
        certificate_id=certificate.pk, document="云市监罚〔2026〕8号", by=cast.staff("sun"), at=cast.at()
    )


def test_a_certificate_that_ended_at_the_window_is_off_its_list_and_out_of_everybody_s_hands(waiting, refused):
    strike(waiting)
    waiting.matter.refresh_from_db()
    assert (waiting.matter.state, heap(""), heap("waiting")) == ("not-handed-out", [], [])
    assert LedgerEntry.objects.filter(event="services.licence.stop-delivery").exists()
    refused("not-now not-allowed", cast.take, waiting, "hand-out")


def test_a_suspended_certificate_waits_and_is_handed_out_once_it_counts_again(waiting, refused):
    certificate = Certificate.objects.get(matter_reference=waiting.matter.reference)
    about = {
        "certificate_id": certificate.pk,
        "document": "云市监〔2026〕9号",
        "by": cast.staff("sun"),
        "at": cast.at(),
    }
    certificates.suspend(**about)
    refused("certificate-ended", cast.take, waiting, "hand-out")
    rows, _ = queries.hand_out(cast.staff("luo"), cast.at(hour=16))
    assert rows[0].kept_back == "已暂停"
    certificates.resume(**about)
    assert cast.take(waiting, "hand-out").state == "delivered"


def test_what_was_handed_out_before_stays_handed_out(waiting):
    cast.take(waiting, "hand-out")
    strike(waiting)
    waiting.matter.refresh_from_db()
    assert waiting.matter.state == "delivered"
