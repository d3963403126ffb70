"""``./yw letter verify FILE``: is this a letter of ours, untouched?"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime

from yiwang.foundation.letters import checking
from yiwang.kernel import unread
from yiwang.kernel.subcommands import Subcommands


class Command(BaseCommand):
    help = "核验一份文书：签章覆盖范围、SM2 签名、证书链、印章、原文摘要、出具登记与台账存证。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = Subcommands(parser)
        verify = deeds.add_parser("verify", help="核验 PDF 文书；未通过时退出码为 1")
        verify.add_argument("file", help="文书文件（PDF）")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            content = path.read_bytes()
        except OSError as failed:
            raise CommandError(f"文件打不开：{path}（{unread.why(failed)}）") from None
        found = checking.examine(content)
        for check in found.checks:
            self.stdout.write(f"  {'通过' if check.passed else '不通过'}  {check.name} {check.found}".rstrip())
        if not found.valid:
            raise CommandError(found.says)
        self.stdout.write(found.says)
        self.stdout.write(f"{found.title}  {found.number}  {found.organ}  {found.issued_on}  {found.status}")
        self.stdout.write(f"印章：{found.seal_name}  签章时间：{_local(found.signed_at)}")
        self.stdout.write(f"存证：{found.proof}  摘要：{found.ledger_digest}")


def _local(moment: datetime | None) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment else "无"
