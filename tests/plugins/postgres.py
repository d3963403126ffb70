"""Starts PostgreSQL before Django reads its settings (pytest-django does so before any conftest)."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("YW_TODAY", "2026-09-24")
os.environ.setdefault("YW_PLAIN_STATIC", "1")
os.environ.setdefault("YW_SECRET_KEY", "only-for-tests")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop running in the test's thread


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
    os.environ["DATABASE_URL"] = pg.url()
    owner = os.getpid()

    def stop() -> None:
        if os.getpid() == owner and folder.exists():  # not in a forked child, and once
            pg.purge()
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return stop


stop: Callable[[], None] = (lambda: None) if os.environ.get("DATABASE_URL") else _start()

if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # keys, files and counters of each worker are its own
    os.environ["YW_VAR"] = str(Path(os.environ.get("YW_VAR", tempfile.gettempdir())) / worker)
    Path(os.environ["YW_VAR"], "static").mkdir(parents=True, exist_ok=True)
