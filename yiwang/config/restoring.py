"""Restoring a set into an empty installation: digests first, then everything or nothing, then a new epoch."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from yiwang.config import backup, dbroles, pgtools
from yiwang.config.backup import Say
from yiwang.foundation.files import blobs
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.ledger import actions, audit, publishing, queries, sealing
from yiwang.foundation.ledger.models import LedgerCheckpoint
from yiwang.kernel.permissions import SYSTEM

FOLDERS = {"files.tar": "files", "checkpoints.tar": "checkpoints"}


class RestoreRefused(RuntimeError):
    """The set or the place does not fit; nothing was changed, or what was begun has been taken back. Chinese."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and how it stands to what had been published."""

    entries: int
    files: int
    last_checkpoint: int
    standing: str
    epoch: int


def restore(
    *, source: Path, keys: Path, at: datetime, published: Path | None = None, say: Say = lambda text: None
) -> Restored:
    """Bring a set back into an empty database and empty folders.

    Refuses a set whose parts do not have the digests of the manifest, a place that is not empty, a ledger or a file
    that does not verify, and a backup that contradicts what was published. An older backup than ``published`` is
    let in: the new epoch's first entry says from where on history is missing, and verification shows it for ever.
    """
    say("核对备份……")
    manifest = check(source, keys)
    _refuse_unless_empty()
    unpacked: list[Path] = []
    try:
        say("解开文件与密钥……")
        for part, name in FOLDERS.items():
            unpacked.append(_unpack(source / part, settings.VAR / name))
        unpacked.append(_unpack(keys, settings.VAR / "keys"))
        say("恢复数据库……")
        _load(source / "database.dump")
        say("核验台账……")
        seen = _verify_ledger()
        if (seen.entries, seen.checkpoints) != _counted(manifest):
            raise RestoreRefused(f"恢复出的台账有 {seen.entries} 条，与备份清单不符。")
        say("核验文件……")
        count = _verify_files()
        call_command("migrate", interactive=False, verbosity=0)
        dbroles.apply(connection)
        say("开启新纪元……")
        standing, reach = compare(_lines(published))
        last = LedgerCheckpoint.objects.order_by("-number").first()
        number, epoch = (last.number, last.epoch) if last else (0, 1)
        opened = actions.open_epoch(
            by=SYSTEM,
            at=at,
            detail={"last_checkpoint": number, "last_epoch": epoch, "published": reach, "standing": standing},
        )
    except BaseException:
        _take_back(unpacked)
        raise
    if published is not None:
        _keep_published(published)
    publishing.publish(settings.VAR / "checkpoints")
    return Restored(seen.entries, count, number, standing, opened[0].epoch)


def check(source: Path, keys: Path) -> dict[str, Any]:
    """The manifest of a set whose every part has the digest the manifest says."""
    try:
        manifest: dict[str, Any] = json.loads((source / "manifest.json").read_text(encoding="utf-8"))
        parts = {name: manifest["parts"][name]["sm3"] for name in backup.PARTS}
        keys_digest, made = manifest["keys"]["sm3"], manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RestoreRefused(f"{source} 不是完整的备份：读不出清单 manifest.json。") from error
    if made != backup.FORMAT:
        raise RestoreRefused(f"备份格式 {made} 不受支持。")
    for name, expected in parts.items():
        if not (source / name).is_file() or backup.digest(source / name) != expected:
            raise RestoreRefused(f"备份中的 {name} 缺失或被改动（SM3 与清单不符）。")
    if not keys.is_file():
        raise RestoreRefused(f"没有找到密钥文件 {keys}。请用 --keys 指出它在哪里。")
    if backup.digest(keys) != keys_digest:
        raise RestoreRefused("密钥文件与这一套备份不配套（SM3 与清单不符）。")
    return manifest


def _refuse_unless_empty() -> None:
    with connection.cursor() as cursor:
        if there := dbroles.tables(cursor):
            raise RestoreRefused(f"数据库不是空的（有 {len(there)} 张表）。只能恢复到空的数据库。")
    for name in (*FOLDERS.values(), "keys"):
        folder = settings.VAR / name
        # A secret made at first use by this very command is no content of an installation.
        if folder.exists() and any(path.is_file() and path.name != "django-secret" for path in folder.rglob("*")):
            raise RestoreRefused(f"{folder} 不是空的。只能恢复到空的文件夹。")


def _unpack(archive: Path, folder: Path) -> Path:
    """Into a folder beside the final one, then in place: a killed restore leaves nothing that looks whole."""
    half = folder.with_name(f"{folder.name}{backup.HALF}")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True, mode=0o700)
    with tarfile.open(archive) as packed:
        packed.extractall(half, filter="data")
    if folder.exists():
        shutil.rmtree(folder)
    half.rename(folder)
    return folder


