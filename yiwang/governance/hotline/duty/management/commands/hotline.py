"""``./yw hotline train``: train the classifier of duties on the county's own closed orders, and say how good it is."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.foundation.calendar.today import now
from yiwang.governance.hotline.duty import actions, learned
from yiwang.governance.hotline.similar import actions as similar
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.subcommands import Subcommands


class Command(BaseCommand):
    help = "12345热线：train 用本县由人办结的工单训练职责判断模型并如实检验；index 补齐同类诉求的检索痕迹"

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = Subcommands(parser, metavar="train|index")
        deeds.add_parser("train", help="训练职责判断模型，打印交叉验证、按时间检验的准确率和只猜最多单位的准确率")
        deeds.add_parser("index", help="补齐工单的检索痕迹，重新统计检索词")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["deed"]:
            case "train":
                self.train()
            case "index":
                traced, terms = similar.catch_up(), similar.count_terms()
                self.stdout.write(f"补齐检索痕迹 {traced} 件，检索词 {terms} 个")

    def train(self) -> None:
        try:
            made = actions.train(by=SYSTEM, at=now())
        except KeyboardInterrupt:
            raise CommandError("已中断，没有训练成新的模型；原来的照常使用。", returncode=130) from None
        except Refusal as refusal:
            raise CommandError(refusal.says) from None
        report = made.report
        crossed, later = learned.shares(report["crossed"]), learned.shares(report["later"])
        self.stdout.write(
            f"用 {report['since']} 至 {report['until']} 由人办结的 {report['orders']} 件工单训练，"
            f"学得 {report['organs']} 个单位；另有 {report['left_out']} 件属于件数太少的单位，没有学，检验时一律算错"
        )
        self.stdout.write(f"{report['folds']}折交叉验证（都在没有学过的工单上，同一诉求不分在两边）：{_says(crossed)}")
        self.stdout.write(f"用先前的训练、在 {report['later_since']} 以来的工单上检验：{_says(later)}")
        self.stdout.write(f"模型摘要 {made.digest[:16]}…，已启用")


def _says(shares: dict[str, Any]) -> str:
    first, three, baseline = shares["first"], shares["three"], shares["baseline"]
    return (
        f"第一个就对 {first['percent']}%（{first['right']}/{first['of']}，95%区间 {first['low']}—{first['high']}），"
        f"前三个里有 {three['percent']}%；只猜件数最多的单位为 {baseline['percent']}%"
        f"{'；件数少，仅供参考' if first['small'] else ''}"
    )
