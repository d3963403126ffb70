"""The choice of 容缺受理 and 告知承诺 on the pages: never ticked for anybody, made good and checked there too."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import cases as cast
from tests.factories import documents
from yiwang.foundation.calendar import today
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people.models import Person
from yiwang.services.cases.models import Case, Promise

LARGE = cast.ANSWERS | {"area": "large"}
KEY = {"idempotency_key": "a-key-of-this-test"}


@pytest.fixture(autouse=True)
def _now(monkeypatch, settings):
    settings.TODAY = cast.at().date()
    assert today.today() == cast.at().date()


def client(who):
    browser = Client()
    account = Account.objects.get(username=who) if who.isascii() else Person.objects.get(name=who).account
    browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def confirmed(draft, **chosen):
    said = KEY | {"delivery": "collect", "truthful": "on"} | chosen
    return client("林小满").post(f"/apply/draft/{draft.pk}/confirm/", said)


def without_inspector():
    return cast.draft(answers=LARGE, said=cast.form(floor_area=650, seats=120))


def test_the_page_offers_the_choice_with_the_words_of_the_promise_and_ticks_nothing():
    page = client("林小满").get(f"/apply/draft/{without_inspector().pk}/confirm/").content.decode()
    assert "选择容缺受理" in page
    assert "受理后10个工作日内补交《食品安全总监或食品安全员任命文件》" in page
    assert "checked" not in page.split("选择容缺受理")[0].rsplit("<input", 1)[1]


def test_who_chooses_nothing_is_told_what_is_missing():
    refused = confirmed(without_inspector())
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "或者选择容缺受理" in page
    assert " disabled" not in page.split("提交申请</button>")[0].rsplit("<button", 1)[1]  # the choice is on this page
    assert not Case.objects.exists()


def test_who_brings_everything_is_asked_nothing():
    page = client("林小满").get(f"/apply/draft/{cast.draft().pk}/confirm/").content.decode()
    assert "选择容缺受理" not in page
    assert "选择告知承诺" not in page


def test_from_the_choice_to_the_last_material():
    assert confirmed(without_inspector(), defers="on").status_code == 302
    case = cast.walked(Case.objects.get(), "accept")
    address = f"/my/cases/{case.matter.reference}/"
    lin = client("林小满")
    assert "请补交容缺受理的材料，最迟10月" in lin.get(address).content.decode()
    assert lin.post(f"{address}make-good/", KEY).status_code == 422
    picture = {"file": SimpleUploadedFile("任命文件.png", documents.png(), "image/png")}
    lin.post(f"{address}make-good/inspector/", picture)
    assert lin.post(f"{address}make-good/", KEY | {"idempotency_key": "another-key-here"}).status_code == 302
    assert Promise.objects.get().status == "kept"
    assert client("王建国").get(f"{address}make-good/").status_code == 404


def test_the_desk_checks_a_promise_and_keeps_the_record_of_broken_ones():
    draft = cast.draft(uploads=("layout", "rules"))
    confirmed(draft, promises="on")
    promise = Promise.objects.get()
    zhao = client("zhao")
    assert promise.text in zhao.get("/desk/promises/").content.decode()
    address = f"/desk/promises/{promise.pk}/check/"
    assert zhao.post(address, {"note": "现场核对，没有使用权。"}).status_code == 422
    assert zhao.post(address, {"found": "false", "note": "现场核对，申请人没有使用权。"}).status_code == 302
    assert "失信记录至" in zhao.get("/desk/promises/?broken=1").content.decode()
    assert client("luo").get("/desk/promises/").status_code == 404


def test_the_counter_shows_the_choice_and_takes_a_signature():
    page = client("chen").get(f"/desk/counter/?item={cast.FOOD}").content.decode()
    assert "申请人已看过并在承诺书上签名" in page
    assert "告知承诺" in page
