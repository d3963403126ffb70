"""容缺受理 and 告知承诺: chosen by the applicant, kept or broken, and what follows (国令722 第四十四条；广东省优化营商环境条例
第三十二条、第三十六条)."""

import pytest

from tests.factories import cases as cast
from tests.factories import documents
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.refusal import Refusal
from yiwang.matters.actions import jobs, sweeps
from yiwang.matters.models import Matter, MatterClock
from yiwang.services.cases.models import CaseMaterial, Promise
from yiwang.services.cases.tolerance import actions, queries, rules
from yiwang.services.certificates.models import Certificate

LARGE = cast.ANSWERS | {"area": "large"}  # a large restaurant names a food-safety inspector, and may do so later
WITHOUT_LEASE = tuple(code for code in cast.UPLOADED if code != "lease")
SEEN = "现场核对房产证，申报地址为他人所有，申请人没有使用权。"


def large(**changes):
    return cast.form(floor_area=650, seats=120, **changes)


def deferred(day=cast.DAY, **how):
    """林 applies without the inspector's appointment and promises to bring it."""
    return cast.submitted(day, answers=LARGE, said=large(), **{"defers": True} | how)


def promised(day=cast.DAY, **how):
    """林 promises the right to her premises instead of handing in the lease."""
    return cast.submitted(day, uploads=WITHOUT_LEASE, **{"promises": True} | how)


def granted(case):
    """Accepted, reviewed, decided, the licence made."""
    return cast.walked(case, "accept", "review", "grant", "issue")


def supplied(case, day=cast.DAY, by=None):
    return actions.make_good(
        reference=case.matter.reference, code="inspector", content=documents.pdf(), name="任命文件.pdf",
        by=by or cast.lin(day), at=cast.at(day, 15),
    )  # fmt: skip


def missed(case):
    """The ten working days pass: the timer, then its after-job."""
    sweeps.sweep(at=cast.at("2026-10-20", 9))
    jobs.drain(at=cast.at("2026-10-20", 9))
    case.matter.refresh_from_db()
    return Promise.objects.get(matter=case.matter)


# -- the choice --------------------------------------------------------------------------------------------------------


def test_nothing_is_put_off_for_somebody_who_did_not_choose_it(refused):
    refusal = refused("material-missing", deferred, defers=False)
    assert {fault.field for fault in refusal.faults} == {"material-inspector"}
    assert not Matter.objects.exists()


def test_a_proof_is_not_replaced_for_somebody_who_did_not_promise(refused):
    refused("material-missing", promised, promises=False)


def test_a_main_material_cannot_be_put_off(refused):
    refused("material-missing", cast.submitted, uploads=("rules", "lease"), defers=True, promises=True)


def test_whoever_brings_everything_promises_nothing():
    case = cast.submitted(defers=True, promises=True)
    assert not Promise.objects.filter(matter=case.matter).exists()


def test_a_promise_is_kept_word_for_word_with_list_days_and_letter():
    case = deferred()
    promise = Promise.objects.get(matter=case.matter)
    assert (promise.kind, promise.days, promise.unit, promise.rule_version) == ("deferral", 10, "working-day", "2026.1")
    assert "受理后10个工作日内补交《食品安全总监或食品安全员任命文件》" in promise.text
    assert cast.materials(case)["inspector"].state == "deferred"
    letter = Letter.objects.get(matter_reference=case.matter.reference, kind="promise")
    assert letter.data["text"] == promise.text
    assert LedgerEntry.objects.filter(subject=f"promise:{promise.pk}", event="cases.promise-made").exists()


def test_the_ledger_line_of_a_promise_names_nobody():
    case = deferred()
    entry = LedgerEntry.objects.get(subject=f"promise:{Promise.objects.get(matter=case.matter).pk}")
    assert "林小满" not in entry.body
    assert "面馆" not in entry.body


def test_at_the_counter_the_clerk_cannot_choose_for_the_applicant(refused):
    taken = {"answers": LARGE, "form": large(), "states": {"inspector": "deferred"}}
    refused("promise-unsigned", cast.received, **taken)
    case = cast.received(**taken, signed=True)
    assert Promise.objects.get(matter=case.matter).kind == "deferral"


