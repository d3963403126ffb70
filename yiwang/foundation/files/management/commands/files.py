"""``files dispose`` and ``files sweep``: what the worker does at night, by hand or by cron."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from yiwang.foundation.calendar.today import now
from yiwang.foundation.files import actions
from yiwang.kernel.permissions import SYSTEM


class Command(BaseCommand):
    help = "dispose: 处置保管期满的文件（只留摘要）；sweep: 清除没有记录指向的存储内容"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("deed", choices=["dispose", "sweep"])

    def handle(self, *args: Any, deed: str, **options: Any) -> None:
        if deed == "dispose":
            self.stdout.write(f"已处置保管期满的文件 {actions.dispose_due(by=SYSTEM, at=now())} 个。")
        else:
            self.stdout.write(f"已清除无主的存储内容 {actions.sweep_orphans()} 个。")
