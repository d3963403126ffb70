"""Deeds on cases: drafts, submitting, receiving at the counter, checking materials, taking the steps of the procedure."""

from yiwang.services.cases.actions.collecting import remind_uncollected, urge_collection
from yiwang.services.cases.actions.counter import receive
from yiwang.services.cases.actions.drafts import attach, detach, discard, keep_answers, keep_form, reuse, start
from yiwang.services.cases.actions.materials import check, supply
from yiwang.services.cases.actions.reminding import remind, remind_unread
from yiwang.services.cases.actions.steps import take
from yiwang.services.cases.actions.submitting import submit
from yiwang.services.cases.actions.together import hand_in

__all__ = [
    "attach",
    "check",
    "detach",
    "discard",
    "hand_in",
    "keep_answers",
    "keep_form",
    "receive",
    "remind",
    "remind_uncollected",
    "remind_unread",
    "reuse",
    "start",
    "submit",
    "supply",
    "take",
    "urge_collection",
]
