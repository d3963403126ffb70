"""``./yw catalogue import FILE --mapping M``, ``./yw catalogue counts`` and ``./yw catalogue apply-changes``."""

from __future__ import annotations

import json
import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.foundation.calendar import today
from yiwang.foundation.files import sheets, tables
from yiwang.foundation.packs import queries as rules
from yiwang.kernel.declarations.content import validate
from yiwang.kernel.declarations.places import Places
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.subcommands import Subcommands
from yiwang.services.catalogue import actions, changing, importer, importing, queries
from yiwang.services.catalogue.mapping import ImportMapping


class Command(BaseCommand):
    help = "导入事项目录（import），按类型和部门计数（counts），登记到期的事项变更（apply-changes）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = Subcommands(parser, metavar="import|counts|apply-changes")
        bring = deeds.add_parser("import", help="按映射导入 CSV 或 Excel，逐行说明去向；重复导入不产生变化")
        bring.add_argument("file", type=Path, help="CSV（UTF-8 或 GB18030）或 Excel 文件")
        bring.add_argument("--mapping", required=True, help="已载入的映射编号，或一个 TOML 文件")
        bring.add_argument("--report", type=Path, help="把逐行说明另存为 CSV 文件")
        bring.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
        deeds.add_parser("counts", help="在用事项按类型、部门计数").add_argument("--json", action="store_true")

        deeds.add_parser(
            "apply-changes", help="登记施行日已到的暂停、恢复和取消；后台任务每晚也做，办事页面按日期判断，不等它"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"do_{options['deed'].replace('-', '_')}")(**options)
        except Refusal as refusal:
            for fault in refusal.faults:
                self.stderr.write(f"{fault.field}：{fault.says}")
            raise CommandError(refusal.says) from refusal

    def do_import(self, *, file: Path, mapping: str, report: Path | None, dry_run: bool, **options: Any) -> None:
        sheets.ready(report)
        declared, rows = self.mapping(mapping), tables.read(file)
        if dry_run:
            planned = importer.plan(rows, declared)
            self.tell([line.as_data() for line in planned.lines], importer.summary(planned))
            return
        run = actions.import_items(
            rows=rows,
            mapping=declared,
            file_name=file.name,
            file_digest=tables.digest(file),
            by=SYSTEM,
            at=today.now(),
        )
        counts = (
            f"读取 {run.read} 行 = 导入 {run.imported} + 合并 {run.merged} + 拒绝 {run.refused} + 搁置 {run.left_aside}"
        )
        self.tell(run.lines, counts)
        self.stdout.write(f"新增事项 {run.created} 项，变更 {run.changed} 项。报告已存（导入记录 {run.pk}）。")
        for outcome, rule, number in importing.by_rule(run):
            self.stdout.write(f"  {importer.OUTCOMES.get(outcome, outcome)}  {rule}  {number} 行")
        if report:
            head = ["row", "code", "name", "department", "outcome", "rule", "says"]
            sheets.write(report, head, ([line[name] for name in head] for line in run.lines))
            self.stdout.write(f"逐行说明已存入 {report}。")

    def mapping(self, name: str) -> ImportMapping:
        path = Path(name)
        if path.suffix != ".toml":
            value: ImportMapping = rules.rule("import-mapping", name, today.today()).value
            return value
        if not path.is_file():
            raise CommandError(f"没有映射文件 {path}。")
        text = path.read_text(encoding="utf-8")
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise CommandError(f"{path}：不是规范的 TOML：{error}") from error
        read: ImportMapping | None
        read, faults = validate(ImportMapping, data, Places(str(path), text))
        if read is None or faults:
            raise Refusal("映射文件有误，未导入任何内容。", code="mapping-malformed", faults=faults)
        return read

    def tell(self, lines: list[dict[str, Any]], counts: str) -> None:
        """Every row that did not enter as an item of its own; rows imported with a remark stand in the report."""
        for line in lines:
            if line["outcome"] != "imported":
                outcome = importer.OUTCOMES.get(line["outcome"], "缺席")
                self.stdout.write(f"第{line['row']}行 {outcome} {line['department']} {line['name']}：{line['says']}")
        self.stdout.write(counts)

    def do_apply_changes(self, **options: Any) -> None:
        self.stdout.write(f"登记到期变更 {changing.apply_due(by=SYSTEM, at=today.now())} 项。")

    def do_counts(self, *, json: bool, **options: Any) -> None:
        counts = queries.counts(on=today.today())
        if json:
            self.stdout.write(_json(counts))
            return
        self.stdout.write(f"在用事项 {counts['total']} 项")
        for title, lines in (("按类型", counts["types"]), ("按部门", counts["organs"])):
            self.stdout.write(title)
            for line in lines:
                self.stdout.write(f"  {line['name']}  {line['count']}")


def _json(counts: object) -> str:
    return json.dumps(counts, ensure_ascii=False, indent=1)
