"""The report as a web page whose numbers carry their own facts, in the manner of inline XBRL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from yiwang.insight.reports.agreeing import bare
from yiwang.insight.reports.exports.manifest import Manifest
from yiwang.insight.reports.rules import printing

IX = "http://www.xbrl.org/2013/inlineXBRL"
XBRLI = "http://www.xbrl.org/2003/instance"
STYLE = (
    "body{font-family:'FangSong_GB2312','FangSong','Noto Serif CJK SC',serif;max-width:46em;margin:2em auto;padding:0 1em;"
    "line-height:1.9}h1{text-align:center;font-size:1.5em}p{text-indent:2em;margin:.2em 0}p.main,p.copies,p.right{text-indent:0}"
    "p.right{text-align:right}.level1{font-weight:bold}ix\\:nonfraction{border-bottom:1px dotted #1456b8}"
    "table{border-collapse:collapse;width:100%;font-size:.85em}td,th{border:1px solid #666;padding:.2em .4em}td.num{text-align:right}"
)


def html(manifest: Manifest, *, number: str = "") -> str:
    """The whole page, with nothing to load. Contexts and units stand in a hidden header, one a figure's period and
    cut-off; every number in the text is marked with its name, its unit and how many decimals it has."""
    head, figures = manifest["report"], {one["name"]: one for one in manifest["figures"]}
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="zh-CN" xmlns:ix="{IX}" xmlns:xbrli="{XBRLI}" xmlns:yw="urn:yiwang:report">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(head['title'])}</title><style>{STYLE}</style></head><body>",
        "<div hidden><ix:header><ix:resources>",
        *_contexts(figures, head["organ_code"]),
        "</ix:resources></ix:header></div>",
        f"<h1>{escape(head['title'])}</h1>",
        *([f'<p class="right">{escape(number)}</p>'] if number else []),
        f'<p class="main">{escape("、".join(head["main"]))}：</p>',
    ]
    tables: dict[str, list[Mapping[str, Any]]] = {}
    for table in manifest["tables"]:
        tables.setdefault(table["section"], []).append(table)
    paragraphs = manifest["paragraphs"]
    for place, paragraph in enumerate(paragraphs):
        said = "".join(_marked(text, figures.get(name)) for text, name in paragraph["pieces"])
        lines.append(f'<p class="level{paragraph["level"]}">{said}</p>')
        last = place + 1 == len(paragraphs) or paragraphs[place + 1]["section"] != paragraph["section"]
        if last:
            for table in tables.pop(paragraph["section"], []):
                lines += _table(table, figures)
    lines.append(f'<p class="right">{escape(head["organ"])}<br>{_day(head["signed_on"])}</p>')
    if head["copies"]:
        lines.append(f'<p class="copies">抄送：{escape("、".join(head["copies"]))}。</p>')
    return "\n".join([*lines, "</body></html>", ""])


def _contexts(figures: Mapping[str, Mapping[str, Any]], organ: str) -> Iterator[str]:
    seen = set()
    for one in figures.values():
        name = _context(one)
        if name not in seen:
            seen.add(name)
            entity = escape(one["scope"] or organ)
            yield (
                f'<xbrli:context id="{name}"><xbrli:entity><xbrli:identifier scheme="urn:yiwang:organ">{entity}'
                f"</xbrli:identifier></xbrli:entity><xbrli:period><xbrli:startDate>{one['from']}</xbrli:startDate>"
                f"<xbrli:endDate>{one['until']}</xbrli:endDate></xbrli:period>"
                f"<yw:cutOff>{escape(one['cut_off'])}</yw:cutOff></xbrli:context>"
            )
    for unit in sorted({one["unit"] for one in figures.values()}):
        yield f'<xbrli:unit id="{_unit(unit)}"><xbrli:measure>yw:{escape(unit or "个")}</xbrli:measure></xbrli:unit>'


def _context(one: Mapping[str, Any]) -> str:
    cut_off = "".join(sign for sign in one["cut_off"] if sign.isdigit())[:14]
    return f"c-{one['scope'] or 'all'}-{one['from']}-{one['until']}-{cut_off}"


def _unit(unit: str) -> str:
    return "u-" + ("percent" if unit == printing.PERCENT else "-".join(f"{ord(sign):x}" for sign in unit) or "none")


def _marked(text: str, one: Mapping[str, Any] | None) -> str:
    if one is None:
        return escape(text)
    number = bare(text)
    scale = {1: "0", 10_000: "4", 100_000_000: "8"}[one["scale"]]
    if one["unit"] == printing.PERCENT:
        scale = "-2"
    title = escape(f"{one['title']}；{one['note']}", quote=True)
    return (
        f'<ix:nonFraction name="yw:{one["name"]}" contextRef="{_context(one)}" unitRef="{_unit(one["unit"])}"'
        f' decimals="{one["places"]}" scale="{scale}" format="ixt:num-dot-decimal" title="{title}">{escape(number)}'
        f"</ix:nonFraction>{escape(text.removeprefix(number))}"
    )


def _table(table: Mapping[str, Any], figures: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield f'<p class="level2">{escape(table["title"])}（单位：{escape(table["unit"])}）</p><table><thead><tr><th></th>'
    yield "".join(f'<th scope="col">{escape(column["title"])}</th>' for column in table["columns"])
    yield "</tr></thead><tbody>"
    for row in table["rows"]:
        cells = []
        for column in table["columns"]:
            one = figures.get(f"{table['id']}_{row['id']}_{column['id']}")
            cells.append(f'<td class="num">{_marked(one["printed"], one) if one else ""}</td>')
        yield f'<tr><th scope="row">{escape(row["title"])}</th>{"".join(cells)}</tr>'
    yield "</tbody></table>"


def _day(iso: str) -> str:
    year, month, day = (int(part) for part in iso.split("-"))
    return f"{year}年{month}月{day}日"
