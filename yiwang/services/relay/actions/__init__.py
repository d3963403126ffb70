"""Deeds of relay: agreements registered and ended; a case received, stepped on, tracked."""

from yiwang.services.relay.actions.agreements import end, register
from yiwang.services.relay.actions.relaying import receive, take, track

__all__ = ["end", "receive", "register", "take", "track"]
