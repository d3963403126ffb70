"""What a hall declares about its rows, appointments and terminals, and the arithmetic of slots and signatures. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import Field, model_validator

from yiwang.kernel import packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed

KIND = "hall-queue"
RULE = "assistance.hall"
TERMINAL = "terminal"  # the kind of doer a terminal is
SECRET_BYTES = 32
LIVELY_BEATS = 3  # so many heartbeats late, and a terminal counts as silent


class Queue(packs.Row):
    """One row of people. ``letter`` begins its numbers; ``kinds`` are the counters that call it."""

    letter: Annotated[str, Field(pattern=r"^[A-Z]{1,2}$")]
    title: Annotated[str, Field(min_length=1, max_length=20)]
    kinds: Annotated[list[str], Field(min_length=1)]


class HallRule(packs.Rule):
    """``calls`` before a number may be passed over; slots of ``slot_minutes`` with ``per_counter`` people for each counter of
    the row, bookable ``ahead_days`` natural days ahead; an appointment holds from ``early_minutes`` before to
    ``late_minutes`` after its slot begins. Terminals: seconds without a touch before a visit is over, ``idle_seconds``, and
    while a form is being filled in, ``form_seconds``; of ``beat_seconds`` between heartbeats and ``fresh_seconds`` of a
    signature."""

    queue: Annotated[list[Queue], Field(min_length=1)]
    calls: Annotated[int, Field(ge=1, le=10)]
    slot_minutes: Annotated[int, Field(ge=5, le=240)]
    per_counter: Annotated[int, Field(ge=1, le=60)]
    ahead_days: Annotated[int, Field(ge=1, le=60)]
    early_minutes: Annotated[int, Field(ge=0, le=240)]
    late_minutes: Annotated[int, Field(ge=0, le=240)]
    idle_seconds: Annotated[int, Field(ge=20, le=600)]
    form_seconds: Annotated[int, Field(ge=60, le=1800)]
    beat_seconds: Annotated[int, Field(ge=10, le=3600)]
    fresh_seconds: Annotated[int, Field(ge=5, le=600)]

    @model_validator(mode="after")
    def _letters_once(self) -> HallRule:
        letters = [one.letter for one in self.queue]
        if len(set(letters)) < len(letters):
            raise ValueError("队列字母重复")
        return self

    def called_by(self, kind: str) -> list[str]:
        """Letters of the rows a counter of that kind calls."""
        return [one.letter for one in self.queue if kind in one.kinds]

    def kinds_of(self, letter: str) -> list[str]:
        return [kind for one in self.queue if one.letter == letter for kind in one.kinds]

    def title_of(self, letter: str) -> str:
        return next((one.title for one in self.queue if one.letter == letter), letter)


class BadSignature(NotAllowed):
    """What a terminal sent is not signed with its key, is too old, or came before."""

    code = "terminal-signature"
    status = 403


def slots(hours: Iterable[tuple[time, time]], minutes: int) -> list[time]:
    """Beginnings of whole slots within the opening hours, rising; a rest shorter than a slot is not offered."""
    found, step = [], timedelta(minutes=minutes)
    for opens, closes in hours:
        moment, end = datetime.combine(date.min, opens), datetime.combine(date.min, closes)
        while moment + step <= end:
            found.append(moment.time())
            moment += step
    return sorted(set(found))


def holds(rule: HallRule, begins: datetime, at: datetime) -> bool:
    """True while an appointment may be turned into a number: shortly before its slot until shortly after it began."""
    early, late = timedelta(minutes=rule.early_minutes), timedelta(minutes=rule.late_minutes)
    return begins - early <= at <= begins + late


def next_number(letter: str, taken: Sequence[str]) -> str:
    """``A001`` and on; never one that was given out today."""
    last = max((int(one[len(letter) :]) for one in taken if one[len(letter) :].isdigit()), default=0)
    return f"{letter}{last + 1:03d}"


def signature(secret: bytes, code: str, purpose: str, moment: int, body: bytes) -> str:
    """Hex HMAC-SM3 under the terminal's key over ``purpose.code.moment.body``; ``moment`` in Unix milliseconds."""
    return hmac.new(secret, f"{purpose}.{code}.{moment}.".encode() + body, "sm3").hexdigest()


def refuse_unsigned(
    secret: bytes, code: str, purpose: str, moment: int, body: bytes, given: str, *, clock: float, last: int, fresh: int
) -> None:
    """``BadSignature`` unless signed with the key, within ``fresh`` seconds of ``clock`` (Unix seconds), newer than ``last``."""
    wanted = signature(secret, code, purpose, moment, body)
    if not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
        raise BadSignature("终端签名不正确。")
    if abs(clock - moment / 1000) > fresh or moment <= last:
        raise BadSignature("终端消息已过期或者重复。")


def terminal_doer(code: str) -> Doer:
    """A terminal that proved its key. It may take numbers and nothing else."""
    return Doer(reference=f"terminal:{code}", kind=TERMINAL)


packs.kind(KIND, folder="queue", schema=HallRule)
