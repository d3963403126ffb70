"""The demo county's batches and petitions stand in different states, made by real deeds."""

from __future__ import annotations

from collections import Counter

from tests.factories import cases as cast
from yiwang.config.faced import face_some
from yiwang.foundation.letters.models import Letter
from yiwang.governance.meetings.models import Issue
from yiwang.governance.petitions import queries
from yiwang.governance.petitions.models import Petition
from yiwang.matters.models import Job, Matter


def test_the_demo_s_batches_and_petitions_stand_in_every_state_a_clerk_meets(county):
    at = cast.at("2026-09-24")
    assert face_some(at) > 0
    assert face_some(at) == 0
    states = Counter(Matter.objects.filter(issue__in=Issue.objects.all()).values_list("state", flat=True))
    assert set(states) >= {"assigned", "handling", "declined", "stage-closed", "done-reported", "closed"}
    states = Counter(Matter.objects.filter(petition__in=Petition.objects.all()).values_list("state", flat=True))
    there = {"registered", "handling", "objected", "decided", "reviewing", "petition-refused", "petition-settled"}
    assert set(states) == there
    rows, _ = queries.board(cast.staff("government-office-1", "2026-09-24"), at.date(), show="overdue")
    assert len(rows) == 1  # one past its sixty days, which its head has to close as late
    assert Petition.objects.exclude(order_reference="").count() == 1
    assert len(queries.mine(cast.lin("2026-09-24"))) == 3
    assert not Job.objects.filter(status="failed").exists()
    assert Letter.objects.filter(kind="petition-opinion").count() == 2
