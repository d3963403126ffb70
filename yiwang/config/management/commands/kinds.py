"""``./yw manage kinds``: what each kind of matter took, in lines."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yiwang.config import kinds

HEADS = ("流程文件", "明细表", "守卫等", "三个视图", "模板")


class Command(BaseCommand):
    help = "各类办理用了多少行：流程文件、明细表、流程点名的守卫效果读取和后续任务、列表详情步骤三个视图、模板"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("  ".join(HEADS) + "  Python合计")
        for one in kinds.costs():
            counted = (one.pack, one.table, one.named, one.views, one.templates, one.python)
            self.stdout.write("".join(f"{number:8}" for number in counted) + f"  {one.process} {one.title}")
