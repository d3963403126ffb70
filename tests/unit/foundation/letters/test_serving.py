"""Serving: once, by whom it may be, and never before the letter exists."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import letters, organs
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters import actions, queries
from yiwang.kernel import names
from yiwang.kernel.permissions import STRANGER, SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal

NOW = datetime(2026, 9, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def lin(market):
    person = letters.person()
    return Doer(f"person:{person.pk}", "citizen", person_id=person.pk)


@pytest.fixture
def letter(market, lin):
    made = letters.letter(market, NOW, to_party=lin.person_id)
    return actions.render(letter_id=made.pk, at=NOW)


def clerk(organ, *permissions):
    account = organs.staff(organ)
    grants = frozenset((p, organ.pk) for p in permissions)
    return Doer(f"staff:{account.pk}", "staff", account_id=account.pk, organ_id=organ.pk, grants=grants)


def test_a_letter_without_a_file_is_not_served(market, lin):
    made = letters.letter(market, NOW, to_party=lin.person_id)
    with pytest.raises(Refusal) as refused:
        actions.serve(letter=made, how="opened", by=lin, at=LATER)
    assert refused.value.code == "not-sealed"


def test_only_the_addressee_or_an_agent_confirms_online(letter, market, lin):
    with pytest.raises(NotFound):
        actions.serve(letter=letter, how="opened", by=replace(lin, person_id=lin.person_id + 1), at=LATER)
    with pytest.raises(NotFound):
        actions.serve(letter=letter, how="opened", by=STRANGER, at=LATER)
    with pytest.raises(NotAllowed):
        actions.serve(letter=letter, how="opened", by=clerk(market, Permission.CASE_SEE), at=LATER)


def test_a_citizen_does_not_sign_for_the_counter(letter, lin):
    with pytest.raises(NotAllowed):
        actions.serve(letter=letter, how="counter", by=lin, at=LATER)


@pytest.mark.parametrize(("how", "at"), [("by-pigeon", LATER), ("post", NOW - timedelta(days=1))])
def test_an_unknown_way_and_a_day_before_the_letter_are_refused(letter, market, how, at):
    with pytest.raises(Refusal):
        actions.serve(letter=letter, how=how, by=SYSTEM, at=at)


def test_a_letter_is_served_once_and_the_room_above_hears(letter, lin, monkeypatch):
    heard = []
    monkeypatch.setitem(names.hook._functions, "letters.served.test", lambda **said: heard.append(said))
    served = actions.serve(letter=letter.pk, how="opened", by=lin, at=LATER)
    assert (served.served_at, served.served_how, served.served_by) == (LATER, "opened", lin.reference)
    assert heard[0]["matter_reference"] == letter.matter_reference
    assert LedgerEntry.objects.filter(subject=f"letter:{letter.pk}", event="letters.served").count() == 1
    with pytest.raises(Refusal) as refused:
        actions.serve(letter=letter, how="opened", by=lin, at=LATER)
    assert refused.value.code == "already-served"


def test_an_agent_confirms_for_the_principal(letter, lin):
    agent = Doer("person:999", "citizen", person_id=999, delegations=frozenset({lin.person_id}))
    assert actions.serve(letter=letter, how="opened", by=agent, at=LATER).served_by == "person:999"


def test_somebody_elses_letter_and_its_file_are_not_there(letter, market, lin):
    for viewer in (STRANGER, replace(lin, person_id=lin.person_id + 1), clerk(organs.organ(), Permission.LETTER_SEE)):
        with pytest.raises(NotFound):
            queries.letter(viewer, letter.pk)
        with pytest.raises(NotFound):
            queries.content(viewer, letter.pk)
    for viewer in (lin, clerk(market, Permission.LETTER_SEE), SYSTEM):
        assert queries.content(viewer, letter.pk).startswith(b"%PDF")


def test_the_desk_lists_shows_and_serves_its_own_letters(letter, market, client, monkeypatch):
    by = clerk(market, Permission.LETTER_SEE, Permission.CASE_HAND_OUT)
    monkeypatch.setattr("yiwang.foundation.letters.views.doer", lambda request: by)
    assert letter.number in client.get("/desk/letters/").content.decode()
    assert letter.number not in client.get("/desk/letters/?status=failed").content.decode()
    reader = clerk(market, Permission.LETTER_SEE)
    monkeypatch.setattr("yiwang.foundation.letters.views.doer", lambda request: reader)
    assert (
        "/serve/" not in client.get(f"/desk/letters/{letter.pk}/").content.decode()
    )  # nobody fills in what is refused
    monkeypatch.setattr("yiwang.foundation.letters.views.doer", lambda request: by)
    page = client.get(f"/desk/letters/{letter.pk}/").content.decode()
    assert "出具文书" in page
    assert "待存证" in page
    assert client.get(f"/letter-files/{letter.pk}/")["Content-Type"] == "application/pdf"
    assert client.get(f"/letter-files/{letter.pk}/slip/").content.startswith(b"%PDF")
    assert client.post(f"/desk/letters/{letter.pk}/serve/", {"how": ""}).status_code == 422
    assert client.post(f"/desk/letters/{letter.pk}/serve/", {"how": "post"}).status_code == 302
    assert client.post(f"/desk/letters/{letter.pk}/retry/").status_code == 422


def test_the_desk_is_closed_to_strangers_and_the_wrong_organ(letter, client, monkeypatch):
    assert client.get("/desk/letters/").status_code in {302, 422}
    other = clerk(organs.organ(), Permission.LETTER_SEE)
    monkeypatch.setattr("yiwang.foundation.letters.views.doer", lambda request: other)
    assert client.get(f"/desk/letters/{letter.pk}/").status_code == 404
    assert client.get(f"/letter-files/{letter.pk}/").status_code == 404
    assert client.get(f"/letter-files/{2**70}/").status_code == 404


def test_a_citizen_reads_and_confirms_on_the_phone(letter, lin, client, monkeypatch):
    assert client.get("/my/letters/").status_code == 302
    monkeypatch.setattr("yiwang.foundation.letters.views.doer", lambda request: lin)
    assert letter.number in client.get("/my/letters/").content.decode()
    assert client.post(f"/my/letters/{letter.pk}/opened/").status_code == 302
    assert "已收到" in client.get("/my/letters/").content.decode()
