"""The demo county begins with its table tried over past filings and published by other hands."""

from tests.factories import cases as cast
from yiwang.config import lively
from yiwang.services.automatic.models import TableVersion


def test_the_demo_s_table_is_in_use_after_its_dry_run():
    lively.enliven(cast.at())
    version = TableVersion.objects.get(table__code="prepacked-filing")
    trial = version.trials.get()
    assert version.state == "published"
    assert trial.cases >= 2
    assert version.published_by != version.drafted_by
