"""``manage.py check_report FILE…``: the same as ``./yw check-report``, for those who are in Django already."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from yiwang.insight.checker.telling import ABOUT, FILES, JSON, tell


class Command(BaseCommand):
    help = ABOUT
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help=FILES)
        parser.add_argument("--json", action="store_true", help=JSON)

    def handle(self, *args: Any, **options: Any) -> None:
        status, unread = tell(options["files"], self.stdout, as_json=options["json"])
        for line in unread:
            self.stderr.write(line)
        if status:
            raise SystemExit(status)
