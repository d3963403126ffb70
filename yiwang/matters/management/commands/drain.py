"""Do the after-jobs that are due (制发文书、发送消息等)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yiwang.foundation.calendar.today import now
from yiwang.matters import actions


class Command(BaseCommand):
    help = "执行到期的后续任务（制发文书、发送消息等）；可反复运行，可与后台进程同时运行"

    def handle(self, **options: Any) -> None:
        drained = actions.drain(at=now())
        self.stdout.write(f"完成 {drained.done} 项，待重试 {drained.waiting} 项，需人工处理 {drained.failed} 项")
