"""The demo county's voices are told by the hotline's own deeds, and there is one order in nearly every state."""

from __future__ import annotations

from collections import Counter

from tests.factories import cases as cast
from yiwang.config.voiced import VOICES, voice_some
from yiwang.governance.hotline.models import Order


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
