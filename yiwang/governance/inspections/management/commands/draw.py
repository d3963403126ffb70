"""``./yw draw verify NUMBER``: run a draw of this installation again, its checkpoint included. A file is read without us."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.governance.inspections import drawing, queries, verifying
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.subcommands import Subcommands


class Command(BaseCommand):
    help = "双随机抽取：按公布的名单和种子重算一次，说明是否一致。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verify = Subcommands(parser).add_parser("verify", help="重算本系统的一次抽取；不一致时退出码为 1")
        verify.add_argument("code", help="抽取编号，如 CQ-2026-0001-01")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = queries.draw_of(options["code"])
            record = queries.exported(found)
        except (Refusal, drawing.NoSuchDraw) as error:
            raise CommandError(getattr(error, "says", str(error))) from error
        wrong = drawing.verify(record)
        if queries.checkpoint_of(found.entry) != (found.checkpoint, found.checkpoint_digest):
            wrong.append("台账里这份名单的存证与记录的不同")
        if wrong:
            raise CommandError("不一致：" + "；".join(wrong))
        self.stdout.write("\n".join(verifying.says(record)))
