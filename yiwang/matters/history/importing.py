"""The whole import of one file: read, put in order, load, and say what became of every row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yiwang.foundation.calendar import queries as calendar
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed
from yiwang.matters.history import loading, reading, register
from yiwang.matters.history.loading import Loaded, Progress
from yiwang.matters.history.mapping import HistoryMapping
from yiwang.matters.history.spool import Read, Spool, columns_of
from yiwang.matters.history.times import Clockwork
from yiwang.matters.models import HistoryLog


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. ``rows`` = loaded + irregular + present + left out + refused, or it would not be printed."""

    log: HistoryLog
    read: Read
    loaded: Loaded
    process_title: str

    @property
    def adds_up(self) -> bool:
        """True if no row is unaccounted for."""
        done = self.loaded.loaded + self.loaded.irregular + self.loaded.present
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

    Refused: who is not the system, a file or mapping that cannot be read, an unknown organ, process or step, a log of the
    same name under another mapping, an import of this log under way. A row is refused only if its case or time cannot be
    read or its identity came before; everything else comes in, irregular where the process would have refused it.
    Running it again loads only what is not there yet.
    """
    if by.kind != "system":
        raise NotAllowed("历史日志只能由系统管理员在命令行导入。")
    clockwork = Clockwork(mapping.zone, mapping.formats, *calendar.year_bounds())
    spool = Spool()
    try:
        say(f"读取 {path.name}……")
        rows = reading.rows(path, columns_of(mapping), delimiter=mapping.delimiter, encoding=mapping.encoding)
        read = spool.fill(rows, mapping, clockwork)
        history = loading.History(mapping, spool, by=by, recorded_at=at)
        digest = file_digest(path)
        log = register.begin(history, file_name=path.name, file_digest=digest)
        try:
            say(f"装载：{history.process.title}……")
            loaded = history.bring_in(log, progress)
            register.finish(history, log, refused=len(read.refused), file_digest=digest)
        finally:
            register.release(history)
        return Report(log, read, loaded, history.process.title)
    finally:
        spool.close()


def file_digest(path: Path) -> str:
    """SM3 of the file as it lies there."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.new("sm3")).hexdigest()
