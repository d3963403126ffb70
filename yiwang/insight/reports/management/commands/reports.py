"""``./yw manage reports remind``: what the worker does every morning, by hand or by cron."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from yiwang.foundation.calendar.today import now
from yiwang.insight.reports import actions


class Command(BaseCommand):
    help = "年度报告：remind 催报临期和超期的填报任务（每人每任务一天一条）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("deed", choices=["remind"])

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"提醒{actions.remind(at=now())}人次")
