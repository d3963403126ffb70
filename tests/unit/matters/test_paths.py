"""Three ways to write the same deed — one statement, plain ORM, a hundred at once — leave the same rows."""

from __future__ import annotations

import random
import threading

import pytest
from django.db import connection

from tests.factories import matters as cast
from tests.factories.matters import (
    BUDGETS,
    HALL,
    LIN,
    ORGAN,
    QIAN,
    SUN,
    WANG,
    WORDS,
    ZHAO,
    ZHENG,
    ZHOU,
    at,
    noticed,
    opened,
    walked,
)
from tests.unit.matters import orm_twin
from yiwang.foundation.ledger import rules as ledger
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal, Stale
from yiwang.matters import actions, processes, queries, statements
from yiwang.matters.actions.bulk import Newcomer
from yiwang.matters.models import Job, Matter, MatterClock, Seat, StepText

TABLES = {
    Matter: [
        "version",
        "chain",
        "state",
        "organ_id",
        "party_id",
        "item",
        "title",
        "received_at",
        "counted_on",
        "closed_at",
        "settings",
        "steps",
        "head_ordinal",
    ],
    Seat: ["seat", "organ_id", "role", "phase", "holder_id", "clock", "due_on", "urgent", "opened_at", "closed_at"],
    MatterClock: [
        "clock",
        "kind",
        "unit",
        "days",
        "started_on",
        "stopped_on",
        "pauses",
        "extension",
        "due_on",
        "provisional",
        "revision",
    ],
    StepText: ["ordinal", "field", "step", "author", "text"],
    Job: ["ordinal", "effect", "payload", "status", "due_at"],
}


def rows_of(matter):
    """Every row of a matter without its own number."""
    found = {}
    for model, fields in TABLES.items():
        key = {"pk": matter.id} if model is Matter else {"matter_id": matter.id}
        found[model.__name__] = list(model.objects.filter(**key).order_by("pk").values(*fields))
    lines = LedgerEntry.objects.filter(subject=matter.subject).order_by("ordinal")
    found["ledger"] = [
        (line.ordinal, line.at, line.event, line.actor, line.organ, line.body.replace(matter.reference, "#"))
        for line in lines
    ]
    return found


def long_way():
    matter = walked(("accept", ZHAO, "2026-09-25"), urgent=True)
    actions.claim(reference=matter.reference, seat="reviewer", by=ZHAO, at=at("2026-09-25", 12))
    take = {"reference": matter.reference}
    actions.take(
        **take, step="begin-special", by=ZHAO, at=at("2026-09-28"), values=WORDS["begin-special"], also=noticed
    )
    actions.take(**take, step="end-special", by=ZHAO, at=at("2026-10-12"), values=WORDS["end-special"])
    actions.take(**take, step="extend", by=ZHOU, at=at("2026-10-13"), values=WORDS["extend"])
    actions.take(**take, step="review", by=ZHAO, at=at("2026-10-14"), values=WORDS["review"])
    actions.take(**take, step="grant", by=SUN, at=at("2026-10-15"), values=WORDS["grant"])
    return queries.matter(SUN, matter.reference)


def test_the_plain_orm_twin_leaves_the_same_rows(house, monkeypatch):
    by_statement = rows_of(long_way())
    monkeypatch.setattr(statements, "insert", orm_twin.insert)
    monkeypatch.setattr(statements, "write", orm_twin.write)
    assert rows_of(long_way()) == by_statement


def test_the_bulk_path_leaves_the_same_rows(house):
    fields = {
        "organ_id": ORGAN,
        "title": "食品经营许可 核发",
        "party_id": 9,
        "item": "440125001000",
        "chain": "two-hands",
    }
    fields |= {"budgets": BUDGETS, "organs": {"hall": HALL, "accepting": ORGAN}}
    bulk = actions.open_many(
        process="services.licence", newcomers=[Newcomer(**fields)] * 3, by=LIN, at=at("2026-09-24")
    )
    assert not bulk.refused
    references = [matter.reference for matter in bulk.done]
    for step, by, day in (("accept", ZHAO, "2026-09-25"), ("review", ZHAO, "2026-09-28"), ("grant", SUN, "2026-09-29")):
        taken = actions.take_many(references=references, step=step, by=by, at=at(day, 11), values=WORDS.get(step))
        assert not taken.refused
    one = walked(("accept", ZHAO, "2026-09-25"), ("review", ZHAO, "2026-09-28"), ("grant", SUN, "2026-09-29"))
    assert [rows_of(matter) for matter in bulk.done] == [rows_of(one)] * 3
    for reference in references:
        previous = ledger.GENESIS
        for line in LedgerEntry.objects.filter(subject=f"matter:{reference}").order_by("ordinal"):
            assert bytes(line.previous) == previous  # what is stored is what was hashed: the chain can be verified
            previous = ledger.digest(previous, line.body)
            assert bytes(line.digest) == previous


