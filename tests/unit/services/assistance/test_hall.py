"""A morning in the hall: numbers, a clerk away, an appointment, originals at the end of the shift, a terminal."""

import json
import time
from datetime import date
from datetime import time as clock

import pytest
from django.test import Client

from tests.factories import cases as cast
from yiwang.foundation.organs.models import Place, PlaceHours
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.assistance import actions, queries, rules
from yiwang.services.assistance.models import Appointment, KioskTransaction, KioskVisit, Terminal
from yiwang.services.cases.models import Case
from yiwang.services.ratings import queries as ratings

pytestmark = pytest.mark.usefixtures("county")
NOW = cast.at(hour=10)


def hall():
    return Place.objects.get(code="hall")


def take(queue="A", *, who="chen", at=NOW, **how):
    return actions.take_ticket(place_id=hall().pk, queue=queue, by=cast.staff(who), at=at, **how)


def seat(who="chen", at=NOW):
    return {"counter_id": cast.counter().pk, "by": cast.staff(who), "at": at}


def test_numbers_are_called_in_turn_recalled_passed_over_and_served_for_a_rating(refused):
    refused("not-at-place", take, who="zhao")
    refused("no-such-queue", take, "Z")
    first, second = take(), take(at=cast.at(hour=10, minute=1))
    assert (first.number, second.number, queries.ahead_of(second)) == ("A001", "A002", 1)
    refused("not-at-counter", actions.call_next, **seat("zhao"))
    called = actions.call_next(**seat())
    assert called == first
    refused("ticket-open", actions.call_next, **seat())
    refused("called-too-little", actions.miss, ticket_id=first.pk, **seat())
    refused("ticket-open", actions.pause, **seat())
    for _ in range(2):
        actions.recall(ticket_id=first.pk, **seat())
    assert actions.miss(ticket_id=first.pk, **seat()).state == "missed"
    actions.pause(reason="接水", **seat())
    refused("paused", actions.call_next, **seat())
    assert queries.board(hall(), NOW).away == ["A02"]
    actions.resume(**seat())
    refused("not-before-counter", actions.finish, ticket_id=first.pk, **seat())
    actions.recall(ticket_id=first.pk, **seat())
    served = actions.finish(ticket_id=first.pk, **seat())
    assert ratings.ticket("A001", served.code, NOW).title == "窗口服务"
    assert served.link.startswith("/rate/link/")


def test_a_booked_slot_is_called_before_those_who_came_earlier_without_one(refused):
    lin, day = cast.lin(), date(2026, 9, 28)
    wanted = {"place_id": hall().pk, "queue": "A", "day": day, "starts_at": clock(10)}
    refused("not-verified", actions.book, **wanted, by=cast.staff("chen"), at=NOW)
    for closed in (
        {"day": date(2026, 9, 25)},
        {"day": date(2026, 9, 26)},
        {"day": date(2026, 12, 1)},
        {"starts_at": clock(23)},
    ):
        refused("closed", actions.book, **wanted | {"queue": "B"} | closed, by=lin, at=NOW)
    booked = actions.book(**wanted, by=lin, at=NOW)
    refused("booked-already", actions.book, **wanted | {"starts_at": clock(11)}, by=lin, at=NOW)
    refused("no-such-appointment", actions.cancel, appointment_id=booked.pk, by=cast.staff("chen"), at=NOW)
    early, there = cast.at("2026-09-28", 9), cast.at("2026-09-28", 10)
    refused("too-early", take, code=booked.code, at=early)
    refused("no-such-appointment", take, code="ZZZZZZ", at=early)
    walked_in = take(at=cast.at("2026-09-28", 10, 5))
    arrived = take(code=booked.code, at=cast.at("2026-09-28", 10, 10))
    assert arrived.due_at == there
    assert actions.call_next(**seat(at=cast.at("2026-09-28", 10, 12))) == arrived
    assert walked_in.state == "waiting"


