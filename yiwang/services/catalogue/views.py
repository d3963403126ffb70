"""Pages of search, items and laws. Guides have their own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.foundation.calendar.today import now, today
from yiwang.foundation.organs.queries import doer, organ_names
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.services.catalogue import actions, codes, queries
from yiwang.services.catalogue.forms import ItemFilter, LawForm
from yiwang.web import excel

PAGE = 20
OUTCOMES = [
    ("", "全部"),
    ("imported", "导入（有说明）"),
    ("merged", "合并"),
    ("refused", "拒绝"),
    ("left-aside", "搁置"),
    ("absent", "来源已无"),
]


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Answers to a citizen's words; with htmx only the answers."""
    text, page = request.GET.get("q", "")[:200].strip(), _page_number(request)
    hits = queries.search(text, on=today(), limit=PAGE, offset=(page - 1) * PAGE)
    shown = {
        "text": text,
        "hits": hits,
        "rows": _rows(hits.hits),
        "guidance": queries.guidance_for(text, today()) if page == 1 else None,
        "page": page,
        "following": page + 1 if page * PAGE < hits.total else None,
        "query": urlencode({"q": text}),
    }
    template = "catalogue/search_results.html" if getattr(request, "htmx", False) else "catalogue/search.html"
    return render(request, template, shown)


@require_GET
def items(request: HttpRequest) -> HttpResponse:
    """The list by type, department and theme, with counts."""
    chosen = ItemFilter(request.GET).chosen()
    chosen.pop("state", None)
    filters: dict[str, Any] = {("text" if name == "q" else name): value for name, value in chosen.items()}
    page = Paginator(queries.items(on=today(), **filters), PAGE).get_page(request.GET.get("page"))
    shown = {
        "chosen": chosen,
        "page": page,
        "rows": _rows(page.object_list),
        "counts": queries.counts(on=today()),
        "query": urlencode(chosen),
        "without": {
            name: urlencode({k: v for k, v in chosen.items() if k != name}) for name in ("type", "organ", "theme")
        },
    }
    return render(request, "catalogue/items.html", shown)


@require_GET
def item(request: HttpRequest, code: str) -> HttpResponse:
    """One item: who handles it, where, and its guide if one is in force."""
    found = queries.item(code, on=today())
    names = organ_names([found.organ_id], today())
    shown = {
        "item": found,
        "organ": names[found.organ_id],
        "type": codes.names("type", today()).get(found.type, found.type),
        "level": codes.names("level", today()).get(found.exercise_level, ""),
        "places": queries.places(found),
        "guide": queries.guide_or_none(found.code, today()),
    }
    return render(request, "catalogue/item.html", shown)


@require_GET
def desk_items(request: HttpRequest) -> HttpResponse:
    """The register as its editors see it; ``export=1`` answers the same rows as Excel."""
    by = doer(request)
    chosen = ItemFilter(request.GET).chosen()
    filters = {("text" if name == "q" else name): value for name, value in chosen.items()}
    found = queries.desk_items(by, on=today(), **filters)
    if request.GET.get("export"):
        return _export(request, found, chosen)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = {
        "chosen": chosen,
        "page": page,
        "rows": _rows(page.object_list),
        "counts": queries.counts(on=today()),
        "query": urlencode(chosen),
        "may_change": by.may(Permission.CATALOGUE_EDIT),
        "may_import": by.may(Permission.CATALOGUE_IMPORT),
    }
    return render(request, "catalogue/desk_items.html", shown)


