"""Processes the demo starts are ended together."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from yiwang.config import children

STUBBORN = "import signal, time, pathlib, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
OBEDIENT = """
import os, pathlib, signal, sys, time
def asked(*_):
    pathlib.Path(sys.argv[2]).write_text(str(os.path.exists(f"/proc/{sys.argv[3]}")))
    sys.exit()
signal.signal(signal.SIGTERM, asked)
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""


def _ready(path: Path) -> None:
    while not path.exists():
        time.sleep(0.02)


def test_whoever_obeys_is_asked_before_the_stubborn_one_is_killed(tmp_path: Path) -> None:
    run, log = tmp_path / "run", tmp_path / "log"
    deaf = children.start(
        "deaf", [sys.executable, "-c", STUBBORN, str(tmp_path / "deaf")], run=run, log=log / "deaf", env={}
    )
    command = [sys.executable, "-c", OBEDIENT, str(tmp_path / "good"), str(tmp_path / "said"), str(deaf.pid)]
    good = children.start("good", command, run=run, log=log / "good", env={})
    _ready(tmp_path / "deaf")
    _ready(tmp_path / "good")

    assert children.end("deaf", "good", "never-started", run=run, patience=1.0)

    assert (good.wait(), deaf.wait()) == (0, -9)
    assert (tmp_path / "said").read_text() == "True", "the stubborn one was still there when the other was asked"
    assert not children.end("deaf", "good", run=run), "nobody is left to end"