def test_a_weekend_counter_is_booked_on_sunday_and_receipt_is_judged_by_its_own_hours():
    """A06 keeps hours of its own: Sundays from nine to twelve, when the hall is shut."""
    sunday, rule = date(2026, 10, 11), queries.hall_rule(date(2026, 9, 24))
    slots = queries.free_slots(hall(), "A", sunday, rule, cast.at("2026-10-10"))
    assert [one.starts_at for one in slots][::5] == [clock(9), clock(11, 30)]
    assert {one.left for one in slots} == {rule.per_counter}
    assert cast.received(cast.DAY).matter.settings["outside_hours"] is False
    PlaceHours.objects.create(
        place=hall(), counter=cast.counter(), weekday=7, opens_at=clock(9), closes_at=clock(12), extended=True,
        from_on=date(2026, 9, 1),
    )  # fmt: skip
    assert cast.received(cast.DAY).matter.settings["outside_hours"] is True  # a Thursday, when A02 is now shut


def test_a_full_slot_is_refused(refused):
    rule = queries.hall_rule(date(2026, 9, 24))
    day = date(2026, 9, 28)
    slot = {"place_id": hall().pk, "queue": "A", "day": day, "starts_at": clock(9)}
    most = queries.free_slots(hall(), "A", day, rule, NOW)[0].left
    others = [cast.person(name) for name in ("王建国", "李志强")]
    booked = [
        Appointment(place=hall(), organ_id=1, party_id=party, day=day, starts_at=clock(9), queue="A", code=f"C{party}",
                    made_at=NOW)
        for party in others
    ]  # fmt: skip
    booked[0].save()
    assert queries.free_slots(hall(), "A", day, rule, NOW)[0].left == most - 1
    booked[1].save()
    hall().counters.filter(kind="comprehensive").exclude(number="A02").update(until_on=date(2026, 9, 1))
    refused("full", actions.book, **slot, by=cast.lin(), at=NOW)


def test_originals_lie_at_the_counter_until_they_are_handed_on(refused):
    cast.received()
    shift = queries.shift(cast.staff("chen"), NOW)
    held = [one.pk for one in shift.originals]
    assert len(shift.received) == 1
    assert held
    refused("not-at-counter", actions.hand_over_originals, material_ids=held, **seat("zhao"))
    refused("not-an-original", actions.hand_over_originals, material_ids=[0], **seat())
    assert actions.hand_over_originals(material_ids=held[:1], **seat()) == 1
    assert actions.hand_over_originals(material_ids=held[:1], **seat()) == 0
    assert len(queries.shift(cast.staff("chen"), NOW).originals) == len(held) - 1


SOLE = "511A0074300005"  # 个体工商户设立登记: everything it asks for is held by the government


def applied_at_the_terminal(browser):
    """An application from first question to number, once; what must be handed in is told and nothing is begun."""
    address = f"/kiosk/apply/{SOLE}/"
    assert "个体工商户设立登记" in browser.get("/kiosk/apply/").content.decode()
    assert browser.get("/kiosk/apply/YX-SJ-0001/").status_code == 404  # asks for a floor plan whatever the situation
    asked = {"q-place": "own", "q-family": "single", "q-agent": "self"}
    assert browser.post(address, {"go": "situation"}).status_code == 422
    elsewhere = browser.post(address, asked | {"go": "situation", "q-place": "rent"}).content.decode()
    assert "这种情形要交材料" in elsewhere
    form = browser.post(address, asked | {"go": "situation"}).context["form"]
    typed = asked | {name: form[name].value() for name in ("owner_name", "owner_id_number")}  # from the card
    assert typed["owner_name"] == "林小满"
    typed |= {"home": "云溪县河口镇滨江路1号", "trade_name": "云溪县林小满小吃店", "premises": "云溪县人民路9号"}
    assert browser.post(address, typed | {"go": "review"}).status_code == 422
    typed |= {"scope_of_business": ["catering"], "capital": "5"}
    confirm = browser.post(address, typed | {"go": "review"})
    assert confirm.context["stage"] == "confirm", confirm.context["form"].errors
    sure = typed | {"go": "submit", "c-delivery": "collect", "idempotency_key": "kiosk-apply-1"}
    assert browser.post(address, sure).status_code == 422  # nobody is sure for him
    for _ in range(2):  # pressed twice, done once
        done = browser.post(address, sure | {"c-truthful": "on"})
    assert done.context["stage"] == "done"
    assert Case.objects.get(channel="kiosk").matter.reference in done.content.decode()
    slip = browser.post("/kiosk/printer/", "收件凭据", content_type="text/plain")
    assert (slip.status_code, browser.post("/kiosk/printer/", {"a": "b"}).status_code) == (200, 503)


