"""``./yw whatif``: try one change on a process's own history, on the command line."""

from __future__ import annotations

import hashlib
import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import today
from yiwang.insight.facts import reading as facts
from yiwang.insight.whatif import queries, showing, studying
from yiwang.insight.whatif.actions import LARGEST_SEED, refuse_unoffered
from yiwang.insight.whatif.asked import Asked
from yiwang.insight.whatif.rules import scenarios
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import NotFound, Refusal

EVERY = 2.0


class Command(BaseCommand):
    help = "流程推演：用一个流程过去十二个月的办件，推演缩短期限、两个环节同时办或者增减人手之后会怎样；先用前半年推算后半年来检验。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", nargs="?", help="流程编号，如 services.licence；不写就列出有哪些")
        parser.add_argument("--organ", default="", help="单位代码，如 market；不写为全县")
        parser.add_argument("--limit", metavar="期限=天数", help="缩短期限，如 promised=3")
        parser.add_argument("--parallel", metavar="环节+环节", help="两个环节同时办，如 accept+review")
        parser.add_argument("--clerks", metavar="环节=人数", help="增减人手，如 review=-1")
        parser.add_argument("--rounds", type=_whole, metavar="轮数", help="轮数，默认按规则包")
        parser.add_argument("--seed", type=_whole, metavar="种子", default=1, help="随机种子，默认1；同一种子结果相同")
        parser.add_argument("--json", action="store_true", help="结果用 JSON 打印")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._study(options)
        except KeyboardInterrupt:
            raise CommandError("已中断。做完的轮次都留着，再运行同样的命令会接着做。", returncode=130) from None
        except NotFound as refusal:
            raise CommandError(
                "没有这个流程或者单位（或者它没有办件）。不带参数运行 ./yw whatif，可列出有哪些。"
            ) from refusal
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
        if not 5 <= rounds <= offered.rule.most_rounds:
            raise CommandError(f"轮数请填5至{offered.rule.most_rounds}。")
        if not 0 <= options["seed"] <= LARGEST_SEED:
            raise CommandError("随机种子请填不超过十位的整数。")
        refuse_unoffered(change, offered)
        snapshot = facts.current()
        setting = studying.setting(offered.process, facts=snapshot, table=calendar.table(), on=on)
        asked = Asked(offered.process, scope.code, offered.since, offered.until, snapshot.as_of)
        study = studying.Study(setting, asked, change, options["seed"], rounds)
        question = {
            "asked": [asked.process, asked.organ, f"{asked.since}", f"{asked.until}", asked.cut_off.isoformat()],
            "change": change.as_dict(),
            "seed": options["seed"],
            "rounds": rounds,
            "rules": [each.model_dump(mode="json") for each in (setting.rule, *setting.supervision)],
        }
        with _Kept(question) as kept:
            if kept.done:
                self.stderr.write(f"  上次做到第 {kept.done} 轮，接着做。")
            played = self._played(study, kept)
        answer = study.answer(played)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, sort_keys=True))
            return
        self._tell(answer, f"{scope.name}　{setting.process.title}：{queries.said(change, setting.process)}", setting)

    def _played(self, study: studying.Study, kept: _Kept) -> studying.Rounds:
        last = time.monotonic()
        for number in range(kept.done, study.total):
            kept.add(study.play(number))
            if time.monotonic() - last >= EVERY:
                last = time.monotonic()
                self.stderr.write(f"  {number + 1} / {study.total} 轮")
        return kept.played

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


class _Kept:
    """Rounds already played of one question, in a file of their own below the house's folder until the answer is there: each
    round is written before the next begins, so whoever is interrupted loses the one he was in. Another question, other facts
    or other rules are another file; a round half written is played again."""

    def __init__(self, question: Mapping[str, Any]) -> None:
        text = json.dumps(question, ensure_ascii=False, sort_keys=True)
        self._path = settings.VAR / "whatif" / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.jsonl"
        self.played: studying.Rounds = {}
        self.done = 0

    def __enter__(self) -> _Kept:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        whole = 0
        if self._path.exists():
            for line in self._path.read_bytes().splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    break
                self._take(json.loads(line))
                whole += len(line)
        self._file = self._path.open("ab")
        self._file.truncate(whole)
        return self

    def add(self, one: Mapping[str, Any]) -> None:
        """Keep a round."""
        self._file.write(json.dumps(one).encode() + b"\n")
        self._file.flush()
        self._take(one)

    def _take(self, one: Mapping[str, Any]) -> None:
        for name, summary in one.items():
            self.played.setdefault(name, []).append(summary)
        self.done += 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None:
            self._path.unlink()


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError("请填整数。") from None


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
