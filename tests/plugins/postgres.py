"""Starts PostgreSQL before Django reads its settings (pytest-django does so before any conftest); migrates it quickly."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("YW_TODAY", "2026-09-24")
os.environ.setdefault("YW_PLAIN_STATIC", "1")
os.environ.setdefault("YW_SECRET_KEY", "only-for-tests")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop running in the test's thread

STARTED = "YW_TEST_SERVER_STARTED"


def _start() -> Callable[[], None]:
    """A server of this run's own, forgetful and quick, in a folder that goes with it."""
    from yiwang.config.postgres import server

    folder = Path(tempfile.mkdtemp(prefix="yw-test-"))
    folder.chmod(0o755)  # as root the server runs as another user and must pass through
    os.environ.setdefault("YW_VAR", str(folder / "var"))
    (Path(os.environ["YW_VAR"]) / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns about a missing one
    pg = server(folder / "pg", flavour=os.environ.get("YW_TEST_PG_FLAVOUR", "embedded"))
    pg.start(durable=False, options="-c max_connections=100 -c yiwang.tests_may_empty_the_ledger=on")
    pg.create_database("yiwang")
    os.environ |= {"DATABASE_URL": pg.url(), STARTED: "1"}
    owner = os.getpid()

    def stop() -> None:
        if os.getpid() == owner and folder.exists():  # not in a forked child, and once
            pg.purge()
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return stop


worker = os.environ.get("PYTEST_XDIST_WORKER", "")
# One server a worker: a checkpoint waits for every transaction of its server, and a test's own may last a minute. The first
# worker takes the one that was started for the run; one that was there before the run serves all of them.
own = not os.environ.get("DATABASE_URL") or (worker not in {"", "gw0"} and STARTED in os.environ)
stop: Callable[[], None] = _start() if own else lambda: None

if worker:  # keys, files and counters of each worker are its own
    os.environ["YW_VAR"] = str(Path(os.environ.get("YW_VAR", tempfile.gettempdir())) / worker)
    Path(os.environ["YW_VAR"], "static").mkdir(parents=True, exist_ok=True)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """A worker does not come to its own end; whoever started a server stops it here."""
    stop()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Iterator[None]:
    """The test database is made by the migrations, of which each renews the state of the one model it changes.

    Django renews with it every model that points at it, which here are most: nine tenths of the time, and nothing that a
    table, an index or a line of SQL asks for. What runs Python still begins from a whole state (``is_delayed``). The demo
    of ``journeys/test_two_commands.py`` migrates as an installation does.
    """
    if fixturedef.argname != "django_db_setup":
        return (yield)
    from django.db.migrations.state import ProjectState

    def alone(self: Any, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        self.is_delayed = True
        return {(app_label, model_name)}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProjectState, "_find_reload_model", alone)
        return (yield)
