"""``./yw year PROFILE``: a county's year of plausible, invented operations that meets stated totals exactly."""

from __future__ import annotations

import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Collection, Iterator
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yiwang.config.reported import assess_last_month, count_anew
from yiwang.config.year import cards, profile
from yiwang.config.year.building import (
    CARDS,
    CASES,
    Built,
    Progress,
    build,
    built_before,
    cases_of,
    parts_built,
    say_part,
)
from yiwang.config.year.profile import PARTS, Profile
from yiwang.config.year.roundtrip import round_trip
from yiwang.foundation.calendar import today
from yiwang.kernel.refusal import Refusal

EVERY = 2.0


def _part(given: str) -> tuple[str, Fraction]:
    name, _, share = given.partition("=")
    if name not in PARTS:
        raise ArgumentTypeError(f"部分只能是 {'、'.join(PARTS)}，写成 hotline=1/10")
    try:
        return name, Fraction(share)
    except (ValueError, ZeroDivisionError):
        raise ArgumentTypeError(f"份额写成 1 或 1/10，实为 {share!r}") from None


def beside(found: Profile, built: Built) -> Iterator[str]:
    """What was built beside the cases, a sentence a part."""
    if (rated := built.rated) is not None:
        yield (
            f"好差评：办件 {rated.cases}，评价 {rated.given}，好评 {rated.good}，差评 {rated.bad}，已整改 {rated.rectified}"
        )
    if (made := built.supervised) is not None:
        yield (
            f"监管：应认领 {made.due}，已认领 {made.claimed}，本级监管 {made.here}，清单 {made.complete}/{made.lists}，"
            f"有监管行为 {made.busy}，监管行为 {made.acts} 条"
        )
    elif found.supervision is not None and "supervision" not in built.before:
        yield f"监管事项已由本县各单位认领，或者已下发的多于概况，没有按概况生成；补记监管行为 {built.acts} 条。"
    if (heard := built.voiced) is not None:
        yield (
            f"热线：受理 {heard.accepted}，办结 {heard.closed}，退单 {heard.returned}，"
            f"首次不满意 {heard.unsatisfied}，研判办结 {heard.judged}"
        )
    elif found.hotline is not None and "hotline" not in built.before:
        yield "那一年本县没有设立热线机构，没有按概况生成工单。"
    if (met := built.met) is not None:
        yield from (
            f"面对面：{one.handed_by}交办 {one.issues}，办结 {one.closed}，阶段性办结 {one.stage}" for one in met
        )
    elif found.meetings and "meetings" not in built.before:
        yield "那一年本县没有面对面统筹人员，没有按概况生成问题。"


