"""The register of logs: one import of a log at a time, and what came in said once in the ledger."""

from __future__ import annotations

from django.db import connection, transaction

from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.refusal import Refusal
from yiwang.matters import processes
from yiwang.matters.history.loading import History
from yiwang.matters.models import HistoryLog


def begin(history: History, *, file_name: str, file_digest: str) -> tuple[HistoryLog, bool]:
    """The register's row of a log, and if it came in before from a file of other content. The same name with another
    mapping is refused."""
    mapping, process = history.mapping, history.process
    with connection.cursor() as cursor:  # one import of a log at a time
        cursor.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [f"history:{mapping.name}"])
        if not cursor.fetchone()[0]:
            raise Refusal(f"历史日志 {mapping.name} 正在另一处导入。", code="history-running")
    log, fresh = HistoryLog.objects.get_or_create(
        name=mapping.name,
        defaults={
            "title": mapping.title,
            "process_id": process.id,
            "process_version": process.version,
            "mapping_digest": mapping.digest,
            "file_name": file_name[:200],
            "file_digest": file_digest,
            "started_at": history.recorded_at,
        },
    )
    if not fresh and log.mapping_digest != mapping.digest:
        raise Refusal(
            f"已用另一份映射导入过 {mapping.name}。请在映射中换一个 name，或用原来的映射。", code="history-mapping"
        )
    if not fresh and not mapping.foreign and (log.process_id, log.process_version) != (process.id, process.version):
        # the version the first run bound goes on, whatever is in force by now
        history.process = processes.bound(log.process_id, log.process_version)
    return log, not fresh and log.file_digest != file_digest


def finish(history: History, log: HistoryLog, *, refused: int, file_digest: str) -> None:
    """Say in the ledger what came in; nothing if it says so already."""
    if log.finished_at is not None and log.file_digest == file_digest and log.refused == refused:
        return
    with transaction.atomic():
        log.refused, log.file_digest, log.finished_at = refused, file_digest, history.recorded_at
        log.save(update_fields=["refused", "file_digest", "finished_at"])
        ledger.record(
            subject=f"history:{log.name}"[:80],
            event="matters.history-imported",
            by=history.by,
            at=history.recorded_at,
            detail={
                "log": log.name,
                "process": log.process_id,
                "cases": log.cases,
                "events": log.events,
                "irregular": log.irregular,
                "refused": refused,
                "file": file_digest,
                "mapping": log.mapping_digest,
            },
        )


def release(history: History) -> None:
    """Let the next import of this log begin."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [f"history:{history.mapping.name}"])
