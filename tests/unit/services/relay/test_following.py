"""What goes on between the two places without a clerk: handed-on cases followed, envelopes of the other side verified,
taken in as our own cases and told back; and what the applicant sees with the 查询码."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from tests.factories import cases as cast
from tests.unit.services.relay.test_relay import DAY, handed_on, received
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.models import Letter, Message
from yiwang.foundation.organs.models import Account, Counter
from yiwang.kernel.refusal import NotFound
from yiwang.matters import actions as matters
from yiwang.services.relay import actions, mine, queries, rules
from yiwang.services.relay.adapters import PLACES, Answer, MockCounty, mock_envelope
from yiwang.services.relay.models import Agreement, InboundCase, RelayCase

LATER = cast.at("2026-09-22", 15)


@pytest.fixture(autouse=True)
def _county(county):
    """The agreement of the demo county, counters, people."""


def counter():
    return Counter.objects.get(number="A02")


# -- followed ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "state", "steps"),
    [
        ("waiting", "handed-on", []),
        ("accepted", "handed-on", ["heard-accepted"]),
        ("accepted", "accepted-there", []),
        ("correction", "accepted-there", []),
        ("result", "handed-on", ["heard-accepted", "heard-arrived"]),
        ("result", "accepted-there", ["heard-arrived"]),
    ],
)
def test_an_answer_is_written_down_only_where_it_says_something_new(says, state, steps):
    assert rules.steps_of(says, state, by_itself=True) == steps


def test_cases_with_the_other_place_are_followed_without_a_clerk_and_the_applicant_hears():
    reference = handed_on()
    assert actions.follow(at=cast.at(DAY, 13)).moved == 0
    assert actions.follow(at=cast.at(DAY, 14)).asked == 0  # asked an hour ago
    done = actions.follow(at=LATER)
    assert (done.asked, done.moved, done.failed) == (1, 1, 0)
    matters.drain(at=LATER)
    row = RelayCase.objects.get(matter__reference=reference)
    assert (row.matter.state, row.outer_says, row.asked_at) == ("accepted-there", "已受理（模拟）", LATER)
    line = LedgerEntry.objects.get(subject=f"matter:{reference}", event="services.relay.heard-accepted")
    assert line.actor == "system"
    texts = [one.text for one in Message.objects.filter(kind="relayed").order_by("pk")]
    assert [("将转送" in text, "已转送" in text, "已受理" in text) for text in texts] == [
        (True, False, False), (False, True, False), (False, False, True),
    ]  # fmt: skip
    assert all(reference in text and row.enquiry_code not in text for text in texts)


def test_a_place_that_does_not_answer_is_seen_on_the_case_and_asked_again(monkeypatch, client):
    class Silent(MockCounty):
        def ask(self, number, *, handed_on_at, at):
            raise ConnectionError("对方系统没有响应")

    reference = handed_on()
    monkeypatch.setitem(PLACES, "mock-county", Silent())
    assert actions.follow(at=LATER).failed == 1
    client.force_login(Account.objects.get(username="chen"))
    assert "对方系统没有响应" in client.get(f"/desk/relay/{reference}/").content.decode()
    monkeypatch.setitem(PLACES, "mock-county", MockCounty())
    assert actions.follow(at=LATER + timedelta(minutes=5)).asked == 0
    assert actions.follow(at=LATER + timedelta(minutes=11)).moved == 1
    assert RelayCase.objects.get(matter__reference=reference).ask_error == ""


# -- with the 查询码 ------------------------------------------------------------------------------------------------------


def test_whoever_has_number_and_code_sees_where_it_is_and_no_name():
    reference = handed_on()
    code = RelayCase.objects.get(matter__reference=reference).enquiry_code
    assert Letter.objects.get(matter_reference=reference).data["enquiry_code"] == code
    for wrong in ((reference, "A" * 12), ("2026-999999", code)):
        with pytest.raises(NotFound):
            queries.whereabouts(*wrong, cast.at(DAY))
    page = Client().get(f"/progress/?reference={reference}&code={code.lower()}", follow=True)
    shown = page.content.decode()
    assert page.redirect_chain[0][0].startswith("/progress/relay/")
    assert "已转送云北县市场监督管理局" in shown
    assert "MOCK-" in shown
    assert "王建国" not in shown
    assert "陈晓岚" not in shown
    assert Client().get(f"/progress/?reference={reference}&code=AAAAAAAAAAAA").status_code == 404


# -- received there for us -------------------------------------------------------------------------------------------------


def sending(monkeypatch, *envelopes):
    class Sender(MockCounty):
        told: list[tuple[str, Answer]] = []

        def arrived(self, *, at):
            return list(envelopes)

        def tell(self, number, answer):
            self.told.append((number, answer))

    place = Sender()
    monkeypatch.setitem(PLACES, "mock-county", place)
    return place


def test_an_envelope_comes_in_once_and_only_with_a_receipt_that_holds(monkeypatch):
    good = mock_envelope(cast.at(DAY, 9))
    altered = replace(good, number="MOCK-IN-2", form=dict(good.form) | {"floor_area": 380})
    unsigned = replace(good, number="MOCK-IN-3", receipt="")
    sending(monkeypatch, good, altered, unsigned)
    done = actions.fetch(at=cast.at(DAY, 9))
    assert (done.arrived, done.refused) == (1, 2)
    assert actions.fetch(at=cast.at(DAY, 10)).arrived == 0
    kept = {row.number: row for row in InboundCase.objects.all()}
    assert kept["MOCK-IN-2"].reason == "凭证签名与协议登记的公钥不符，或内容被改动。"
    assert b"92449931MA00000020" not in bytes(kept["MOCK-IN-0001"].content)
    assert LedgerEntry.objects.filter(event="relay.inbound-doubted").count() == 2


def test_what_the_agreement_does_not_cover_is_refused(monkeypatch):
    early = mock_envelope(cast.at("2025-12-31", 9))
    sending(monkeypatch, early)
    actions.fetch(at=cast.at(DAY, 9))
    assert InboundCase.objects.get().reason == "对方收件之日不在协议有效期内。"


def test_taken_in_it_is_our_case_and_our_department_accepts_it(monkeypatch, refused):
    place = sending(monkeypatch, mock_envelope(cast.at(DAY, 9)))
    actions.fetch(at=cast.at(DAY, 9))
    row = InboundCase.objects.get()
    for who in ("zhao", "health-2"):
        refused(
            "no-such-inbound",
            actions.take_in,
            inbound_id=row.pk,
            counter=counter(),
            by=cast.staff(who, DAY),
            at=cast.at(DAY),
        )
    case = actions.take_in(inbound_id=row.pk, counter=counter(), by=cast.staff("chen", DAY), at=cast.at(DAY))
    assert (case.matter.state, case.matter.process_id) == ("received", "services.licence")
    refused(
        "not-arrived",
        actions.take_in,
        inbound_id=row.pk,
        counter=counter(),
        by=cast.staff("chen", DAY),
        at=cast.at(DAY),
    )
    assert actions.report(at=cast.at(DAY, 11)) == 0  # nothing decided yet
    cast.take(case, "accept", DAY, by="chen")  # the hall accepts in the name of the competent organ
    assert actions.report(at=cast.at(DAY, 12)) == 1
    assert actions.report(at=cast.at(DAY, 13)) == 0
    assert place.told == [("MOCK-IN-0001", Answer("accepted", case.matter.reference, "已受理"))]


def test_the_desk_sees_the_receipt_and_takes_the_case_in(client):
    actions.fetch(at=cast.at("2026-09-24", 9))
    row = InboundCase.objects.get()
    client.force_login(Account.objects.get(username="chen"))
    assert "MOCK-IN-0001" in client.get("/desk/relay/inbound/").content.decode()
    page = f"/desk/relay/inbound/{row.pk}/"
    shown = client.get(page).content.decode()
    assert "凭证核验通过" in shown
    assert "layout 原件" not in shown  # a clerk reads names, not codes
    assert "92449931MA00000020" not in shown
    assert client.post(page, {"counter": "999999"}).status_code == 422
    assert client.post(page, {"counter": counter().pk}).status_code == 302
    row.refresh_from_db()
    assert row.case is not None
    client.force_login(Account.objects.get(username="zhao"))
    assert client.get(page).status_code == 404


# -- the register entered on a page --------------------------------------------------------------------------------------------


def test_an_agreement_is_entered_with_its_item_pairs_and_its_term(client):
    said = {
        "code": "yundong-2026", "place_name": "云东县", "place_code": "449933", "competent": "云东县行政审批局",
        "document": "云溪县、云东县合作协议", "organ_code": "data-bureau", "adapter": "paper", "from_on": "2026-09-01",
        "until_on": "2028-09-01", "items-TOTAL_FORMS": "3", "items-INITIAL_FORMS": "0", "items-0-code": "YD-1",
        "items-0-own_code": "YX-SJ-0001", "items-0-name": "食品经营许可核发（云东县）", "items-0-powers": ["receive"],
        "items-0-materials": "申请书\n身份证明",
    }  # fmt: skip
    client.force_login(Account.objects.get(username="chen"))
    assert client.post("/desk/relay/agreements/new/", said).status_code == 422
    client.force_login(Account.objects.get(username="admin"))
    page = "/desk/relay/agreements/new/"
    assert "再加三行事项" in client.get(page).content.decode()
    assert 'name="items-5-code"' in client.post(page, said | {"more": "1"}).content.decode()
    assert "截止日须晚于起始日" in client.post(page, said | {"until_on": "2026-09-01"}).content.decode()
    ours = said | {"items-0-powers": ["inbound"], "receipt_key": "04ab"}
    assert "对方凭证公钥" in client.post(page, ours).content.decode()
    assert Agreement.objects.count() == 1
    assert client.post(page, said).status_code == 302
    made = Agreement.objects.get(code="yundong-2026")
    assert (made.from_on, made.until_on) == (date(2026, 9, 1), date(2028, 9, 1))
    item = made.items.get()
    assert (item.code, item.own_code, item.materials) == ("YD-1", "YX-SJ-0001", ["申请书", "身份证明"])


# -- the clerk's own page ---------------------------------------------------------------------------------------------------


def test_whoever_received_it_or_was_asked_first_sees_where_it_stands_and_nobody_else(client):
    waiting = received(first_asked="luo").reference
    there = handed_on()
    rows, counts = mine.mine(cast.staff("chen", DAY), date(2026, 9, 24))
    assert {row.reference: (row.heap, row.part) for row in rows} == {
        waiting: ("ours", "我代收"),
        there: ("theirs", "我代收"),
    }
    assert counts == {"ours": 1, "theirs": 1, "applicant": 0, "ended": 0}
    assert {row.quiet for row in rows} == {3}  # nothing written down since Monday
    assert [row.late for row in rows if row.reference == waiting] == [True]  # to be handed on within a day
    asked, _ = mine.mine(cast.staff("luo", DAY), date(2026, 9, 24))
    assert [(row.reference, row.part) for row in asked] == [(waiting, "我是首问责任人")]
    assert mine.mine(cast.staff("zhao", DAY), date(2026, 9, 24))[0] == []
    with pytest.raises(NotFound):
        mine.mine(cast.lin(DAY), date(2026, 9, 24))
    client.force_login(Account.objects.get(username="chen"))
    page = client.get("/desk/relay/mine/?heap=theirs").content.decode()
    assert (there in page, waiting in page) == (True, False)
    assert client.get("/desk/relay/mine/?heap=nobody").status_code == 404
    book = client.get("/desk/relay/mine/?format=xlsx")
    assert book["Content-Type"].startswith("application/vnd.openxmlformats")
