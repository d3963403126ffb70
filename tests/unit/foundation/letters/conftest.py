from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.factories import letters, organs, seals

NOW = datetime(2026, 9, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def market(db):
    """云溪县市场监督管理局 with its 行政审批专用章 and a standing 用印授权."""
    letters.kinds()
    organ = organs.organ("market", name="云溪县市场监督管理局")
    seals.seal(organ, NOW)
    return organ


@pytest.fixture
def bare(db):
    """An organ without any seal."""
    letters.kinds()
    return organs.organ("bare", name="云溪县教育局")
