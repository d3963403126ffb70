"""Deeds on matters. Every deed is keyword-only, takes ``by`` and ``at``, is atomic, leaves one ledger line, and answers
the matter as it stands afterwards (``standing.Standing``).

Three verbs: ``open``, ``take``, ``transfer``. On seats: ``claim``, ``assign``, ``release``. Beside them: ``urge``
(催办), ``rebase`` (to another version), ``open_many`` / ``take_many`` (bulk), ``sweep`` (timers), ``drain`` (jobs),
``reproject`` (calendar), ``correct_clock`` (after an upheld appeal), ``note`` (a line that moves nothing), ``once`` (Idempotency-Key).

``version`` in any deed is the version the doer saw (``If-Match``, a hidden field): an older one is ``Stale`` (409).
"""

from yiwang.matters.actions.bulk import open_many, take_many
from yiwang.matters.actions.correcting import Correction, correct_clock
from yiwang.matters.actions.idempotency import once
from yiwang.matters.actions.jobs import drain, retry
from yiwang.matters.actions.noting import note
from yiwang.matters.actions.rebase import rebase
from yiwang.matters.actions.reprojection import reproject
from yiwang.matters.actions.seats import assign, claim, release, transfer, urge
from yiwang.matters.actions.steps import open, take
from yiwang.matters.actions.sweeps import sweep

__all__ = [
    "Correction",
    "assign",
    "claim",
    "correct_clock",
    "drain",
    "note",
    "once",
    "open",
    "open_many",
    "rebase",
    "release",
    "reproject",
    "retry",
    "sweep",
    "take",
    "take_many",
    "transfer",
    "urge",
]
