"""The licence procedure as a table: who walked how far, whose turn it is, and on which days the clocks end."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.factories import matters as cast
from yiwang.matters import actions, processes

WHO = {
    "acceptor": cast.QIAN,
    "reviewer": cast.ZHAO,
    "decider": cast.SUN,
    "both": cast.SUN,
    "head": cast.ZHOU,
    "applicant": cast.LIN,
}
WORDS = cast.WORDS | {
    "grant-on-the-spot": cast.WORDS["grant"],
    "send-back": {"opinion": "请补充现场照片后再报。"},
}
with (Path(__file__).parent / "licence.csv").open(encoding="utf-8", newline="") as table:
    ROWS = list(csv.DictReader(table))


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=[row["story"] for row in ROWS])
def test_the_licence_procedure(row):
    cast.store(cast.licence())
    matter = cast.opened(chain=row["chain"])
    for walked in row["walk"].split():
        step, who, day = walked.split("/")
        matter = actions.take(
            reference=matter.reference,
            step=step,
            by=WHO[who],
            at=cast.at(day),
            values=WORDS.get(step),
            also=cast.noticed if step == "begin-special" else None,
        )
    clocks = [
        f"{clock.clock}={clock.due_on.isoformat() if clock.due_on else ''}"
        for clock in matter.clocks
        if clock.stopped_on is None
    ]
    assert matter.state == row["state"]
    assert " ".join(seat.seat for seat in matter.seats) == row["seats"]
    assert " ".join(clocks) == row["clocks"]
    processes.forget()
