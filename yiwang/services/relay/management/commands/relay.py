"""Follow relayed cases, fetch what arrived and tell the other places (异地代收代办), without a worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yiwang.foundation.calendar.today import now
from yiwang.services.relay import actions


class Command(BaseCommand):
    help = "向对方查询已转送件、接收转来件、告知对方办理情况；可反复运行"

    def handle(self, **options: Any) -> None:
        at = now()
        followed, fetched = actions.follow(at=at), actions.fetch(at=at)
        told = actions.report(at=at)
        self.stdout.write(
            f"查询 {followed.asked} 件（有进展 {followed.moved}，没有答复 {followed.failed}），"
            f"转来 {fetched.arrived} 件（凭证未通过 {fetched.refused}，没有连通 {fetched.failed} 处），告知对方 {told} 件"
        )
