"""A licence from receipt to delivery, step by step, and who is refused on the way."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.matters import (
    BUDGETS,
    CHEN,
    LIN,
    ORGAN,
    QIAN,
    SUN,
    WANG,
    WORDS,
    WU,
    ZHAO,
    ZHENG,
    ZHOU,
    at,
    noticed,
    opened,
    walked,
)
from yiwang.foundation.ledger import rules as ledger
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel.permissions import STRANGER, SYSTEM
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal, Stale
from yiwang.matters import actions
from yiwang.matters.models import Matter, MatterClock, Seat, StepText

pytestmark = pytest.mark.usefixtures("house")


def test_a_case_received_online_waits_for_the_departments_acceptor_not_for_the_hall():
    matter = opened()
    assert matter.reference == f"2026-{matter.id:06d}"
    assert [(seat.role, seat.organ_id, seat.phase) for seat in matter.seats] == [("acceptor", ORGAN, "to-accept")]
    with pytest.raises(Refusal) as refused:
        actions.take(reference=matter.reference, step="accept", by=CHEN, at=at("2026-09-24"))
    assert refused.value.code == "not-allowed"


def test_the_counter_receives_but_a_stranger_does_not():
    assert opened(by=CHEN).steps == (("receive", "staff:1001"),)
    with pytest.raises(NotAllowed):
        opened(by=STRANGER)


def test_a_case_on_its_whole_way_leaves_an_unbroken_chain():
    matter = walked(
        ("accept", ZHAO, "2026-09-25"),
        ("review", ZHAO, "2026-09-28"),
        ("grant", SUN, "2026-09-29"),
        ("issue", ZHENG, "2026-09-30"),
        ("send-to-window", ZHENG, "2026-09-30"),
        ("arrive", WANG, "2026-10-08"),
        ("hand-out", WANG, "2026-10-09"),
    )
    row = Matter.objects.get(reference=matter.reference)
    assert (row.state, row.closed_at, row.version) == ("delivered", at("2026-10-09", 11), 8)
    entries = list(LedgerEntry.objects.filter(subject=f"matter:{matter.reference}").order_by("ordinal"))
    assert [entry.event for entry in entries] == [
        f"services.licence.{step}"
        for step in ("submit", "accept", "review", "grant", "issue", "send-to-window", "arrive", "hand-out")
    ]
    previous = ledger.GENESIS
    for entry in entries:
        assert bytes(entry.previous) == previous
        assert bytes(entry.digest) == ledger.digest(previous, entry.body)
        previous = bytes(entry.digest)
    assert (row.head_ordinal, bytes(row.head_digest)) == (8, previous) == (matter.head_ordinal, matter.head_digest)
    assert not Seat.objects.filter(matter=row, closed_at=None).exists()
    assert not MatterClock.objects.filter(matter=row, stopped_on=None).exists()


def test_the_clocks_start_where_the_law_starts_them():
    matter = walked(("accept", ZHAO, "2026-09-25"))
    clocks = {row.clock: row for row in MatterClock.objects.filter(matter_id=matter.id)}
    assert clocks["acceptance"].started_on == date(2026, 9, 24)
    assert clocks["acceptance"].stopped_on == date(2026, 9, 25)
    assert clocks["legal"].started_on == date(2026, 9, 25)
    assert {row.clock: row.due_on for row in matter.clocks} == {name: row.due_on for name, row in clocks.items()}


def test_the_decider_is_not_the_reviewer():
    both = SUN.__class__(
        **{
            **{name: getattr(SUN, name) for name in SUN.__slots__},
            "posts": SUN.posts | {(ORGAN, "reviewer")},
            "grants": SUN.grants | ZHAO.grants,
        }
    )
    matter = walked(("accept", ZHAO, "2026-09-25"), ("review", both, "2026-09-28"))
    with pytest.raises(NotAllowed) as refused:
        actions.take(reference=matter.reference, step="grant", by=both, at=at("2026-09-29"), values=WORDS["grant"])
    assert refused.value.code == "same-hands"


def test_an_opinion_that_only_says_agreed_is_refused():
    matter = walked(("accept", ZHAO, "2026-09-25"))
    with pytest.raises(Refusal) as refused:
        actions.take(
            reference=matter.reference,
            step="review",
            by=ZHAO,
            at=at("2026-09-28"),
            values={"opinion": "同意", "recommendation": "maybe", "colour": "red"},
        )
    assert {fault.field for fault in refused.value.faults} == {"opinion", "recommendation", "colour"}
    assert Matter.objects.get(pk=matter.id).state == "under-review"


def test_the_words_of_an_opinion_stay_out_of_the_ledger():
    matter = walked(("accept", ZHAO, "2026-09-25"), ("review", ZHAO, "2026-09-28"))
    text = StepText.objects.get(matter_id=matter.id, field="opinion")
    entry = LedgerEntry.objects.get(subject=matter.subject, ordinal=3)
    assert text.text == WORDS["review"]["opinion"]
    assert text.text not in entry.body
    assert ledger.sm3(text.text.encode()).hex() in entry.body


def test_on_the_spot_one_pair_of_hands_accepts_and_decides():
    matter = opened(chain="on-the-spot")
    matter = actions.take(
        reference=matter.reference, step="grant-on-the-spot", by=SUN, at=at("2026-09-24"), values=WORDS["grant"]
    )
    assert matter.state == "granted"
    slower = opened()
    with pytest.raises(Refusal) as refused:
        actions.take(
            reference=slower.reference, step="grant-on-the-spot", by=SUN, at=at("2026-09-24"), values=WORDS["grant"]
        )
    assert refused.value.code == "not-now"


def test_a_page_seen_before_somebody_acted_is_told_so():
    matter = opened()
    walked_on = actions.take(reference=matter.reference, step="accept", by=ZHAO, at=at("2026-09-25"))
    with pytest.raises(Stale) as refused:
        actions.take(
            reference=matter.reference, step="review", by=ZHAO, at=at("2026-09-25"), version=1, values=WORDS["review"]
        )
    assert refused.value.status == 409
    with pytest.raises(Refusal) as not_now:
        actions.take(reference=matter.reference, step="accept", by=QIAN, at=at("2026-09-25"))
    assert not_now.value.code in {"not-now", "not-allowed"}
    assert walked_on.version == 2


def test_what_a_viewer_may_not_see_does_not_exist():
    matter = opened()
    for by in (STRANGER, CHEN.__class__("staff:5", "staff", account_id=5)):
        with pytest.raises(NotFound):
            actions.take(reference=matter.reference, step="accept", by=by, at=at("2026-09-25"))
    with pytest.raises(NotFound):
        actions.take(reference="2026-999999", step="accept", by=ZHAO, at=at("2026-09-25"))
    with pytest.raises(NotFound):
        actions.take(reference=matter.reference, step="fly", by=ZHAO, at=at("2026-09-25"))


def test_a_special_procedure_pauses_both_clocks_only_with_its_written_notice():
    matter = walked(("accept", ZHAO, "2026-09-25"))
    words, day = WORDS["begin-special"], at("2026-09-28")
    with pytest.raises(Refusal) as refused:
        actions.take(reference=matter.reference, step="begin-special", by=ZHAO, at=day, values=words)
    assert refused.value.article
    assert Matter.objects.get(pk=matter.id).version == 2
    actions.claim(reference=matter.reference, seat="reviewer", by=ZHAO, at=at("2026-09-28"))
    matter = actions.take(reference=matter.reference, step="begin-special", by=ZHAO, at=day, values=words, also=noticed)
    assert "云市监特字〔2026〕3号" in LedgerEntry.objects.get(subject=matter.subject, ordinal=4).body
    assert {row.clock: row.due_on for row in matter.clocks if row.stopped_on is None} == {
        "legal": None,
        "promised": None,
    }
    assert matter.seats[0].holder_id == ZHAO.account_id
    matter = actions.take(
        reference=matter.reference, step="end-special", by=ZHAO, at=at("2026-10-12"), values=WORDS["end-special"]
    )
    assert all(row.due_on is not None for row in matter.clocks if row.stopped_on is None)
    assert matter.seats[0].holder_id == ZHAO.account_id


def test_a_ground_the_guide_publishes_pauses_the_promise_and_not_the_law():
    matter = walked(("accept", ZHAO, "2026-09-25"))
    before = {row.clock: row.due_on for row in matter.clocks}
    words = dict(WORDS["begin-special"]) | {"ground": "site-visit"}
    matter = actions.take(
        reference=matter.reference, step="begin-special", by=ZHAO, at=at("2026-09-28"), values=words, also=noticed
    )
    after = {row.clock: row.due_on for row in matter.clocks}
    assert after["promised"] is None
    assert after["legal"] == before["legal"] is not None


def test_only_the_head_extends_once_and_with_a_reason():
    matter = walked(("accept", ZHAO, "2026-09-25"))
    legal = next(row for row in matter.clocks if row.clock == "legal")
    with pytest.raises(NotAllowed):
        actions.take(reference=matter.reference, step="extend", by=SUN, at=at("2026-09-28"), values=WORDS["extend"])
    with pytest.raises(Refusal):
        actions.take(reference=matter.reference, step="extend", by=ZHOU, at=at("2026-09-28"), values={"days": 5})
    words = dict(WORDS["extend"]) | {"days": 11}
    with pytest.raises(Refusal) as too_long:
        actions.take(reference=matter.reference, step="extend", by=ZHOU, at=at("2026-09-28"), values=words)
    assert "42" in str(too_long.value.article) or "四十二" in str(too_long.value.article)
    matter = actions.take(
        reference=matter.reference, step="extend", by=ZHOU, at=at("2026-09-28"), values=WORDS["extend"]
    )
    assert matter.state == "under-review"
    assert next(row for row in matter.clocks if row.clock == "legal").due_on > legal.due_on
    with pytest.raises(Refusal) as twice:
        actions.take(reference=matter.reference, step="extend", by=ZHOU, at=at("2026-09-29"), values=WORDS["extend"])
    assert twice.value.code == "clock-extended"


def test_a_correction_goes_round_and_the_acceptance_clock_begins_anew():
    budgets = BUDGETS | {"guide.correction_days": (30, "natural-day")}
    matter = walked(("ask-correction", ZHAO, "2026-09-25"), budgets=budgets)
    assert {row.clock for row in matter.clocks if row.stopped_on is None} == set()
    assert matter.seats[0].due_on is None
    matter = actions.take(reference=matter.reference, step="correction-served", by=SYSTEM, at=at("2026-09-28"))
    assert {row.clock for row in matter.clocks if row.stopped_on is None} == {"correction"}
    assert matter.seats[0].due_on == date(2026, 10, 28)
    matter = actions.take(reference=matter.reference, step="hand-in-correction", by=LIN, at=at("2026-10-09"))
    assert matter.state == "received"
    assert matter.seats[0].due_on == date(2026, 10, 15)  # 10月10日（周六）调休上班
    assert MatterClock.objects.filter(matter_id=matter.id, clock="acceptance").count() == 1


def test_the_applicant_withdraws_and_nobody_elses_applicant_does():
    matter = opened()
    other = LIN.__class__("person:8", "citizen", account_id=8, person_id=8)
    with pytest.raises(NotFound):
        actions.take(reference=matter.reference, step="withdraw", by=other, at=at("2026-09-25"))
    matter = actions.take(reference=matter.reference, step="withdraw", by=LIN, at=at("2026-09-25"))
    assert matter.state == "withdrawn"
    with pytest.raises(Refusal):
        actions.urge(reference=matter.reference, text="请抓紧办理", by=WU, at=at("2026-09-26"))


def test_a_step_is_one_read_and_one_write(django_assert_num_queries):
    matter = opened()
    with django_assert_num_queries(2):
        actions.take(reference=matter.reference, step="accept", by=ZHAO, at=at("2026-09-25"))
    with django_assert_num_queries(2):
        opened()


def test_a_case_keeps_its_state_in_less_than_a_kilobyte():
    from django.db import connection

    matter = walked(("accept", ZHAO, "2026-09-25"), ("review", ZHAO, "2026-09-28"))
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select pg_column_size(m.*) from matter m where id = %s)"
            " + (select sum(pg_column_size(s.*)) from matter_seat s where matter_id = %s and closed_at is null)"
            " + (select sum(pg_column_size(c.*)) from matter_clock c where matter_id = %s and stopped_on is null)",
            [matter.id] * 3,
        )
        assert cursor.fetchone()[0] < 1024


def test_days_nobody_gave_are_refused():
    with pytest.raises(Refusal) as refused:
        walked(("accept", ZHAO, "2026-09-25"), budgets={"guide.promised_days": 7})
    assert refused.value.code == "no-budget"
    assert walked(("accept", ZHAO, "2026-09-25"), budgets={"guide.legal_days": 20}).state == "under-review"
