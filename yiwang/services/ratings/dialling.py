"""Calling back without knowing whom: the switchboard gives a number that leads to the evaluator for a while.

An adapter is told the evaluator's telephone by the worker and answers the number to dial. Whoever calls never sees the
telephone; the database does not show it to him either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from yiwang.foundation.ledger.rules import sm3


class Switchboard(Protocol):
    """A telephone service that connects two parties through a number in between (中间号)."""

    @property
    def title(self) -> str: ...

    def bind(self, *, phone: str, key: str, minutes: int) -> str:
        """A number that leads to ``phone`` for ``minutes``. The same ``key`` again answers the same number."""
        ...


@dataclass(frozen=True, slots=True)
class Simulated:
    """For demo and tests: a number of the demo county's own exchange, connected to nothing."""

    title: str = "模拟隐号（演示）"

    def bind(self, *, phone: str, key: str, minutes: int) -> str:
        return f"0700-95{int.from_bytes(sm3(key.encode())[:4], 'big') % 100_000:05d}"


SWITCHBOARDS: dict[str, Switchboard] = {"simulated": Simulated()}