# What a newer pg_restore sets first and an older server refuses; the tables do not depend on it.
UNKNOWN_TO_OLDER = b"SET transaction_timeout = 0;\n"


def _load(dump: Path) -> None:
    """All of the dump or nothing, by way of ``psql`` so that a newer ``pg_restore`` fills an older server as well."""
    reach, environment = pgtools.arguments()
    write = [str(pgtools.tool("pg_restore")), "--file=-", "--no-owner", "--no-privileges", str(dump)]
    read = [
        *(str(pgtools.tool("psql")), *reach, "--no-psqlrc", "--quiet", "--output=/dev/null"),
        *("--single-transaction", "--set=ON_ERROR_STOP=1"),
    ]
    with tempfile.TemporaryFile() as complaints:
        writing = subprocess.Popen(write, stdout=subprocess.PIPE, stderr=complaints, stdin=subprocess.DEVNULL)
        reading = subprocess.Popen(read, env=environment, stdin=subprocess.PIPE, stderr=complaints)
        assert writing.stdout is not None
        assert reading.stdin is not None
        try:
            # Only the preamble may lose the line; from the first table on every byte is data.
            for line in writing.stdout:
                if line != UNKNOWN_TO_OLDER:
                    reading.stdin.write(line)
                if line.startswith(b"CREATE "):
                    break
            shutil.copyfileobj(writing.stdout, reading.stdin, 1 << 20)
            whole = writing.wait() == 0
            if not whole:
                reading.kill()  # an end of input would commit the half that came
            reading.stdin.close()
        except BrokenPipeError:
            writing.kill()
            whole = False
        done = reading.wait()
        writing.wait()
        if done or not whole:
            complaints.seek(0)
            said = complaints.read(4000).decode(errors="replace").strip()
            raise RestoreRefused(f"恢复数据库失败：{said}")


def _verify_ledger() -> audit.Audit:
    seen = audit.audit(
        pgtools.conninfo(),
        heads=queries.heads(),
        signature_fault=sealing.signature_fault,
        published=publishing.published(settings.VAR / "checkpoints"),
    )
    if seen.misfit:
        raise RestoreRefused(f"备份中的台账不完好：{seen.misfit}")
    return seen


def _counted(manifest: Mapping[str, Any]) -> tuple[int, int]:
    last = manifest["database"]["last_checkpoint"]
    return manifest["database"]["ledger_entries"], last["number"] if last else 0


def _verify_files() -> int:
    """Every file that was not disposed of is there, decrypts, and has the digest its row says."""
    count = 0
    for name, digest, blob in (
        StoredFile.objects.filter(disposed_at=None).order_by("pk").values_list("name", "digest", "blob").iterator()
    ):
        try:
            whole = blobs.keyed_digest(blobs.read(blob)) == digest
        except blobs.Damaged:
            whole = False
        if not whole:
            raise RestoreRefused(f"文件“{name}”缺失或被改动（存储名 {blob[:12]}…）。")
        count += 1
    return count


def _lines(published: Path | None) -> Iterable[Mapping[str, Any]]:
    return () if published is None else publishing.published(published)


def compare(lines: Iterable[Mapping[str, Any]]) -> tuple[str, int]:
    """How the restored checkpoints stand to the published ones: a Chinese sentence, and the last published number.

    Two texts under one number and epoch cannot both be true: that is refused.
    """
    kept = {(c.epoch, c.number): c.body for c in LedgerCheckpoint.objects.all().iterator()}
    own = max((number for _, number in kept), default=0)
    reach, seen = own, False
    for line in lines:
        seen = True
        key = (line["epoch"], line["number"])
        if key in kept:
            if kept[key] != line["checkpoint"]:
                raise RestoreRefused(f"备份中的第 {line['number']} 号存证与公布的不同：备份被改动过，或不属于本系统。")
        elif line["number"] <= own:
            raise RestoreRefused(f"公布过的第 {line['number']} 号存证不在备份中：备份与公布的历史分叉。")
        else:
            reach = max(reach, line["number"])
    if reach > own:
        return f"早于公布的第 {reach} 号存证，其间的记录未能恢复", reach
    return ("与公布的存证一致" if seen else "未与别处留存的公布存证比对"), reach


def _keep_published(published: Path) -> None:
    """What was published stays published, also what the backup did not hold."""
    target = settings.VAR / "checkpoints"
    for file in sorted(published.glob("epoch-*.jsonl")):
        if not (target / file.name).exists() or (target / file.name).stat().st_size < file.stat().st_size:
            shutil.copyfile(file, target / file.name)


def _take_back(unpacked: list[Path]) -> None:
    """Empty again what was filled, so that the next try finds an empty place."""
    for folder in unpacked:
        shutil.rmtree(folder, ignore_errors=True)
    with connection.cursor() as cursor:
        cursor.execute("drop schema public cascade; create schema public")
