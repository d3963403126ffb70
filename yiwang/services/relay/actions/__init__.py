"""Deeds of relay: agreements registered and ended; a case received, stepped on, tracked."""

from yiwang.services.relay.actions.agreements import end, register
from yiwang.services.relay.actions.arriving import Fetched, content_of, fetch, report, take_in
from yiwang.services.relay.actions.following import Followed, follow
from yiwang.services.relay.actions.relaying import receive, take, track

__all__ = [
    "Fetched",
    "Followed",
    "content_of",
    "end",
    "fetch",
    "follow",
    "receive",
    "register",
    "report",
    "take",
    "take_in",
    "track",
]
