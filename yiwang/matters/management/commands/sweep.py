"""Take every timer step that has fallen due (视为受理、逾期未补正), after finishing a re-projection under way."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yiwang.foundation.calendar.today import now
from yiwang.matters import actions


class Command(BaseCommand):
    help = "办理到期的系统步骤（视为受理、逾期未补正退件）；可反复运行"

    def handle(self, **options: Any) -> None:
        moment = now()
        projected = actions.reproject(at=moment)
        swept = actions.sweep(at=moment)
        if projected.clocks:
            self.stdout.write(f"重新推算 {projected.clocks} 个时钟，{projected.moved} 个届满日有变动")
        self.stdout.write("期限正在重新推算，本次不办理" if swept.waiting else f"办理 {swept.taken} 件")
        for reference, says in swept.refused.items():
            self.stdout.write(f"{reference}：{says}")
