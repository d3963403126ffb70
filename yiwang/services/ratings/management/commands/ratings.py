"""好差评: open what may be rated, look for signs, bring in another system's ratings."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.foundation.calendar.today import SHANGHAI, now
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.services.ratings import actions
from yiwang.services.ratings.actions.importing import Foreign

COLUMNS = ("number", "organ", "title", "served_at", "mode", "level", "origin")


class Command(BaseCommand):
    help = "好差评：sweep 补登可评价的服务并查找异常；import 导入其他系统的评价"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("sweep", help="补登可评价的服务，查找评价异常")
        bring = verbs.add_parser("import", help=f"导入CSV，列为{'、'.join(COLUMNS)}")
        bring.add_argument("file", type=Path)
        bring.add_argument("--source", required=True, help="来源系统名称")

    def handle(self, *args: Any, **given: Any) -> None:
        if given["verb"] == "sweep":
            opened, found = actions.gather(), actions.look(at=now())
            self.stdout.write(f"新登记可评价服务{opened}件，发现评价异常{found}条")
            return
        try:
            with given["file"].open(encoding="utf-8-sig", newline="") as file:
                lines = [_line(row) for row in csv.DictReader(file)]
            count = actions.bring_in(source=given["source"], lines=lines, by=SYSTEM, at=now())
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"文件不能读取：{error}") from None
        except Refusal as refusal:
            raise CommandError("\n".join([refusal.says, *(f"{f.field}：{f.says}" for f in refusal.faults)])) from None
        self.stdout.write(f"导入评价{count}条，服务{len(lines)}件")


def _line(row: dict[str, str]) -> Foreign:
    moment = datetime.fromisoformat(row["served_at"].strip())
    return Foreign(
        number=row["number"].strip(),
        organ_code=row["organ"].strip(),
        title=row["title"].strip(),
        served_at=moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI),
        mode=row["mode"].strip(),
        level=int(row["level"]) if row["level"].strip() else None,
        origin=row["origin"].strip() or "active",
    )
