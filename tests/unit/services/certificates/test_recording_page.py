"""补录 by hand: one older certificate at a time, by whoever reviews in the organ that issued it."""

import pytest

from tests.factories import cases as cast
from yiwang.foundation.organs.models import Account
from yiwang.services.certificates.models import Certificate

PAGE = "/desk/certificates/record/"
SAID = {
    "item": cast.FOOD,
    "number": "JY24499310000017",
    "holder_name": "云溪县城关街道小满面馆",
    "holder_number": "92449931MA0000001W",
    "issued_on": "2022-05-09",
    "valid_from": "2022-05-09",
    "valid_until": "2027-05-08",
}


@pytest.fixture
def desk(county, client):
    def signed_in(username: str):
        client.force_login(Account.objects.get(username=username))
        return client

    return signed_in


def test_whoever_reviews_nowhere_does_not_find_the_page(desk):
    assert desk("peng").get(PAGE).status_code == 404
    assert desk("peng").post(PAGE, SAID).status_code == 404


def test_only_items_of_the_own_organ_are_offered(desk):
    page = desk("water-2").post(PAGE, SAID)
    assert page.status_code == 422
    assert not Certificate.objects.exists()


def test_a_reviewer_records_a_certificate_and_a_second_one_of_that_number_is_refused(desk):
    client = desk("zhao")
    assert "补录证照" in client.get(PAGE).content.decode()
    wrong = client.post(PAGE, SAID | {"holder_name": "云溪县城关街道大满面馆"})
    assert (wrong.status_code, Certificate.objects.count()) == (422, 0)
    assert "没有以这个姓名（名称）和号码登记" in wrong.content.decode()
    assert "JY24499310000017" in wrong.content.decode()  # what was typed is still there
    late = client.post(PAGE, SAID | {"valid_until": "2022-05-08"})
    assert "有效期止不能早于有效期起" in late.content.decode()
    assert client.post(PAGE, SAID).status_code == 302
    made = Certificate.objects.get()
    assert (made.party_id, made.name, made.number) == (cast.noodle_shop(), "食品经营许可证", SAID["number"])
    again = client.post(PAGE, SAID)
    assert (again.status_code, Certificate.objects.count()) == (422, 1)
    assert "已经登记过这个编号" in again.content.decode()