def test_at_the_counter_what_was_neither_brought_nor_put_off_stands_in_the_way(refused):
    case = cast.received(answers=LARGE, form=large(), states={"inspector": "missing"})
    refused("materials-incomplete", cast.take, case, "accept", by="chen")


# -- made good -----------------------------------------------------------------------------------------------------------


def test_accepted_with_a_clock_and_told_once_what_to_bring_by_when():
    case = cast.walked(deferred(), "accept")
    clock = MatterClock.objects.get(matter=case.matter, clock="make-good")
    assert (clock.days, clock.unit, clock.stopped_on) == (10, "working-day", None)
    letter = Letter.objects.get(matter_reference=case.matter.reference, kind="acceptance-notice")
    assert letter.data["deferred"] == ["食品安全总监或食品安全员任命文件"]
    assert letter.data["deferred_within"] == "受理之日起10个工作日"


def test_without_a_promise_no_clock_of_that_kind_runs():
    case = cast.walked(cast.submitted(), "accept")
    assert not MatterClock.objects.filter(matter=case.matter, clock="make-good").exists()


def test_nothing_is_granted_while_a_material_is_outstanding(refused):
    case = cast.walked(deferred(), "accept", "review")
    refusal = refused("still-deferred", cast.take, case, "grant")
    assert refusal.article == rules.ARTICLE_DEFERRAL


def test_nothing_is_handed_in_before_everything_came(refused):
    case = cast.walked(deferred(), "accept")
    refused("still-deferred", cast.take, case, "make-good", by=cast.lin())


def test_the_applicant_makes_good_the_clock_stops_and_the_licence_is_granted():
    case = cast.walked(deferred(), "accept")
    supplied(case)
    cast.take(case, "make-good", by=cast.lin(), hour=16)
    assert Promise.objects.get(matter=case.matter).status == "kept"
    assert MatterClock.objects.get(matter=case.matter, clock="make-good").stopped_on is not None
    assert cast.walked(case, "review", "grant").outcome == "granted"


def test_a_clerk_to_whom_it_is_brought_takes_it_in():
    case = cast.walked(deferred(), "accept")
    supplied(case, by=cast.staff("zhao"))
    assert cast.materials(case)["inspector"].state == "uploaded"


@pytest.mark.parametrize("who", ["王建国", "chen"])
def test_a_stranger_supplies_nothing(refused, who):
    case = cast.walked(deferred(), "accept")
    by = cast.citizen(who) if who == "王建国" else cast.staff(who)
    refused("no-such-matter", supplied, case, by=by)


def test_what_nobody_put_off_cannot_be_supplied(refused):
    case = cast.walked(cast.submitted(), "accept")
    refused("nothing-deferred", supplied, case)


def test_when_the_day_passes_the_case_ends_with_letter_and_record():
    case = cast.walked(deferred(), "accept")
    promise = missed(case)
    assert case.matter.state == "terminated"
    assert (promise.status, promise.barred_until.isoformat()) == ("missed", "2027-10-20")
    letter = Letter.objects.get(matter_reference=case.matter.reference, kind="lapse-notice")
    assert "食品安全总监或食品安全员任命文件" in letter.data["reason"]


def test_before_the_day_nothing_ends():
    case = cast.walked(deferred(), "accept")
    sweeps.sweep(at=cast.at("2026-09-30", 9))
    case.matter.refresh_from_db()
    assert case.matter.state == "under-review"


def test_whoever_broke_a_promise_is_offered_none_until_the_record_ends(refused):
    missed(cast.walked(deferred(), "accept"))
    refused("material-missing", deferred, "2026-10-21")
    assert queries.barred_until(cast.noodle_shop(), cast.at("2027-10-20").date()) is None


# -- checked afterwards ----------------------------------------------------------------------------------------------------


def checked(case, *, truthful, by="zhao", note=SEEN):
    promise = Promise.objects.get(matter=case.matter, kind="informed")
    return actions.check_promise(
        promise_id=promise.pk, truthful=truthful, note=note, by=cast.staff(by), at=cast.at(hour=17)
    )


