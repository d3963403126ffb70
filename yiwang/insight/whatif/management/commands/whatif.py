"""``./yw whatif``: try one change on a process's own history, on the command line."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import today
from yiwang.insight.facts import reading as facts
from yiwang.insight.whatif import queries, showing, studying
from yiwang.insight.whatif.asked import Asked
from yiwang.insight.whatif.rules import scenarios
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal

EVERY = 2.0


class Command(BaseCommand):
    help = "流程推演：用一个流程过去十二个月的办件，推演缩短期限、两个环节同时办或者增减人手之后会怎样；先用前半年推算后半年来检验。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", nargs="?", help="流程编号，如 services.licence；不写就列出有哪些")
        parser.add_argument("--organ", default="", help="单位代码，如 market；不写为全县")
        parser.add_argument("--limit", metavar="期限=天数", help="缩短期限，如 promised=3")
        parser.add_argument("--parallel", metavar="环节+环节", help="两个环节同时办，如 accept+review")
        parser.add_argument("--clerks", metavar="环节=人数", help="增减人手，如 review=-1")
        parser.add_argument("--rounds", type=int, help="轮数，默认按规则包")
        parser.add_argument("--seed", type=int, default=1, help="随机种子，默认1；同一种子结果相同")
        parser.add_argument("--json", action="store_true", help="结果用 JSON 打印")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._study(options)
        except KeyboardInterrupt:
            raise CommandError("已中断。", returncode=130) from None
        except Refusal as refusal:
            raise CommandError(refusal.says) from refusal

    def _study(self, options: dict[str, Any]) -> None:
        on = today()
        scope = queries.scope(SYSTEM, options["organ"], on)
        offered = queries.offer(options["process"] or "", scope=scope, on=on)
        if not options["process"]:
            for title, choices in (("流程", offered.processes), (f"{offered.process} 的期限", offered.clocks),
                                   ("先后环节", offered.pairs), ("环节", offered.steps)):  # fmt: skip
                self.stdout.write(title)
                for code, said in choices:
                    self.stdout.write(f"  {code}　{said}")
            return
        change = scenarios.change(_change(options))
        rounds = offered.rule.rounds if options["rounds"] is None else options["rounds"]
        if not 1 <= rounds <= offered.rule.most_rounds:
            raise CommandError(f"轮数请填1至{offered.rule.most_rounds}。")
        snapshot = facts.current()
        setting = studying.setting(offered.process, facts=snapshot, table=calendar.table(), on=on)
        asked = Asked(offered.process, scope.code, offered.since, offered.until, snapshot.as_of)
        study = studying.Study(setting, asked, change, options["seed"], rounds)
        played: studying.Rounds = {}
        last = time.monotonic()
        for number in range(study.total):
            for name, one in study.play(number).items():
                played.setdefault(name, []).append(one)
            if time.monotonic() - last >= EVERY:
                last = time.monotonic()
                self.stderr.write(f"  {number + 1} / {study.total} 轮")
        answer = study.answer(played)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, sort_keys=True))
            return
        self._tell(answer, f"{scope.name}　{setting.process.title}：{queries.said(change, setting.process)}", setting)

    def _tell(self, answer: dict[str, Any], title: str, setting: studying.Setting) -> None:
        say = self.stdout.write
        say(title)
        say(answer["trial"]["says"])
        for check in answer["trial"]["checks"]:
            mark = "相符" if check["kept"] else "不符"
            say(f"  {mark}　{check['title']}：推算{check['predicted']}，实际{check['happened']}（{check['allowed']}）")
        for line in showing.lines(answer):
            say(
                f"{line.title}（{line.unit}）：实际{line.real}，现状{line.today}，改变后{line.changed}{_doubted(line.doubt)}"
            )
        for name, says, doubt in showing.differences(answer):
            say(f"{name}：{says}{_doubted(doubt)}")
        for when, step in zip(("现在", "改变后"), answer["bottleneck"], strict=True):
            if step:
                say(f"{when}等得最久的环节：{queries.step(setting.process, step)}")


def _doubted(doubt: str) -> str:
    return f"　【{doubt}】" if doubt else ""


def _change(options: dict[str, Any]) -> dict[str, Any]:
    given = [name for name in ("limit", "parallel", "clerks") if options[name]]
    if len(given) != 1:
        raise CommandError("请写明一个改变：--limit、--parallel 或 --clerks。")
    first, _, second = options[given[0]].partition("+" if given[0] == "parallel" else "=")
    return {
        "limit": {"kind": "limit", "clock": first, "days": second},
        "parallel": {"kind": "parallel", "first": first, "second": second},
        "clerks": {"kind": "clerks", "step": first, "number": second},
    }[given[0]]
