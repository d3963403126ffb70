"""The licence procedure as a table: who walked how far, whose turn it is, and on which days the clocks end."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.factories import matters as cast
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import actions, processes

WHO = {
    "acceptor": cast.QIAN,
    "reviewer": cast.ZHAO,
    "decider": cast.SUN,
    "both": cast.SUN,
    "head": cast.ZHOU,
    "applicant": cast.LIN,
    "inspector-a": cast.staff(1011, "inspector"),
    "inspector-b": cast.staff(1012, "inspector"),
    "chair": cast.staff(1013, "hearing-chair"),
    "government": cast.staff(1014, "government-head"),
    "system": SYSTEM,
}
WORDS = cast.WORDS | {
    "grant-on-the-spot": cast.WORDS["grant"],
    "send-back": {"opinion": "请补充现场照片后再报。"},
    "assign-inspectors": {"matters": "场所布局"},
    "inspect-a": {"opinion": "布局与图纸一致。", "finding": "fits"},
    "inspect-b": {"opinion": "设施齐备。", "finding": "fits"},
    "tell-hearing-right": {"interests": "涉及相邻住户的重大利益。"},
    "request-hearing": {"who": "applicant"},
    "call-hearing": {"ground": "hearing", "held-on": "2026-10-20", "place": "三楼会议室", "chair": "彭丽"},
    "hold-hearing": {"record": "各方陈述、质证。", "signed": "signed"},
    "extend-joint": cast.WORDS["extend"],
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
            also=cast.noticed if step in {"begin-special", "call-hearing"} else None,
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
