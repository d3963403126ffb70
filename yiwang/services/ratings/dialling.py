"""The county's telephone system (12345, a hall's switchboard), in both directions and by one signed contract.

*Out*: calling back without knowing whom. The switchboard gives a number that leads to the evaluator for a while; whoever
calls never sees the telephone, and the database does not show it to him either. A caller whose telephone only the
switchboard knows is named by the number of his call.

*In*: it posts the consultations and tickets it served, with the rating its caller gave (``api.py``). Both sides sign as the
message gateways do: ``X-Yiwang-Timestamp`` (Unix seconds) and ``X-Yiwang-Signature``, hex HMAC-SM3 over
``timestamp.body`` under the shared key (docs/how-to/switchboard.md).
"""

from __future__ import annotations

import hmac
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.organs.gateways import signed
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal

KIND = "switchboard"  # the kind of doer a telephone system is
TIMEOUT = 5  # seconds
FRESH_SECONDS = 300  # clocks of two houses differ; a message older than this may be somebody's recording
MOST_BYTES = 4096  # of an answer
LONGEST = 40  # of a number to dial


class NotConnected(Refusal):
    """The telephone system did not take it; the worker tries again."""

    code = "switchboard"


class Unsigned(Refusal):
    """Not signed under the shared key, too old, or no telephone system is connected at all: one answer."""

    code = "switchboard-signature"
    status = 401


class Switchboard(Protocol):
    """A telephone service that connects two parties through a number in between (中间号)."""

    @property
    def title(self) -> str: ...

    def bind(self, *, phone: str = "", call: str = "", key: str, minutes: int) -> str:
        """A number that leads to ``phone``, or to whoever made ``call``, for ``minutes``. The same ``key`` again answers
        the same number."""
        ...

    def tell(self, *, call: str, key: str, text: str) -> None:
        """A text message to whoever made ``call``; the same ``key`` again is the same message."""
        ...


@dataclass(frozen=True, slots=True)
class Simulated:
    """For demo and tests: a number of the demo county's own exchange, connected to nothing."""

    title: str = "模拟电话系统（演示）"

    def bind(self, *, phone: str = "", call: str = "", key: str, minutes: int) -> str:
        return f"0700-95{int.from_bytes(sm3(key.encode())[:4], 'big') % 100_000:05d}"

    def tell(self, *, call: str, key: str, text: str) -> None:
        """Nobody is there to read it."""


@dataclass(frozen=True, slots=True)
class SignedHttp:
    """Posts JSON to the telephone system's address: ``{"do": "bind", "key", "minutes", "phone" | "call"}``, answered
    ``{"number"}``, and ``{"do": "tell", "key", "call", "text"}``, answered by any 2xx."""

    address: str
    key: bytes
    title: str = "电话系统"

    def bind(self, *, phone: str = "", call: str = "", key: str, minutes: int) -> str:
        said = self._post(
            {"do": "bind", "key": key, "minutes": minutes, **({"call": call} if call else {"phone": phone})}
        )
        number = str(said.get("number", "")) if isinstance(said, dict) else ""
        if not number or len(number) > LONGEST or not number.isprintable():
            raise NotConnected("电话系统没有给出回访号码。")
        return number

    def tell(self, *, call: str, key: str, text: str) -> None:
        self._post({"do": "tell", "key": key, "call": call, "text": text})

    def _post(self, said: dict[str, object]) -> object:
        body = json.dumps(said, ensure_ascii=False).encode()
        moment = str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Yiwang-Timestamp": moment,
            "X-Yiwang-Signature": signed(self.key, moment, body),
        }
        request = urllib.request.Request(self.address, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                content = answer.read(MOST_BYTES)
            return json.loads(content) if content else {}
        except (OSError, ValueError) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            raise NotConnected("电话系统没有应答，稍后会再试。") from None


def chosen() -> Switchboard | None:
    """The telephone system the settings name; ``None`` where there is none (calls are then made in person)."""
    address = settings.SWITCHBOARD
    if address.startswith(("https://", "http://")) and settings.SWITCHBOARD_KEY:
        return SignedHttp(address, settings.SWITCHBOARD_KEY.encode(), settings.SWITCHBOARD_NAME)
    return Simulated() if settings.DEMO else None


def caller(*, body: bytes, moment: str, signature: str, clock: float) -> Doer:
    """The telephone system that signed this. ``clock`` is real time in Unix seconds, never the demo's day.

    Refused (``Unsigned``): no key set, another key, a moment that is none or more than five minutes away.
    """
    key = settings.SWITCHBOARD_KEY.encode()
    good = bool(key) and hmac.compare_digest(signed(key, moment, body).encode(), signature.encode("utf-8", "replace"))
    if not good or not (moment.isascii() and moment.isdigit()) or abs(clock - int(moment[:12])) > FRESH_SECONDS:
        raise Unsigned("电话系统的签名无效或者已经过期。")
    return Doer(reference=f"switchboard:{settings.SWITCHBOARD_NAME}", kind=KIND, name=settings.SWITCHBOARD_NAME)
