"""One consistent set: database, files, published checkpoints and packs, with a manifest of SM3 digests; keys apart.

    <folder>/yiwang-20260924-093000/         database.dump  files.tar  checkpoints.tar  packs.tar  manifest.json
    <folder>/yiwang-20260924-093000.keys.tar              keep it elsewhere: with it the set can be read

The database is dumped under one exported snapshot. A file is written before the row that names it, and keys before
the files they encrypt, so copying database, files and keys in this order can only find too much, never too little.
Everything is written under a name ending in ``.half`` and renamed at the very end.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import psycopg
from django.conf import settings

from yiwang.config import pgtools
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger import publishing

FORMAT = 1
HALF = ".half"
PARTS = ("database.dump", "files.tar", "checkpoints.tar", "packs.tar")

Say = Callable[[str], None]


class BackupFailed(RuntimeError):
    """The set was not made; nothing is left behind. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Backup:
    """Where a finished set and its keys lie."""

    folder: Path
    keys: Path
    manifest: dict[str, Any]


def make(*, into: Path, at: datetime, say: Say = lambda text: None) -> Backup:
    """Make a set in ``into``; ``say`` gets one Chinese line a step. An interruption leaves neither set nor keys."""
    into.mkdir(parents=True, exist_ok=True)
    name = f"yiwang-{at:%Y%m%d-%H%M%S}"
    final, keys = into / name, into / f"{name}.keys.tar"
    if final.exists() or keys.exists():
        raise BackupFailed(f"{final} 已存在。")
    for stale in into.glob(f"yiwang-*{HALF}"):  # of a backup that was killed
        _remove(stale)
    half, half_keys = into / f"{name}{HALF}", into / f"{name}.keys.tar{HALF}"
    try:
        half.mkdir(mode=0o700)
        manifest = _fill(half, half_keys, at, say)
        half_keys.rename(keys)
        half.rename(final)
    except BaseException:
        for left in (half, half_keys, *([] if final.exists() else [keys])):
            _remove(left)
        raise
    _sync(into)
    return Backup(final, keys, manifest)


def _fill(half: Path, half_keys: Path, at: datetime, say: Say) -> dict[str, Any]:
    say("存证……")
    ledger.checkpoint(at=at, patience=10.0)
    publishing.publish(settings.VAR / "checkpoints")
    with _snapshot() as (snapshot, state):
        say("数据库……")
        _dump(half / "database.dump", snapshot, say)
    say("文件……")
    count = _tar(half / "files.tar", settings.VAR / "files", say)
    say("公布的存证与规则包……")
    _tar(half / "checkpoints.tar", settings.VAR / "checkpoints", say)
    with tarfile.open(half / "packs.tar", "w") as archive:
        for pack in settings.PACKS:
            archive.add(pack, arcname=pack.name)
    say("密钥（单独存放）……")
    _tar(half_keys, settings.VAR / "keys", say)
    half_keys.chmod(0o600)
    manifest = {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "database": state,
        "files": count,
        "parts": {part: {"bytes": (half / part).stat().st_size, "sm3": digest(half / part)} for part in PARTS},
        "keys": {"bytes": half_keys.stat().st_size, "sm3": digest(half_keys)},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    (half / "manifest.json").write_text(text, encoding="utf-8")
    for path in (*half.iterdir(), half_keys):
        _sync(path)
    _sync(half)
    return manifest


@contextmanager
def _snapshot() -> Iterator[tuple[str, dict[str, Any]]]:
    """A snapshot that other sessions may use while the block lasts, and what the ledger holds in it."""
    with psycopg.connect(pgtools.conninfo(), autocommit=False) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = connection.execute(
            "select pg_export_snapshot(), current_setting('server_version'),"
            " (select count(*) from ledger_entry), (select coalesce(max(number), 0) from ledger_entry),"
            " (select count(*) from django_migrations)"
        ).fetchone()
        last = connection.execute(
            "select number, epoch, encode(digest, 'hex') from ledger_checkpoint order by number desc limit 1"
        ).fetchone()
        assert row is not None, "a select without from always has a row"
        yield (
            row[0],
            {
                "server_version": row[1],
                "ledger_entries": row[2],
                "ledger_last_number": row[3],
                "migrations": row[4],
                "last_checkpoint": dict(zip(("number", "epoch", "digest"), last, strict=True)) if last else None,
            },
        )


def _dump(target: Path, snapshot: str, say: Say) -> None:
    reach, environment = pgtools.arguments()
    command = [
        *(str(pgtools.tool("pg_dump")), *reach, "--format=custom", "--compress=3", "--no-owner", "--no-privileges"),
        *(f"--snapshot={snapshot}", f"--file={target}"),
    ]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            time.sleep(0.1)
            if target.exists() and (size := target.stat().st_size) > 50_000_000:
                say(f"数据库…… {size / 1e6:,.0f} MB")
    finally:
        if process.poll() is None:
            process.terminate()
        _, complaint = process.communicate()
    if process.returncode:
        raise BackupFailed(f"pg_dump 失败：{complaint.decode(errors='replace').strip()}")


def _tar(target: Path, folder: Path, say: Say) -> int:
    """Pack the regular files below ``folder``, drafts of writes under way left out; answers how many."""
    count = 0
    with tarfile.open(target, "w") as archive:
        for path in sorted(folder.rglob("*")) if folder.exists() else ():
            if not path.is_file() or path.is_symlink() or path.name.startswith(".") or path.name.endswith(HALF):
                continue
            try:
                archive.add(path, arcname=str(path.relative_to(folder)), recursive=False)
            except FileNotFoundError:
                continue  # disposed of since; its row says so in any snapshot a later backup takes
            count += 1
            if count % 1000 == 0:
                say(f"文件…… {count:,} 个")
    return count


def digest(path: Path) -> str:
    """SM3 of a file, hex, read in pieces."""
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: IO[bytes]) -> str:
    state = hashlib.new("sm3")
    while piece := file.read(1 << 20):
        state.update(piece)
    return state.hexdigest()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
