"""The table and the page in a fact file say what was frozen: nothing else, nothing less. Standard library alone."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

MARK = re.compile(r"<ix:nonFraction\b([^>]*)>([^<]*)</ix:nonFraction>")
GIVEN = re.compile(r'\b(name|contextRef|unitRef|decimals|scale)="([^"]*)"')
CONTEXT = re.compile(
    r'<xbrli:context id="([^"]*)">.*?<xbrli:startDate>([^<]*)</xbrli:startDate><xbrli:endDate>([^<]*)</xbrli:endDate>'
    r".*?<yw:cutOff>([^<]*)</yw:cutOff>",
    re.DOTALL,
)
LINE = re.compile(r'<p class="level\d">(.*?)</p>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")
TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
SCALES = {1: "", 10_000: "万", 100_000_000: "亿"}
Figures = Mapping[str, Mapping[str, Any]]


def bare(said: str) -> str:
    """A printed figure without its percent sign or scale word, as a marked number carries it."""
    for word in ("%", *filter(None, SCALES.values())):
        said = said.removesuffix(word)
    return said


def table(data: bytes, figures: Figures) -> list[str]:
    """Where ``figures.csv`` differs from what was frozen, in Chinese."""
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    if [row.get("name") for row in rows] != list(figures):
        return ["所列数据与定稿的不是同一批"]
    return [
        f"{figures[row['name']]['title']}的“{column}”为{said or '空'}，定稿为{_cell(figures[row['name']], column) or '空'}"
        for row in rows
        for column, said in row.items()
        if said != _cell(figures[row["name"]], column)
    ]


def _cell(figure: Mapping[str, Any], column: str) -> str:
    value = figure.get(column)
    return "" if value is None else str(value)


def page(html: str, manifest: Mapping[str, Any], figures: Figures) -> tuple[int, list[str]]:
    """How many numbers the page marks, and where it differs from what was frozen: a number, its facts, or the words around."""
    marks = [(dict(GIVEN.findall(given)), unescape(said)) for given, said in MARK.findall(html)]
    shown = Counter((given.get("name", "").removeprefix("yw:"), said) for given, said in marks)
    wanted = Counter(_numbers(manifest, figures))
    wrong = [f"{_title(figures, name)}标作{said}" for name, said in (shown - wanted)]
    wrong += [f"缺少{_title(figures, name)}（{said}）" for name, said in (wanted - shown)]
    contexts = {found[0]: found[1:] for found in CONTEXT.findall(html)}
    for given, _ in marks:
        one = figures.get(given.get("name", "").removeprefix("yw:"))
        if one is not None and (fault := _told_wrong(given, contexts, one)):
            wrong.append(f"{one['title']}的{fault}与定稿不同")
    said = [unescape(TAG.sub("", line)) for line in LINE.findall(html)]
    head = [unescape(one) for one in TITLE.findall(html)]
    if said != list(_lines(manifest)) or head != [manifest["report"]["title"]]:
        wrong.append("文字与定稿不同")
    return len(marks), wrong


def _told_wrong(given: Mapping[str, str], contexts: Mapping[str, Sequence[str]], one: Mapping[str, Any]) -> str:
    period = tuple(unescape(said) for said in contexts.get(given.get("contextRef", ""), ()))
    if period != (one["from"], one["until"], one["cut_off"]):
        return "期间或截止时间"
    scale = "-2" if one["unit"] == "%" else str(len(str(one["scale"])) - 1)
    return "" if (given.get("decimals"), given.get("scale")) == (str(one["places"]), scale) else "位数"


def _numbers(manifest: Mapping[str, Any], figures: Figures) -> Iterator[tuple[str, str]]:
    for paragraph in manifest["paragraphs"]:
        yield from ((name, bare(text)) for text, name in paragraph["pieces"] if name in figures)
    for one in manifest["tables"]:
        for row in one["rows"]:
            for column in one["columns"]:
                name = f"{one['id']}_{row['id']}_{column['id']}"
                if name in figures:
                    yield name, bare(figures[name]["printed"])


def _lines(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Paragraphs in order, and behind the last one of a section the titles of its tables."""
    tables = list(manifest["tables"])
    paragraphs = manifest["paragraphs"]
    for place, paragraph in enumerate(paragraphs):
        yield "".join(text for text, _ in paragraph["pieces"])
        if place + 1 == len(paragraphs) or paragraphs[place + 1]["section"] != paragraph["section"]:
            here = [one for one in tables if one["section"] == paragraph["section"]]
            tables = [one for one in tables if one not in here]
            yield from (f"{one['title']}（单位：{one['unit']}）" for one in here)


def _title(figures: Figures, name: str) -> str:
    return str(figures[name]["title"]) if name in figures else name