def test_a_promise_stands_for_the_proof_and_the_case_goes_on():
    case = promised()
    assert cast.materials(case)["lease"].state == "promised"
    assert granted(case).outcome == "granted"


def test_a_licence_granted_on_a_promise_is_on_the_list_of_checks_with_its_day():
    case = granted(promised())
    listed = queries.promises(cast.staff("zhao"), cast.at().date())
    assert [(one.reference, one.check_by.isoformat()) for one in listed] == [(case.matter.reference, "2026-10-24")]


@pytest.mark.parametrize("who", ["chen", "bian", "su"])
def test_another_organ_s_people_do_not_check(refused, who):
    case = granted(promised())
    refused("no-such-promise not-allowed", checked, case, truthful=True, by=who)


def test_the_check_says_what_was_seen(refused):
    case = granted(promised())
    refused("no-note", checked, case, truthful=True, note="好")


def test_a_true_promise_is_settled_and_checked_once(refused):
    case = granted(promised())
    assert checked(case, truthful=True).status == "kept"
    refused("already-checked", checked, case, truthful=True)


def test_a_false_promise_goes_on_record_and_opens_the_revocation_of_the_licence():
    case = granted(promised())
    promise = checked(case, truthful=False)
    assert (promise.status, promise.barred_until.isoformat()) == ("false", "2027-09-24")
    ending = Matter.objects.get(reference=promise.ending)
    certificate = Certificate.objects.get(matter_reference=case.matter.reference)
    assert (ending.process_id, ending.item) == ("certificates.revocation", f"certificate:{certificate.pk}")
    assert certificate.status == "valid"  # until the holder was heard and somebody decided


def test_before_the_decision_a_false_promise_keeps_it_from_being_granted(refused):
    case = cast.walked(promised(), "accept", "review")
    assert checked(case, truthful=False).ending == ""
    refused("promise-false", cast.take, case, "grant")


def test_a_promise_to_make_good_is_not_checked_but_kept(refused):
    case = cast.walked(deferred(), "accept")
    promise = Promise.objects.get(matter=case.matter)
    refused(
        "not-informed",
        actions.check_promise, promise_id=promise.pk, truthful=True, note=SEEN, by=cast.staff("zhao"), at=cast.at(),
    )  # fmt: skip


# -- the list --------------------------------------------------------------------------------------------------------------


def test_the_list_names_only_materials_its_guides_ask():
    found = queries.published(cast.at().date())
    for row in found.informed:
        assert set(row.materials) <= {one.id for one in _materials(row.item)}
    for row in found.deferral:
        assert any(one.need == "deferrable" and one.grade == "minor" for one in _materials(row.item))


def _materials(item):
    from yiwang.services.cases.declared import declaration_of
    from yiwang.services.catalogue import queries as catalogue

    return declaration_of(catalogue.guide_in_force(item, cast.at().date())).materials


def test_a_text_that_does_not_say_what_and_when_is_no_promise():
    with pytest.raises(ValueError, match="materials"):
        rules.Tolerance.model_validate(
            {
                "id": "tolerance", "version": "2026.1", "in_force": {"from": "2026-01-01"}, "title": "清单",
                "bar_months": 12, "deferral_text": "我承诺以后一定会把全部东西都补交上来，绝不食言。",
                "informed_text": "我承诺已经符合下列全部条件：{conditions}，接受核查。",
            }
        )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-12-15", 12, "2027-12-15"), ("2026-08-31", 6, "2027-02-28")],
)
def test_months_end_on_the_same_day_or_the_month_s_last(day, months, later):
    from datetime import date

    assert rules.months_later(date.fromisoformat(day), months).isoformat() == later


def test_no_state_of_a_material_is_forgotten_in_the_intake():
    from yiwang.services.cases.actions.counter import TAKEN

    assert {CaseMaterial.State.DEFERRED, CaseMaterial.State.PROMISED} <= set(TAKEN)
    assert issubclass(Refusal, Exception)
