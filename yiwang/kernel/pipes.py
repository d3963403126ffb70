"""When nobody reads what a command prints any more (``./yw … | head``), the command does not end in a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress

UNHEARD = 141  # what a shell says of a command that a closed pipe ended


def nobody_listens() -> None:
    """What is printed from now on goes nowhere, what still waits to be printed included."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())
            with suppress(BrokenPipeError):
                stream.flush()
    os.close(nowhere)


def heard(command: Callable[[list[str]], int | None], arguments: list[str]) -> int | None:
    """What the command answers, or ``UNHEARD`` where its reader has gone away."""
    try:
        try:
            return command(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        nobody_listens()
        return UNHEARD
