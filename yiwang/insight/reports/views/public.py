"""Published reports on the portal: the text with its marked figures, the document, the sealed paper, the fact file."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.http.request import HttpRequest
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yiwang.insight.reports import queries
from yiwang.insight.reports.exports import building, page
from yiwang.insight.reports.models import Frozen
from yiwang.insight.reports.queries import published
from yiwang.insight.reports.queries.published import Public
from yiwang.insight.reports.views.files import WORD
from yiwang.kernel.refusal import NotFound
from yiwang.web.sparing import spare


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """Every published report, newest year first."""
    return render(request, "reports/published.html", {"rows": published.published()})


@require_GET
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """One published report, and how anybody may check it."""
    frozen, shown = published.open_to_all(reference)
    made = json.loads(frozen.manifest)
    figures = {one["name"]: one for one in made["figures"]}
    context = {
        "r": shown,
        "head": made["report"],
        "lines": [
            (one["level"], [(text, figures.get(name)) for text, name in one["pieces"]]) for one in made["paragraphs"]
        ],
        "tables": [_rows(table, figures) for table in made["tables"]],
        "figures": [one | _days(one) for one in made["figures"] if one["printed"]],
        "paper": bool(frozen.paper),
    }
    return render(request, "reports/public.html", context)


def _days(one: dict[str, str]) -> dict[str, object]:
    """When a figure is about, until when it was counted, and as of when the facts were it was counted from."""
    return {
        "since": date.fromisoformat(one["from"]),
        "last": date.fromisoformat(one["until"]) - timedelta(days=1),
        "cut": datetime.fromisoformat(one["cut_off"]),
        "as_of": datetime.fromisoformat(one["facts_as_of"]) if one["facts_as_of"] else None,
    }


def _rows(table: dict[str, object], figures: dict[str, dict[str, object]]) -> dict[str, object]:
    columns, rows = table["columns"], table["rows"]
    assert isinstance(columns, list)
    assert isinstance(rows, list)
    told = [
        (row, [figures.get(f"{table['id']}_{row['id']}_{column['id']}", {}).get("printed", "") for column in columns])
        for row in rows
    ]
    return {"title": table["title"], "unit": table["unit"], "columns": columns, "rows": told}


@require_GET
def file(request: HttpRequest, reference: str, kind: str) -> HttpResponseBase:
    """``pdf`` (the sealed paper), ``docx``, ``html`` (marked figures), ``facts``: as they were published, nothing newer."""
    frozen, shown = published.open_to_all(reference)
    name = f"{shown.title}{f'（第{shown.edition}版）' if shown.edition > 1 else ''}"
    if kind == "pdf" and frozen.paper:
        return _sent(HttpResponse(bytes(frozen.paper), content_type="application/pdf"), f"{name}.pdf")
    if kind == "docx":
        made = building.word(frozen.report, json.loads(frozen.manifest))
        return _sent(HttpResponse(made, content_type=WORD), f"{name}.docx")
    if kind == "html":
        text = page.html(json.loads(frozen.manifest))
        return _sent(HttpResponse(text, content_type="text/html; charset=utf-8"), f"{name}.html")
    if kind == "facts":
        spare("reports", request.META.get("REMOTE_ADDR", ""))
        return _sent(
            FileResponse(_facts(frozen, shown).open("rb"), content_type="application/zip"), f"{name}事实文件.zip"
        )
    raise NotFound("没有这种文件。", code="no-such-file")


def _facts(frozen: Frozen, shown: Public) -> Path:
    """The fact file, made once: of a county's year it holds a hundred thousand records, and the same content gives the
    same file. One without the ledger's proof is made again as soon as the line has one."""
    bare = f"{frozen.digest}{'-sealed' if shown.sealed else ''}"
    folder: Path = settings.VAR / "reports"
    proven = folder / f"{bare}-proven.zip"
    if proven.exists():
        return proven
    ledger = queries.attested(frozen)
    path = proven if ledger else folder / f"{bare}.zip"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(building.fact_file(frozen, ledger=ledger))
        fresh.replace(path)
    return path


def _sent(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
