"""``./yw year PROFILE``: a county's year of plausible, invented operations that meets stated totals exactly."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.config.year import cards, profile
from yiwang.config.year.building import Built, build, built_before
from yiwang.config.year.profile import Profile
from yiwang.foundation.calendar import today
from yiwang.kernel.refusal import Refusal

EVERY = 2.0


class Command(BaseCommand):
    help = "按年度概况（TOML）生成一整年的办件：总数逐项吻合，全部虚构，仅用于演示和压力测试"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("profile", type=Path, help="概况文件，写法见 docs/how-to/year.md")
        parser.add_argument("--share", type=Fraction, default=Fraction(1), help="只生成其中一部分，如 1/20")
        parser.add_argument("--ending", type=date.fromisoformat, help="把这一年移到以此日为最后一日（YYYY-MM-DD）")

        parser.add_argument("--once", action="store_true", help="已经生成过就什么也不做")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = profile.read(options["profile"]).part(options["share"])
            if options["once"] and built_before(found):
                self.say(f"年度概况 {found.id} 已经生成过。")
                return
            if options["ending"]:
                found = found.ending(options["ending"])
            at, began = today.now(), time.perf_counter()
            cards.read_what_is_here(at)
            built = build(found, at=at, progress=self.progress())
            took = time.perf_counter() - began
            self.tell(found, built, took)
            self.tell_cards(found, built)
        except KeyboardInterrupt:
            raise CommandError("已中断，本次生成的办件没有留下；再次运行即从头生成。", returncode=130) from None
        except Refusal as refusal:
            for fault in refusal.faults:
                self.stderr.write(f"{fault.field}：{fault.says}")
            raise CommandError(refusal.says) from refusal

    def progress(self) -> Callable[[int, int], None]:
        last = time.monotonic()

        def tell(done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last >= EVERY:
                last = time.monotonic()
                self.say(f"  {done:,} / {total:,} 件")

        return tell

    def tell(self, found: Profile, built: Built, took: float) -> None:
        self.say(f"{found.title}（{found.since} 至 {found.until} 前）；来源：{found.source}")
        self.say(f"受理 {built.accepted}（应为 {found.accepted}），办结 {built.closed}（应为 {found.closed}）")
        for title, counts in (("部门", built.by_organ), ("类型", built.by_type), ("渠道", built.by_channel)):
            self.say(f"{title}：" + "，".join(f"{name} {count}" for name, count in sorted(counts.items())))
        self.say(f"补正 {built.corrected}，特别程序 {built.paused}，不予许可 {built.denied}，超期 {built.late.total()}")
        if built.rated:
            rated = built.rated
            self.say(
                f"好差评：办件 {rated.cases}，评价 {rated.given}，好评 {rated.good}，差评 {rated.bad}，已整改 {rated.rectified}"
            )
        if found.supervision is not None and built.supervised is None:
            self.say("监管事项已由本县各单位认领，或者已下发的多于概况，没有按概况生成。")
        elif (made := built.supervised) is not None:
            self.say(
                f"监管：应认领 {made.due}，已认领 {made.claimed}，本级监管 {made.here}，清单 {made.complete}/{made.lists}，"
                f"有监管行为 {made.busy}，监管行为 {made.acts} 条"
            )
        if found.hotline is not None and built.voiced is None:
            self.say("那一年本县没有设立热线机构，没有按概况生成工单。")
        elif (heard := built.voiced) is not None:
            self.say(
                f"热线：受理 {heard.accepted}，办结 {heard.closed}，退单 {heard.returned}，"
                f"首次不满意 {heard.unsatisfied}，研判办结 {heard.judged}"
            )
        self.say(f"{built.steps:,} 步，用时 {took:.1f} 秒，每秒 {built.accepted / took:,.0f} 件。全部为虚构。")
        if built.stand_ins:
            self.say(
                f"其中 {built.stand_ins} 件收件时所用指南尚未施行，按该指南最早一版办理，已在台账首条注明（guide_stands_in）。"
            )
        self.say(f"结果摘要 {built.digest[:16]}：同一概况、种子、指南和放假安排，摘要相同。")

    def tell_cards(self, found: Profile, built: Built) -> None:
        raised = cards.raise_for(found, built.matters)
        wanted = {one.organ: one.cards for one in found.departments if one.cards}
        self.say("黄牌：" + "，".join(f"{name} {count}" for name, count in sorted(raised.items())))
        if raised != wanted:
            raise CommandError(f"黄牌与概况不符，应为：{wanted}")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
