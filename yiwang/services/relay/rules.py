"""When an agreement lets a counter receive, and what the other place may say next. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from yiwang.kernel.refusal import Refusal

RECEIVE, ACT = "receive", "act"
POWERS = {RECEIVE: "代收", ACT: "代办"}
# What the other place says → the step that writes it down.
STEP_OF = {
    "accepted": "there-accepted",
    "correction": "there-correction",
    "refused": "there-refused",
    "result": "result-arrived",
}


class NoAgreement(Refusal):
    """Nothing agreed covers this: not in force, or not this power."""

    code = "no-agreement"


def refuse_outside(*, from_on: date, until_on: date, on: date, powers: Collection[str], mode: str) -> Refusal | None:
    """Why the agreement does not let this be done that day; ``until_on`` is its first day without force."""
    if not from_on <= on < until_on:
        return NoAgreement(f"协议自{from_on:%Y年%m月%d日}起，{until_on:%Y年%m月%d日}前有效，今天不能代收。")
    if mode not in powers:
        return NoAgreement(f"协议没有约定这个事项可以{POWERS.get(mode, mode)}。", field="mode")
    return None
