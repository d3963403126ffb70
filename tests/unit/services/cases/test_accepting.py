"""周 checks the materials and accepts, or says at once that the case does not belong here."""

import pytest

from tests.factories import cases as cast
from yiwang.foundation.letters.models import Letter
from yiwang.matters.models import MatterClock
from yiwang.matters.stepping import take_as_its_room_does
from yiwang.services.cases import actions
from yiwang.services.cases.models import CaseMaterial


def check(case, by="zhou", version=None, **findings):
    return actions.check(
        reference=case.matter.reference, findings=findings, by=cast.staff(by), at=cast.at(), version=version
    )


# -- checking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["zhao", "sun", "yu", "luo", "wu", "chen"])
def test_only_the_acceptor_checks_a_case_waiting_for_acceptance(refused, who):
    case = cast.submitted()
    refused("not-allowed no-such-matter", check, case, by=who, layout=("right", ""))
    assert not CaseMaterial.objects.exclude(verdict="unchecked").exists()


def test_a_wrong_material_without_saying_what_is_wrong_is_refused_and_nothing_is_kept(refused):
    case = cast.submitted()
    refusal = refused("no-note", check, case, layout=("wrong", " "), rules=("right", ""))
    assert [fault.field for fault in refusal.faults] == ["layout"]
    assert not CaseMaterial.objects.exclude(verdict="unchecked").exists()


def test_a_material_that_is_not_in_the_case_is_refused(refused):
    refused("not-in-guide", check, cast.submitted(), **{"cold-room": ("right", "")})


def test_a_finding_that_does_not_exist_and_a_note_too_long_are_refused(refused):
    case = cast.submitted()
    refused("choice", check, case, layout=("perfect", ""))
    refused("too-long", check, case, layout=("wrong", "长" * 301))


def test_a_check_seen_on_a_page_that_is_no_longer_true_is_refused(refused):
    case = cast.submitted()
    seen = check(case, layout=("right", "")).version
    check(case, layout=("wrong", "未标明消毒区"))
    refusal = refused("stale", check, case, version=seen, layout=("right", ""))
    assert refusal.status == 409
    assert cast.materials(case)["layout"].verdict == "wrong"


def test_findings_are_kept_with_who_found_them_and_may_be_taken_back():
    case = cast.submitted()
    check(case, layout=("wrong", "未标明消毒区"), rules=("right", ""))
    row = cast.materials(case)["layout"]
    assert (row.verdict, row.note, row.checked_by) == ("wrong", "未标明消毒区", cast.staff("zhou").reference)
    check(case, layout=("unchecked", ""))
    row = cast.materials(case)["layout"]
    assert (row.verdict, row.note, row.checked_by, row.checked_at) == ("unchecked", "", "", None)
    assert cast.materials(case)["rules"].verdict == "right"


# -- accepting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["zhao", "sun", "zheng", "yu", "luo", "wu"])
def test_who_has_not_the_seat_cannot_accept(refused, who):
    case = cast.submitted()
    refused("not-allowed no-such-matter", cast.take, case, "accept", by=who)
    case.matter.refresh_from_db()
    assert case.matter.state == "received"


def test_a_stranger_and_another_citizen_are_told_there_is_no_such_case(refused):
    case = cast.submitted()
    for by in (cast.citizen("王建国"), cast.staff("tang")):
        assert refused("no-such-matter", cast.take, case, "accept", by=by).status == 404


def test_article_32_5_a_case_with_a_missing_material_is_not_accepted_and_every_one_is_named(refused):
    case = cast.received(states={"rules": "missing", "lease": "missing"})
    cast.checked(case, by="chen", layout="未标明消毒区")
    refusal = refused("materials-incomplete", cast.take, case, "accept", by="chen")
    assert {fault.field for fault in refusal.faults} == {"rules", "lease", "layout"}
    assert not Letter.objects.filter(kind="acceptance-notice").exists()


def test_article_32_last_acceptance_gives_its_notice_and_starts_both_clocks():
    case = cast.walked(cast.submitted(), "accept")
    clocks = {row.clock: row for row in MatterClock.objects.filter(matter_id=case.matter_id)}
    assert clocks["acceptance"].stopped_on is not None
    assert (clocks["legal"].days, clocks["promised"].days) == (10, 10)
    notice = Letter.objects.get(kind="acceptance-notice")
    assert notice.data["legal"] == "10个工作日"
    assert notice.data["basis"].endswith("第五项")


