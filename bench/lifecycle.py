"""Seven durable steps: this engine, SpiffWorkflow, django-viewflow, and psycopg writing the same rows by hand.

All run in one process on one database with fsync on, taking turns. Everything is switched on for the house: permission,
validation, guards, clocks, seats, opinions, after-jobs and the chained ledger line. SpiffWorkflow runs as a Django
application runs it (row locked, state restored, step taken, state serialized, saved) with one chained audit row a step,
and so does django-viewflow. The psycopg peer gets for nothing what the engine has to find out: which rows to write; per
step it sends BEGIN, SELECT … FOR UPDATE, one statement per row, COMMIT, and hashes the ledger line.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench import _house
from bench._machine import machine, verdict, versions
from bench._seven import OPENING, STEPS, VALUES

ROUNDS = 7
SECONDS = 1.0

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="bench">
<process id="seven" isExecutable="true"><startEvent id="start"/>{tasks}
<parallelGateway id="fork"/><parallelGateway id="join"/><endEvent id="end"/>{flows}</process></definitions>"""


def ours() -> Callable[[], None]:
    from bench._seven import doers
    from yiwang.matters import actions

    who, when = doers(), _house.moment(24)

    def run() -> None:
        matter = actions.open(**OPENING, by=who["submit"], at=when)
        for step in STEPS:
            matter = actions.take(
                reference=matter.reference,
                step=step,
                by=who[step],
                at=when,
                values=VALUES.get(step),
                version=matter.version,
            )
        assert matter.state == "rated"

    return run


def spiff() -> Callable[[], None]:
    from django.db import transaction
    from django.utils import timezone
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
    from SpiffWorkflow.util.task import TaskState

    from bench.models import SpiffState
    from yiwang.foundation.ledger import rules
    from yiwang.foundation.ledger.models import LedgerEntry

    names = ["submit", *STEPS]
    tasks = "".join(f'<manualTask id="{name}"/>' for name in names)
    pairs = ["start submit", "submit accept", "accept fork", "fork review-a", "fork review-b", "review-a join"]
    pairs += ["review-b join", "join decide", "decide issue", "issue rate", "rate end"]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{pair.split()[0]}" targetRef="{pair.split()[1]}"/>'
        for n, pair in enumerate(pairs)
    )
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(BPMN.format(tasks=tasks, flows=flows).encode()))
    spec, serializer = parser.get_spec("seven"), BpmnWorkflowSerializer()

    def run() -> None:
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        row = SpiffState.objects.create(state=serializer.serialize_json(workflow))
        previous = rules.GENESIS
        for ordinal in range(1, 8):
            with transaction.atomic():
                row = SpiffState.objects.select_for_update().get(pk=row.pk)
                workflow = serializer.deserialize_json(row.state)
                task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
                task.set_data(values=VALUES.get(task.task_spec.name, {}))
                task.run()
                workflow.do_engine_steps()
                row.state = serializer.serialize_json(workflow)
                row.save(update_fields=["state"])
                previous = _audit(
                    LedgerEntry, rules, f"spiff:{row.pk}", ordinal, task.task_spec.name, previous, timezone.now()
                )
        assert workflow.is_completed()

    return run


def viewflow() -> Callable[[], None]:
    from django.db import transaction
    from django.utils import timezone

    from bench.flows import SevenFlow
    from yiwang.foundation.ledger import rules
    from yiwang.foundation.ledger.models import LedgerEntry

    def run() -> None:
        previous = rules.GENESIS
        with transaction.atomic():
            process = SevenFlow.submit.run(title=OPENING["title"])
            previous = _audit(LedgerEntry, rules, f"flow:{process.pk}", 1, "submit", previous, timezone.now())
        for ordinal, name in enumerate(STEPS, start=2):
            node = getattr(SevenFlow, name.replace("-", "_"))
            with transaction.atomic():
                task = process.task_set.get(flow_task=node, status="NEW")
                node.run(task, **VALUES.get(name, {}))
                previous = _audit(LedgerEntry, rules, f"flow:{process.pk}", ordinal, name, previous, timezone.now())
        process.refresh_from_db()
        assert process.status == "DONE"

    return run


