"""The launcher of a self-service terminal: prints the signed address to open, then posts a heartbeat every minute."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yiwang.services.assistance import launching

EVERY = 60  # seconds


class Command(BaseCommand):
    help = "自助终端的启动程序：给出打开页面的签名地址，每分钟报一次心跳，Ctrl-C 停止"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="终端代号")
        parser.add_argument("--key", required=True, help="登记时显示的密钥（十六进制）")
        parser.add_argument("--to", default=settings.SITE_URL, help="网址，默认本站")
        parser.add_argument("--trouble", action="append", default=[], help="要报的故障，例如缺纸，可以写几次")
        parser.add_argument("--once", action="store_true", help="只报一次")

    def handle(self, *args: Any, **given: Any) -> None:
        try:
            key = bytes.fromhex(given["key"])
        except ValueError:
            raise CommandError("密钥不是十六进制。") from None
        self.stdout.write(launching.opening(given["to"], given["code"], key))
        while True:
            try:
                launching.beat(given["to"], given["code"], key, troubles=given["trouble"])
            except OSError as error:
                if given["once"]:
                    raise CommandError(f"心跳没有送达：{error}") from None
                self.stderr.write(f"心跳没有送达：{error}")
            if given["once"]:
                return
            time.sleep(EVERY)
