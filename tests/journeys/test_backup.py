"""A county burns down and comes back: one set, kept apart from its keys, restored elsewhere and verified."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from pypdf import PdfWriter

from yiwang.config import backup, pgtools, restoring
from yiwang.foundation.files import actions as files
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger import publishing
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel.permissions import SYSTEM

AT = datetime(2026, 9, 24, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
ROOT = Path(__file__).resolve().parents[2]


def a_page():
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def county(transactional_db, settings, tmp_path, monkeypatch):
    """An installation with a file, entries sealed and entries waiting, and published checkpoints."""
    settings.VAR = tmp_path / "var"
    monkeypatch.setenv("YW_KEY_PASSPHRASE", "云溪")
    files.store(content=a_page(), name="营业执照.pdf", by=SYSTEM, at=AT, party_id=11)
    ledger.record(subject="organ:7", event="organs.organ-founded", by=SYSTEM, at=AT)
    ledger.checkpoint(at=AT, patience=30)
    publishing.publish(settings.VAR / "checkpoints")
    ledger.record(subject="organ:7", event="organs.organ-founded", by=SYSTEM, at=AT)
    return settings.VAR


@pytest.fixture
def made(county, tmp_path):
    return backup.make(into=tmp_path / "backups", at=AT)


@pytest.fixture
def elsewhere(tmp_path):
    """Another machine: an empty database and an empty folder. ``run`` answers the finished process."""
    given = connection.get_connection_params()
    reach = {key: given[key] for key in ("host", "port", "user", "password") if given.get(key)}
    name = f"restored_{os.getpid()}"
    with psycopg.connect(**reach, dbname="postgres", autocommit=True) as server:
        server.execute(f"drop database if exists {name}")
        server.execute(f"create database {name}")
    var = tmp_path / "elsewhere"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{reach.get('user', '')}@/{name}?host={reach['host']}",
        "YW_VAR": str(var),
        "YW_KEY_PASSPHRASE": "云溪",
    }

    def run(*command):
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *map(str, command)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    run.var, run.conninfo = var, psycopg.conninfo.make_conninfo("", **reach, dbname=name)
    yield run
    with psycopg.connect(**reach, dbname="postgres", autocommit=True) as server:
        server.execute(f"drop database if exists {name} with (force)")


def left_behind(elsewhere):
    """Whatever a refused restore left: tables and files."""
    with psycopg.connect(elsewhere.conninfo) as there:
        tables = there.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()[0]
    found = [path for path in elsewhere.var.rglob("*") if path.is_file() and path.name != "django-secret"]
    return tables, found


def test_a_county_comes_back_whole_and_opens_a_new_epoch(made, county, elsewhere):
    entries = LedgerEntry.objects.count()
    done = elsewhere("restore", made.folder, "--published", county / "checkpoints")
    assert done.returncode == 0, done.stderr
    assert f"台账 {entries} 条" in done.stdout
    assert "台账纪元 2，与公布的存证一致" in done.stdout
    verified = elsewhere("ledger", "verify", "--workers", "0")
    assert verified.returncode == 0, verified.stderr
    assert "待存证 0 条" in verified.stdout  # the remainder was sealed anew
    with psycopg.connect(elsewhere.conninfo) as there:
        assert there.execute("select count(*) from files_storedfile where name = '营业执照.pdf'").fetchone()[0] == 1
        assert there.execute("select max(epoch) from ledger_checkpoint").fetchone()[0] == 2
        with pytest.raises(psycopg.errors.RestrictViolation, match="台账只能追加"):
            there.execute("delete from ledger_entry")
    again = elsewhere("restore", made.folder)
    assert again.returncode == 1
    assert "数据库不是空的" in again.stderr


def test_an_older_backup_shows_as_a_fork(made, county, elsewhere):
    ledger.record(subject="organ:7", event="organs.organ-founded", by=SYSTEM, at=AT)  # after the backup
    ledger.checkpoint(at=AT, patience=30)
    publishing.publish(county / "checkpoints")
    last = max(line["number"] for line in publishing.published(county / "checkpoints"))
    done = elsewhere("restore", made.folder, "--published", county / "checkpoints")
    assert done.returncode == 0, done.stderr
    assert f"早于公布的第 {last} 号存证" in done.stdout
    verified = elsewhere("ledger", "verify", "--workers", "0")
    assert verified.returncode == 0, verified.stderr
    assert f"公布过的第 {last} 至 {last} 号存证没有记录" in verified.stdout
    lines = list(publishing.published(elsewhere.var / "checkpoints"))
    assert [line["epoch"] for line in lines if line["number"] == last] == [1, 2]  # both stay published


def test_a_backup_that_contradicts_what_was_published_is_refused(made, county, elsewhere, tmp_path):
    copy = tmp_path / "newspaper"
    shutil.copytree(county / "checkpoints", copy)
    file = next(copy.glob("*.jsonl"))
    file.write_text(re.sub(r'(\\"root\\":\\")..', r"\g<1>ff", file.read_text(), count=1))
    done = elsewhere("restore", made.folder, "--published", copy)
    assert done.returncode == 1
    assert "与公布的不同" in done.stderr
    assert left_behind(elsewhere) == (0, [])


@pytest.mark.parametrize("part", ["database.dump", "files.tar", "checkpoints.tar", "packs.tar"])
def test_a_set_with_a_changed_part_is_refused_before_anything_is_touched(made, part):
    assert restoring.check(made.folder, made.keys) == made.manifest
    path = made.folder / part
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(restoring.RestoreRefused, match=f"备份中的 {part} 缺失或被改动"):
        restoring.check(made.folder, made.keys)


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"parts": 1}'])
def test_a_set_without_a_readable_manifest_is_refused(made, manifest):
    (made.folder / "manifest.json").write_text(manifest)
    with pytest.raises(restoring.RestoreRefused, match="读不出清单"):
        restoring.check(made.folder, made.keys)


def test_a_set_is_of_no_use_without_its_keys_or_with_others(made, tmp_path):
    with pytest.raises(restoring.RestoreRefused, match="没有找到密钥文件"):
        restoring.check(made.folder, tmp_path / "nowhere.tar")
    (tmp_path / "other.tar").write_bytes(b"x")
    with pytest.raises(restoring.RestoreRefused, match="不配套"):
        restoring.check(made.folder, tmp_path / "other.tar")


def test_a_changed_ledger_is_refused_even_under_a_new_manifest(county, elsewhere, tmp_path):
    """Whoever can rewrite the set can rewrite its manifest; the ledger inside still betrays it."""
    with connection.cursor() as cursor:
        cursor.execute("alter table ledger_entry disable trigger user")
        cursor.execute("update ledger_entry set actor = 'staff:2' where subject = 'organ:7' and ordinal = 1")
        cursor.execute("alter table ledger_entry enable trigger user")
    made = backup.make(into=tmp_path / "backups", at=AT)
    done = elsewhere("restore", made.folder)
    assert done.returncode == 1
    assert "organ:7 第 1 条" in done.stderr
    assert left_behind(elsewhere) == (0, [])


def test_a_changed_file_is_refused_even_under_a_new_manifest(county, elsewhere, tmp_path):
    blob = next(path for path in (county / "files").rglob("*") if path.is_file())
    content = bytearray(blob.read_bytes())
    content[-1] ^= 1
    blob.write_bytes(content)
    made = backup.make(into=tmp_path / "backups", at=AT)
    done = elsewhere("restore", made.folder)
    assert done.returncode == 1
    assert "营业执照.pdf”缺失或被改动" in done.stderr
    assert left_behind(elsewhere) == (0, [])


def test_no_key_lies_in_the_set(made):
    names = [path.name for path in made.folder.iterdir()]
    assert sorted(names) == ["checkpoints.tar", "database.dump", "files.tar", "manifest.json", "packs.tar"]
    assert made.keys.stat().st_mode & 0o077 == 0
    assert json.loads((made.folder / "manifest.json").read_text())["files"] == 1


@pytest.mark.parametrize("moment", ["_dump", "_tar"])
def test_an_interrupted_backup_leaves_nothing_half(county, tmp_path, monkeypatch, moment):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(backup, moment, interrupted)
    with pytest.raises(KeyboardInterrupt):
        backup.make(into=tmp_path / "backups", at=AT)
    assert list((tmp_path / "backups").iterdir()) == []


def test_what_a_killed_backup_left_is_cleared_by_the_next(county, tmp_path):
    stale = tmp_path / "backups" / "yiwang-20260101-000000.half"
    stale.mkdir(parents=True)
    (stale / "database.dump").write_bytes(b"cut sh")
    made = backup.make(into=tmp_path / "backups", at=AT)
    assert sorted(path.name for path in (tmp_path / "backups").iterdir()) == [made.folder.name, made.keys.name]


def test_the_command_says_where_set_and_keys_lie(county, tmp_path, capsys):
    call_command("backup", str(tmp_path / "backups"))
    said = capsys.readouterr().out
    assert "备份完成" in said
    assert ".keys.tar" in said
    assert "移到别处保管" in said


def test_a_tool_older_than_the_server_is_not_used(db, monkeypatch, tmp_path):
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    monkeypatch.setattr(pgtools, "_candidates", lambda name: iter([old]))
    with pytest.raises(pgtools.NoTool, match="postgresql-client"):
        pgtools.tool("pg_dump")
