"""How fast a report is checked: characters per second in one process, and a report of 10,000 characters from the command.

The text is that of the checker's own table of cases, as dense with figures as no report is. The command is measured from
its start to its last line, beside the bare start of the same Python in the same run.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench._machine import machine, verdict
from yiwang.insight.checker.checking import check

ROOT = Path(__file__).resolve().parents[1]
LENGTH = 10_000
ROUNDS = 9
AT_MOST_S = 1.0
AT_LEAST = 15_000  # characters a second, in one process


def report() -> str:
    """10,000 characters of official prose: every case of the table, again and again."""
    with (ROOT / "tests" / "spec" / "claims.csv").open(encoding="utf-8", newline="") as file:
        text = "\n".join(row["text"].replace("\\n", "\n") for row in csv.DictReader(file))
    return (text * (LENGTH // len(text) + 1))[:LENGTH]


def seconds(command: list[str]) -> float:
    """The median over the rounds, from start to end."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, cwd=ROOT)
        took.append(time.perf_counter() - began)
    return median(took)


def main() -> int:
    text = report()
    print(machine())
    claims = check(text)[1]
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        check(text)
        took.append(time.perf_counter() - began)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.txt"
        path.write_text(text, encoding="utf-8")
        command = seconds([str(ROOT / "yw"), "check-report", str(path), "--json"])
    bare = seconds([sys.executable, "-c", "pass"])
    print(f"{len(text):,} characters, {len(claims)} claims; Python alone starts in {bare * 1e3:.0f} ms")
    kept = [
        verdict("characters per second in one process", len(text) / median(took), AT_LEAST, "/s"),
        verdict("the command from start to end", command, AT_MOST_S, " s", at_most=True),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
