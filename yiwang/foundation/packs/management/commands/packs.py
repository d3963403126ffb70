"""``./yw packs check | load | diff``."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yiwang.foundation.calendar import today
from yiwang.foundation.packs import actions
from yiwang.kernel import packs
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.kernel.subcommands import Subcommands


class Command(BaseCommand):
    help = "检查、载入、比对配置包：check 列出全部错误；load 存入规则并补齐登记；diff 报告登记与配置包的差异"

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = Subcommands(parser, metavar="check|load|diff")
        deeds.add_parser("check", help="读全部文件，逐条列出错误（文件:行），有错时退出码为 1").add_argument(
            "--files-only", action="store_true", help="不连数据库，只看文件"
        )
        deeds.add_parser("load", help="存入规则的新版本，补齐登记中没有的行；有任何错误则什么都不存").add_argument(
            "--rules-only", action="store_true", help="只存规则，不补登记"
        )
        deeds.add_parser("diff", help="报告登记与配置包的差异；有差异时退出码为 3")

    def handle(self, *args: Any, **options: Any) -> None:
        reading = packs.read(settings.PACKS)
        match options["deed"]:
            case "check":
                self.check_packs(reading, files_only=options["files_only"])
            case "load":
                self.load(reading, rules_only=options["rules_only"])
            case "diff":
                self.diff(reading)

    def check_packs(self, reading: packs.Reading, *, files_only: bool) -> None:
        faults = list(reading.faults)
        if not files_only:
            faults += [*actions.changed(reading.declarations), *actions.dropped()]
        self.print_or_fail(faults)
        rows = sum(len(entries) for entries in reading.entries.values())
        self.stdout.write(f"配置包无误：规则 {len(reading.declarations)} 条，登记 {rows} 行。")

    def load(self, reading: packs.Reading, *, rules_only: bool) -> None:
        try:
            report = actions.load(reading=reading, by=SYSTEM, at=today.now(), seed=not rules_only)
        except Refusal as refusal:
            self.print_or_fail(refusal.faults)
            raise CommandError(refusal.says) from refusal
        self.stdout.write(f"规则：新载入 {len(report.rules_added)} 条，已有 {report.rules_present} 条。")
        for register, seeded in report.seeded.items():
            self.stdout.write(f"登记 {register}：补入 {seeded.added} 行，已有 {seeded.present} 行。")

    def diff(self, reading: packs.Reading) -> None:
        self.print_or_fail(reading.faults)
        found = actions.drift(reading=reading)
        for each in found:
            what = (
                f"{each.field}：包中 {each.pack}，库中 {each.stored}"
                if each.field
                else f"包中{each.pack}，库中{each.stored}"
            )
            self.stdout.write(f"{each.register} {each.key} {what}  {each.where}".rstrip())
        if found:
            raise CommandError(f"共有 {len(found)} 处差异。", returncode=3)
        self.stdout.write("没有差异。")

    def print_or_fail(self, faults: Any) -> None:
        faults = tuple(faults)
        for fault in faults:
            self.print_fault(fault)
        if faults:
            raise CommandError(f"配置包有 {len(faults)} 处错误。", returncode=1)

    def print_fault(self, fault: Fault) -> None:
        self.stderr.write(f"{fault.field}  {fault.says}  [{fault.code}]")
