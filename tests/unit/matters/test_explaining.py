"""Every clock of a case says in Chinese what started it, what moved its day and what ended it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.factories.matters import BUDGETS, LIN, SUN, ZHAO, at, opened, walked
from yiwang.kernel.clock_words import one_line
from yiwang.kernel.permissions import STRANGER, SYSTEM
from yiwang.kernel.refusal import NotFound
from yiwang.matters import actions, queries

pytestmark = pytest.mark.usefixtures("house")


def said(matter, clock, on):
    return one_line(
        queries.explain(LIN, queries.matter(LIN, matter.reference), clock, date.fromisoformat(on)).sentences
    )


def test_a_stranger_is_told_nothing():
    matter = opened()
    with pytest.raises(NotFound):
        queries.explanations(STRANGER, matter, date(2026, 9, 24))


def test_a_clock_the_case_does_not_have_is_not_found():
    with pytest.raises(NotFound):
        queries.explain(LIN, opened(), "correction", date(2026, 9, 24))


def test_the_legal_clock_names_the_deed_that_started_it_and_the_holidays():
    matter = walked(("accept", ZHAO, "2026-09-24"))
    assert said(matter, "legal", "2026-09-24") == (
        "9月24日受理（20个工作日） → 9月25日至27日中秋不计 → 10月1日至7日国庆不计 → 10月10日调休上班计入 → 10月29日届满"
    )


def test_what_silence_accepted_says_so_and_counts_from_the_receipt():
    matter = opened(day="2026-09-11")
    actions.take(reference=matter.reference, step="deem-accepted", by=SYSTEM, at=at("2026-09-21"))
    assert said(matter, "legal", "2026-09-21").startswith("9月11日视同受理（20个工作日）")


def test_the_acceptance_clock_tells_the_deed_that_stopped_it_and_the_stage_clock_what_it_waits_for():
    budgets = BUDGETS | {"guide.correction_days": (10, "natural-day")}
    matter = walked(("ask-correction", ZHAO, "2026-09-24"), budgets=budgets)
    assert said(matter, "acceptance", "2026-09-24").endswith("9月24日一次性告知补正，实用0个工作日")
    actions.take(reference=matter.reference, step="correction-served", by=SYSTEM, at=at("2026-09-28"))
    assert said(matter, "correction", "2026-09-28") == "9月28日补正告知送达（10个自然日） → 10月8日届满"


def test_the_delivery_clock_begins_with_the_decision():
    matter = walked(("accept", ZHAO, "2026-09-24"), ("review", ZHAO, "2026-09-24"), ("grant", SUN, "2026-09-24"))
    assert said(matter, "delivery", "2026-09-24").startswith("9月24日同意（准予许可）（10个工作日）")
    assert said(matter, "legal", "2026-09-24").endswith("9月24日同意（准予许可），实用0个工作日")


def test_what_came_after_closing_time_says_when_it_really_came():
    matter = replace(opened(day="2026-09-24"), received_at=at("2026-09-23", 18))
    sentences = queries.explain(LIN, matter, "acceptance", date(2026, 9, 24)).sentences
    assert sentences[0] == "9月24日提交申请，实际9月23日收到（5个工作日）"
