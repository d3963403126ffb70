"""The inbox: what waits for whom, in which order, page by page."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from tests.factories.matters import ORGAN, QIAN, SUN, WU, ZHAO, at, opened, staff, walked
from yiwang.kernel.permissions import STRANGER
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters import actions, queries
from yiwang.matters.queries.inbox import ARM

pytestmark = pytest.mark.usefixtures("house")
TODAY = date(2026, 9, 24)


def test_a_stranger_has_an_empty_inbox_and_no_numbers():
    opened()
    assert queries.inbox(STRANGER, TODAY).rows == []
    assert queries.counts(STRANGER, TODAY) == queries.Counts(0, 0, 0, 0, 0, 0)


def test_the_nearest_day_comes_first_and_pages_join_without_gap_or_double():
    days = ["2026-09-21", "2026-09-18", "2026-09-24", "2026-09-18", "2026-09-23"]
    references = [opened(day=day).reference for day in days]
    seen, mark = [], None
    while True:
        page = queries.inbox(ZHAO, TODAY, size=2, cursor=mark)
        seen += [row.reference for row in page.rows]
        mark = page.next
        if mark is None:
            break
    assert sorted(seen) == sorted(references)
    assert [row.due_on for row in queries.inbox(ZHAO, TODAY).rows] == sorted(
        row.due_on for row in queries.inbox(ZHAO, TODAY).rows
    )
    assert queries.inbox(ZHAO, TODAY).rows[0].left == 0  # 9月20日（周日）调休上班


def test_an_urgent_case_stands_before_one_that_is_due_sooner_on_every_seat_and_page():
    ordinary = [opened(day=day).reference for day in ("2026-09-17", "2026-09-18", "2026-09-21")]
    urgent = [opened(day=day, urgent=True).reference for day in ("2026-09-23", "2026-09-22")]
    actions.take(reference=ordinary[0], step="accept", by=ZHAO, at=at("2026-09-23"))
    actions.take(reference=urgent[0], step="accept", by=ZHAO, at=at("2026-09-23"))  # a new seat is urgent too
    seen, mark = [], None
    while True:
        page = queries.inbox(ZHAO, TODAY, size=1, cursor=mark)
        seen += page.rows
        mark = page.next
        if mark is None:
            break
    assert {row.reference for row in seen[:2]} == set(urgent)
    assert [row.urgent for row in seen] == [True, True, False, False, False]
    for some in (seen[:2], seen[2:]):
        assert [row.due_on for row in some] == sorted(row.due_on for row in some)
    assert seen[2].due_on < seen[0].due_on  # and was left behind all the same


def test_the_first_page_is_read_off_the_index_in_its_order():
    where = {"where": "and s.holder_id is null", "after": ""}
    with connection.cursor() as cursor:
        # among a handful of rows any way is cheap: what is asked is whether there is one that sorts nothing
        for other in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            cursor.execute(f"set local enable_{other} = off")
        cursor.execute(f"explain {ARM.format(**where)}", [str(ORGAN), "acceptor", "21"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "matter_seat_inbox" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("mark", ["x", "MjAyNg==", "LSAtMQ==", "LSA5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "😀"])
def test_a_forged_page_mark_is_refused(mark):
    with pytest.raises(Refusal):
        queries.inbox(ZHAO, TODAY, cursor=mark)


def test_what_a_colleague_holds_is_his():
    matter = opened()
    actions.claim(reference=matter.reference, seat="acceptor", by=QIAN, at=at("2026-09-24"))
    assert queries.inbox(ZHAO, TODAY).rows == []
    assert len(queries.inbox(ZHAO, TODAY, colleagues=True).rows) == 1
    assert len(queries.inbox(QIAN, TODAY, show="mine").rows) == 1


def test_the_counts_say_what_the_desk_says():
    opened(day="2026-09-10")
    opened(day="2026-09-22")
    held = walked(("accept", ZHAO, "2026-09-24"))
    actions.claim(reference=held.reference, seat="reviewer", by=ZHAO, at=at("2026-09-24"))
    counts = queries.counts(ZHAO, TODAY)
    assert counts == queries.Counts(unclaimed=2, to_accept=2, mine=1, soon=1, overdue=1, to_hand_out=0)
    for show, expected in (("overdue", 1), ("soon", 1), ("to-accept", 2), ("mine", 1), ("unclaimed", 2)):
        assert len(queries.inbox(ZHAO, TODAY, show=show).rows) == expected, show


def test_the_number_of_queries_does_not_grow_with_the_list(django_assert_num_queries):
    for _ in range(3):
        opened()
    queries.inbox(ZHAO, TODAY)
    with django_assert_num_queries(2):
        queries.inbox(ZHAO, TODAY)
    for _ in range(6):
        opened()
    with django_assert_num_queries(2):
        assert len(queries.inbox(ZHAO, TODAY).rows) == 9


def test_only_a_supervisor_sees_everybodys_open_cases():
    opened(day="2026-09-10")
    opened()
    with pytest.raises(NotAllowed):
        queries.open_by_due(ZHAO, TODAY)
    assert [row.left < 0 for row in queries.open_by_due(WU, TODAY).rows] == [True, False]
    assert len(queries.open_by_due(WU, TODAY, overdue=True, organ_id=ORGAN).rows) == 1


def test_a_case_of_another_organ_is_not_there_to_be_looked_at():
    matter = opened()
    with pytest.raises(NotFound):
        queries.matter(staff(7, "reviewer", organ_id=99), matter.reference)
    assert queries.matter(SUN, matter.reference).reference == matter.reference


def test_the_page_of_a_case_tells_its_story_its_clocks_and_what_may_be_done():
    matter = walked(("accept", ZHAO, "2026-09-25"))
    standing = queries.matter(ZHAO, matter.reference)
    assert [line.says for line in queries.story(ZHAO, standing)] == ["申请人提交申请", "受理"]
    explained = {row.clock: row for row in queries.explanations(ZHAO, standing, date(2026, 9, 29))}
    assert explained["legal"].used == 2
    assert explained["legal"].left == 18
    assert explained["acceptance"].tone == "stopped"
    assert any("国庆" in sentence for sentence in explained["legal"].sentences)
    steps = {each.step.name for each in queries.available_steps(ZHAO, standing)}
    assert {"review", "begin-special", "assign-inspectors"} <= steps
    assert "extend" not in steps
    assert queries.available_steps(STRANGER, standing) == []
