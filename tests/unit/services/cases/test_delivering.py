"""余 makes the certificate, 罗 hands it out: every result reaches somebody, and the way is on record."""

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.permissions import STRANGER
from yiwang.services.cases.models import Handover
from yiwang.services.cases.queries import letters as queries
from yiwang.services.certificates import actions as certificates
from yiwang.services.certificates import queries as certificate_queries
from yiwang.services.certificates.models import Certificate


@pytest.fixture
def granted():
    return cast.walked(cast.submitted(), "accept", "review", "grant")


@pytest.fixture
def waiting(granted):
    return cast.walked(granted, "issue", "send-to-window", "arrive")


@pytest.mark.parametrize("who", ["zhao", "sun", "luo", "wu", "chen"])
def test_only_the_issuer_makes_the_certificate(refused, granted, who):
    refused("not-allowed no-such-matter", cast.take, granted, "issue", by=who)
    assert not Certificate.objects.exists()


def made_until(day="2031-09-23"):
    case = cast.walked(cast.submitted(), "accept", "review")
    cast.take(case, "grant", values=cast.WORDS["grant"] | {"valid-until": day})
    cast.take(case, "issue")
    return case


def test_article_39_the_certificate_is_one_thing_whether_on_a_screen_or_on_paper():
    case = made_until()
    assert not Letter.objects.filter(kind="licence").exists(), "no second sealed sheet says the same"
    assert Letter.objects.filter(kind="grant-decision").count() == 1
    certificate = Certificate.objects.get(matter_reference=case.matter.reference)
    assert certificate.number == "云市监许证〔2026〕1号"
    assert (certificate.name, str(certificate.valid_until)) == ("食品经营许可证", "2031-09-23")
    certificates.render(issuance_id=certificate.issuances.get().pk, at=cast.at())
    for who in ("yu", "luo", "zhao"):  # who makes it, who hands it out, who reviewed
        line = queries.of_matter(cast.staff(who), case.matter.reference)[-1]
        assert (line.title, line.number) == (certificate.name, certificate.number)
        assert line.url == f"/me/certificates/{certificate.pk}/pdf/"
        content, _ = certificate_queries.file_of(cast.staff(who), certificate.pk, "pdf")
        assert content.startswith(b"%PDF")


def test_a_certificate_without_a_day_of_its_own_ends_with_the_years_of_its_type():
    case = cast.walked(cast.submitted(), "accept", "review", "grant", "issue")
    certificate = Certificate.objects.get(matter_reference=case.matter.reference)
    assert (str(certificate.valid_from), str(certificate.valid_until)) == ("2026-09-24", "2031-09-23")


def test_a_stranger_to_the_case_does_not_open_what_it_resulted_in(refused):
    certificate = Certificate.objects.get(matter_reference=made_until().matter.reference)
    certificates.render(issuance_id=certificate.issuances.get().pk, at=cast.at())
    for by in (cast.staff("health-2"), cast.citizen("王建国"), STRANGER):
        refused("no-such-certificate", certificate_queries.file_of, by, certificate.pk, "pdf")


def test_a_result_whose_type_is_not_declared_or_has_a_paper_of_its_own_is_a_letter(monkeypatch):
    monkeypatch.setattr("yiwang.services.certificates.types.is_the_paper", lambda *_: False)
    case = made_until()
    licence = Letter.objects.get(kind="licence")
    assert licence.data["result"] == "食品经营许可证"
    assert licence.data["valid_until"] == "2031年9月23日"
    assert Certificate.objects.get(matter_reference=case.matter.reference).number == licence.number


def test_nothing_goes_online_to_who_did_not_choose_so(refused, granted):
    cast.take(granted, "issue")
    refused("not-online", cast.take, granted, "deliver-online")
    cast.take(granted, "send-to-window")


def test_who_chose_online_gets_it_online():
    case = cast.walked(cast.submitted(delivery="online"), "accept", "review", "grant", "issue", "deliver-online")
    assert case.matter.state == "delivered"
    assert Letter.objects.get(kind="service-receipt").data["how"] == "网上送达"


@pytest.mark.parametrize("who", ["yu", "zhou", "wu", "chen"])
def test_only_the_hand_out_window_takes_it_over_and_hands_it_out(refused, granted, who):
    cast.walked(granted, "issue", "send-to-window")
    refused("not-allowed", cast.take, granted, "arrive", by=who)
    cast.take(granted, "arrive")
    refused("not-allowed", cast.take, granted, "hand-out", by=who)


def test_nothing_is_handed_out_that_has_not_arrived(refused, granted):
    cast.walked(granted, "issue", "send-to-window")
    refused("not-now", cast.take, granted, "hand-out")


@pytest.mark.parametrize("receiver", [None, "", "neighbour"])
def test_who_collected_must_be_said(refused, waiting, receiver):
    words = {} if receiver is None else {"receiver": receiver}
    refused("missing choice", cast.take, waiting, "hand-out", values=words)
    assert Handover.objects.get().handed_at is None


@pytest.mark.parametrize("tracking", [None, " ", "E" * 81])
def test_a_parcel_without_a_number_is_refused(refused, waiting, tracking):
    words = {} if tracking is None else {"tracking": tracking}
    refused("missing too-long", cast.take, waiting, "post-out", values=words)


def test_every_hand_is_on_the_handover(waiting):
    case = cast.walked(waiting, "hand-out")
    row = Handover.objects.get(matter_id=case.matter_id)
    assert [row.sent_by, row.arrived_by, row.handed_by] == [cast.staff(who).reference for who in ("yu", "luo", "luo")]
    assert row.receiver == "applicant"
    assert case.matter.state == "delivered"
    assert not case.matter.seats.filter(closed_at=None).exists()
    assert not case.matter.clocks.filter(stopped_on=None).exists()
    receipt = Letter.objects.get(kind="service-receipt")
    assert receipt.data["receiver"] == "申请人本人（已核对身份证）"


def test_a_posted_result_keeps_its_number(waiting):
    cast.walked(waiting, "post-out")
    row = Handover.objects.get()
    assert (row.receiver, row.tracking) == ("post", "EMS1234567890")


def test_what_is_handed_out_is_not_handed_out_twice(refused, waiting):
    cast.take(waiting, "hand-out")
    refused("not-now not-allowed no-such-matter", cast.take, waiting, "post-out")


def test_article_44_ten_working_days_to_deliver_are_counted_from_the_decision(granted):
    clock = granted.matter.clocks.get(clock="delivery")
    # 28, 29, 30 September, 8, 9, 10, 12, 13, 14, 15 October
    assert (clock.days, str(clock.due_on)) == (10, "2026-10-15")
