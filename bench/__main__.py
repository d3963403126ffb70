"""``./yw bench [NAME…]``: every measurement, or those named. Each runs in a process of its own, one after the other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench._machine import machine

ORDER = [
    "deadlines",
    "explain",
    "seals",
    "letters",
    "certificates",
    "issuing",
    "ledger",
    "lifecycle",
    "orders",
    "bulk",
    "history",
    "year",
    "scale",
    "cards",
    "search",
    "duty",
    "checker",
    "facts",
    "figures",
    "cube",
    "boards",
    "whatif",
]


def main(arguments: list[str]) -> int:
    there = {path.stem for path in Path(__file__).parent.glob("[a-z]*.py")}
    if {"--help", "-h"} & set(arguments):
        print(
            f"用法：./yw bench [名称…] [--full]\n名称：{' '.join(n for n in ORDER if n in there)}\n"
            "每项打印同一次运行中的对照、版本和机器。--full 按足量数据测，时间长得多。"
        )
        return 0
    full = ["--full"] if "--full" in arguments else []
    chosen = [one for one in arguments if one not in full] or [name for name in ORDER if name in there]
    unknown = [name for name in chosen if name not in there]
    if unknown:
        print(f"没有这些测速：{' '.join(unknown)}", file=sys.stderr)
        return 2
    print(f"machine: {machine()}\n", flush=True)
    missed = []
    for name in chosen:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}", *full], check=False).returncode:
            missed.append(name)
        print(flush=True)
    print(f"missed: {', '.join(missed)}" if missed else "all limits kept")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
