"""One attempt of a job at setting and sealing something: what a person must mend is shown at once, anything else retried."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from procrastinate import RetryStrategy

from yiwang.foundation.calendar.today import now
from yiwang.kernel.refusal import Refusal

log = logging.getLogger(__name__)
RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)  # after 4, 16, 64, 256 seconds


def attempt(what: str, deed: Callable[[datetime], object], failed: Callable[[str, str, datetime], object]) -> None:
    """Do ``deed(at)``. A refusal is told by ``failed(why, code, at)`` and ends there; any other fault is logged under
    ``what``, told, and raised, so that the worker tries again."""
    try:
        deed(now())
    except Refusal as refusal:
        failed(refusal.says, refusal.code, now())
    except Exception:
        log.exception("%s could not be rendered", what)
        failed("系统故障，正在自动重试", "bug", now())
        raise
