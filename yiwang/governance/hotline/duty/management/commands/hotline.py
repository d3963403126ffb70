"""``./yw hotline train``: train the classifier of duties on the county's own closed orders, and say how good it is;
``./yw hotline duties``: bring in the county's division of duties."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.foundation.calendar.today import now
from yiwang.foundation.files import sheets, tables
from yiwang.governance.hotline import actions as hotline
from yiwang.governance.hotline.duty import actions, bringing, learned
from yiwang.governance.hotline.similar import actions as similar
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.subcommands import Subcommands

OUTCOMES = {"added": "新增", "changed": "变更", "same": "相同", "refused": "拒绝", "ended": "停用"}


class Command(BaseCommand):
    help = "12345热线：duties 导入职责清单；train 用本县由人办结的工单训练职责判断模型并如实检验；index 补齐同类诉求的检索痕迹；entrust 把登记时没有监督单位的投诉转到监督单位；client、client-end 登记和停用接口客户端"

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = Subcommands(parser, metavar="duties|train|index|entrust|client|client-end")
        bring = deeds.add_parser("duties", help="导入职责清单（CSV 或 Excel），逐行对账；重复导入不产生变化")
        bring.add_argument("file", type=Path, help="CSV（UTF-8 或 GB18030）或 Excel 文件，列见 docs/how-to/duties.md")
        bring.add_argument("--source", required=True, help="清单的来源：文号或者发布单位")
        bring.add_argument("--whole", action="store_true", help="表是完整的清单：表中没有列出的条目今天停用")
        bring.add_argument("--report", type=Path, help="把对账单另存为 CSV 文件")
        bring.add_argument("--dry-run", action="store_true", help="只看对账结果，不写入")
        deeds.add_parser("train", help="训练职责判断模型，打印交叉验证、按时间检验的准确率和只猜最多单位的准确率")
        deeds.add_parser("index", help="补齐工单的检索痕迹，重新统计检索词")
        client = deeds.add_parser("client", help="登记 Open311 接口客户端，密钥只显示这一次")
        client.add_argument("name", help="客户端名称，2至80字")
        ended = deeds.add_parser("client-end", help="停用 Open311 接口客户端，它的密钥从今天起无效")
        ended.add_argument("number", type=int, help="登记时给出的编号")
        deeds.add_parser("entrust", help="规则 hotline.orders 的 overseer 更正以后，把等着监督单位的投诉转过去")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["deed"]:
            case "duties":
                self.duties(**options)
            case "train":
                self.train()
            case "index":
                traced, terms = similar.catch_up(), similar.count_terms()
                self.stdout.write(f"补齐检索痕迹 {traced} 件，检索词 {terms} 个")
            case "client":
                self.client(options["name"])
            case "client-end":
                try:
                    hotline.end_client(client_id=options["number"], by=SYSTEM, at=now())
                except Refusal as refusal:
                    raise CommandError(refusal.says) from None
                self.stdout.write("已停用。")
            case "entrust":
                self.stdout.write(f"转到监督单位 {hotline.entrust(at=now())} 件")

    def duties(
        self, *, file: Path, source: str, whole: bool, report: Path | None, dry_run: bool, **options: Any
    ) -> None:
        try:
            sheets.ready(report)
            rows, digest = tables.read(file), tables.digest(file)
            sheet = bringing.bring_in(
                rows=rows, source=source, digest=digest, whole=whole, dry=dry_run, by=SYSTEM, at=now()
            )
        except Refusal as refusal:
            raise CommandError(refusal.says) from None
        for one in sheet.told:
            if one.outcome != "same":
                where = f"第{one.row}行" if one.row else "表中没有"
                self.stdout.write(f"{where} {OUTCOMES[one.outcome]} {one.code}{f'：{one.says}' if one.says else ''}")
        taken = " + ".join(f"{OUTCOMES[name]} {sheet.count(name)}" for name in ("added", "changed", "same", "refused"))
        ended = f"；停用 {sheet.count('ended')} 条" if whole else ""
        self.stdout.write(f"读取 {len(rows)} 行 = {taken}{ended}{'（试读，没有写入）' if dry_run else ''}")
        if report:
            lines = ((one.row or "", one.code, OUTCOMES[one.outcome], one.says) for one in sheet.told)
            sheets.write(report, ["行", "职责编码", "结果", "说明"], lines)
            self.stdout.write(f"对账单已存入 {report}。")

    def client(self, name: str) -> None:
        try:
            made, key = hotline.register_client(name=name, by=SYSTEM, at=now())
        except Refusal as refusal:
            raise CommandError(refusal.says) from None
        self.stdout.write(f"编号 {made.pk}　密钥 {key}\n密钥只显示这一次，提交时作 api_key。")

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
