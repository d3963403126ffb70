"""What happens by itself: timers, a new holiday notice, after-jobs; and what may arrive twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from tests.factories import matters as cast
from tests.factories.matters import BUDGETS, LIN, SUN, WU, ZHAO, at, opened, walked
from yiwang.foundation.calendar import actions as calendar
from yiwang.foundation.calendar import queries as calendar_queries
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters import actions, queries
from yiwang.matters.actions import reprojection, sweeps
from yiwang.matters.actions.idempotency import forget_old
from yiwang.matters.models import IdempotencyKey, Job, Matter, MatterClock, Reprojection, Seat

pytestmark = pytest.mark.usefixtures("house")
KEEPER = Doer("staff:77", "staff", account_id=77, grants=frozenset({(Permission.CALENDAR_EDIT, None)}))


def test_silence_for_five_days_accepts_as_of_the_day_of_receipt_and_only_once():
    matter = opened(day="2026-09-18")
    last = next(row.due_on for row in matter.clocks if row.clock == "acceptance")
    assert actions.sweep(at=at(last.isoformat())).taken == 0
    assert actions.sweep(at=at((last + timedelta(days=1)).isoformat())).taken == 1
    assert actions.sweep(at=at((last + timedelta(days=1)).isoformat())).taken == 0
    row = Matter.objects.get(pk=matter.id)
    assert row.state == "under-review"
    assert MatterClock.objects.get(matter=row, clock="legal").started_on == date(2026, 9, 18)
    entry = LedgerEntry.objects.get(subject=matter.subject, ordinal=2)
    assert (entry.event, entry.actor) == ("services.licence.deem-accepted", "system")


def test_nobody_takes_a_timers_step_by_hand():
    matter = opened(day="2026-09-10")
    with pytest.raises(NotAllowed):
        actions.take(reference=matter.reference, step="deem-accepted", by=ZHAO, at=at("2026-09-24"))


def test_a_correction_that_never_came_lapses():
    budgets = BUDGETS | {"guide.correction_days": (10, "natural-day")}
    matter = walked(("ask-correction", ZHAO, "2026-09-04"), day="2026-09-04", budgets=budgets)
    assert actions.sweep(at=at("2026-12-31")).taken == 0  # the notice reached nobody: nothing runs
    actions.take(reference=matter.reference, step="correction-served", by=SYSTEM, at=at("2026-09-10"))
    assert actions.sweep(at=at("2026-09-20")).taken == 0  # 9月20日（周日）调休上班
    assert actions.sweep(at=at("2026-09-22")).taken == 1
    assert Matter.objects.get(pk=matter.id).state == "lapsed"


def test_a_sweep_asks_one_indexed_question(django_assert_num_queries):
    sweeps.watched()
    with django_assert_num_queries(1), connection.cursor() as cursor:
        cursor.execute(sweeps.DUE, [["acceptance"], "2026-09-24", "10"])


def a_year_ahead():
    """A case whose legal clock runs into 2027, and one that does not."""
    far = walked(("accept", ZHAO, "2026-12-25"), day="2026-12-25")
    near = walked(("accept", ZHAO, "2026-09-25"))
    return far, near


def enter_2027():
    table = calendar_queries.table()
    off = {day: name for day, name in table.off.items() if day.year == 2027}
    off[date(2027, 1, 4)] = "元旦"  # a bridging day nobody could know before the notice
    return calendar.enter_notice(
        year=2027,
        off=off,
        makeup={},
        source="http://www.gov.cn/",
        by=KEEPER,
        at=at("2026-11-05"),
        title="国务院办公厅关于2027年部分节假日安排的通知",
        document_number="国办发明电〔2026〕9号",
        issued_on=date(2026, 11, 4),
    )


def test_a_day_of_an_unannounced_year_is_provisional_and_never_triggers():
    matter = opened(day="2026-12-29")
    row = MatterClock.objects.get(matter_id=matter.id, clock="acceptance")
    assert row.provisional
    assert actions.sweep(at=at("2027-02-01")).taken == 0


def test_a_new_notice_moves_only_the_clocks_it_touches_and_leaves_one_line():
    far, near = a_year_ahead()
    before = {row.pk: row.due_on for row in MatterClock.objects.filter(stopped_on=None)}
    lines = LedgerEntry.objects.count()
    enter_2027()
    work = Reprojection.objects.get()
    assert (work.clocks, work.finished_at) == (2, None)
    line = LedgerEntry.objects.get(event="calendar.notice-entered", subject="calendar:2027")
    assert work.digest in line.body
    assert LedgerEntry.objects.count() == lines + 1
    assert actions.sweep(at=at("2027-02-01")).waiting
    actions.reproject(at=at("2026-11-05"))
    assert not reprojection.running()
    assert LedgerEntry.objects.count() == lines + 1
    table = calendar_queries.table()
    for row in MatterClock.objects.filter(stopped_on=None):
        standing = queries.matter(SUN, row.matter.reference)
        clock = next(each for each in standing.clocks if each.clock == row.clock)
        projected = clock.pure().project(table)
        assert (row.due_on, row.provisional) == (projected.due_on, projected.provisional)
        if row.matter_id == near.id:
            assert row.due_on == before[row.pk]
            assert row.revision < table.revision
        else:
            assert row.due_on > before[row.pk]
            assert row.revision == table.revision
    seat = Seat.objects.get(matter_id=far.id, closed_at=None)
    assert seat.due_on == MatterClock.objects.get(matter_id=far.id, clock="promised").due_on


def test_a_projection_that_was_killed_goes_on_where_it_ended(monkeypatch):
    a_year_ahead()
    monkeypatch.setattr(reprojection, "BATCH", 1)
    enter_2027()
    first = actions.reproject(at=at("2026-11-05"), batches=1)
    assert (first.clocks, first.left) == (1, True)
    actions.reproject(at=at("2026-11-05"))
    table = calendar_queries.table()
    assert MatterClock.objects.filter(stopped_on=None, revision=table.revision).count() == 2


@names.after("test.notify")
def notify(matter_id, ordinal, payload):
    DONE.append((matter_id, ordinal))
    if BROKEN:
        raise RuntimeError("the gateway is away")


DONE: list[tuple[int, int]] = []
BROKEN: list[bool] = []


@pytest.fixture
def with_job(db):
    DONE.clear()
    BROKEN.clear()
    declared = cast.licence(id="test.jobs")
    next(step for step in declared["step"] if step["name"] == "accept")["after"] = ["test.notify"]
    cast.store(declared)
    matter = opened(process="test.jobs")
    return actions.take(reference=matter.reference, step="accept", by=ZHAO, at=at("2026-09-25"))


def test_an_after_job_runs_once(with_job):
    assert actions.drain(at=at("2026-09-25", 12)).done == 1
    assert actions.drain(at=at("2026-09-25", 12)).done == 0
    assert [(with_job.id, 2)] == DONE


def test_a_job_that_fails_is_tried_again_with_growing_pauses_and_then_shown(with_job):
    BROKEN.append(True)
    moment = at("2026-09-25", 12)
    waits = []
    for _ in range(20):
        actions.drain(at=moment)
        job = Job.objects.get()
        if job.status == "failed":
            break
        waits.append(job.due_at - moment)
        moment = job.due_at
    assert waits == sorted(waits)
    assert len(waits) == 7
    job = queries.jobs(ZHAO, queries.matter(ZHAO, with_job.reference)).get()
    assert "gateway" in job.error
    BROKEN.clear()
    with pytest.raises(NotAllowed):
        actions.retry(job_id=job.pk, by=LIN, at=moment)
    actions.retry(job_id=job.pk, by=ZHAO, at=moment)
    assert actions.drain(at=moment).done == 1
    with pytest.raises(Refusal):
        actions.retry(job_id=job.pk, by=ZHAO, at=moment)


def test_the_same_request_is_done_once_and_answered_twice():
    made = []

    def deed():
        made.append(opened().reference)
        return 201, made[-1]

    ask = {"principal": LIN, "route": "POST /cases", "key": "k-1", "at": at("2026-09-24"), "deed": deed}
    first = actions.once(body=b"a", **ask)
    assert actions.once(body=b"a", **ask) == first == (201, made[0])
    assert len(made) == 1
    with pytest.raises(Refusal) as other:
        actions.once(body=b"b", **ask)
    assert other.value.code == "idempotency-key-reused"
    actions.once(body=b"a", **(ask | {"principal": ZHAO}))
    assert len(made) == 2
    assert forget_old(at=at("2026-10-02")) == 2
    assert not IdempotencyKey.objects.exists()


def test_a_refused_request_leaves_its_key_free():
    def refused():
        raise Refusal("不行")

    ask = {"principal": LIN, "route": "POST /cases", "key": "k-2", "at": at("2026-09-24"), "body": b"a"}
    with pytest.raises(Refusal):
        actions.once(deed=refused, **ask)
    assert actions.once(deed=lambda: (200, "好"), **ask) == (200, "好")
    for bad in ("x" * 81, "a\nb"):
        with pytest.raises(Refusal):
            actions.once(deed=lambda: (200, ""), **(ask | {"key": bad}))


def test_open_matters_move_to_another_version_only_with_two_people_and_a_dry_run_first():
    other = Doer("staff:2", "staff", account_id=2, grants=WU.grants)
    newer = cast.licence(version="2026.2", in_force={"from": date(2026, 10, 1)})
    cast.store(newer)
    matter = walked(("accept", ZHAO, "2026-09-25"))
    assert matter.process_version == "2026.1"
    assert opened(day="2026-10-08").process_version == "2026.2"
    ask = {
        "process": "services.licence",
        "from_version": "2026.1",
        "to_version": "2026.2",
        "states": ["under-review"],
        "reason": "新版流程增加了送达方式",
        "at": at("2026-10-09"),
    }
    with pytest.raises(NotAllowed):
        actions.rebase(**ask, by=ZHAO, approver=other)
    with pytest.raises(Refusal):
        actions.rebase(**ask, by=WU, approver=WU)
    assert actions.rebase(**ask, by=WU, approver=other).references == [matter.reference]
    assert Matter.objects.get(pk=matter.id).process_version == "2026.1"
    actions.rebase(**ask, by=WU, approver=other, dry_run=False)
    assert Matter.objects.get(pk=matter.id).process_version == "2026.2"
    assert LedgerEntry.objects.get(subject=matter.subject, ordinal=3).event == "matters.rebased"


def test_a_version_without_the_state_takes_nobody():
    other = Doer("staff:2", "staff", account_id=2, grants=WU.grants)
    smaller = cast.licence(version="2026.3", in_force={"from": date(2026, 10, 1)})
    for state in smaller["state"]:
        if state["name"] == "under-review":
            state["seat"] = [{"id": "other", "role": "reviewer"}]
    cast.store(smaller)
    walked(("accept", ZHAO, "2026-09-25"))
    with pytest.raises(Refusal) as refused:
        actions.rebase(
            process="services.licence",
            from_version="2026.1",
            to_version="2026.3",
            states=["under-review"],
            reason="换版本",
            by=WU,
            approver=other,
            at=at("2026-10-09"),
        )
    assert refused.value.code == "cannot-rebase"


def test_code_an_open_matter_needs_is_reported_until_it_is_closed():
    @names.guard("test.never-objects")
    def never(ctx):
        return None

    declared = cast.licence(id="test.guarded")
    next(step for step in declared["step"] if step["name"] == "accept")["guards"] = ["test.never-objects"]
    cast.store(declared)
    matter = opened(process="test.guarded")
    assert ("guard", "test.never-objects") in names.hook["packs.names-in-use"]()
    actions.take(reference=matter.reference, step="withdraw", by=LIN, at=at("2026-09-25"))
    assert ("guard", "test.never-objects") not in names.hook["packs.names-in-use"]()


@pytest.mark.django_db(transaction=True)
def test_a_step_rings_for_the_worker_once_a_second_and_the_worker_drains():
    from procrastinate.contrib.django.models import ProcrastinateJob

    from yiwang.matters import tasks

    DONE.clear()
    BROKEN.clear()
    tasks._rung = -60.0
    declared = cast.licence(id="test.worked")
    next(step for step in declared["step"] if step["name"] == "accept")["after"] = ["test.notify"]
    cast.store(declared)
    matters = [opened(process="test.worked", day="2026-09-22") for _ in range(3)]
    for matter in matters:
        actions.take(reference=matter.reference, step="accept", by=ZHAO, at=at("2026-09-23"))
    assert list(ProcrastinateJob.objects.values_list("task_name", "queueing_lock")) == [("matters.drain",) * 2]
    tasks.drain()
    assert [(matter.id, 2) for matter in matters] == DONE
    assert set(Job.objects.values_list("status", flat=True)) == {"done"}
