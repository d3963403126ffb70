"""What the figures were measured on and how a figure is printed."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path


def machine() -> str:
    """One line: processor, cores, memory, Python."""
    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    memory = next((int(line.split()[1]) // 1024 // 1024 for line in _lines("/proc/meminfo") if "MemTotal" in line), 0)
    return f"{model}, {os.cpu_count()} cores, {memory} GiB, {platform.system()}, Python {platform.python_version()}"


def versions(*packages: str) -> str:
    """``django 5.2.19, psycopg 3.3.9``."""
    return ", ".join(f"{name} {version(name)}" for name in packages)


def verdict(
    name: str, measured: float, least: float, unit: str = "×", *, at_most: bool = False, aim: float | None = None
) -> bool:
    """Print one line and answer whether the limit was kept."""
    kept = measured <= least if at_most else measured >= least
    limit = f"{'at most' if at_most else 'at least'} {least:g}{unit}" + (f", aim {aim:g}{unit}" if aim else "")
    print(f"{'ok  ' if kept else 'MISS'}  {name}: {measured:,.2f}{unit} ({limit})", flush=True)
    return kept


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
