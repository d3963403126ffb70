"""Published checkpoints outside the database: one JSON line each, in one file a month, only ever appended to.

Whoever keeps a copy of these files (another office, the archive, the newspaper) can prove a rewritten ledger.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Q

from yiwang.foundation.ledger.models import LedgerCheckpoint


def as_published(checkpoint: LedgerCheckpoint) -> dict[str, Any]:
    """The public JSON of a checkpoint: its signed text as it is, digest and signature in hex."""
    return {
        "number": checkpoint.number,
        "epoch": checkpoint.epoch,
        "checkpoint": checkpoint.body,
        "digest": bytes(checkpoint.digest).hex(),
        "seal": checkpoint.seal,
        "signature": bytes(checkpoint.signature).hex(),
        "unsigned_why": checkpoint.unsigned_why,
    }


def publish(folder: Path) -> int:
    """Append every checkpoint not yet in ``folder`` and answer how many; safe to repeat after an interruption."""
    folder.mkdir(parents=True, exist_ok=True)
    epoch, number = _last(folder)
    fresh = LedgerCheckpoint.objects.filter(Q(epoch=epoch, number__gt=number) | Q(epoch__gt=epoch)).order_by("number")
    count = 0
    for checkpoint in fresh.iterator(chunk_size=500):
        line = json.dumps(as_published(checkpoint), ensure_ascii=False, sort_keys=True)
        name = f"epoch-{checkpoint.epoch:04d}-{checkpoint.at:%Y-%m}.jsonl"
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
        count += 1
    return count


def published(folder: Path) -> Iterator[dict[str, Any]]:
    """Every published line in ``folder``, oldest file first; a line cut short by a crash is left out."""
    for file in sorted(folder.glob("epoch-*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n"):
                yield json.loads(line)


def _last(folder: Path) -> tuple[int, int]:
    """The newest (epoch, number) in the folder, after mending a last line that a crash cut short."""
    files = sorted(folder.glob("epoch-*.jsonl"))
    for file in reversed(files):
        content = file.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            file.write_bytes(whole)
        if whole:
            line = json.loads(whole.splitlines()[-1])
            return int(line["epoch"]), int(line["number"])
    return 0, 0