def _audit(model: Any, rules: Any, subject: str, ordinal: int, event: str, previous: bytes, now: Any) -> bytes:
    """One chained line for a peer, through the ORM."""
    body = rules.canonical(
        subject=subject, ordinal=ordinal, at=now, recorded_at=now, event=event, actor="staff:1", organ="11", detail={}
    )
    digest: bytes = rules.digest(previous, body)
    model.objects.create(
        subject=subject,
        ordinal=ordinal,
        at=now,
        recorded_at=now,
        event=event,
        actor="staff:1",
        organ="11",
        body=body,
        previous=previous,
        digest=digest,
    )
    return digest


def by_hand() -> Callable[[], None]:
    """psycopg for the same rows: what each step writes is recorded from one run of the engine, then written by hand."""
    import os

    import psycopg

    from yiwang.foundation.ledger import rules
    from yiwang.matters import statements as engine

    recorded: list[tuple[Any, Any]] = []
    insert, write = engine.insert, engine.write
    engine.insert = lambda matter, plan, **rest: (recorded.append((matter, plan)), insert(matter, plan, **rest))[1]
    engine.write = lambda matter, plan, **rest: (recorded.append((matter, plan)), write(matter, plan, **rest))[1]
    ours()()
    engine.insert, engine.write = insert, write
    connection = psycopg.connect(os.environ["DATABASE_URL"], prepare_threshold=1)
    now = _house.moment(24)
    actors = [f"staff:{n}" for n in range(7)]

    def run() -> None:
        cursor = connection.cursor()
        number, reference, previous, seats = 0, "", rules.GENESIS, dict[str, int]()
        for position, (matter, plan) in enumerate(recorded):
            ordinal = position + 1
            if position == 0:
                number = cursor.execute("select nextval('matter_id_seq')").fetchone()[0]
                reference = f"2026-{number:06d}"
            else:
                cursor.execute(
                    "select state, version, steps, head_ordinal, head_digest, settings from matter where id = %s for update",
                    (number,),
                ).fetchone()
            body = rules.canonical(
                subject=f"matter:{reference}",
                ordinal=ordinal,
                at=now,
                recorded_at=now,
                event=plan.event,
                actor=actors[position],
                organ="11",
                detail=plan.detail,
            )
            digest = rules.digest(previous, body)
            if position == 0:
                cursor.execute(
                    engine.INTO_MATTER + " values (" + ", ".join(["%s"] * 20) + ")",
                    (
                        *(
                            number,
                            reference,
                            matter.process_id,
                            matter.process_version,
                            "",
                            plan.state,
                            1,
                            11,
                            9,
                            matter.item,
                        ),
                        *(matter.guide, matter.title, None, now, matter.counted_on, None, json.dumps(matter.settings)),
                        *(plan.steps, 1, digest),
                    ),
                )
            else:
                cursor.execute(
                    "update matter set state = %s, steps = steps || %s, head_digest = %s, head_ordinal = %s,"
                    " version = version + 1, closed_at = %s where id = %s",
                    (plan.state, plan.steps, digest, ordinal, now if plan.closed else None, number),
                )
            cursor.execute(
                engine.LINE + " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (f"matter:{reference}", ordinal, now, now, plan.event, actors[position], "11", body, previous, digest),
            )
            previous = digest
            names = {seat.id: seat.seat for seat in matter.seats}
            for seat_id in plan.closes:
                cursor.execute(
                    "update matter_seat set closed_at = %s, holder_id = %s where id = %s",
                    (now, plan.closer_id, seats.pop(names[seat_id])),
                )
            for seat in plan.opens:
                cursor.execute(
                    engine.SEATS_INTO + " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
                    (number, seat.seat, 11, seat.role, seat.phase, None, seat.clock, seat.due_on, now, False),
                )
                seats[seat.seat] = cursor.fetchone()[0]
            for _, seat in plan.changes:
                cursor.execute(
                    "update matter_seat set due_on = %s, holder_id = %s where id = %s",
                    (seat.due_on, seat.holder_id, seats[seat.seat]),
                )
            for row in plan.starts:
                cursor.execute(
                    engine.CLOCKS_INTO + " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                    (
                        *(
                            number,
                            row.clock,
                            row.kind,
                            row.unit,
                            row.days,
                            row.started_on,
                            None,
                            "[]",
                            None,
                            row.due_on,
                        ),
                        *(row.provisional, row.revision),
                    ),
                )
            for row in plan.moves:
                cursor.execute(
                    "update matter_clock set stopped_on = %s where matter_id = %s and clock = %s",
                    (row.stopped_on, number, row.clock),
                )
            for field, step, text in plan.texts:
                cursor.execute(
                    "insert into matter_text (matter_id, ordinal, author, field, step, text) values (%s, %s, %s, %s, %s, %s)",
                    (number, ordinal, actors[position], field, step, text),
                )
            for effect, payload in plan.jobs:
                cursor.execute(
                    "insert into matter_job (matter_id, ordinal, effect, payload, status, tries, due_at, error)"
                    " values (%s, %s, %s, %s, 'waiting', 0, %s, '')",
                    (number, ordinal, effect, json.dumps(payload), now),
                )
            connection.commit()

    return run


