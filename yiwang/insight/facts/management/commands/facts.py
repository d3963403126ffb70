"""``./yw facts``: write what figures are counted from."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.foundation.calendar.today import now, today
from yiwang.insight.facts import store, writing
from yiwang.kernel.refusal import Refusal


class Command(BaseCommand):
    help = "把各模块公布的统计事实写成 Parquet 和 DuckDB 文件：只重写台账显示有变动的年度，写完才替换，可以随时中断。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="全部年度重写")
        parser.add_argument("--show", action="store_true", help="只说明现有事实：截至何时、各有多少行")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["show"]:
            began = time.monotonic()
            try:
                done = writing.write(at=now(), everything=options["all"], say=lambda text: self.stderr.write(text))
                writing.tell(on=today())
            except Refusal as refusal:
                raise CommandError(refusal.says) from refusal
            self.stdout.write(
                f"重写 {len(done.rewritten)} 个分区，沿用 {done.kept} 个，共 {done.rows} 行，用时 {time.monotonic() - began:.1f} 秒"
            )
        said = store.contents()
        if said is None:
            raise CommandError("还没有写出统计事实。")
        self.stdout.write(f"截至 {said.as_of:%Y-%m-%d %H:%M:%S}")
        self.stdout.write(writing.beside())
        for part in said.parts:
            self.stdout.write(f"  {part.fact:<16} {part.year or '全部':<6} {part.rows:>10} 行  {part.digest[:16]}")