@require_GET
def desk_imports(request: HttpRequest) -> HttpResponse:
    """Reports of imports: what became of every row."""
    by = doer(request)
    runs = queries.import_runs(by)
    run = runs.filter(pk=request.GET["run"]).first() if request.GET.get("run", "").isdecimal() else runs.first()
    lines = run.lines if run else []
    outcome = request.GET.get("outcome", "")
    if outcome in {"imported", "merged", "refused", "left-aside", "absent"}:
        lines = [line for line in lines if line["outcome"] == outcome]
    else:
        outcome = ""
    if request.GET.get("format") == "xlsx":
        at = run.at if run else now()
        return excel.response(
            title="事项导入记录",
            scope=f"{run.file_name if run else '没有导入'}，结果：{dict(OUTCOMES)[outcome]}",
            by=by,
            at=at,
            columns=(columns := sorted({key for line in lines for key in line})),
            rows=([str(line.get(key, "")) for key in columns] for line in lines),
        )
    page = Paginator(lines, 50).get_page(request.GET.get("page"))
    shown = {
        "runs": runs[:20],
        "run": run,
        "page": page,
        "outcome": outcome,
        "outcomes": OUTCOMES,
        "query": urlencode({"run": run.pk if run else "", "outcome": outcome}),
    }
    return render(request, "catalogue/desk_imports.html", shown)


@require_http_methods(["GET", "POST"])
def desk_laws(request: HttpRequest) -> HttpResponse:
    """The law register and the form that adds to it."""
    by = doer(request)
    form = LawForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            law = actions.add_law(**form.cleaned_data, by=by, at=now())
        except NotAllowed:
            raise
        except Refusal as refused:
            refusal = refused
            for fault in refused.faults:
                form.add_error(fault.field if fault.field in form.fields else None, fault.says)
        else:
            messages.success(request, f"已收录《{law.title}》，共{law.articles}条。")
            return redirect("desk-laws")
    text, title_only = request.GET.get("q", "")[:60].strip(), bool(request.GET.get("title_only"))
    found = queries.law_list(by, text=text, title_only=title_only)
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="法规库",
            scope=f"法规库{'，只核标题的' if title_only else ''}{f'，含“{text}”' if text else ''}；条文数为0的只核标题",
            by=by,
            at=now(),
            columns=["法规名称", "效力类别", "文号", "版本日期", "条文数", "被引用", "来源"],
            rows=(
                (law.title, law.category, law.document_number, law.version_on, law.articles, law.cited, law.source)  # type: ignore[attr-defined]  # annotated
                for law in found
            ),
        )
    shown = {
        "form": form,
        "refusal": refusal,
        "may_edit": by.may(Permission.LAWS_EDIT),
        "page": Paginator(found, 30).get_page(request.GET.get("page")),
        "text": text,
        "title_only": title_only,
        "query": urlencode({"q": text, "title_only": "1" if title_only else ""}),
    }
    return render(request, "catalogue/desk_laws.html", shown, status=422 if form.errors else 200)


def _rows(found: Any) -> list[dict[str, Any]]:
    """Items or hits with the names of their organ and type and whether a guide can be read. Three queries."""
    found = list(found)
    names = organ_names([one.organ_id for one in found], today())
    types = codes.names("type", today())
    guided = queries.guided([one.code for one in found], today())
    return [
        {
            "item": one,
            "organ": names.get(one.organ_id, ""),
            "type": types.get(one.type, one.type),
            "guided": one.code in guided,
        }
        for one in found
    ]


def _export(request: HttpRequest, found: Any, chosen: dict[str, str]) -> HttpResponse:
    by = doer(request)
    names = organ_names(found.values_list("organ_id", flat=True), today())
    types = codes.names("type", today())
    scope = "，".join(f"{name}={value}" for name, value in chosen.items()) or "全部在用事项"
    return excel.response(
        title="政务服务事项清单",
        scope=f"{scope}；来源编码为导入时的地方编码",
        by=by,
        at=now(),
        columns=[
            "事项编码",
            "实施编码",
            "事项名称",
            "主项名称",
            "事项类型",
            "实施主体",
            "状态",
            "已发布指南",
            "来源编码",
        ],
        rows=(
            [
                one.code,
                one.task_code,
                one.name,
                one.main_name,
                types.get(one.type, one.type),
                names.get(one.organ_id, ""),
                one.get_state_display(),
                one.guide_count,
                "、".join(one.local_codes),
            ]
            for one in found
        ),
    )


def _page_number(request: HttpRequest) -> int:
    given = request.GET.get("page", "1")
    return min(max(int(given), 1), 100) if given.isascii() and given.isdecimal() and len(given) < 5 else 1
