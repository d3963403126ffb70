"""``./yw certificate verify FILE``: is it genuine and in force? And what the worker does, by hand or by cron."""

from __future__ import annotations

import base64
import re
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.utils import DatabaseError

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.seals import queries as seals
from yiwang.kernel import unread
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.subcommands import Subcommands
from yiwang.services.certificates import actions, checking, queries

PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)


class Command(BaseCommand):
    help = "核验电子证照（PDF、OFD）的印章、证书链、摘要和某日的状态；publish、expire、remind 供定时任务使用。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = Subcommands(parser)
        verify = deeds.add_parser("verify", help="核验一份电子证照；未通过时退出码为 1")
        verify.add_argument("file", help="证照文件（PDF 或 OFD）")
        verify.add_argument(
            "--list", dest="listed", help="状态名录文件（/certificates/status-list/）；给出后不查数据库"
        )
        verify.add_argument("--roots", help="受信任的根证书文件（PEM，/certificates/trust/）；不给出时用本系统登记的")
        verify.add_argument("--on", type=date.fromisoformat, help="查哪一天的状态，如 2026-09-24；默认今天")
        deeds.add_parser("publish", help="发布证照状态名录")
        deeds.add_parser("expire", help="登记已经届满的证照")
        deeds.add_parser("remind", help="提醒即将到期的持证主体")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["deed"] != "verify":
            self._work(options["deed"])
            return
        content, on = _read(options["file"]), options["on"] or day_of(now())
        try:
            roots = _roots(options["roots"]) if options["roots"] else seals.roots()
            if options["listed"]:
                found = checking.offline(content, listed=_read(options["listed"]), roots=roots, on=on)
            else:
                found = checking.examine(content, roots=roots, stands=queries.state_on, on=on)
        except DatabaseError:
            raise CommandError("数据库连不上。离线核验请同时给出 --list 和 --roots。") from None
        for check in found.checks:
            self.stdout.write(f"  {'通过' if check.passed else '不通过'}  {check.name} {check.found}".rstrip())
        if not found.valid:
            raise CommandError(found.says)
        self.stdout.write(f"{on:%Y-%m-%d} {found.says}")
        for name, said in (found.public or {}).items():
            self.stdout.write(f"{name}：{said or '长期'}")
        self.stdout.write(f"印章：{found.seal_name}")

    def _work(self, deed: str) -> None:
        try:
            if deed == "publish":
                made = actions.publish_list(by=SYSTEM, at=now())
                self.stdout.write(f"名录 {made.entries} 条，有效期至 {made.good_until}，摘要 {made.digest}")
            elif deed == "expire":
                self.stdout.write(f"登记届满 {actions.expire_due(by=SYSTEM, at=now())} 份")
            else:
                self.stdout.write(f"发出提醒 {actions.remind_due(by=SYSTEM, at=now())} 条")
        except Refusal as refusal:
            raise CommandError(refusal.says) from None


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as failed:
        raise CommandError(f"文件打不开：{name}（{unread.why(failed)}）") from None


def _roots(name: str) -> list[bytes]:
    try:
        found = [
            base64.b64decode("".join(body.split()), validate=True) for body in PEM.findall(_read(name).decode("ascii"))
        ]
    except ValueError:
        found = []
    if not found:
        raise CommandError(f"{name} 中没有根证书（PEM）。")
    return found
