"""When nobody reads what a command prints any more (``./yw … | head``), or Ctrl-C ends it, it does not end in a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress

UNHEARD = 141  # what a shell says of a command that a closed pipe ended
INTERRUPTED = 130  # and of one that Ctrl-C ended


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
    """What the command answers, ``UNHEARD`` where its reader has gone away, or ``INTERRUPTED`` by Ctrl-C, also while it still
    imports. A command that can say more of what it left undone catches the interrupt itself."""
    try:
        try:
            return command(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        nobody_listens()
        return UNHEARD
    except KeyboardInterrupt:
        sys.stderr.write("已中断。\n")
        return INTERRUPTED
