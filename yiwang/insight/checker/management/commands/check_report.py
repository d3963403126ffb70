"""``./yw check-report FILE…``: what the figures of a report claim about each other, and which cannot be right."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.insight.checker.checking import check
from yiwang.insight.checker.claims import Claim
from yiwang.insight.checker.extracting import extract
from yiwang.insight.checker.plain import Text
from yiwang.kernel.refusal import Refusal

MARKS = {"consistent": "相符", "inconsistent": "请核对", "infeasible": "不可能", "unverifiable": "无法核对"}


class Command(BaseCommand):
    help = "核对报告里的数：分项与合计、比率与分子分母、前后两处、截止日期与成文日期。发现不符时退出码为 1。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help=".txt、.md、.docx、.pdf 或 .html，可给多份")
        parser.add_argument("--json", action="store_true", help="每条结论一行 JSON，标准输出上别无其他")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong, unread = 0, []
        for name in options["files"]:
            try:
                raw = extract(name, Path(name).read_bytes())
            except OSError as failed:
                unread.append(f"{name} 打不开：{failed.strerror}")
                continue
            except Refusal as refusal:
                unread.append(refusal.says)
                continue
            text, claims = check(raw)
            wrong += sum(claim.wrong for claim in claims)
            if options["json"]:
                for claim in claims:
                    self.stdout.write(json.dumps({"file": name, **claim.as_dict(text)}, ensure_ascii=False))
            else:
                self._tell(name, text, claims)
        if unread:
            raise CommandError("\n".join(unread), returncode=2)
        if wrong:
            raise SystemExit(1)

    def _tell(self, name: str, text: Text, claims: list[Claim]) -> None:
        found = [claim for claim in claims if claim.wrong]
        self.stdout.write(f"{name}：核对{len(claims)}处，相符{len(claims) - len(found)}处，请核对{len(found)}处。")
        for claim in found:
            told = claim.as_dict(text)
            line = text.raw.count("\n", 0, told["start"]) + 1
            quote = " ".join(told["quote"].split())
            self.stdout.write(
                f"  第{line}行 [{MARKS[claim.verdict]}] {claim.says}\n      “{quote[:120]}{'……' if len(quote) > 120 else ''}”"
            )
