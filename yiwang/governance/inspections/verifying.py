"""``./yw draw verify FILE``: run a published draw again, without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from yiwang.governance.inspections import drawing
from yiwang.kernel import pipes, unread

MOST_BYTES = 64 * 1024 * 1024


def read(path: Path) -> dict[str, Any]:
    """An exported draw. ``NoSuchDraw`` for anything else."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise drawing.NoSuchDraw("文件太大，不是抽取文件。")
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise drawing.NoSuchDraw(f"打不开：{unread.why(error)}") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise drawing.NoSuchDraw(f"不是抽取文件：{error}") from error
    if not isinstance(record, dict) or record.get("format") != drawing.FORMAT:
        raise drawing.NoSuchDraw("不是抽取文件。")
    return record


def says(record: dict[str, Any]) -> list[str]:
    """What is said of a draw that is the same."""
    return [
        f"一致：{record.get('number')}按公布的名单和种子重算，{len(record['visits'])}户及其检查人员相同，"
        f"递补{len(record['replacements'])}次都按抽取次序。",
        f"名单摘要 {record['digest']}",
        f"种子 {record['seed']}",
        f"另请核对：第{record['checkpoint'].get('number')}号台账存证公布的摘要应为 {record['checkpoint']['digest']}",
    ]


def main(arguments: list[str]) -> int:
    """The command. 0: the same; 1: not the same; 2: no exported draw."""
    try:
        record = read(Path(arguments[0]))
    except drawing.NoSuchDraw as error:
        print(f"{arguments[0]}：{error}", file=sys.stderr)  # noqa: T201
        return 2
    wrong = drawing.verify(record)
    for line in [f"不一致：{one}" for one in wrong] or says(record):
        print(line)  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(pipes.heard(main, sys.argv[1:]))
