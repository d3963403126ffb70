"""A bureau's own .docx to set its reports in, instead of the house's page: what it may name, and what it must.

In the layout stand names in double braces (docxtpl): ``{{ title }}``, ``{{ main }}``, ``{{ organ }}``, ``{{ signed_on }}``, and a loop over the
text, ``{%p for line in body %}`` … ``{{ line.text }}`` … ``{%p endfor %}``, ``line.level`` being 1 for 一、 2 for （一） 0 for text. Nothing but
names, these loops and conditions may stand in it: it is a page, no program.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Pt
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from yiwang.insight.reports.exports import document, layout, ornaments
from yiwang.insight.reports.exports.manifest import Manifest
from yiwang.insight.reports.exports.runs import run
from yiwang.insight.reports.rules import wording
from yiwang.kernel.refusal import Fault, Refusal

MOST = 2 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
MUST = {"title": "报告标题", "main": "主送机关", "body": "正文", "organ": "发文机关", "signed_on": "成文日期"}
TABLES = {"tables": "附表"}
MAY = {"number": "发文字号", "signer": "签发人", "copies": "抄送机关", "year": "报告年度", "printed_on": "印发日期"}
LISTS = frozenset({"body", "tables"})
PLAIN_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.For, nodes.If, nodes.Compare, nodes.Operand,
    nodes.Const, nodes.Getattr, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
PARTS = frozenset({"text", "level", "title", "unit", "columns", "rows", "cells"})


class Unfit(Refusal):
    """The file is no layout a report can be set in; every reason is named."""

    code = "layout-unfit"


def refuse_unfit(content: bytes, manifest: Manifest) -> None:
    """Refuse a layout that is no .docx, lacks what a report must show, names what there is not, or holds more than names,
    loops over the text and its tables, and conditions; tried out on ``manifest``, a report as it stands."""
    if len(content) > MOST:
        raise Unfit("版式文件超过2MB。", field="layout")
    given = _context(manifest, "", None)
    source = "\n".join(_sources(content))
    try:
        tree = _environment().parse(source)
    except TemplateSyntaxError as wrong:
        raise Unfit(f"版式文件里的双大括号写法有误：{wrong.message}。", field="layout") from wrong
    faults = [*_not_plain(tree), *_names(tree, given, tables=bool(manifest["tables"]))]
    if faults:
        raise Unfit("版式文件不能用：" + "；".join(one.says for one in faults) + "。", field="layout")
    try:
        render(content, manifest)
    except (TemplateError, ValueError, KeyError, TypeError) as wrong:
        raise Unfit(f"用这份报告试排没有成功：{wrong}。", field="layout") from wrong


def render(content: bytes, manifest: Manifest, *, number: str = "", printed_on: date | None = None) -> bytes:
    """The report in the bureau's own layout."""
    made = DocxTemplate(io.BytesIO(content))
    made.render(_context(manifest, number, printed_on), jinja_env=_environment())
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def starter() -> bytes:
    """A layout to begin with: the house's page with a name where each thing stands."""
    made = Document()
    document.set_page(made, "报告版式")
    line = document.add_line
    mark = line(made, "", align="center", height=Pt(layout.WIDEST_HEAD * 1.3))
    run(mark, "{{ organ }}文件", font=layout.XIAOBIAOSONG, size=32).font.color.rgb = document.RED
    line(made, "{{ number }}", align="center")
    ornaments.red_rule(line(made, ""))
    line(made, "")
    line(made, "{{ title }}", font=layout.XIAOBIAOSONG, size=layout.TITLE, align="center", height=Pt(35))
    line(made, "")
    line(made, "{{ main }}：")
    line(made, "{%p for line in body %}")
    line(made, "{%p if line.level == 1 %}")
    line(made, "{{ line.text }}", font=layout.HEITI, indent=2)
    line(made, "{%p elif line.level == 2 %}")
    line(made, "{{ line.text }}", font=layout.KAITI, indent=2)
    line(made, "{%p else %}")
    line(made, "{{ line.text }}", indent=2)
    line(made, "{%p endif %}")
    line(made, "{%p endfor %}")
    line(made, "{%p for table in tables %}")
    line(made, "{{ table.title }}（单位：{{ table.unit }}）", font=layout.HEITI, align="center")
    line(made, "{%p for row in table.rows %}")
    line(made, "{{ row.title }}　{{ row.text }}", size=layout.SMALL)
    line(made, "{%p endfor %}")
    line(made, "{%p endfor %}")
    line(made, "")
    line(made, "{{ organ }}", align="right")
    line(made, "{{ signed_on }}", align="right")
    line(made, "抄送：{{ copies }}。", size=layout.SMALL)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _context(manifest: Manifest, number: str, printed_on: date | None) -> dict[str, Any]:
    """What a layout may name."""
    head = manifest["report"]
    figures = {one["name"]: one["printed"] or wording.BLANK for one in manifest["figures"]}
    lines = [
        {
            "level": one["level"],
            "text": "".join(figures.get(name, text) if name else text for text, name in one["pieces"]),
        }
        for one in manifest["paragraphs"]
    ]
    return figures | {
        "title": head["title"],
        "main": "、".join(head["main"]),
        "copies": "、".join(head["copies"]),
        "organ": head["organ"],
        "signer": head["signer"],
        "year": head["year"],
        "number": number or "（编号用印时填写）",
        "signed_on": day(date.fromisoformat(head["signed_on"])),
        "printed_on": day(printed_on) if printed_on else "",
        "body": lines,
        "tables": [_table(one, figures) for one in manifest["tables"]],
    }


