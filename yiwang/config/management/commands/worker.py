"""``manage.py worker``: the background process: jobs as they come, sweeps by the clock."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "运行后台任务：生成文书、送达、到期处理、存证点。"

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("procrastinate", "worker", concurrency=2, fetch_job_polling_interval=2.0, delete_jobs="successful")
