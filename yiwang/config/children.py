"""Processes the demo starts: each in its own group, ended by id, found again after their parent was killed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Linux: a child of a killed demo gets SIGTERM itself. Elsewhere the recorded ids serve (see ``end``)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(
    name: str, command: Sequence[str], *, run: Path, log: Path, env: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start ``command`` and record its id in ``run/<name>.pid``; its output goes to ``log``."""
    run.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    record(name, child.pid, run=run)
    return child


def record(name: str, pid: int, *, run: Path) -> None:
    """Note a process and the moment it started, so that a reused id is never mistaken for it."""
    run.mkdir(parents=True, exist_ok=True)
    (run / f"{name}.pid").write_text(f"{pid} {_born(pid)}")


def alive(name: str, *, run: Path) -> int | None:
    """The id of the recorded process if it still is that process."""
    try:
        pid, born = (run / f"{name}.pid").read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    return int(pid) if born != "-" and _born(int(pid)) == born else None


def end(*names: str, run: Path, patience: float = 10.0, group: bool = True) -> bool:
    """End the recorded processes (and their groups) together: all are asked first, and whoever still runs after
    ``patience`` seconds is killed. True if any of them was running."""
    found = {name: pid for name in names if (pid := alive(name, run=run)) is not None}
    standing = dict(found)
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for pid in standing.values():
            with suppress(ProcessLookupError):
                os.killpg(pid, sign) if group else os.kill(pid, sign)
        deadline = time.monotonic() + patience
        while standing and time.monotonic() < deadline:
            standing = {name: pid for name, pid in standing.items() if alive(name, run=run) is not None}
            time.sleep(0.05 if standing else 0)
    for name in names:
        (run / f"{name}.pid").unlink(missing_ok=True)
    return bool(found)


def _born(pid: int) -> str:
    """The start time of a process in clock ticks since boot, ``-`` if it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        try:  # no /proc (macOS)
            os.kill(pid, 0)
            return "unknown"
        except OSError:
            return "-"
    return "-" if fields[0] in "ZX" else fields[19]
