"""When an agreement lets a counter receive, and what the other place may say next. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from yiwang.kernel.refusal import Refusal

RECEIVE, ACT, INBOUND = "receive", "act", "inbound"
POWERS = {RECEIVE: "代收", ACT: "代办", INBOUND: "对方代收本地事项"}
# What the other place says → the step that writes it down.
STEP_OF = {
    "accepted": "there-accepted",
    "correction": "there-correction",
    "refused": "there-refused",
    "result": "result-arrived",
}


# The same, written down by the system that asked by itself.
HEARD_OF = {says: step.replace("there-", "heard-").replace("result-", "heard-") for says, step in STEP_OF.items()}


def steps_of(says: str, state: str, *, by_itself: bool = False) -> list[str]:
    """The steps that write down an answer to a case in that state; none where it is nothing new.

    What has a result has been accepted, even if nobody asked in between.
    """
    names = HEARD_OF if by_itself else STEP_OF
    if says not in names or (says == "accepted" and state == "accepted-there"):
        return []
    if says == "correction" and state != "handed-on":
        return []
    return [names["accepted"], names[says]] if says == "result" and state == "handed-on" else [names[says]]


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


WORDS = {"accepted": "已受理", "correction": "请申请人补正", "refused": "未受理或已终止", "result": "已作出决定"}
ACCEPTED = frozenset({"accept", "deem-accepted", "accept-on-the-spot"})


class Moved(Protocol):
    """What of a matter says how it stands."""

    state: str
    steps: str
    closed_at: datetime | None


def word_of(matter: Moved, outcome: str) -> str:
    """How a case of ours stands, in the words places tell each other; empty while nothing has been decided yet."""
    if outcome:
        return "result"
    if matter.closed_at is not None:
        return "refused"
    if matter.state == "awaiting-correction":
        return "correction"
    taken = {one.partition("=")[0] for one in matter.steps.split()}
    return "accepted" if taken & ACCEPTED else ""