def test_a_case_decided_from_the_page_of_any_matter_is_written_out_all_the_same():
    case = cast.walked(cast.submitted(), "accept", "review")
    take_as_its_room_does(
        reference=case.matter.reference,
        step="grant",
        by=cast.staff("sun"),
        at=cast.at(),
        values=cast.WORDS["grant"],
        version=None,
    )
    assert Letter.objects.filter(kind="grant-decision").count() == 1


def test_a_step_out_of_its_state_is_refused(refused):
    case = cast.submitted()
    for step in ("review", "grant", "issue", "hand-in-correction", "end-special"):
        refused("not-now not-allowed no-such-matter", cast.take, case, step, by=cast.HANDS.get(step, "zhou"))
    cast.walked(case, "accept")
    refused("not-allowed", cast.take, case, "accept")


def test_a_step_the_procedure_does_not_have_is_refused(refused):
    assert refused("no-such-step", cast.take, cast.submitted(), "fly", by="zhou").status == 404


def test_of_two_who_press_at_once_the_second_is_told(refused):
    case = cast.submitted()
    seen = case.matter.version
    cast.take(case, "accept", version=seen)
    assert refused("stale", cast.take, case, "accept", version=seen).status == 409


# -- 不受理, 不予受理 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["not-required", "refuse-acceptance"])
def test_article_32_1_the_next_day_is_too_late_to_refuse_acceptance_at_once(refused, step):
    case = cast.submitted("2026-09-23")
    refusal = refused("not-at-once", cast.take, case, step, "2026-09-24")
    assert refusal.article == "行政许可法 第三十二条第一款"
    cast.take(case, step, "2026-09-23")


def test_what_came_after_hours_may_still_be_refused_on_the_next_working_day(refused):
    case = cast.submitted("2026-09-24", hour=18)  # the 25th to the 27th are Mid-Autumn
    refused("not-at-once", cast.take, case, "not-required", "2026-09-29")
    cast.take(case, "not-required", "2026-09-28")


def test_what_came_at_five_within_hours_may_not_wait(refused):
    case = cast.submitted("2026-09-23", hour=17)  # the hall closes at half past
    refused("not-at-once", cast.take, case, "not-required", "2026-09-24")


def test_article_32_1_what_came_on_a_rest_day_may_be_refused_on_the_first_working_day(refused):
    case = cast.submitted("2026-09-26")
    refused("not-at-once", cast.take, case, "not-required", "2026-09-29")
    cast.take(case, "not-required", "2026-09-28")


def test_article_32_2_a_refusal_for_want_of_competence_names_the_competent_organ(refused):
    case = cast.submitted()
    words = {"reason": "申请事项依法不属于本机关职权范围。"}
    refusal = refused("values", cast.take, case, "refuse-acceptance", values=words)
    assert [fault.field for fault in refusal.faults] == ["competent"]
    refused("values", cast.take, case, "refuse-acceptance", values=words | {"competent": "  "})


def test_a_refusal_without_a_reason_is_refused(refused):
    refused("values", cast.take, cast.submitted(), "not-required", values={})


def test_not_accepted_ends_the_case_with_its_letter():
    case = cast.walked(cast.submitted(), "refuse-acceptance")
    assert case.matter.state == "refused-acceptance"
    assert case.matter.closed_at is not None
    assert not case.matter.seats.filter(closed_at=None).exists()
    letter = Letter.objects.get(kind="acceptance-refusal")
    assert letter.data["competent"] == "云溪县卫生健康局"
    assert "复议" in letter.data["remedies"]


def test_a_three_hands_item_is_not_granted_on_the_spot(refused):
    refused("not-now", cast.take, cast.submitted(), "grant-on-the-spot", by="zhou")


# -- looked at before accepted -----------------------------------------------------------------------------------------


def test_article_32_5_nothing_handed_in_is_accepted_unseen(refused):
    case = cast.submitted()
    check(case, layout=("right", ""))
    refusal = refused("materials-unchecked", cast.take, case, "accept", checked=["rules"])
    assert [fault.field for fault in refusal.faults] == ["lease"], "what the registers hold needs no look"
    accepted = cast.take(case, "accept", checked=["rules", "lease"])
    assert accepted.state == "under-review"
    found = {
        code: (row.verdict, row.checked_by) for code, row in cast.materials(case).items() if row.state == "uploaded"
    }
    assert set(found.values()) == {("right", cast.staff("zhou").reference)}


def test_a_tick_does_not_turn_what_was_found_wrong_into_right(refused):
    case = cast.submitted()
    check(case, layout=("wrong", "未标明消毒区"), rules=("right", ""))
    refused("materials-incomplete", cast.take, case, "accept", checked=["layout", "lease"])
    assert cast.materials(case)["layout"].verdict == "wrong"
