"""``./yw check`` and ``./yw fix``: the house itself, one line a check, all of them run before the verdict."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SOURCES = ("yiwang", "tests", "bench", "manage.py")
USAGE = """用法：./yw check    检查格式、依赖箭头、类型、迁移、规则包、锁文件、接口说明与数据库角色
      ./yw fix      自动整理格式和导入顺序"""


def _tool(*command: str) -> Callable[[], str]:
    """A check that is another program; its output is the complaint."""

    def run() -> str:
        done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True)
        return "" if done.returncode == 0 else f"{done.stdout}\n{done.stderr}".strip() or f"exit {done.returncode}"

    return run


def _manage(*commands: tuple[str, ...]) -> Callable[[], str]:
    """A check that is one of our own commands, or several in a row. They share this process: Django starts once."""

    def run() -> str:
        import django
        from django.core.management import call_command

        printed = io.StringIO()
        try:
            django.setup()
            with redirect_stdout(printed), redirect_stderr(printed):
                for command in commands:
                    call_command(*command)
        except SystemExit as end:
            return printed.getvalue().strip() or f"exit {end.code}" if end.code else ""
        except Exception as error:
            trace = "" if type(error).__name__ in {"CommandError", "SystemCheckError"} else traceback.format_exc()
            return f"{printed.getvalue()}\n{trace or error}".strip()
        return ""

    return run


def locks_name_no_host() -> str:
    """Lock files carry hashes, never the address of a registry."""
    faults = []
    lock = json.loads((ROOT / "package-lock.json").read_text())
    faults += [f"package-lock.json: {name}" for name, entry in lock["packages"].items() if "resolved" in entry]
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text()
        if "://" in text or "index-url" in text:
            faults.append(f"{path.relative_to(ROOT)} names a host")
        pinned = [line for line in text.splitlines() if line and line[0].isalnum()]
        faults += [f"{path.name}: {line} is not pinned" for line in pinned if "==" not in line]
        if text.count("--hash=sha256:") < len(pinned):
            faults.append(f"{path.name}: a requirement has no hash")
    return "\n".join(faults)


TOOLS: dict[str, Callable[[], str]] = {
    "代码规范": _tool("ruff", "check", *SOURCES),
    "代码格式": _tool("ruff", "format", "--check", *SOURCES),
    "依赖箭头": _tool("lint-imports"),
    "类型": _tool("mypy", "yiwang"),
    "锁文件": locks_name_no_host,
}
COMMANDS: dict[str, Callable[[], str]] = {  # in this order: from the second on they look into a database
    "框架检查": _manage(("check", "--fail-level", "WARNING")),
    "数据表": _manage(("makemigrations", "--check", "--dry-run"), ("migrate", "--no-input", "--verbosity", "0")),
    "规则包": _manage(("packs", "check")),
    "接口说明": _manage(("openapi", "--check"), ("reference", "--check")),
    "数据库角色": _manage(("roles",), ("roles", "--check", "--web-user", "yw_app")),
}


def check() -> int:
    """Run every check against a server of its own; answer 1 if any complains."""
    from tests.plugins import postgres

    with ThreadPoolExecutor(1) as aside:  # other programs on the second core while ours run here
        waiting = {title: aside.submit(_timed, run) for title, run in TOOLS.items()}
        failed = [title for title, run in COMMANDS.items() if _tell(title, *_timed(run))]
        failed += [title for title, result in waiting.items() if _tell(title, *result.result())]
    postgres.stop()
    print(f"未通过：{'、'.join(failed)}" if failed else "全部通过。")  # noqa: T201
    return 1 if failed else 0


def _timed(run: Callable[[], str]) -> tuple[str, float]:
    started = time.monotonic()
    return run(), time.monotonic() - started


def _tell(title: str, complaint: str, seconds: float) -> bool:
    print(f"{title}　{'未通过' if complaint else '通过'}　{seconds:.1f} 秒", flush=True)  # noqa: T201
    if complaint:
        print(complaint, flush=True)  # noqa: T201
    return bool(complaint)


def fix() -> int:
    """Format and sort; what is left needs a person."""
    _tool("ruff", "check", "--fix", *SOURCES)()
    complaint = _tool("ruff", "format", *SOURCES)() or _tool("ruff", "check", *SOURCES)()
    print(complaint or "已整理。")  # noqa: T201
    return 1 if complaint else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command not in {"check", "fix"} or {"--help", "-h"} & set(sys.argv):
        print(USAGE)  # noqa: T201
        sys.exit(0 if command in {"check", "fix"} else 2)
    sys.exit(check() if command == "check" else fix())