def _table(table: Mapping[str, Any], figures: Mapping[str, str]) -> dict[str, Any]:
    columns = [one["title"] for one in table["columns"]]
    rows = []
    for row in table["rows"]:
        cells = [figures.get(f"{table['id']}_{row['id']}_{column['id']}", "") for column in table["columns"]]
        told = "　".join(f"{title}{said}" for title, said in zip(columns, cells, strict=True) if said)
        rows.append({"title": row["title"], "cells": cells, "text": told, "level": row["level"]})
    return {"title": table["title"], "unit": table["unit"], "columns": columns, "rows": rows}


def day(on: date) -> str:
    """A day as it is written under a report."""
    return f"{on.year}年{on.month}月{on.day}日"


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def _sources(content: bytes) -> Iterator[str]:
    """The text of a .docx and of its heads and feet as jinja reads it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            if sum(one.file_size for one in box.infolist()) > MOST_UNPACKED:
                raise Unfit("版式文件解开后过大。", field="layout")
        made = DocxTemplate(io.BytesIO(content))
        made.init_docx()
        yield made.patch_xml(made.get_xml())
        for uri in (made.HEADER_URI, made.FOOTER_URI):
            for _, part in made.get_headers_footers(uri):
                yield made.patch_xml(part.blob.decode("utf-8"))
    except (zipfile.BadZipFile, KeyError, ValueError, PackageNotFoundError) as broken:
        raise Unfit("打不开这个文件，请上传 .docx 版式。", field="layout") from broken


def _names(tree: nodes.Template, given: Collection[str], *, tables: bool) -> Iterator[Fault]:
    """What must be shown and is not, and what is named and is not there."""
    bound = {name.name for loop in tree.find_all(nodes.For) for name in loop.target.find_all(nodes.Name)}
    bound |= {loop.target.name for loop in tree.find_all(nodes.For) if isinstance(loop.target, nodes.Name)}
    used = {one.name for one in tree.find_all(nodes.Name)} - bound
    for name, title in (MUST | (TABLES if tables else {})).items():
        if name not in used:
            yield Fault(name, f"缺少{title}（{{{{ {name} }}}}）", "layout-lacks")
    for name in sorted(used - set(given)):
        yield Fault(name, f"“{name}”没有这个数据", "layout-unknown")


def _not_plain(tree: nodes.Template) -> Iterator[Fault]:
    """Anything that is no name, no loop over the text or its tables, and no condition."""
    for one in tree.find_all(nodes.Node):
        if not isinstance(one, PLAIN_NODES) or (isinstance(one, nodes.Getattr) and one.attr not in PARTS):
            yield Fault("layout", "除名称、循环和判断外，还写了别的", "layout-program")
            return
    for loop in tree.find_all(nodes.For):
        over = loop.iter
        whole = isinstance(over, nodes.Name) and over.name in LISTS
        inner = isinstance(over, nodes.Getattr) and over.attr in ("rows", "columns", "cells")
        if not (whole or inner) or any(
            isinstance(one.iter, nodes.Name) for one in loop.find_all(nodes.For) if one is not loop
        ):
            yield Fault("layout", "循环只能用于正文（body）和附表（tables）", "layout-loop")
            return