def test_a_terminal_beats_reads_a_card_and_forgets_whose_it_was(refused, settings):
    settings.DEMO, settings.CARD_READER, settings.PRINTER = True, "simulated", "simulated"
    asked = {"code": "hall-01", "name": "大厅一号", "kind": "own", "place_id": hall().pk}
    refused("not-allowed", actions.register, **asked, by=cast.staff("chen"), at=NOW)
    made = actions.register(**asked, by=SYSTEM, at=NOW)
    key = bytes.fromhex(made.secret)
    browser = Client()

    def post(purpose, address, body, moment):
        sign = rules.signature(key, "hall-01", purpose, moment, body)
        return browser.post(
            address,
            body,
            content_type="application/json",
            headers={"X-Yiwang-Moment": str(moment), "X-Yiwang-Signature": sign},
        )

    moment, body = int(time.time() * 1000), json.dumps({"version": "1.0", "troubles": ["缺纸"]}).encode()
    assert post("card", "/terminals/hall-01/beat/", body, moment).status_code == 403
    assert post("beat", "/terminals/hall-01/beat/", body, moment).status_code == 204
    assert post("beat", "/terminals/hall-01/beat/", body, moment).status_code == 403  # once
    assert Terminal.objects.get().troubles == "缺纸"

    settings.DEMO = False
    assert browser.get("/kiosk/").status_code == 404
    assert browser.post("/kiosk/demo/").status_code == 404
    settings.DEMO = True
    sign = rules.signature(key, "hall-01", "open", moment, b"")
    address = f"/kiosk/open/?terminal=hall-01&moment={moment}&signature={sign}"
    assert browser.get(address).status_code == 302
    assert Client().get(address).status_code == 403  # a copied address opens nothing
    moment += 1
    lin = "449931199105200223"
    read = json.dumps({"name": "林小满", "number": lin})
    forged = {"body": read, "moment": moment, "signature": "0" * 64}
    assert browser.post("/kiosk/card/", forged).status_code == 403
    right = forged | {"signature": rules.signature(key, "hall-01", "card", moment, read.encode())}
    assert browser.post("/kiosk/card/", right).status_code == 302
    kept = browser.cookies["yw_kiosk"].value
    page = browser.get("/kiosk/cases/")
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert b'http-equiv="refresh" content="60;url=/kiosk/leave/"' in page.content
    assert browser.post("/kiosk/ticket/", {"queue": "A"}).status_code == 200
    for path in ("/kiosk/", "/kiosk/papers/", "/kiosk/book/"):
        assert browser.get(path).status_code == 200
    applied_at_the_terminal(browser)
    gone = browser.post("/kiosk/leave/")
    assert gone.cookies["yw_kiosk"].value == ""
    browser.cookies["yw_kiosk"] = kept  # whoever kept the cookie opens nothing with it
    assert browser.get("/kiosk/cases/").status_code == 302
    assert KioskVisit.objects.get().end == "finished"
    assert sorted(KioskTransaction.objects.values_list("kind", flat=True)) == [
        "apply", "print", "query", "query",
    ]  # fmt: skip
    actions.retire(code="hall-01", by=SYSTEM, at=NOW)
    assert browser.get("/kiosk/").status_code == 404
