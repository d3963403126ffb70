"""Versions in force never overlap, and codes of the standard's lengths have the standard's shape."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from yiwang.services.catalogue.models import Guide, Item


@pytest.fixture
def item(organ):
    return Item.objects.create(
        code="511A0005200004", name="食品经营许可核发", type="01", organ=organ("market", "市监局")
    )


def guide(item, version, begins, ends=None, state="published"):
    return Guide.objects.create(
        item=item,
        version=version,
        state=state,
        in_force=DateRange(begins, ends),
        process_id="services.licence",
        chain="three-hands",
        handling_type="2",
        service_objects=["2"],
        channels=["1"],
    )


def test_two_published_versions_that_share_a_day_are_refused(item):
    guide(item, 1, date(2025, 1, 1))
    with pytest.raises(IntegrityError, match="never_overlap"), transaction.atomic():
        guide(item, 2, date(2026, 9, 1))
    assert Guide.objects.count() == 1


def test_a_version_may_begin_on_the_day_the_last_one_ends(item):
    guide(item, 1, date(2025, 1, 1), date(2026, 9, 1))
    assert guide(item, 2, date(2026, 9, 1)).pk


def test_a_draft_may_cover_days_of_the_version_in_force(item):
    guide(item, 1, date(2025, 1, 1))
    assert guide(item, 2, date(2025, 1, 1), state="draft").pk


def test_versions_of_different_items_may_share_days(item, organ):
    other = Item.objects.create(code="other", name="另一事项", type="20", organ=item.organ)
    guide(item, 1, date(2025, 1, 1))
    assert guide(other, 1, date(2025, 1, 1)).pk


def test_a_published_version_without_a_period_is_refused(item):
    with pytest.raises(IntegrityError, match="is_complete"), transaction.atomic():
        Guide.objects.create(
            item=item, version=1, state="published", process_id="p", chain="two-hands", handling_type="2",
            service_objects=["1"], channels=["1"],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("basic_code", "44010604300X"),
        ("task_code", "11440100007483172Q8440106043001"),
        ("handle_code", "11440100007483172Q3440106043001AB"),
    ],
)
def test_a_code_of_a_standard_length_with_another_shape_is_refused(item, field, code):
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(**{field: code})


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("basic_code", "440106043001"),
        ("basic_code", "511A0138600000"),
        ("task_code", "11440100007483172Q3440106043001"),
        ("handle_code", "11440100007483172Q344010604300101"),
    ],
)
def test_national_codes_and_a_provinces_own_codes_are_kept(item, field, code):
    assert Item.objects.filter(pk=item.pk).update(**{field: code}) == 1
