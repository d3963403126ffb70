"""Who looks at callers without an order, answers another's, floods, or gets names out in a list."""

from __future__ import annotations

import shutil
from dataclasses import replace
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from openpyxl import load_workbook
from structlog.testing import capture_logs

from tests.factories import cases as cast
from tests.factories import hotline
from tests.factories.hotline import CITY, DAY, HOUSING, OPERATOR, PHONE, RULER, take
from yiwang.foundation.calendar.today import now
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs.models import Account
from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.actions import recording
from yiwang.governance.hotline.models import Call, Order
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal


@pytest.fixture(autouse=True)
def _county(county):
    """The hotline's office."""


def operator(who=OPERATOR):
    return {"by": cast.staff(who, DAY), "at": cast.at(DAY, 12)}


def looks():
    return LedgerEntry.objects.filter(event="hotline.history-read").count()


def test_a_caller_s_history_is_read_within_one_s_own_open_call_only_and_each_look_is_a_line():
    earlier = hotline.recorded()
    with pytest.raises(Refusal):
        actions.look_up(**operator())
    call = actions.begin_call(phone=PHONE, **operator())
    for stranger in ("hotline-5", CITY, "wu"):
        with pytest.raises(NotFound):
            actions.look_up(call_id=call.pk, **operator(stranger))
    assert looks() == 0
    assert [one.reference for one in actions.look_up(call_id=call.pk, **operator())] == [earlier]
    assert looks() == 1
    actions.end_call(call_id=call.pk, **operator())
    with pytest.raises(NotFound):
        actions.look_up(call_id=call.pk, **operator())
    assert [one.pk for one in queries.calls_without_order(cast.staff(RULER, DAY))] == [call.pk]
    with pytest.raises(NotFound):
        queries.calls_without_order(cast.staff(OPERATOR, DAY))


def test_within_an_order_only_whoever_recorded_it_looks_and_only_while_it_is_open():
    hotline.recorded()
    reference = hotline.recorded()
    with pytest.raises(NotFound):
        actions.look_up(reference=reference, **operator("hotline-5"))
    assert len(actions.look_up(reference=reference, **operator())) == 1
    take(reference, "answer", OPERATOR, answer="文明路垃圾每日六点和十四点各清运一次。")
    with pytest.raises(NotFound):
        actions.look_up(reference=reference, **operator())


def test_who_reads_history_after_history_without_an_order_is_stopped():
    for _ in range(6):
        call = actions.begin_call(phone=PHONE, **operator())
        actions.look_up(call_id=call.pk, **operator())
        actions.end_call(call_id=call.pk, **operator())
    call = actions.begin_call(phone=PHONE, **operator())
    with pytest.raises(Refusal) as caught:
        actions.look_up(call_id=call.pk, **operator())
    assert caught.value.code == "looks-too-much"
    made = actions.record(intake=hotline.intake(), call_id=call.pk, **operator())
    assert Call.objects.get(pk=call.pk).order_id == made.id


def test_a_unit_answers_no_other_unit_s_order_and_does_not_know_of_it():
    reference = hotline.handling()
    for who in (HOUSING, "stranger-of-another-house"):
        by = cast.staff(HOUSING, DAY) if who == HOUSING else SYSTEM.__class__(reference="stranger")
        with pytest.raises(NotFound):
            actions.take(reference=reference, step="reply", by=by, at=cast.at(DAY, 14), values={})
    with pytest.raises(Refusal):  # its own reviewer sees it and is no handler of orders
        take(reference, "reply", "urban-management-2", hour=14, answer=hotline.ANSWER, result="solved")


def test_the_whole_number_is_told_for_a_purpose_with_a_line_and_never_to_a_unit_whose_caller_asked_for_secrecy():
    reference, secret = hotline.handling(), hotline.handling(disclosure="confidential", phone="13900007799")
    given = {"field": "phone", "by": cast.staff(CITY, DAY), "at": cast.at(DAY, 15)}
    with pytest.raises(Refusal):
        actions.read_caller(reference=reference, purpose="curious", **given)
    with pytest.raises(NotAllowed):
        actions.read_caller(reference=secret, purpose="contact", **given)
    shown = queries.caller_of(given["by"], hotline.order(secret))
    assert (shown.name, shown.phone) == ("保密", "保密")  # not as if no number had been left
    assert actions.read_caller(reference=reference, purpose="contact", **given) == PHONE
    assert LedgerEntry.objects.filter(subject=f"matter:{reference}", event="hotline.caller-read").count() == 1


def test_one_citizen_cannot_flood_and_another_s_order_does_not_exist_for_her():
    lin, other = cast.lin(DAY), cast.citizen("王建国", DAY)
    said = hotline.intake(party_id=lin.person_id)
    with pytest.raises(NotAllowed):
        actions.file(intake=said, by=other, at=cast.at(DAY))
    made = [actions.file(intake=said, by=lin, at=cast.at(DAY)).reference for _ in range(10)]
    with capture_logs() as logged, pytest.raises(Refusal) as caught:
        actions.file(intake=said, by=lin, at=cast.at(DAY, 20))
    assert caught.value.status == 429
    [line] = [one for one in logged if one["event"] == "order-flood-refused"]
    assert (line["channel"], line["count"], hotline.PHONE in str(line)) == ("portal", 10, False)
    with capture_logs() as logged, pytest.raises(NotAllowed):  # refused for who he is: no flood is told of
        recording._open(
            "record", replace(said, channel="portal"), hotline.order(made[0]).organ_id, lin, cast.at(DAY, 20)
        )
    assert not [one for one in logged if one["event"] == "order-flood-refused"]
    for deed in (lambda: queries.mine_one(other, made[0], cast.at(DAY).date()), lambda: queries.order(other, made[0])):
        with pytest.raises(NotFound):
            deed()
    actions.take_own(reference=made[0], step="urged", by=lin, at=cast.at(DAY, 20), values={"text": "请快一点。"})
    assert hotline.order(made[0]).urges == 1


