"""The register of certificates: open to everybody, masked for persons, changed only by the organ that issued."""

from datetime import date

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.people.models import Person
from yiwang.kernel.permissions import STRANGER
from yiwang.kernel.refusal import Refusal
from yiwang.matters.models import MatterClock
from yiwang.services.catalogue.models import Item
from yiwang.services.certificates import actions, queries
from yiwang.services.certificates.models import Certificate

ON = date(2026, 9, 24)


@pytest.fixture(autouse=True)
def _county(county):
    """The demo county."""


def made(number="JY1", party=None, until=date(2031, 9, 23), **changes):
    item = Item.objects.get(code=cast.FOOD)
    given = {"number": number, "name": "食品经营许可证", "item": item, "organ_id": item.organ_id}
    given |= {"party_id": party or cast.noodle_shop(), "issued_on": ON, "valid_from": ON, "valid_until": until}
    return Certificate.objects.create(**given | changes)


def propose(certificate, process="certificates.cancellation", by="zhao", **values):
    said = {"ground": "entity-ended", "facts": "营业执照已经注销。"} | values
    return actions.propose(certificate_id=certificate.pk, process=process, values=said, by=cast.staff(by), at=cast.at())


def test_article_40_anybody_finds_a_certificate_by_its_whole_number_or_its_firm():
    made("JY1")
    assert [line.status for line in queries.public("JY1", ON)] == ["有效"]
    assert queries.public("JY", ON) == []  # a part of a number finds nothing
    assert [line.certificate.number for line in queries.public("小满面馆", ON)] == ["JY1"]
    assert queries.public("", ON) == []


def test_article_5_a_natural_person_is_masked_and_cannot_be_searched_for():
    person = Person.objects.get(name="林小满")
    made("JY2", party=person.pk)
    assert queries.public("JY2", ON)[0].holder == "林**"
    assert queries.public("林小满", ON) == []


def test_the_standing_of_a_day_is_said_in_words():
    assert queries.status_on(made("JY3", until=date(2026, 9, 23), valid_from=date(2021, 9, 24)), ON) == (
        "已过期",
        "late",
    )
    assert queries.status_on(made("JY4", valid_from=date(2026, 10, 1)), ON) == ("未生效", "calm")
    renewed = made("JY5", until=date(2026, 11, 1), status="renewed", ended_on=ON)
    assert queries.status_on(renewed, ON) == ("有效（已延续）", "ok")
    assert queries.status_on(renewed, date(2026, 11, 2)) == ("已延续", "off")


def test_the_desk_sees_its_own_organ_s_and_a_stranger_none():
    certificate = made()
    assert [line.certificate for line in queries.of_organ(cast.staff("zhao"), ON)] == [certificate]
    assert queries.of_organ(cast.staff("health-2"), ON) == []
    assert queries.of_organ(STRANGER, ON) == []
    with pytest.raises(Refusal) as caught:
        queries.of_staff(cast.staff("health-2"), certificate.pk)
    assert caught.value.status == 404


def test_article_70_a_certificate_that_has_ended_is_cancelled_and_nothing_else():
    revoked = made("JY6", status="revoked", ended_on=ON, ended_by="2026-000001")
    with pytest.raises(Refusal) as caught:
        propose(revoked, "certificates.revocation", ground="unqualified")
    assert caught.value.code == "already-ended"
    assert propose(revoked, ground="taken-back").state == "to-decide"
    with pytest.raises(Refusal):
        propose(made("JY7", status="renewed", ended_on=ON))


def test_the_pages_open_for_whom_they_are_meant(client):
    certificate = made()
    assert "食品经营许可证" in client.get("/certificates/?q=JY1").content.decode()
    assert client.get(f"/desk/certificates/{certificate.pk}/").status_code == 302
    client.force_login(cast.Account.objects.get(username="zhao"))
    assert client.get("/desk/certificates/?soon=1").status_code == 200
    page = client.get(f"/desk/certificates/{certificate.pk}/").content.decode()
    assert "行政许可法 第六十九条" in page
    answer = client.post(
        f"/desk/certificates/{certificate.pk}/propose/",
        {"process": "certificates.withdrawal", "f-ground": "law-changed", "f-facts": "所依据的办法已经废止。"},
    )
    assert answer.status_code == 302
    matter = client.get(answer.headers["Location"]).content.decode()
    assert "听取陈述申辩" in matter
    refused = client.post(f"/desk/certificates/{certificate.pk}/propose/", {"process": "certificates.withdrawal"})
    assert refused.status_code == 422


def test_article_69_a_public_interest_may_keep_what_should_be_revoked():
    from yiwang.matters import actions as matters

    opened = propose(made(), "certificates.revocation", ground="procedure")
    common = {"reference": opened.reference, "at": cast.at("2026-10-08")}
    said = {"statement": "请求保留，已服务三千户居民。", "weighed": "停供影响民生，采纳。"}
    matters.take(**common, step="state", by=cast.staff("zhao"), values=said)
    words = {"opinion": "撤销将影响居民用餐供应，不予撤销。", "why-kept": "public-interest"}
    after = matters.take(**common, step="keep", by=cast.staff("sun"), values=words)
    assert after.state == "kept"
    assert Certificate.objects.get().status == "valid"


def test_article_7_the_days_to_state_and_defend_run_from_the_service_of_the_notice():
    certificate = made()
    opened = propose(certificate, "certificates.revocation", ground="procedure", facts="现场核查记录缺失。")
    begun = MatterClock.objects.filter(matter__reference=opened.reference, clock="statement")
    assert not begun.exists(), "a notice nobody has read starts nothing"
    letter = Letter.objects.get(matter_reference=opened.reference, kind="ending-notice")
    letters.render(letter_id=letter.pk, at=cast.at("2026-09-28", 12))
    letters.serve(letter=letter.pk, how="opened", by=cast.lin("2026-09-28"), at=cast.at("2026-09-28", 13))
    assert begun.get().started_on == date(2026, 9, 28)
