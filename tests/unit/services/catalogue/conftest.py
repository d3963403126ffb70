"""A small county for the catalogue's stories: one district, its departments."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from yiwang.foundation.organs.models import Division, Organ, OrganName

NOW = datetime(2026, 9, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def county(db):
    return Division.objects.create(code="441899", name="云溪县", level="county", from_on=date(2010, 1, 1))


@pytest.fixture
def organ(county):
    def make(code, name="", kind="department", **fields):
        made = Organ.objects.create(
            code=code, kind=kind, division=county, from_on=date(2019, 1, 1), position=Organ.objects.count(), **fields
        )
        OrganName.objects.create(
            organ=made, name=f"云溪县{name or code}", short_name=name or code, from_on=date(2019, 1, 1)
        )
        return made

    return make
