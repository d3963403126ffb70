"""How much a case takes: files a material; and how often a 查询码 may be guessed, counted over all web processes."""

from __future__ import annotations

from datetime import datetime

from yiwang.web.sparing import spare

UPLOADS_A_MATERIAL = 10
TRIES = 30  # an address, in one window
WINDOW = 15 * 60  # seconds


def rate_limited(address: str, at: datetime) -> None:
    """Count one try; refuse from the thirty-first in a window on. Sixty bits of code make even all of them hopeless."""
    window = int(at.timestamp()) // WINDOW
    says = "查询太频繁了，请过一刻钟再试，或拨打12345查询。"
    spare("cases-enquiry", f"{address}-{window}", most=TRIES, seconds=WINDOW, says=says)
