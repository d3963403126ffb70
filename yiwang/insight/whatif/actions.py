"""Asking, pausing and continuing a study, and the worker's part: one round after the other, each kept as it is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.insight.facts import reading as facts
from yiwang.insight.whatif import queries
from yiwang.insight.whatif.models import Study
from yiwang.insight.whatif.rules import scenarios
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import NotAllowed, Refusal

WORK = "whatif.work"
LOCK = 7_400_001  # of PostgreSQL's advisory locks, with the study's number
LARGEST_SEED = 2**31 - 1
State = Study.State


@transaction.atomic
def ask(
    *,
    process: str,
    organ: str,
    change: Mapping[str, Any],
    rounds: int | None = None,
    seed: int | None = None,
    by: Doer,
    at: datetime,
) -> Study:
    """Ask for a study of the last twelve months; a worker plays it.

    Refused: what ``rules.scenarios.change`` refuses, a limit, pair or step this process has not, too many rounds, facts
    never written; 404 for a scope or process that is not the doer's to see.
    """
    on = day_of(at)
    scope = queries.scope(by, organ, on)
    wanted = scenarios.change(change)
    offered = queries.offer(process, scope=scope, on=on)
    refuse_unoffered(wanted, offered)
    rounds = offered.rule.rounds if rounds is None else rounds
    if not 5 <= rounds <= offered.rule.most_rounds:
        raise Refusal(f"轮数请填5至{offered.rule.most_rounds}。", code="whatif-rounds", field="rounds")
    seed = on.year if seed is None else seed
    if not 0 <= seed <= LARGEST_SEED:
        raise Refusal("随机种子请填不超过十位的整数。", code="whatif-seed", field="seed")
    found = Study.objects.create(
        process=offered.process,
        organ=scope.code,
        since=offered.since,
        until=offered.until,
        cut_off=facts.current().as_of,
        change=wanted.as_dict(),
        seed=seed,
        rounds=rounds,
        asked_by=by.reference,
        asked_at=at,
    )
    _tell(found, "whatif.asked", by, at, {"process": found.process, "organ": found.organ, "change": found.change})
    ring()
    return found


def refuse_unoffered(change: scenarios.Change, offered: queries.Offer) -> None:
    """Refuse a limit, a pair or a step that is not this process's, by its field."""
    asked = {
        scenarios.LIMIT: ("clock", change.clock, offered.clocks),
        scenarios.PARALLEL: ("pair", f"{change.first}+{change.second}", offered.pairs),
        scenarios.CLERKS: ("step", change.step, offered.steps),
    }
    field, value, choices = asked[change.kind]
    if value not in dict(choices):
        raise Refusal("这个流程的办件里没有您选的这一项，请从列表中选。", code="whatif-choice", field=field)


@transaction.atomic
def stop(*, study_id: int, by: Doer, at: datetime) -> Study:
    """Pause a study after the round it is in; what is played is kept. Refused to anybody but who asked, and when over."""
    found = _own(study_id, by, at)
    if not found.unfinished:
        raise Refusal("推演已经结束或者已经暂停。", code="whatif-over")
    found.state = State.STOPPED
    found.save(update_fields=["state"])
    _tell(found, "whatif.stopped", by, at, {"done": found.done})
    return found


@transaction.atomic
def proceed(*, study_id: int, by: Doer, at: datetime) -> Study:
    """Go on with a paused study where it was. Refused to anybody but who asked, and unless it is paused."""
    found = _own(study_id, by, at)
    if found.state != State.STOPPED:
        raise Refusal("只有暂停的推演可以继续。", code="whatif-not-stopped")
    found.state = State.WAITING
    found.save(update_fields=["state"])
    _tell(found, "whatif.continued", by, at, {"done": found.done})
    ring()
    return found


def ring() -> None:
    """Tell the worker, once however often it is rung; it also looks by itself every minute."""
    with suppress(exceptions.AlreadyEnqueued), transaction.atomic():
        app.configure_task(WORK).defer(timestamp=0)


def work(*, at: Callable[[], datetime]) -> int:
    """Play every study that waits or was cut short, in order; how many were finished. For the worker."""
    finished = 0
    for study_id in (
        Study.objects.filter(state__in=[State.WAITING, State.RUNNING]).order_by("pk").values_list("pk", flat=True)
    ):
        finished += work_on(study_id, at=at)
    return finished


def work_on(study_id: int, *, at: Callable[[], datetime], most: int | None = None) -> bool:
    """Play a study's rounds that are not there yet (``most`` of them), keeping each; True when it is finished.

    Cut short at any point, the next call goes on after the last round that was kept. Where somebody else plays it,
    nothing is done.
    """
    with _alone(study_id) as mine:
        if not mine:
            return False
        found = Study.objects.get(pk=study_id)
        if not found.unfinished:
            return False
        try:
            ready = queries.ready(found)
        except Refusal as refusal:
            _end(found, State.REFUSED, at(), says=refusal.says[:400])
            return True
        played = found.played
        for number in range(found.done, ready.total):
            if most is not None and number - found.done >= most:
                return False
            for name, one in ready.play(number).items():
                played.setdefault(name, []).append(one)
            if not _keep(study_id, played, number + 1, ready.total):
                return False  # paused meanwhile
        found.refresh_from_db()
        _end(found, State.DONE, at(), answer=ready.answer(played))
        return True


def _keep(study_id: int, played: dict[str, Any], done: int, total: int) -> bool:
    """Keep a round; False where the study was paused while it was played (the round is then played again)."""
    rows = Study.objects.filter(pk=study_id, state__in=[State.WAITING, State.RUNNING])
    return bool(rows.update(played=played, done=done, total=total, state=State.RUNNING))


@transaction.atomic
def _end(
    found: Study, state: Study.State, at: datetime, *, answer: Mapping[str, Any] | None = None, says: str = ""
) -> None:
    found.state, found.answer, found.says, found.finished_at = state, dict(answer or {}), says, at
    found.save(update_fields=["state", "answer", "says", "finished_at"])
    text = json.dumps(found.answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.new("sm3", text.encode()).hexdigest()
    event, detail = ("whatif.answered", {"digest": digest}) if state == State.DONE else ("whatif.refused", {})
    _tell(found, event, SYSTEM, at, detail)


@contextmanager
def _alone(study_id: int) -> Iterator[bool]:
    """Whether this process is the only one at a study; PostgreSQL lets go when the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [LOCK, study_id])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [LOCK, study_id])


def _own(study_id: int, by: Doer, at: datetime) -> Study:
    found = queries.study(by, study_id, day_of(at))
    if by.reference != found.asked_by:
        raise NotAllowed("只有提出推演的人可以暂停或继续。", code="whatif-not-yours")
    return Study.objects.select_for_update().defer("played").get(pk=found.pk)


def _tell(found: Study, event: str, by: Doer, at: datetime, detail: Mapping[str, Any]) -> None:
    ledger.record(subject=f"whatif:{found.pk}", event=event, by=by, at=at, detail=detail)
