"""The demo county's voices are told by the hotline's own deeds, and there is one order in nearly every state."""

from __future__ import annotations

from collections import Counter

from tests.factories import cases as cast
from yiwang.config.voiced import VOICES, voice_some
from yiwang.foundation.organs.models import Post
from yiwang.governance.hotline.models import Order


def test_whoever_answers_voices_has_somebody_who_hands_out_a_bad_rating_somebody_else_who_calls_back_and_a_head(county):
    """What nobody may hand out waits for ever: the seats of a bad rating stand at the organ that was rated."""
    held: dict[int, dict[str, set[int]]] = {}
    for organ_id, role, account_id in Post.objects.values_list("organ_id", "role", "account_id"):
        held.setdefault(organ_id, {}).setdefault(role, set()).add(account_id)
    answering = {pk: roles for pk, roles in held.items() if {"hotline-operator", "order-handler"} & roles.keys()}
    assert len(answering) > 30
    for pk, roles in answering.items():
        calling = set().union(
            *(roles.get(role, set()) for role in ("receiver", "acceptor", "reviewer", "decider", "head"))
        )
        assert {"decider", "leader", "head"} & roles.keys(), pk
        assert len(calling) > 1, pk
        assert {"leader", "head"} & roles.keys(), pk


def test_every_voice_of_the_demo_county_is_told(county):
    assert voice_some(cast.at("2026-09-24", 20)) == len(VOICES)
    states = Counter(Order.objects.values_list("matter__state", flat=True))
    assert {
        "recorded",
        "handling",
        "ruling",
        "extending",
        "replied",
        "calling-back",
        "judging",
        "merged",
    } <= states.keys()
    assert {"answered", "not-accepted", "closed-satisfied", "closed-judged", "stage-closed"} <= states.keys()
    assert voice_some(cast.at("2026-09-24", 20)) == 0
