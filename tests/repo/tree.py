"""The files of the repository as text: what is tracked, or new and not ignored."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ("package-lock.json", "requirements/", "LICENSE")
IGNORED = {".venv", "var", "node_modules", "vendor", "__pycache__", "staticfiles", "test-results", ".git"}


@cache
def texts() -> dict[str, str]:
    """Path → text of every text file that somebody wrote, read once a run."""
    found = {}
    for path in sorted(_listed()):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(GENERATED) or not path.is_file():
            continue
        content = path.read_bytes()
        if b"\0" not in content[:2048]:
            found[name] = content.decode("utf-8")
    return found


def _listed() -> list[Path]:
    try:
        done = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        )
        return [ROOT / name for name in done.stdout.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # unpacked from an archive
        return [path for path in ROOT.rglob("*") if IGNORED.isdisjoint(path.parts)]


def lines() -> Iterator[tuple[str, str]]:
    """(``path:line``, text) of every line."""
    for name, text in texts().items():
        for number, line in enumerate(text.splitlines(), 1):
            yield f"{name}:{number}", line


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """(path, syntax tree) of every Python file below these folders."""
    for name, text in texts().items():
        if name.endswith(".py") and name.startswith(folders):
            yield name, ast.parse(text, name)