def test_the_bulk_path_names_whoever_may_not_and_takes_the_others(house):
    ready, held, gone = opened(), opened(), opened()
    actions.claim(reference=held.reference, seat="acceptor", by=QIAN, at=at("2026-09-24"))
    actions.take(reference=gone.reference, step="withdraw", by=LIN, at=at("2026-09-24"))
    references = [ready.reference, held.reference, gone.reference, "2026-999999"]
    bulk = actions.take_many(references=references, step="accept", by=ZHAO, at=at("2026-09-25"))
    assert [matter.reference for matter in bulk.done] == [ready.reference]
    assert set(bulk.refused) == set(references[1:])
    with pytest.raises(Refusal):
        actions.take_many(references=["x"] * 1001, step="accept", by=ZHAO, at=at("2026-09-25"))


def test_a_hundred_steps_are_one_read_and_one_write(house, django_assert_max_num_queries):
    references = [opened().reference for _ in range(5)]
    with django_assert_max_num_queries(4):  # savepoints of the test's own transaction included
        actions.take_many(references=references, step="accept", by=ZHAO, at=at("2026-09-25"))


def test_an_also_that_fails_leaves_nothing(house):
    matter = opened()

    def fails(ctx):
        StepText.objects.create(matter_id=matter.id, ordinal=9, field="x", step="x", author="x", text="x")
        raise Refusal("文号已用完。")

    with pytest.raises(Refusal):
        actions.take(reference=matter.reference, step="accept", by=ZHAO, at=at("2026-09-25"), also=fails)
    assert not StepText.objects.exists()
    assert Matter.objects.get(pk=matter.id).version == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_pressing_at_once_one_wins_and_the_other_is_told(monkeypatch):
    cast.store(cast.licence())
    matter = opened()
    wins, told, ready = [], [], threading.Barrier(2)
    real = statements.read

    def together(*args, **kwargs):
        found = real(*args, **kwargs)
        ready.wait(timeout=10)  # both have read before either writes
        return found

    def press(by):
        try:
            wins.append(actions.take(reference=matter.reference, step="accept", by=by, at=at("2026-09-25")))
        except Stale as refusal:
            told.append(refusal)
        finally:
            connection.close()

    monkeypatch.setattr(statements, "read", together)
    clerks = [threading.Thread(target=press, args=(by,)) for by in (ZHAO, QIAN)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert (len(wins), len(told)) == (1, 1)
    assert told[0].status == 409
    assert LedgerEntry.objects.filter(subject=matter.subject).count() == 2
    processes.forget()


EVERYBODY = [LIN, ZHAO, QIAN, SUN, ZHOU, ZHENG, WANG, SYSTEM]


@pytest.mark.parametrize("seed", range(12))
def test_no_sequence_of_steps_leaves_a_matter_without_a_seat_or_a_closed_state(house, seed):
    dice = random.Random(seed)
    budgets = BUDGETS | {"guide.correction_days": (30, "natural-day")}
    matter = opened(chain=dice.choice(["on-the-spot", "two-hands", "three-hands"]), budgets=budgets)
    definition = processes.bound(matter.process_id, matter.process_version)
    days = iter(f"2026-{month:02d}-{day:02d}" for month in (9, 10, 11) for day in range(1 if month > 9 else 25, 29))
    for _ in range(25):
        if matter.closed_at is not None:
            break
        step = dice.choice(list(definition.leaving(matter.state, matter.chain)))
        values = dict(WORDS.get(step.name, {}))
        for field in step.fields:
            value = next(iter(field.choices), None) or {"number": 3, "date": "2027-01-01"}.get(
                field.kind, "详见附件说明"
            )
            values.setdefault(field.name, value)
        if step.opinion == "required":
            values.setdefault("opinion", "依法办理，理由见附件。")
        try:
            matter = actions.take(
                reference=matter.reference,
                step=step.name,
                by=dice.choice(EVERYBODY),
                at=at(next(days)),
                values=values,
                also=noticed,
            )
        except Refusal:
            matter = queries.matter(SUN, matter.reference)
        open_seats = Seat.objects.filter(matter_id=matter.id, closed_at=None).count()
        assert bool(open_seats) != definition.states[matter.state].closed
        if definition.states[matter.state].closed:
            assert not MatterClock.objects.filter(matter_id=matter.id, stopped_on=None).exists()
