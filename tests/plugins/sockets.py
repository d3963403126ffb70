"""Tests speak to nobody but this machine: PostgreSQL over its unix socket, servers of their own on the loopback.

An audit hook looks at every address Python is about to speak to. Nothing is patched: a guard put in place of
``socket.socket`` also stands in the way of ``accept`` in the threads of a live server that an earlier test left
running, and fails whichever test happens to run then.
"""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

HERE = frozenset({"", "localhost", "ip6-localhost"})


class SpeaksOutside(RuntimeError):
    """A test tried to reach another machine. Not an ``OSError``, or code that forgives a dead network would hide it."""


def is_here(host: Any) -> bool:
    """True for this machine: no host, its loopback names and addresses."""
    text = host.decode(errors="replace") if isinstance(host, bytes) else host
    if text is None or text in HERE:
        return True
    try:
        address = ipaddress.ip_address(str(text).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        # a unix socket's address is a path; a connected datagram names none; netlink and the like carry numbers
        host = address[0] if isinstance(address, tuple) and address and isinstance(address[0], str | bytes) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not is_here(host):
        raise SpeaksOutside(f"测试不得连接外部地址：{event} {host!r}")


sys.addaudithook(_look)
