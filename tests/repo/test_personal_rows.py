"""Raw SELECTs by the web process's database role on every table with personal data: unset, other people, one's own.

This is the second wall, behind the queries: it must stand when a query forgets its viewer.
"""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection

from tests.repo import world
from yiwang.config import dbroles, viewer
from yiwang.kernel.permissions import STRANGER, Doer
from yiwang.services.cases.models import Case

# Tables that point at a person or keep a sealed number and stand open to the web process, each with the reason.
OPEN = {
    "assistance_appointment": "a slot is full or free by everybody's bookings; a party by number only, no name, no text",
    "certificates_certificate": "the public register of what was granted (行政许可法 第四十条); a party by number only",
    "matter": "the engine's own row, which sweeps and the inbox read: a party by number, no name, no text",
    "people_firm": "the public register of firms",
    "organs_account": "logging in reads it before anybody is known; telephone numbers are sealed",
}

# A column may hold a party's number without pointing at it, across areas.
NUMBERS = {"party_id", "person_id", "agent_id"}


@pytest.fixture
def there(there):
    dbroles.apply(connection)
    return there


@contextmanager
def looking(by: Doer, account_id: int | None = None):
    """As the web process sees it while this viewer is told to the database."""
    viewer.tell(viewer.as_settings(by, str(account_id or "")) if by is not STRANGER else viewer.NOBODY)
    with connection.cursor() as cursor:
        cursor.execute(f"set role {dbroles.APP}")
        try:
            yield cursor
        finally:
            cursor.execute("reset role")
            viewer.tell(viewer.NOBODY)


def count(cursor, table: str) -> int:
    cursor.execute(f"select count(*) from {table}")
    return cursor.fetchone()[0]


def seen(there: world.World, who: str) -> dict[str, int]:
    account = there.accounts[who]
    with looking(there.doers[who], account.pk if account else None) as cursor:
        return {table: count(cursor, table) for table in dbroles.PERSONAL}


def test_a_forgotten_filter_shows_nobody_what_is_not_their_business(there):
    with connection.cursor() as cursor:
        assert [table for table in dbroles.PERSONAL if count(cursor, table) == 0] == []  # there is something to hide
    nothing = dict.fromkeys(dbroles.PERSONAL, 0)
    assert seen(there, "stranger") == nothing
    with looking(STRANGER) as cursor:  # the public count needs numbers of rows nobody is shown
        cursor.execute("select sum(materials) from cases_held_counts('2026-01-01', '2027-01-01')")
        assert cursor.fetchone()[0] > 0
    another, unrelated = seen(there, "wang"), seen(there, "li")
    of_cases = [table for table in dbroles.PERSONAL if not table.startswith("people_")]
    assert {table: another[table] for table in of_cases} == dict.fromkeys(of_cases, 0)
    assert another["people_person"] == 2  # 王 and 陈阿婆, who gave him a mandate
    closed = [table for table, personal in dbroles.PERSONAL.items() if not personal.staff]
    assert {table: unrelated[table] for table in closed} == dict.fromkeys(closed, 0)
    every = Case.objects.count()  # all of them are 林's or her firms', and with the market supervision bureau
    for who in ("lin", "zhao", "wu"):
        own = seen(there, who)
        assert own["cases_case"] == every, who
        for table in ("cases_material", "cases_shortcoming", "letters_letter", "letters_message", "files_storedfile"):
            assert own[table] > 0, (who, table)
    ours, other = seen(there, "lin"), seen(there, "su")  # 苏 works for another bureau
    for table in ("automatic_receipt", "cases_promise", "relay_case", "themes_theme", "themes_draft"):
        assert ours[table] > 0, table
    assert other["automatic_receipt"] == 0
    assert seen(there, "lin")["cases_draft"] == 1
    assert seen(there, "zhao")["cases_draft"] == 0  # a draft is nobody's business until it is submitted


def test_every_table_about_persons_has_a_policy_or_a_reason():
    about = {"people.Party", "people.Person"}
    tables = set()
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("yiwang."):
            for field in model._meta.get_fields():
                related = getattr(field, "remote_field", None) and not field.auto_created and field.related_model
                points = related and related._meta.label in about
                if points or field.name.endswith("_cipher") or field.name in NUMBERS:
                    tables.add(model._meta.db_table)
    assert tables - set(dbroles.PERSONAL) == set(OPEN)
