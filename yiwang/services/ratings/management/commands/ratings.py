"""好差评: open what may be rated, look for signs, bring in another system's ratings, try the telephone system's door."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yiwang.foundation.calendar.today import now
from yiwang.foundation.organs.gateways import signed
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.subcommands import Subcommands
from yiwang.services.ratings import actions, foreign


class Command(BaseCommand):
    help = "好差评：sweep 补登可评价的服务并查找异常；import 导入其他系统的评价；call 模拟县里电话系统报送一次通话"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = Subcommands(parser, dest="verb")
        verbs.add_parser("sweep", help="补登可评价的服务，查找评价异常")
        bring = verbs.add_parser(
            "import", help=f"导入CSV或Excel，列为{'、'.join(known[0] for known in foreign.COLUMNS.values())}"
        )
        bring.add_argument("file", type=Path)
        bring.add_argument("--source", required=True, help="来源系统名称")
        bring.add_argument("--best", type=int, choices=(1, 5), default=1, help="满意度最好的一级是1还是5，默认1")
        call = verbs.add_parser("call", help="按接口签名报送一次通话，用来试通对接")
        call.add_argument("number", help="通话编号")
        call.add_argument("--organ", required=True, help="机构代号")
        call.add_argument("--level", type=int, choices=range(1, 6), help="来电人评的级，1为最好；不写为没有评价")
        call.add_argument("--text", default="", help="来电人所说")
        call.add_argument("--to", default=settings.SITE_URL, help="网址，默认本站")

    def handle(self, *args: Any, **given: Any) -> None:
        try:
            match given["verb"]:
                case "sweep":
                    opened, found = actions.gather(), actions.look(at=now())
                    says = f"新登记可评价服务{opened}件，发现评价异常{found}条"
                case "import":
                    says = _bring_in(given["file"], given["source"], given["best"])
                case _:
                    says = _call(given)
        except OSError as error:
            raise CommandError(f"没有成功：{error}") from None
        except Refusal as refusal:
            raise CommandError("\n".join([refusal.says, *(f"{f.field}：{f.says}" for f in refusal.faults)])) from None
        self.stdout.write(says)


def _bring_in(file: Path, source: str, best: int) -> str:
    run = actions.bring_in_table(
        source=source, content=file.read_bytes(), name=file.name, best=best, by=SYSTEM, at=now()
    )
    if run.faults:
        raise Refusal("文件有错误，没有导入。", code="import", faults=list(run.faults))
    return f"导入评价{run.ratings}条（默认评价{run.defaulted}条），服务{run.services}件，以前导入过{run.known}件"


def _call(given: Mapping[str, Any]) -> str:
    """What the county's telephone system would send, signed as it signs."""
    said = {
        "number": given["number"],
        "kind": "consultation",
        "organ": given["organ"],
        "served_at": now().isoformat(),
        "level": given["level"],
        "text": given["text"],
    }
    body, moment = json.dumps(said, ensure_ascii=False).encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Yiwang-Timestamp": moment,
        "X-Yiwang-Signature": signed(settings.SWITCHBOARD_KEY.encode(), moment, body),
    }
    address = f"{given['to'].rstrip('/')}/api/v1/switchboard/services"
    request = urllib.request.Request(address, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            raise CommandError(f"{error.code}：{error.read().decode()}") from None