class Command(BaseCommand):
    help = "按年度概况（TOML）生成一整年的办件：总数逐项吻合，全部虚构，仅用于演示和压力测试"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("profile", type=Path, help="概况文件，写法见 docs/how-to/year.md")
        parser.add_argument("--share", type=Fraction, default=Fraction(1), help="只生成其中一部分，如 1/20")
        parser.add_argument(
            "--part",
            action="append",
            default=[],
            type=_part,
            metavar="PART=SHARE",
            help="办件以外的部分（supervision、hotline、meetings）另用份额，如 hotline=1；可写多次",
        )
        parser.add_argument("--ending", type=date.fromisoformat, help="把这一年移到以此日为最后一日（YYYY-MM-DD）")
        parser.add_argument("--once", action="store_true", help="已经生成过就什么也不做")
        parser.add_argument("--report", action="store_true", help="生成后写事实、取数、签发年度情况，逐项与概况核对")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = profile.read(options["profile"]).part(options["share"], dict(options["part"]))
            if options["ending"]:
                found = found.ending(options["ending"])
            at = today.now()
            if not built_before(found):
                self.build(found, at)
            elif options["once"]:
                self.say(f"年度概况 {found.id} 已经生成过。")
            elif not options["report"] and CARDS in parts_built(found):
                raise Refusal(f"年度概况 {found.id} 已经生成过，不能再生成一遍。", code="year-built")
            if CARDS not in parts_built(found):
                self.tell_cards(found, cases_of(found), at)
                if settings.DEMO and count_anew(at):
                    self.say("年度报告草稿已按最新数据重新取数。")
                if settings.DEMO and assess_last_month(at):
                    self.say("上月窗口和单位考核已统计。")
            if options["report"]:
                self.report(found, at)
        except KeyboardInterrupt:
            says = "已中断：已经写成的部分留下，正在写的部分没有留下；再次运行即接着生成。"
            raise CommandError(says, returncode=130) from None
        except Refusal as refusal:
            for fault in refusal.faults:
                self.stderr.write(f"{fault.field}：{fault.says}")
            raise CommandError(refusal.says) from refusal

    def build(self, found: Profile, at: datetime) -> None:
        began = time.perf_counter()
        if CASES not in parts_built(found):
            cards.read_what_is_here(at)
        built = build(found, at=at, progress=self.progress())
        self.tell(found, built, time.perf_counter() - began)

    def progress(self) -> Progress:
        last = time.monotonic()

        def tell(done: int, total: int, what: str) -> None:
            nonlocal last
            if time.monotonic() - last >= EVERY:
                last = time.monotonic()
                self.say(f"  {done:,} / {total:,} {what}")

        return tell

    def tell(self, found: Profile, built: Built, took: float) -> None:
        self.say(f"{found.title}（{found.since} 至 {found.until} 前）；来源：{found.source}")
        if built.before:
            self.say(f"上次运行已经写成的部分：{'、'.join(built.before)}。")
        self.say(f"受理 {built.accepted}（应为 {found.accepted}），办结 {built.closed}（应为 {found.closed}）")
        if CASES not in built.before:
            for title, counts in (("部门", built.by_organ), ("类型", built.by_type), ("渠道", built.by_channel)):
                self.say(f"{title}：" + "，".join(f"{name} {count}" for name, count in sorted(counts.items())))
            late = built.late.total()
            self.say(f"补正 {built.corrected}，特别程序 {built.paused}，不予许可 {built.denied}，超期 {late}")
        for line in beside(found, built):
            self.say(line)
        steps = f"办件 {built.steps:,} 步，" if CASES not in built.before else ""
        self.say(f"{steps}用时 {took:.1f} 秒。全部为虚构。")
        if built.stand_ins:
            self.say(
                f"其中 {built.stand_ins} 件收件时所用指南尚未施行，按该指南最早一版办理，已在台账首条注明（guide_stands_in）。"
            )
        self.say(f"结果摘要 {built.digest[:16]}：同一概况、种子、指南和放假安排，摘要相同。")

    def tell_cards(self, found: Profile, matters: Collection[int], at: datetime) -> None:
        began = time.perf_counter()
        raised = cards.raise_for(found, matters)
        wanted = {one.organ: one.cards for one in found.departments if one.cards}
        took = time.perf_counter() - began
        self.say(
            "黄牌：" + "，".join(f"{name} {count}" for name, count in sorted(raised.items())) + f"（{took:.1f} 秒）"
        )
        if raised != wanted:
            raise CommandError(f"黄牌与概况不符，应为：{wanted}")
        say_part(found, CARDS, {"yellow": sum(raised.values())}, at=at)

    def report(self, found: Profile, at: datetime) -> None:
        trip = round_trip(found, at=at)
        self.say(f"年度情况 {trip.reference} 已签发。数据 / 概况 / 报告 / 打开的记录：")
        for one in trip.lines:
            opened = "" if one.records is None else f"，打开 {one.records} 条"
            self.say(f"  {'同' if one.same else '异'} {one.title}（{one.kind}） {one.stated} {one.printed}{opened}")
        for says in trip.wrong:
            self.say(f"  校验：{says}")
        self.say(f"{sum(one.same for one in trip.lines)} / {len(trip.lines)} 项相同，校验发现 {len(trip.wrong)} 处。")
        if not trip.holds:
            raise CommandError("年度情况与概况不符。")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
