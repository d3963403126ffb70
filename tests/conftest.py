"""What every test may use: the demo county, its packs loaded once a run.

A test asks for the fixture ``county`` and runs inside a transaction of a second database, a copy of the empty test
database into which all packs were loaded once. Nothing is loaded twice, nothing a test does stays. Other tests keep
the empty database.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as hour
from typing import Any

import pytest
from hypothesis import HealthCheck, settings


def pytest_configure() -> None:
    """Passwords of the cast need no strength: their hashes name their own cost, so every process can read them."""
    from django.contrib.auth.hashers import ScryptPasswordHasher

    ScryptPasswordHasher.work_factor = 2**4
    _set_the_clock()
    # No test fails for being slow: in a fresh clone the first example alone builds Hypothesis' tables of characters.
    settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("untimed")


def _set_the_clock() -> None:
    """Tests begin at half past nine in the evening and time goes on from there: what they file at noon lies behind them
    whatever the hour at which they are run."""
    from yiwang.foundation.calendar import today

    began, evening = time.monotonic(), datetime.combine(date.today(), hour(21, 30), today.SHANGHAI)
    today._wall = lambda: evening + timedelta(seconds=time.monotonic() - began)


# Fixtures through which a test reaches the server. Whoever asks for none of them asks the code alone.
REACHING = {"db", "transactional_db", "django_db_setup"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """A test that never reaches the server is ``once``."""
    if not item.get_closest_marker("django_db") and not REACHING & set(getattr(item, "fixturenames", ())):
        item.add_marker("once")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones begin first, so that no worker is left alone with one at the end; the order is random otherwise."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """All addresses are read before the first test: modules that register themselves by name are imported with them,

    and what registers while a test has replaced a registry would be gone with that test.
    """
    from importlib import import_module

    from django.conf import settings

    import_module(settings.ROOT_URLCONF)


@pytest.fixture(scope="session")
def county_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The connection to the county's database; made when the first test asks for it."""
    from django.db import connections

    with django_db_blocker.unblock(), copy_of(connections["default"], "county") as county:
        with instead(county):
            _load()
        yield county


@contextmanager
def copy_of(template: Any, name: str) -> Iterator[Any]:
    """A connection to a copy of the template's database; both are gone behind the block. Each worker has its own."""
    from django.db import connections

    known = template.settings_dict
    full = f"{known['NAME']}_{name}"
    template.close()  # PostgreSQL copies a database only while nobody is connected to it
    with template._nodb_cursor() as cursor:
        cursor.execute(f'drop database if exists "{full}"')
        cursor.execute(f'create database "{full}" template "{known["NAME"]}"')
    made = connections.create_connection("default")
    made.settings_dict = {**known, "NAME": full}
    try:
        yield made
    finally:
        made.close()  # left open it would be reported a second time, far from what went wrong
        with template._nodb_cursor() as cursor:
            cursor.execute(f'drop database if exists "{full}" with (force)')


def _load() -> None:
    from tests.factories.rules import shipped
    from yiwang.foundation.calendar.today import SHANGHAI
    from yiwang.foundation.packs import actions
    from yiwang.kernel.permissions import SYSTEM

    actions.load(reading=shipped(), by=SYSTEM, at=datetime(2026, 1, 5, 9, tzinfo=SHANGHAI))


@contextmanager
def instead(other: Any) -> Iterator[None]:
    """Within the block ``connections["default"]`` is another connection, and nothing kept of the one before is used."""
    from django.db import connections

    usual = connections["default"]
    connections["default"] = other
    forget()
    try:
        yield
    finally:
        connections["default"] = usual
        forget()


def forget() -> None:
    """Drop what the process keeps of the database: the two databases know different rules under the same names."""
    from django.core.cache import caches

    from yiwang.foundation.calendar import queries as calendar
    from yiwang.matters import processes

    for kept in caches.all(initialized_only=True):
        kept.clear()
    calendar._kept = None
    processes.forget()


@pytest.fixture
def _in_the_county(county_database: Any) -> Iterator[None]:
    with instead(county_database):
        yield


@pytest.fixture
def county(_in_the_county: None, db: None) -> None:
    """The demo county of ``packs/``: organs, staff, people, items, guides, seals, calendar. Rolled back afterwards.

    Ask for it instead of ``django_db``; a mark would open its transaction in the empty database first.
    """
