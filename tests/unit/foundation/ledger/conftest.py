"""A small ledger that is really committed: checkpoints and the verifier look from outside the writing transaction."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from yiwang.foundation.ledger import actions, audit, queries
from yiwang.kernel.permissions import SYSTEM

AT = datetime(2026, 9, 24, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def write(transactional_db):
    def write(subject="organ:7", event="organs.organ-founded", at=AT, **more):
        return actions.record(subject=subject, event=event, by=SYSTEM, at=at, **more)

    return write


@pytest.fixture
def seal(transactional_db):
    return lambda: actions.checkpoint(at=AT, patience=120)  # as long as another worker's transaction may last


@pytest.fixture
def conninfo(transactional_db):
    connection.ensure_connection()
    return connection.connection.info.dsn


@pytest.fixture
def verify(conninfo):
    """The first entry that does not fit, as the command would name it."""
    return lambda **more: audit.audit(conninfo, heads=queries.heads(), **({"workers": 0} | more)).misfit


@pytest.fixture
def superuser(conninfo):
    """Somebody who owns the machine: switches the triggers off and writes what he likes."""

    def superuser(*statements):
        with connection.cursor() as cursor:
            for table in ("entry", "leaf", "checkpoint", "head"):
                cursor.execute(f"alter table ledger_{table} disable trigger user")
            try:
                for sql in statements:
                    cursor.execute(sql)
            finally:
                for table in ("entry", "leaf", "checkpoint", "head"):
                    cursor.execute(f"alter table ledger_{table} enable trigger user")

    return superuser
