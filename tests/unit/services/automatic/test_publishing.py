"""A table is drafted by the department, tried over past cases, and published by other hands."""

import pytest
from django.db import DatabaseError, transaction

from tests.factories import cases as cast
from tests.factories import filings
from yiwang.services.automatic import actions, queries
from yiwang.services.automatic.models import TableVersion, Trial
from yiwang.services.catalogue.models import Guide


def tried(day=cast.DAY, by="zhao"):
    return actions.try_out(
        code=filings.TABLE, number=filings.draft().number, by=cast.staff(by, day), at=cast.at(day, 8)
    )


def publish(by=filings.SONG, day=cast.DAY, **how):
    return actions.publish(
        code=filings.TABLE, number=filings.draft().number, by=cast.staff(by, day), at=cast.at(day, 9), **how
    )


def content():
    return queries.declared(filings.draft()).model_dump(mode="json", exclude_defaults=True)


@pytest.mark.parametrize("who", ["chen", "sun", "wu", filings.SONG])
def test_only_the_department_s_reviewers_draft(refused, who):
    refused("not-allowed no-such-table", actions.draft, data=content(), by=cast.staff(who), at=cast.at())


def test_another_department_s_reviewer_does_not_draft(refused):
    refused("not-allowed", actions.draft, data=content(), by=cast.staff("su"), at=cast.at())


def test_without_a_dry_run_nothing_is_published(refused):
    filings.ended()
    refused("no-trial", publish)
    assert filings.draft().state == "draft"


def test_a_dry_run_over_no_past_case_is_not_enough(refused):
    tried()
    refused("few-cases", publish)


def test_a_draft_changed_after_its_dry_run_has_to_be_tried_again(refused):
    filings.ended()
    tried()
    actions.draft(data=content() | {"share": 0.5}, by=cast.staff("zhao"), at=cast.at(hour=8, minute=30))
    refused("changed-since", publish)


def test_a_dry_run_of_two_months_ago_is_too_old(refused):
    filings.ended("2026-07-06")
    tried("2026-07-07")
    refused("old-trial", publish)


def test_whoever_drafted_does_not_publish(refused):
    filings.ended()
    tried()
    TableVersion.objects.filter(state="draft").update(drafted_by=cast.staff(filings.SONG).reference)
    refused("same-hands", publish)


@pytest.mark.parametrize("who", ["zhao", "sun", "chen"])
def test_only_the_legal_reviewer_publishes(refused, who):
    filings.ended()
    tried()
    refused("not-allowed no-such-table", publish, by=who)


def test_the_dry_run_names_each_case_whose_decision_would_flip_and_somebody_has_to_accept_them(refused):
    denied = filings.ended(step="deny-on-the-spot")
    granted = filings.ended("2026-09-22")
    trial = tried()
    changes = {line["reference"]: line["change"] for line in trial.lines}
    assert changes == {denied.matter.reference: "flip", granted.matter.reference: "same"}
    assert (trial.cases, trial.granted, trial.flips) == (2, 2, 1)
    refused("flips", publish)
    assert publish(accepts_flips=True).state == "published"


def test_what_a_table_granted_and_a_new_one_would_hand_over_is_a_flip_by_the_facts_of_then():
    filings.published()
    case = filings.filed(online="yes")
    filings.decide(case)
    data = queries.declared(TableVersion.objects.get(state="published")).model_dump(mode="json", exclude_defaults=True)
    data["rows"][-2]["when"]["online"] = {"any_of": ["no"]}
    actions.draft(data=data, by=cast.staff("zhao"), at=cast.at(hour=13))
    lines = {line["reference"]: line for line in tried().lines}
    assert (lines[case.matter.reference]["would"], lines[case.matter.reference]["change"]) == ("hand-over", "flip")


def test_a_dry_run_decides_nothing_and_writes_nothing_into_the_cases():
    case = filings.ended()
    before = case.matter.version
    tried()
    case.matter.refresh_from_db()
    assert case.matter.version == before


def test_publishing_replaces_the_version_before_and_keeps_it_word_for_word():
    first = filings.published()
    actions.draft(
        data=queries.declared(first).model_dump(mode="json", exclude_defaults=True) | {"share": 0.2},
        by=cast.staff("zhao"),
        at=cast.at(hour=9),
    )
    tried()
    second = publish()
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == ("replaced", "published", 2)
    with pytest.raises(DatabaseError, match="只增不改"), transaction.atomic():
        TableVersion.objects.filter(pk=first.pk).update(content="{}")
    with pytest.raises(DatabaseError, match="只增不改"), transaction.atomic():
        TableVersion.objects.filter(pk=first.pk)._raw_delete("default")


def test_a_table_with_a_fact_the_guide_does_not_ask_is_refused(refused):
    data = content()
    data["columns"][0]["fact"] = "form.floor_area"
    refused("unknown-fact", actions.draft, data=data, by=cast.staff("zhao"), at=cast.at())


def test_an_item_whose_process_has_no_automatic_step_has_no_table(refused):
    data = content() | {"item_code": cast.FOOD, "id": "food"}
    Guide.objects.filter(item__code=cast.FOOD).update(process_id="services.preliminary")
    refused("no-automatic-step", actions.draft, data=data, by=cast.staff("zhao"), at=cast.at())


def test_trials_are_kept():
    filings.ended()
    tried()
    with pytest.raises(DatabaseError, match="只增不改"), transaction.atomic():
        Trial.objects.update(flips=0)
