"""The county as its users meet it: real web and worker processes, each under its own database role, for one test run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds until the web process must answer


@dataclass
class House:
    """A running county: its address, its database for preparing what a story starts from, its processes."""

    base: str
    connection: Any
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Within the block deeds and queries of the house work on this county's database."""
        from tests.conftest import instead

        with instead(self.connection):
            yield

    def end(self) -> None:
        """Stop the processes, asked first."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def log(self, name: str) -> str:
        """The last lines a process wrote, for the message of a failed test."""
        return "\n".join((self.folder / f"{name}.log").read_text(errors="replace").splitlines()[-40:])


def start(connection: Any, folder: Path) -> House:
    """Web and worker on the connection's database, as ``yw_app`` and ``yw_system``. Answers once a page came."""
    from django.conf import settings

    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    house = House(base, connection, folder)
    var = folder / "var"
    (var / "static").mkdir(parents=True)
    for shared in ("keys", "files"):  # what tests prepare in this process is opened by those
        (settings.VAR / shared).mkdir(mode=0o700, parents=True, exist_ok=True)
        (var / shared).symlink_to(settings.VAR / shared)
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "yiwang.config.settings",
        "DATABASE_URL": _url(os.environ["DATABASE_URL"], connection.settings_dict["NAME"]),
        "YW_VAR": str(var),
        "YW_DEMO": "1",  # the page shows the text message's code
        "YW_SITE_URL": base,
        "PYTHONPATH": str(ROOT),
    }
    web = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    web += ["--blocking-threads", "1", "--no-access-log", "--log-level", "warning", "yiwang.config.wsgi:application"]
    for name, role, command in (("web", "yw_app", web), ("worker", "yw_system", [str(ROOT / "manage.py"), "worker"])):
        with (folder / f"{name}.log").open("wb") as log:
            house.processes.append(
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    env={**env, "YW_DB_ROLE": role},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            )
    _wait_for(house)
    return house


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _url(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _wait_for(house: House) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and house.processes[0].poll() is None:
        try:
            with urllib.request.urlopen(f"{house.base}/", timeout=PATIENCE):
                return
        except urllib.error.HTTPError as error:
            error.close()
            break
        except OSError:
            time.sleep(0.1)
    house.end()
    raise RuntimeError(f"the web process does not answer:\n{house.log('web')}")
