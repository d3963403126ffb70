from __future__ import annotations

import pytest

from tests.factories import matters as cast
from yiwang.matters import processes


@pytest.fixture
def house(db):
    """A database with the licence process in force."""
    cast.store(cast.licence())
    yield
    processes.forget()
