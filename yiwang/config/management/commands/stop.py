"""``./yw stop``: ends the demo; with ``--purge`` removes what it kept, inside and outside the clone."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from yiwang.config import children
from yiwang.config.embedded import own_server
from yiwang.config.management.commands.demo import CHILDREN


class Command(BaseCommand):
    help = "停止示例县；--purge 连同数据库、文件和密钥一并删除（不可恢复）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--purge", action="store_true", help="删除示例县的全部数据")

    def handle(self, *args: Any, **options: Any) -> None:
        run = settings.VAR / "run"
        stopped = children.end("demo", run=run, patience=30, group=False)
        stopped |= children.end(*CHILDREN, run=run)
        embedded = own_server()
        if embedded and embedded.running():
            embedded.stop()
            stopped = True
        self.stdout.write("已停止。" if stopped else "没有在运行的示例县。")
        if options["purge"]:
            gone = embedded.purge() if embedded else []
            if settings.VAR.exists():
                shutil.rmtree(settings.VAR)
                gone.append(settings.VAR)
            for folder in gone:
                self.stdout.write(f"已删除 {folder}")
