"""Limits hold for all web processes of a machine together."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from yiwang.web.caching import SharedCache


@pytest.fixture
def counters(tmp_path: Path) -> SharedCache:
    return SharedCache(str(tmp_path / "cache"), {})


def test_what_nobody_began_to_count_cannot_be_counted(counters: SharedCache) -> None:
    with pytest.raises(ValueError, match="no such key"):
        counters.incr("tries")


def test_another_process_goes_on_from_the_same_number(counters: SharedCache, tmp_path: Path) -> None:
    assert counters.add("tries", 0, 60)
    assert not SharedCache(str(tmp_path / "cache"), {}).add("tries", 0, 60)
    assert counters.incr("tries") == 1
    assert SharedCache(str(tmp_path / "cache"), {}).incr("tries") == 2


def test_counting_does_not_lengthen_the_term(counters: SharedCache) -> None:
    counters.add("tries", 0, 0.4)
    ends = time.monotonic() + 0.4
    while time.monotonic() < ends - 0.1:
        counters.incr("tries")
        time.sleep(0.02)
    time.sleep(0.2)
    with pytest.raises(ValueError, match="no such key"):
        counters.incr("tries")
    assert counters.add("tries", 0, 60)


def test_processes_counting_at_once_lose_no_try(counters: SharedCache) -> None:
    counters.add("tries", 0, 60)
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            for _ in range(50):
                counters.incr("tries")
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    assert counters.get("tries") == 200


def test_only_the_installations_own_user_may_look(counters: SharedCache, tmp_path: Path) -> None:
    counters.add("tries", 0, 60)
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
