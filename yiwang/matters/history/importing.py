"""The whole import of one file: read, put in order, load, and say what became of every row."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yiwang.foundation.calendar import queries as calendar
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed
from yiwang.matters.history import loading, reading, register
from yiwang.matters.history.loading import Loaded, Progress
from yiwang.matters.history.mapping import HistoryMapping
from yiwang.matters.history.reading import Row
from yiwang.matters.history.spool import Read, Spool, columns_of
from yiwang.matters.history.times import Clockwork
from yiwang.matters.models import HistoryLog

TOLD_EVERY = 100_000


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. ``rows`` = loaded + irregular + present + changed + left out + refused, or it would not be
    printed. ``another_file``: the log came in before, from a file of other content."""

    log: HistoryLog
    read: Read
    loaded: Loaded
    process_title: str
    another_file: bool

    @property
    def adds_up(self) -> bool:
        """True if no row is unaccounted for."""
        loaded = self.loaded
        done = loaded.loaded + loaded.irregular + loaded.present + loaded.changed
        return self.read.events == done and self.read.rows == done + self.read.left_out + len(self.read.refused)


def import_log(
    *,
    path: Path,
    mapping: HistoryMapping,
    by: Doer,
    at: datetime,
    progress: Progress = lambda done, total: None,
    say: Callable[[str], None] = lambda text: None,
) -> Report:
    """Load an event log as matters. ``at`` becomes ``recorded_at`` of every line; the lines' own ``at`` is the log's.

    Refused: who is not the system, a file or mapping that cannot be read, an unknown organ, role, process or step, a log
    of the same name under another mapping, an import of this log under way. A row is refused only if its case or time
    cannot be read or its identity came before; everything else comes in, irregular where the process would have refused
    it. Running it again loads only what is not there yet.
    """
    if by.kind != "system":
        raise NotAllowed("历史日志只能由系统管理员在命令行导入。")
    first_year, last_year = calendar.year_bounds()  # the last one only lets clocks of the year before run out
    clockwork = Clockwork(mapping.zone, mapping.formats, first_year, last_year - 1)
    spool = Spool()
    try:
        say(f"读取 {path.name}……")
        seen: Counter[str] = Counter()
        wanted = columns_of(mapping)
        rows = reading.rows(path, wanted, delimiter=mapping.delimiter, encoding=mapping.encoding, seen=seen)
        read = spool.fill(_counted(rows, say), mapping, clockwork)
        read.garbled = seen["garbled"]
        history = loading.History(mapping, spool, by=by, recorded_at=at)
        digest = file_digest(path)
        log, another_file = register.begin(history, file_name=path.name, file_digest=digest)
        try:
            say(f"装载：{history.process.title}……")
            loaded = history.bring_in(log, progress)
            register.finish(history, log, refused=len(read.refused), file_digest=digest)
        finally:
            register.release(history)
        return Report(log, read, loaded, history.process.title, another_file)
    finally:
        spool.close()


def _counted(rows: Iterable[Row], say: Callable[[str], None]) -> Iterator[Row]:
    """The rows, with a word every hundred thousand."""
    for number, row in enumerate(rows, 1):
        yield row
        if number % TOLD_EVERY == 0:
            say(f"  已读 {number:,} 行")


def file_digest(path: Path) -> str:
    """SM3 of the file as it lies there."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.new("sm3")).hexdigest()
