"""A petition from registration to the last answer, in natural days; one handed over from the hotline."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories import cases as cast
from tests.factories import hotline, petitions
from tests.factories.petitions import CHIEF, CITY, CLERK, DECIDED, HEAD, REVIEWER, petition, take
from yiwang.governance.petitions import actions, queries, rules
from yiwang.governance.petitions.models import Petition
from yiwang.kernel import names
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters.models import MatterClock

pytestmark = pytest.mark.usefixtures("county")


def due(reference, clock):
    return MatterClock.objects.get(matter__reference=reference, clock=clock).due_on


def refused(code, *asked, **given):
    with pytest.raises(Refusal) as caught:
        take(*asked, **given)
    assert caught.value.code == code


def test_a_petition_past_its_day_is_closed_as_late_with_why_or_not_at_all():
    reference = petitions.handling()
    assert due(reference, "decide") == date(2026, 7, 31)  # sixty natural days from the first of June
    refused("over-its-term", reference, "decide", CITY, "2026-08-01", **DECIDED)
    refused("over-its-term", reference, "settle", CITY, "2026-08-01", opinion="双方已达成一致，签了协议。")
    refused("not-allowed", reference, "decide-late", CITY, "2026-08-01", opinion="评估报告迟交。", **DECIDED)
    refused("values", reference, "decide-late", HEAD, "2026-08-01", **DECIDED)
    take(reference, "decide-late", HEAD, "2026-08-01", opinion="评估机构迟交报告，已约谈。", **DECIDED)
    found = petition(reference)
    assert (found.matter.state, found.decided_late, found.told_late) == ("decided", True, False)
    in_time = petitions.handling()
    refused("not-late", in_time, "decide-late", HEAD, "2026-07-31", opinion="评估机构迟交报告。", **DECIDED)
    take(in_time, "decide", CITY, "2026-07-31", **DECIDED)
    assert petition(in_time).decided_late is False


def test_the_term_grows_by_thirty_days_at_most_and_only_by_the_head_of_the_unit_that_answers():
    reference = petitions.handling()
    for nobody in (CITY, HEAD):
        refused("not-allowed", reference, "lengthen", nobody, days=30, opinion="案情复杂，需要评估。")
    refused("too-long", reference, "lengthen", CHIEF, days=31, opinion="案情复杂，需要评估。")
    take(reference, "lengthen", CHIEF, days=30, opinion="案情复杂，需要评估。")
    assert due(reference, "decide") == date(2026, 8, 31)  # the thirtieth is a Sunday
    refused("too-long", reference, "lengthen", CHIEF, days=1, opinion="案情复杂，还要评估。")


def test_a_review_is_asked_for_within_thirty_days_and_done_by_others_above():
    reference = petitions.handling()
    with pytest.raises((NotAllowed, NotFound)):
        take(reference, "decide", "health-1", **DECIDED)
    take(reference, "decide", CITY, "2026-06-20", **DECIDED)
    petitions.serve(reference, "2026-06-20")
    refused("asked-too-late", reference, "ask-review", CLERK, "2026-07-21", opinion="不服处理意见，请求复查。")
    take(reference, "ask-review", CLERK, "2026-07-20", opinion="不服处理意见，请求复查。")
    assert due(reference, "review") == date(2026, 8, 19)
    upheld = {"outcome": "upheld", "decision": "处理意见事实清楚，予以维持。"}
    with pytest.raises((NotAllowed, NotFound)):
        take(reference, "review-decide", CITY, "2026-08-01", **upheld)
    take(reference, "review-decide", REVIEWER, "2026-08-01", **upheld)
    take(reference, "ask-recheck", CLERK, "2026-08-10", opinion="不服复查意见，请求复核。")
    take(reference, "recheck-decide", CLERK, "2026-09-01", **upheld)
    assert petition(reference).matter.state == "petition-ended"
    refused("an-appeal", petitions.handling(), "reply", CITY, outcome="adopted", decision="已转有关单位研究。")


def test_a_unit_objects_within_five_working_days_and_the_petition_goes_to_another_with_its_days_running():
    reference, opinion = petitions.handling("2026-06-01"), "征收补偿由自然资源局负责。"
    refused("objects-too-late", reference, "object", CITY, "2026-06-09", opinion=opinion)
    take(reference, "object", CITY, "2026-06-08", opinion=opinion)
    refused("same-unit", reference, "reassign", CLERK, "2026-06-08", unit="urban-management", opinion="仍由你局办理。")
    take(reference, "reassign", CLERK, "2026-06-09", unit="natural-resources", opinion="异议成立。")
    assert due(reference, "decide") == date(2026, 7, 31)
    with pytest.raises((NotAllowed, NotFound)):
        take(reference, "decide", CITY, "2026-06-10", **DECIDED)
    take(reference, "object", "natural-resources-1", "2026-06-16", opinion="补偿款由财政直接拨付。")
    take(reference, "keep", CLERK, "2026-06-16", opinion="异议不成立。")
    take(reference, "decide", "natural-resources-1", "2026-06-30", **DECIDED)
    assert petition(reference).matter.state == "decided"


def test_the_person_is_sealed_told_to_who_needs_it_and_to_nobody_of_an_accused_unit():
    reference = petitions.handling(purpose="accusation")
    found = petition(reference)
    assert petitions.PHONE.encode() not in bytes(found.person_phone)
    asked = {"reference": reference, "field": "phone", "purpose": "contact", "at": cast.at()}
    with pytest.raises((NotAllowed, NotFound)):
        actions.read_person(**asked, by=cast.staff(CITY))
    assert actions.read_person(**asked, by=cast.staff(CLERK)) == petitions.PHONE
    assert queries.letters_of(cast.staff(CITY), found) == []  # each is addressed to whoever petitions
    with pytest.raises(Refusal) as caught:
        petitions.registered(name="")
    assert [one.field for one in caught.value.faults] == ["name"]


def test_an_accusation_never_reaches_the_unit_accused_nor_one_under_it():
    accused = {code: pk for code, _, pk in queries.units(date(2026, 6, 1))}["urban-management"]
    with pytest.raises(Refusal) as caught:
        petitions.registered(against_id=accused)
    assert [one.field for one in caught.value.faults] == ["against"]  # whom an appeal complains of answers it
    reference = petitions.registered(purpose="accusation", against_id=accused)
    refused("accused", reference, "tell", CLERK, unit="urban-management")
    assert accused in names.hook["matters.barred.governance.petition"](reference)
    take(reference, "tell", CLERK, unit="market")
    take(reference, "object", "zhou", "2026-06-02", opinion="不属于本局职责。")
    refused("accused", reference, "reassign", CLERK, "2026-06-03", unit="urban-management", opinion="异议成立。")


def test_an_order_is_handed_over_with_its_ground_once_and_told_within_fifteen_days():
    reference = hotline.recorded()
    with pytest.raises(NotAllowed):
        hotline.take(
            reference, "hand-over", hotline.VISITOR, ground="appeal", opinion="属征收补偿争议，按信访程序办理。"
        )
    with pytest.raises(Refusal) as caught:
        matters.take(
            reference=reference, step="hand-over", by=cast.staff(hotline.DISPATCHER), at=cast.at(),
            values={"ground": "appeal", "opinion": "属征收补偿争议，按信访程序办理。"},
        )  # fmt: skip
    assert caught.value.code == "on-its-page"
    assert not Petition.objects.exists()
    hotline.take(
        reference, "hand-over", hotline.DISPATCHER, ground="appeal", opinion="属征收补偿争议，按信访程序办理。"
    )
    found = Petition.objects.select_related("matter").get(order_reference=reference)
    assert hotline.order(reference).matter.state == "handed-over"
    assert (found.source, found.purpose, queries.unsealed(found, "phone")) == ("hotline", "appeal", hotline.PHONE)
    assert due(found.matter.reference, "tell") == date(2026, 10, 8)  # 6 October is a holiday: the next working day
    late = found.matter.reference
    take(late, "tell", CLERK, "2026-10-09", unit="urban-management")
    assert petition(late).told_late is True
    said = rules.Intake("hotline", "appeal", "再转", order_reference=reference)
    with pytest.raises(Refusal, match="已经转交"):
        actions.hand_over(intake=said, by=cast.staff(hotline.DISPATCHER), at=cast.at())
