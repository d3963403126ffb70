"""What all web processes of one machine must count together: tries, codes already used, locks against guessing.

Each process has memory of its own, so a limit kept there would be multiplied by the number of processes. These
counters are small files below the installation's own folder; a lock makes counting exact.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


class SharedCache(FileBasedCache):
    """Django's cache of files, with two deeds made exact across processes: ``add`` and ``incr``."""

    if TYPE_CHECKING:  # FileBasedCache's own, which its type stubs leave out
        _dir: str

        def _createdir(self) -> None: ...
        def _key_to_file(self, key: Any, version: int | None = None) -> str: ...

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with self._alone():
            return super().add(key, value, timeout, version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Count, and keep the moment at which counting ends (Django's own would begin a new term with every try).

        ``ValueError`` where there is nothing to count, or it has ended.
        """
        name = self._key_to_file(key, version)
        with self._alone():
            try:
                with open(name, "rb") as kept:
                    ends = pickle.load(kept)
                    value: int = pickle.loads(zlib.decompress(kept.read())) + delta
            except FileNotFoundError:
                raise ValueError(f"no such key: {key}") from None
            left = None if ends is None else ends - time.time()
            if left is not None and left <= 0:
                raise ValueError(f"no such key: {key}")
            self.set(key, value, timeout=left, version=version)
        return value

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._createdir()
        with open(os.path.join(self._dir, "lock"), "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # ends with the file, even in a killed process
            yield
