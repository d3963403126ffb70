"""The report as the letter that is sealed: what its layout is set from."""

from __future__ import annotations

from datetime import date
from typing import Any

from yiwang.insight.reports.exports import layout, layouts, ownpage
from yiwang.insight.reports.exports.manifest import Manifest

PUBLICITY = {"public": "主动公开", "on-request": "依申请公开", "none": "不予公开"}
FONTS = "仿宋、楷体、黑体、小标宋以思源宋体、思源黑体代替。"
NOTE = f"本件按 GB/T 9704-2012 版式由系统排印；{FONTS}"
OWN_NOTE = f"本件按本单位版式由系统排印；{FONTS}"


def data(manifest: Manifest, *, printed_on: date, digest: str = "", own: bytes | None = None) -> dict[str, Any]:
    """The fields of the letter kind: ``paragraphs`` rows of level and text, tables as rows of cells behind the section
    they belong to, and what stands before and behind the text. ``own`` is the bureau's .docx, whose page is then set."""
    head = manifest["report"]
    note = NOTE if own is None else OWN_NOTE
    return {
        "heading": head["title"],
        "title_lines": layout.title_lines(head["title"], head["organ"]),
        "recipients": "、".join(head["main"]) + "：",
        "signer": head["signer"],
        "copies": f"抄送：{'、'.join(head['copies'])}。" if head["copies"] else "",
        "publicity": f"（公开方式：{PUBLICITY[head['publicity']]}）",
        "printed": f"{printed_on.year}年{printed_on.month}月{printed_on.day}日印发",
        "paragraphs": _paragraphs(manifest),
        "fonts": f"{note}定稿摘要（SM3）：{digest}。" if digest else note,
        "own": [] if own is None else _own(own, manifest, printed_on),
    }


def _own(content: bytes, manifest: Manifest, printed_on: date) -> list[dict[str, str]]:
    made = layouts.render(content, manifest, number=ownpage.NUMBER, printed_on=printed_on)
    return ownpage.rows(made, signed_on=layouts.day(date.fromisoformat(manifest["report"]["signed_on"])))


def _paragraphs(manifest: Manifest) -> list[dict[str, str]]:
    figures = {one["name"]: one["printed"] for one in manifest["figures"]}
    tables: dict[str, list[Any]] = {}
    for table in manifest["tables"]:
        tables.setdefault(table["section"], []).append(table)
    found: list[dict[str, str]] = []
    paragraphs = manifest["paragraphs"]
    for place, one in enumerate(paragraphs):
        found.append({"level": str(one["level"]), "text": "".join(text for text, _ in one["pieces"])})
        if place + 1 == len(paragraphs) or paragraphs[place + 1]["section"] != one["section"]:
            for table in tables.pop(one["section"], []):
                found.append({"level": "table-title", "text": f"{table['title']}（单位：{table['unit']}）"})
                columns = [column["title"] for column in table["columns"]]
                found.append({"level": "table-head", "text": "\x1f".join(["", *columns])})
                for row in table["rows"]:
                    names = [f"{table['id']}_{row['id']}_{column['id']}" for column in table["columns"]]
                    cells = [figures.get(name, "") for name in names]
                    found.append(
                        {"level": "table-row", "text": "\x1f".join(["　" * (row["level"] - 1) + row["title"], *cells])}
                    )
    return found
