"""``./yw check-report FILE…``. Without Django and its database, so that a report is checked as soon as it is asked for."""

from __future__ import annotations

import io
import sys
from argparse import ArgumentParser

from yiwang.insight.checker.telling import ABOUT, FILES, JSON, tell
from yiwang.kernel import pipes


def main(arguments: list[str]) -> int:
    """The exit status; refusals go to standard error."""
    parser = ArgumentParser(prog="./yw check-report", description=ABOUT, add_help=False)
    parser.add_argument("files", nargs="+", metavar="FILE", help=FILES)
    parser.add_argument("--json", action="store_true", help=JSON)
    parser.add_argument("-h", "--help", action="help", help="显示这些说明")
    asked = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):  # Chinese is written as UTF-8 wherever the terminal stands
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    status, unread = tell(asked.files, sys.stdout, as_json=asked.json)
    for line in unread:
        sys.stderr.write(line + "\n")
    return status


if __name__ == "__main__":
    sys.exit(pipes.heard(main, sys.argv[1:]))
