"""``./yw receipt verify FILE|NUMBER``: decide again from the receipt's own facts, with the table kept under its digest."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.kernel.refusal import Refusal
from yiwang.kernel.subcommands import Subcommands
from yiwang.services.automatic import verifying


class Command(BaseCommand):
    help = "核验一份自动决定凭证：摘要、台账、决策表原文，并按原事实重新判定。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = Subcommands(parser)
        verify = deeds.add_parser("verify", help="核验凭证；未通过时退出码为 1")
        verify.add_argument("receipt", help="凭证文件（JSON），或者凭证号，如 ZD2026-000017")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = verifying.verify(options["receipt"])
        except Refusal as refusal:
            raise CommandError(refusal.says) from None
        self.stdout.write(f"{found.number}  {found.table}  {found.outcome}  {found.article}")
        for check in found.checks:
            self.stdout.write(f"  {'通过' if check.passed else '不通过'}  {check.name} {check.found}".rstrip())
        if not found.valid:
            raise CommandError("凭证与本系统的记载不符，不能作为凭据。")
        self.stdout.write(f"凭证有效：按原事实重新判定，结论相同。判定引擎 {found.engine}")
