"""``./yw restore``."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.config import embedded, pgtools, restoring
from yiwang.foundation.calendar.today import now


class Command(BaseCommand):
    help = "把一套备份恢复到空的数据库和空的数据文件夹：核验摘要、台账和文件，开启台账新纪元，并与公布的存证比对。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="备份文件夹（yiwang-年月日-时分秒）")
        parser.add_argument("--keys", type=Path, help="密钥文件，默认与备份文件夹并列的 *.keys.tar")
        parser.add_argument("--published", type=Path, help="别处留存的公布存证所在文件夹，用来发现备份比公布的旧")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["folder"].resolve()
        keys = options["keys"] or source.with_name(f"{source.name}.keys.tar")
        with embedded.running():
            try:
                done = restoring.restore(source=source, keys=keys, at=now(), published=options["published"], say=_say)
            except (restoring.RestoreRefused, pgtools.NoTool) as refused:
                raise CommandError(f"未恢复：{refused}") from refused
        self.stdout.write(
            f"恢复完成：台账 {done.entries} 条（止于第 {done.last_checkpoint} 号存证），文件 {done.files} 个；"
            f"台账纪元 {done.epoch}，{done.standing}。"
        )


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