def queries_a_step() -> int:
    """The most queries any of the seven steps needs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench._seven import doers
    from yiwang.matters import actions

    who, when, most = doers(), _house.moment(24), 0
    with CaptureQueriesContext(connection) as captured:
        matter = actions.open(**OPENING, by=who["submit"], at=when)
    most = len(captured)
    for step in STEPS:
        with CaptureQueriesContext(connection) as captured:
            matter = actions.take(reference=matter.reference, step=step, by=who[step], at=when, values=VALUES.get(step))
        most = max(most, len(captured))
    return most


def bytes_a_case() -> int:
    """What a case in review keeps beside its ledger: matter, open seats, running clocks."""
    from django.db import connection

    from bench._seven import doers
    from yiwang.matters import actions

    who, when = doers(), _house.moment(24)
    matter = actions.open(**OPENING, by=who["submit"], at=when)
    for step in STEPS[:2]:
        actions.take(reference=matter.reference, step=step, by=who[step], at=when, values=VALUES.get(step))
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select pg_column_size(m.*) from matter m where id = %s)"
            " + (select sum(pg_column_size(s.*)) from matter_seat s where matter_id = %s and closed_at is null)"
            " + (select sum(pg_column_size(c.*)) from matter_clock c where matter_id = %s and stopped_on is null)",
            [matter.id] * 3,
        )
        return int(cursor.fetchone()[0])


def main() -> int:
    _house.build()
    _house.load_calendar()
    from bench import _seven
    from tests.factories.rules import store

    _seven.register()
    store(_seven.declaration())
    print(f"{machine()}\n{versions('django', 'psycopg', 'spiffworkflow', 'django-viewflow')}")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select current_setting('fsync'), current_setting('synchronous_commit'), version()")
        print("fsync {}, synchronous_commit {}, {}".format(*cursor.fetchone()))
    runners = {"yiwang": ours(), "spiffworkflow": spiff(), "viewflow": viewflow(), "psycopg": by_hand()}
    rates: dict[str, list[float]] = {name: [] for name in runners}
    used: dict[str, list[float]] = {name: [] for name in runners}
    for run in runners.values():
        for _ in range(3):
            run()
    for _ in range(ROUNDS):
        for name, run in runners.items():
            done, began, processor = 0, time.perf_counter(), time.process_time()
            while (passed := time.perf_counter() - began) < SECONDS:
                run()
                done += 1
            rates[name].append(done / passed)
            used[name].append((time.process_time() - processor) / done * 1e3)
    for name in runners:
        print(f"{name:14s} {median(rates[name]):8.1f} cases/s, {median(used[name]):6.2f} ms of Python a case")
    mine = median(rates["yiwang"])
    kept = [
        verdict("against SpiffWorkflow", mine / median(rates["spiffworkflow"]), 4, aim=8),
        verdict("against django-viewflow", mine / median(rates["viewflow"]), 8),
        verdict("against psycopg, the same rows", mine / median(rates["psycopg"]), 0.6, aim=1.2),
        verdict("queries a step", queries_a_step(), 3, "", at_most=True),
        verdict("state of a case", bytes_a_case(), 1024, " bytes", at_most=True),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
