"""12345 on a terminal of the hall: an order is said by whose card was read and looked up by number and telephone."""

from __future__ import annotations

import json
import time

import pytest
from django.test import Client

from tests.factories import cases as cast
from tests.factories import hotline
from tests.factories.hotline import PHONE
from yiwang.foundation.organs.models import Place
from yiwang.governance.hotline.models import Order
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.assistance import actions as assistance
from yiwang.services.assistance import rules
from yiwang.services.assistance.models import KioskTransaction

HOME, NEW = "/kiosk/hotline/", "/kiosk/hotline/new/"


@pytest.fixture
def terminal(county, settings):
    """A browser that is the hall's terminal, and what lays 林's card on it."""
    settings.DEMO, settings.CARD_READER = True, "simulated"
    place = Place.objects.get(code="hall").pk
    made = assistance.register(
        code="hall-01", name="大厅一号", kind="own", place_id=place, by=SYSTEM, at=cast.at(hour=9)
    )
    key, browser, moment = bytes.fromhex(made.secret), Client(), int(time.time() * 1000)
    sign = rules.signature(key, "hall-01", "open", moment, b"")
    browser.get(f"/kiosk/open/?terminal=hall-01&moment={moment}&signature={sign}")

    def card():
        read = json.dumps({"name": "林小满", "number": "449931199105200223"})
        signed = rules.signature(key, "hall-01", "card", moment + 1, read.encode())
        assert (
            browser.post("/kiosk/card/", {"body": read, "moment": moment + 1, "signature": signed}).status_code == 302
        )

    return browser, card


def test_an_order_is_found_by_number_and_telephone_on_a_terminal_alone_and_not_by_trying(terminal):
    browser, _ = terminal
    number = hotline.order(hotline.recorded()).number
    asked = {"number": number, "phone": PHONE}
    assert Client().post(HOME, asked).status_code == 404  # no terminal
    assert browser.post(HOME, asked | {"phone": "13900007712"}).status_code == 404
    page = browser.post(HOME, asked)
    said = page.content.decode()
    assert number in said
    assert hotline.SAID.content not in said
    assert PHONE not in said
    assert "no-store" in page.headers["Cache-Control"]
    assert list(KioskTransaction.objects.values_list("kind", "what", "visit")) == [("query", "12345工单", None)]
    for _ in range(8):
        browser.post(HOME, asked | {"number": "202609210000001"})
    assert browser.post(HOME, asked).status_code == 429


def test_who_laid_his_card_down_says_something_once_and_leaves_nothing_behind(terminal):
    browser, card = terminal
    assert browser.get(NEW).status_code == 302  # nobody stands there
    card()
    page = browser.get(NEW).content.decode()
    assert 'data-idle="' in page
    said = {
        "kind": "help",
        "title": "路灯不亮",
        "content": "村口路灯不亮。",
        "topic": "street-light",
        "phone": PHONE,
        "disclosure": "open",
        "idempotency_key": "kiosk-hotline-1",
    }
    assert browser.post(NEW, said | {"title": ""}).status_code == 422
    first, again = browser.post(NEW, said), browser.post(NEW, said)
    assert first.headers["Location"] == again.headers["Location"]
    order = Order.objects.get()
    assert (order.channel, order.party_id) == ("kiosk", cast.lin().person_id)
    assert order.enquiry_code in browser.get(first.headers["Location"]).content.decode()
    assert ("apply", "12345诉求") in KioskTransaction.objects.values_list("kind", "what")
    browser.post("/kiosk/leave/")
    assert browser.get(first.headers["Location"]).status_code == 302