def test_who_acts_for_no_firm_has_no_firms_line_and_its_shorter_limit():
    lin = cast.lin(DAY)
    for by, firm in ((lin, True), (replace(lin, delegations=frozenset()), False)):
        made = actions.file(intake=hotline.intake(party_id=lin.person_id, firm=True), by=by, at=cast.at(DAY))
        assert hotline.order(made.reference).firm is firm
        assert (hotline.order(made.reference).respond_by_at is not None) is firm


def test_a_number_without_its_code_opens_nothing_and_a_code_without_its_number_neither():
    one, two = hotline.order(hotline.recorded()), hotline.order(hotline.recorded())
    for number, code in ((one.number, two.enquiry_code), (one.number, ""), ("", one.enquiry_code)):
        with pytest.raises(NotFound):
            queries.tracked(number, code, cast.at(DAY).date())
    shown = queries.tracked(one.number, one.enquiry_code, cast.at(DAY).date())
    assert (shown.number, shown.content) == (one.number, "")


def test_callers_are_encrypted_at_rest_and_the_keys_can_be_turned(settings, tmp_path):
    order = hotline.order(hotline.recorded())
    assert PHONE.encode() not in bytes(order.caller_phone)
    before = bytes(order.caller_phone)
    shutil.copytree(settings.VAR / "keys", tmp_path / "keys")  # other tests keep the keys they know
    settings.VAR = tmp_path
    cipher.rotate(at=cast.at(DAY))
    assert actions.reseal(by=SYSTEM, at=cast.at(DAY, 13)) == 2
    turned = Order.objects.get(pk=order.pk)
    assert bytes(turned.caller_phone) != before
    assert (
        actions.read_caller(reference=order.matter.reference, field="name", purpose="verify", **operator()) == "黄小燕"
    )


def test_pages_say_what_happened_and_an_export_names_no_caller(client):
    reference = hotline.handling(f"{now():%Y-%m-%d}")
    client.force_login(Account.objects.get(username=OPERATOR))
    assert "登记工单" in client.get("/desk/orders/new/").content.decode()
    typed = {
        name: getattr(hotline.SAID, name)
        for name in ("kind", "topic", "title", "content", "name", "phone", "disclosure")
    }
    told = client.post("/desk/orders/new/", typed, follow=True).content.decode()
    assert f"查询码{Order.objects.latest('pk').enquiry_code}" in told
    page = client.get(f"/desk/orders/{reference}/").content.decode()
    assert "黄**" in page
    assert "黄小燕" not in page
    assert "导出 Excel" not in client.get("/desk/orders/").content.decode()
    assert not client.get("/desk/orders/?format=xlsx").content.startswith(
        b"PK"
    )  # whoever takes calls takes no file of them
    client.force_login(Account.objects.get(username="hotline-2"))
    book = load_workbook(BytesIO(client.get("/desk/orders/?format=xlsx").content))
    cells = " ".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row if cell)
    assert "投诉：垃圾清运" in cells
    assert not any(word in cells for word in ("黄", PHONE[-4:], "文明路"))
    client.force_login(Account.objects.get(username=HOUSING))
    assert client.get(f"/desk/orders/{reference}/").status_code == 404


def test_the_api_shows_no_caller_and_takes_a_step_under_the_version_it_saw(client):
    reference = hotline.dispatched(f"{now():%Y-%m-%d}")
    client.force_login(Account.objects.get(username=HOUSING))
    assert client.get(f"/api/v1/orders/{reference}").status_code == 404
    client.force_login(Account.objects.get(username=CITY))
    (listed,) = client.get("/api/v1/orders").json()["items"]
    shown = client.get(f"/api/v1/orders/{reference}")
    assert (listed["reference"], shown.json()["steps"][0]) == (reference, "sign")
    assert "黄小燕" not in shown.content.decode()
    address, body = f"/api/v1/matters/{reference}/steps/sign", {"data": "{}", "content_type": "application/json"}
    assert client.post(address, **body, headers={"If-Match": '"1"'}).status_code == 409
    taken = client.post(address, **body, headers={"If-Match": shown["ETag"]})
    assert taken.json()["state"] == "handling"


def test_the_row_of_an_order_refuses_halves_and_what_cannot_be():
    """Whoever writes past the engine: each in its own words to PostgreSQL, which names what was broken."""
    kept = hotline.order(hotline.recorded())
    for broken, constraint in (
        ("urges = -1", "counts"),
        ("extended = -1", "counts"),
        ("caller_index = null", "phone_with_its_index"),
        ("caller_phone = null", "phone_with_its_index"),
        ("latitude = 23", "point"),
        ("longitude = 114", "point"),
        ("latitude = 90.1, longitude = 114", "point"),
        ("latitude = 23, longitude = -180.1", "point"),
        ("judged_by = 1", "judged_by"),
        ("judged_at = now()", "judged_by"),
        ("kind = 'business', against_organ_id = 1, handling_organ_id = 1", "not_by_the_accused"),
        ("enquiry_code = 'abcdefghij'", "code"),
    ):
        with (
            pytest.raises(IntegrityError, match=f'"hotline_order_{constraint}"'),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"update hotline_order set {broken} where matter_id = %s", [kept.pk])
    lawful = (
        "latitude = 90, longitude = -180, judged_by = 1, judged_at = now(), against_organ_id = 1, handling_organ_id = 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"update hotline_order set {lawful}, kind = 'business' where matter_id = %s", [kept.pk])
