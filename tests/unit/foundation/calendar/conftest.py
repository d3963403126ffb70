from datetime import datetime

import pytest

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.kernel.permissions import Doer, Permission


@pytest.fixture
def keeper() -> Doer:
    """日历管理员."""
    return Doer("staff:7", kind="staff", name="冯", grants=frozenset({(Permission.CALENDAR_EDIT, None)}))


@pytest.fixture
def clerk() -> Doer:
    """窗口陈: sees the calendar, may not change it."""
    return Doer("staff:2", kind="staff", name="陈", grants=frozenset({(Permission.CASE_RECEIVE, 1)}))


@pytest.fixture
def november() -> datetime:
    return datetime(2026, 11, 5, 9, 30, tzinfo=SHANGHAI)
