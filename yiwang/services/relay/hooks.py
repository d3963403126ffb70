"""A step of a relayed case for whoever asks, by the room's own deed."""

from __future__ import annotations

from yiwang.kernel import names
from yiwang.services.relay.actions import relaying

names.hook("matters.take.relay_case")(relaying.take)
