"""``./yw history import FILE --mapping M``: another system's event log comes in as matters."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yiwang.foundation.calendar import today
from yiwang.foundation.files import sheets
from yiwang.kernel import pipes
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.subcommands import Subcommands
from yiwang.matters import findings
from yiwang.matters.history import importing, mapping
from yiwang.matters.history.importing import Report
from yiwang.matters.history.spool import REASONS

SHOWN = 20
EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = "导入外系统的事件日志（CSV、XES，可为 .gz），成为本系统的办理"

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = Subcommands(parser, metavar="import")
        bring = deeds.add_parser("import", help="按映射导入；中断后再次运行即续上，重复运行不产生变化")
        bring.add_argument("file", type=Path, help="事件日志：.csv、.xes 或其 .gz")
        bring.add_argument(
            "--mapping", type=Path, required=True, help="映射文件（TOML），写法见 docs/how-to/history.md"
        )
        bring.add_argument("--refused", type=Path, help="拒绝行清单存到何处（默认 var/history/<name>-refused.csv）")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self.bring_in(options["file"], options["mapping"])
        except KeyboardInterrupt:
            raise CommandError(
                "已中断。已装载的办件保留，没有装到一半的办件；再次运行同一命令即接着装载。", returncode=130
            ) from None
        except Refusal as refusal:
            for fault in refusal.faults:
                self.stderr.write(f"{fault.field}：{fault.says}")
            raise CommandError(refusal.says) from refusal
        self.tell(report)
        if report.read.refused:
            self.list_refused(report, options["refused"])
        if not report.adds_up:
            raise CommandError("读入与去向合不上，请保留日志和映射并报告此错误。")

    def bring_in(self, file: Path, mapped: Path) -> Report:
        return importing.import_log(
            path=file,
            mapping=mapping.read(mapped),
            by=SYSTEM,
            at=today.now(),
            progress=self.progress(),
            say=self.say,
        )

    def progress(self) -> Callable[[int, int], None]:
        last = began = time.monotonic()

        def tell(done: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= EVERY or (done == total and now - began >= EVERY):
                last = now
                self.say(f"  {done:,} / {total:,} 件")

        return tell

    def tell(self, report: Report) -> None:
        read, loaded, log = report.read, report.loaded, report.log
        self.say(f"流程：{report.process_title}（{log.process_id} {log.process_version}）")
        self.say(
            f"办件：读入 {loaded.cases + loaded.present_cases} = 新载入 {loaded.cases}（其中未结 {loaded.open_cases}）"
            f" + 原已载入 {loaded.present_cases}"
        )
        self.say(
            f"事件：读入 {read.rows} = 载入 {loaded.loaded} + 异常 {loaded.irregular} + 拒绝 {len(read.refused)}"
            f" + 原已载入 {loaded.present} + 办件有变未载入 {loaded.changed} + 按映射略过 {read.left_out}"
        )
        for code, count in sorted(loaded.findings.items(), key=lambda one: (-one[1], one[0])):
            self.say(f"  异常 {findings.words(code)}（{code}）：{count}")
        for reason, count in sorted(read.refused.reasons.items()):
            self.say(f"  拒绝 {REASONS[reason]}（{reason}）：{count}")
        if read.garbled:
            self.say(
                f"  {read.garbled} 行含有不能按所写编码解读的字节，已照原字节记为 \\xNN；如编码不对，请在 [csv] 写明 encoding"
            )
        if read.silent and read.events:
            self.say(f"  映射的这些列从未有值：{'、'.join(read.silent)}")
        if report.another_file:
            self.say("  本文件与先前导入的不同：先前已载入的办件不动，只补新的")
        if loaded.missing_cases:
            self.say(f"  先前载入的办件有 {loaded.missing_cases} 件不在本文件中，保留不动")
        if loaded.changed_cases:
            named = "、".join(loaded.changed_cases[:SHOWN])
            self.say(f"  {len(loaded.changed_cases)} 件与原先载入的事件不同，未改动：{named}")

    def list_refused(self, report: Report, path: Path | None) -> None:
        """Every refused row with its reason: the first on the screen, all of them in a file."""
        path = path or settings.VAR / "history" / f"{report.log.name}-refused.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ([one.row, one.case, REASONS[one.reason], one.reason, one.time] for one in report.read.refused)
        sheets.write(path, ["行", "办件标识", "原因", "原因代码", "所载时间"], lines)
        for one in islice(report.read.refused, SHOWN):
            self.say(f"  第{one.row}行：{REASONS[one.reason]}（{one.case or '无标识'}，{one.time or '无时间'}）")
        self.say(f"拒绝的 {len(report.read.refused)} 行全部列在 {path}")

    def say(self, text: str) -> None:
        """A line on the screen. Where nobody reads any more (``| head``) the import goes on: what it says is in the register
        and in the list of refused rows as well."""
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            pipes.nobody_listens()
