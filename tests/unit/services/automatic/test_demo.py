"""The demo county begins with its table tried over past filings and published by other hands, and with ratings given."""

from tests.factories import cases as cast
from yiwang.config import lively
from yiwang.governance.inspections.models import Inspection
from yiwang.matters.models import Matter
from yiwang.services.automatic.models import TableVersion
from yiwang.services.ratings.models import Occasion, Rating, Rectification


def test_the_demo_s_table_is_in_use_and_its_cases_are_rated():
    lively.enliven(cast.at())
    version = TableVersion.objects.get(table__code="prepacked-filing")
    trial = version.trials.get()
    assert version.state == "published"
    assert trial.cases >= 2
    assert version.published_by != version.drafted_by
    assert 0 < Rating.objects.count() < Occasion.objects.count()
    assert {one.signed_on is None for one in Rectification.objects.all()} == {True, False}  # one mended, others wait
    first = Inspection.objects.select_related("matter", "subject").get(
        source="licence", subject__kind="firm"
    )  # 林's shop was let in
    assert first.cause == Matter.objects.get(item="511A0015500009", state="granted").reference
    assert first.matter.state == "assigned"
