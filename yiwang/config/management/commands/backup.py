"""``./yw backup``."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yiwang.config import backup, embedded, pgtools
from yiwang.foundation.calendar.today import now


class Command(BaseCommand):
    help = "把数据库、文件、公布的存证和规则包备份成前后一致的一套，附摘要清单；密钥另存一个文件，请分开保管。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="备份放在哪个文件夹，默认 var/backups")

    def handle(self, *args: Any, **options: Any) -> None:
        with embedded.running():
            try:
                made = backup.make(into=options["folder"] or settings.VAR / "backups", at=now(), say=_say)
            except (backup.BackupFailed, pgtools.NoTool) as failed:
                raise CommandError(str(failed)) from failed
        total = sum(part["bytes"] for part in made.manifest["parts"].values())
        self.stdout.write(f"备份完成：{made.folder}（{total / 1e6:,.1f} MB，{made.manifest['files']} 个文件）")
        self.stdout.write(
            f"密钥单独存放在：{made.keys}\n请把它移到别处保管：有备份而没有密钥，文件和身份信息无法读出。"
        )


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
