"""``./yw ledger verify | checkpoint | proof``."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from yiwang.config import embedded, pgtools
from yiwang.foundation.calendar.today import now
from yiwang.foundation.ledger import actions, audit, publishing, queries, rules, sealing
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.subcommands import Subcommands


class Command(BaseCommand):
    help = "行为台账：verify 逐条核验并指出第一条不符的记录；checkpoint 立即存证并公布；proof 给出一条记录的存证证明。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = Subcommands(parser, metavar="{verify,checkpoint,proof}")
        verify = deeds.add_parser("verify", help="核验全部台账、存证与公布的存证")
        verify.add_argument("--resume", action="store_true", help="从上次中断处继续")
        verify.add_argument("--workers", type=int, help="并行进程数，默认等于处理器核数；0 为不另开进程")
        verify.add_argument("--published", type=Path, help="公布的存证所在文件夹（可以是别处留存的一份）")
        sealing_ = deeds.add_parser("checkpoint", help="立即存证并公布")
        sealing_.add_argument("--patience", type=float, default=0.0, help="最多等待进行中的事务多少秒，默认不等")
        proof = deeds.add_parser("proof", help="一条记录的存证证明（JSON）")
        proof.add_argument("key", help="台账序号或记录摘要（64 位十六进制）")

    def handle(self, *args: Any, **options: Any) -> None:
        with embedded.running():
            getattr(self, options["deed"])(options)

    def verify(self, options: dict[str, Any]) -> None:
        bookmark = audit.Bookmark(settings.VAR / "ledger" / "verify.json")
        if not options["resume"]:
            bookmark.remove()
        connection.ensure_connection()
        started = time.monotonic()
        seen = audit.audit(
            pgtools.conninfo(),
            heads=queries.heads(),
            workers=options["workers"],
            signature_fault=sealing.signature_fault,
            published=publishing.published(options["published"] or settings.VAR / "checkpoints"),
            progress=_Progress(started),
            bookmark=bookmark,
        )
        seconds = time.monotonic() - started
        self.stdout.write(
            f"核验 {seen.entries} 条记录、{seen.checkpoints} 号存证（{seen.leaves} 片叶），{seconds:.1f} 秒，"
            f"每秒 {seen.entries / max(seconds, 1e-9):,.0f} 条；待存证 {seen.waiting} 条。"
        )
        if seen.unsigned:
            self.stdout.write(f"注意：{seen.unsigned} 号存证未签章。")
        for epoch, last, reach in seen.lost:
            self.stdout.write(
                f"注意：系统曾从旧备份恢复，纪元 {epoch} 公布过的第 {last + 1} 至 {reach} 号存证没有记录。"
            )
        for line in seen.weakened:
            self.stdout.write(f"注意：{line}。")
        if seen.misfit:
            rest = [str(misfit) for misfit in seen.misfits if misfit != seen.misfit]
            raise CommandError("\n".join([f"第一条不符的记录：{seen.misfit}", *(f"另有：{line}" for line in rest)]))
        self.stdout.write("台账完好：没有发现不符。")

    def checkpoint(self, options: dict[str, Any]) -> None:
        made = actions.checkpoint(at=now(), patience=options["patience"])
        for one in made:
            signed = f"已签章（{one.seal}）" if one.signature else f"未签章：{one.unsigned_why}"
            self.stdout.write(f"第 {one.number} 号存证：{one.size} 条，累计 {one.total} 条，{signed}")
        count = publishing.publish(settings.VAR / "checkpoints")
        self.stdout.write(f"公布 {count} 号存证。" if made or count else "没有可存证的新记录。")

    def proof(self, options: dict[str, Any]) -> None:
        try:
            proof = queries.proof(options["key"])
        except Refusal as refusal:
            raise CommandError(refusal.says) from refusal
        if proof is None:
            raise CommandError("待存证：请在下一次存证之后再取证明。")
        assert rules.verify_proof(proof), "a proof made here must verify"
        self.stdout.write(json.dumps(proof.as_dict(), ensure_ascii=False, indent=2))


class _Progress:
    """A line on stderr, at most five times a second."""

    def __init__(self, started: float) -> None:
        self.started, self.said = started, 0.0

    def __call__(self, done: int, total: int) -> None:
        moment = time.monotonic()
        if done < total and moment - self.said < 0.2:
            return
        self.said = moment
        rate = done / max(moment - self.started, 1e-9)
        sys.stderr.write(f"\r已核验 {done:,} / {total:,}（每秒 {rate:,.0f} 条）" + ("\n" if done >= total else ""))
        sys.stderr.flush()
