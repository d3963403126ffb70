"""Raise the warnings and cards that are due (效能监督), without a worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yiwang.foundation.calendar.today import now
from yiwang.governance.supervision import actions


class Command(BaseCommand):
    help = "按监察规则预警、发牌；可反复运行"

    def handle(self, **options: Any) -> None:
        raised = actions.sweep(at=now())
        if raised.waiting:
            self.stdout.write("期限正在重新推算，本次不发牌")
            return
        self.stdout.write(
            f"预警 {raised.warnings} 件，黄牌 {raised.yellow} 张，红牌 {raised.red} 张，"
            f"异常线索 {raised.clues} 条，数据迟报 {raised.late} 件"
        )
