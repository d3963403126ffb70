from __future__ import annotations

import pytest

from tests.factories import matters as cast
from tests.factories import supervision
from yiwang.matters import processes


@pytest.fixture
def house(db):
    """The licence process, the process of cards and every supervision rule in force; no organ, no staff."""
    cast.store(cast.licence())
    supervision.store_rules()
    yield
    processes.forget()
