"""``manage.py openapi``: the committed contract ``docs/reference/openapi.json``, written or compared."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

CONTRACT = settings.ROOT / "docs" / "reference" / "openapi.json"


class Command(BaseCommand):
    help = "生成接口说明 docs/reference/openapi.json；--check 只比较，不一致即报错。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        from yiwang.config.api import api

        text = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        if options["check"]:
            if not CONTRACT.exists() or CONTRACT.read_text(encoding="utf-8") != text:
                raise CommandError("接口说明与代码不一致：请运行 ./yw manage openapi 并一并提交")
            return
        CONTRACT.parent.mkdir(parents=True, exist_ok=True)
        CONTRACT.write_text(text, encoding="utf-8")
        self.stdout.write(f"已写入 {CONTRACT.relative_to(settings.ROOT)}")
