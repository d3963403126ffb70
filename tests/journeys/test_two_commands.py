"""A stranger's first minutes: the demo comes up, is told when it cannot, survives a kill, stops and leaves nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240  # seconds for a first start on a busy machine
LONG = "一网 演示" + "/a-folder-whose-name-leaves-no-room-for-a-socket" * 3

pytestmark = [pytest.mark.slow, pytest.mark.once]


class House:
    """One demo with data of its own, started as a stranger would: nothing of the test run's settings."""

    def __init__(self, var: Path) -> None:
        self.var = var
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("YW_", "DJANGO_"))}
        kept.pop("DATABASE_URL", None)
        self.env = {**kept, "YW_VAR": str(var)}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*words), env=self.env, capture_output=True, text=True, timeout=PATIENCE)

    def start(self) -> tuple[subprocess.Popen[bytes], Path]:
        """The demo, whose page answers, and the file with what it prints."""
        printed = self.var.parent / f"printed-{time.monotonic_ns()}"
        with printed.open("wb") as out:
            demo = subprocess.Popen(
                self.command("demo", "--port", str(self.port)), env=self.env, stdout=out, stderr=out
            )
        deadline = time.monotonic() + PATIENCE
        while "云溪县已上线" not in printed.read_text(encoding="utf-8"):
            assert demo.poll() is None, self.said(printed)
            assert time.monotonic() < deadline, self.said(printed)
            time.sleep(0.2)
        return demo, printed

    def said(self, printed: Path) -> str:
        """What the demo printed and the last lines of its processes, which go with its data."""
        files = [printed, *sorted(self.var.glob("log/*.log"))]
        return "\n".join(f"{file.name}: {file.read_text(encoding='utf-8', errors='replace')[-2000:]}" for file in files)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=20) as page:
                return page.status == 200
        except OSError:
            return False


@pytest.fixture
def house() -> Iterator[House]:
    # Not below pytest's own folder, which every other run of the same user closes to the database's user again.
    with tempfile.TemporaryDirectory(prefix="yw-house-") as folder:
        Path(folder).chmod(0o755)  # as root the database runs as another user
        var = Path(folder, LONG, "var")
        var.parent.mkdir(parents=True)
        made = House(var)
        yield made
        made.run("stop", "--purge")


def test_the_demo_lives_through_a_kill_and_leaves_nothing_behind(house: House) -> None:
    demo, printed = house.start()
    assert house.answers()
    outside = [
        Path(line.partition("：")[2])
        for line in printed.read_text(encoding="utf-8").splitlines()
        if line.startswith("本目录以外")
    ]
    assert outside, "no room for a socket in a path this long"
    assert all(folder.exists() for folder in outside)

    again = house.run("demo", "--port", str(house.port))
    assert again.returncode != 0
    assert "已在运行" in again.stderr

    demo.send_signal(signal.SIGKILL)
    demo.wait(10)
    demo, printed = house.start()  # over what the killed one left: its database, its children's ids
    assert house.answers()

    demo.send_signal(signal.SIGINT)
    demo.send_signal(signal.SIGINT)  # impatience changes nothing
    ended = demo.wait(150)  # each of its processes is asked first; on a busy machine the last page is long in writing
    assert ended == 0, house.said(printed)
    assert not house.answers()

    gone = house.run("stop", "--purge")
    assert gone.returncode == 0, gone.stderr
    assert not any(folder.exists() for folder in [*outside, house.var])


def test_a_port_in_use_is_said_before_anything_starts(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = house.run("demo", "--port", str(taken.getsockname()[1]))
    assert refused.returncode != 0
    assert "已被占用" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (house.var / "pg" / "postmaster.pid").exists()
