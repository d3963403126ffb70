"""Pages of supervision. Views translate; who may see and do what is asked in queries and actions."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.letters.queries import letters
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.governance.supervision import actions, queries
from yiwang.kernel.clocks import ARTICLE_45
from yiwang.kernel.refusal import Refusal
from yiwang.matters import queries as matter_queries
from yiwang.matters.stepping import button, shown
from yiwang.web import excel
from yiwang.web.inputs import whole_number

MOST_EXPORTED = 20_000
UPHELD = "申诉成立将按申诉更正办件的计时；更正后不再超期的，本牌和依据同一计时的其他牌随之撤销。"
COLUMNS = ["信号", "规则", "责任单位", "承办人", "办理编号", "事项", "期限", "触发日", "事前预警", "状态", "答复期限", "监督件编号", "已阅"]  # fmt: skip


@require_GET
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Cards and warnings: all of them for supervisors, a unit's own for its people; as Excel on request."""
    by, at = doer(request), now()
    show, organ_id = request.GET.get("show", "open"), whole_number(request.GET.get("organ"), "organ")
    before = whole_number(request.GET.get("before"), "before")
    if show not in queries.SHOW:
        raise Refusal("没有这个筛选条件。", code="show", field="show")
    if request.GET.get("format") == "xlsx":
        rows, _ = queries.board(by, day_of(at), show=show, organ_id=organ_id, size=MOST_EXPORTED)
        return excel.response(
            title=f"监督件_{queries.SHOW[show]}",
            scope=f"{queries.SHOW[show]}，按发牌先后倒序",
            by=by,
            at=at,
            columns=COLUMNS,
            rows=[_exported(row) for row in rows],
        )
    rows, following = queries.board(by, day_of(at), show=show, organ_id=organ_id, before=before)
    context = {
        "rows": rows,
        "next": following,
        "show": show,
        "show_title": queries.SHOW[show],
        "tiles": [(key, queries.SHOW[key], count) for key, count in queries.tiles(by, day_of(at)).items()],
        "notices": queries.notices(by),
        "may_supervise": by.may(matter_queries.SUPERVISE),
        "query": urlencode({"show": show, **({"organ": organ_id} if organ_id else {})}),
    }
    return render(request, "supervision/board.html", context)


def _exported(row: queries.Row) -> tuple[object, ...]:
    return (
        row.signal,
        row.code,
        row.organ,
        row.holder,
        row.about,
        row.title,
        row.due_on,
        row.fell_on,
        "有" if row.warned else "无",
        row.state or "预警",
        row.answer_by,
        row.reference,
        row.read,
    )


@require_GET
@login_required
def count(request: HttpRequest) -> HttpResponse:
    """The badge: notices the viewer has not read."""
    return HttpResponse(str(queries.unread(doer(request)) or ""))


@require_GET
@login_required
def card(request: HttpRequest, reference: str) -> HttpResponse:
    """One card: what was exceeded, with the clock's explanation; what the unit says; what may be done."""
    return _card(request, reference)


@require_GET
@login_required
def signal(request: HttpRequest, card_id: int) -> HttpResponse:
    """One warning, which has no matter of its own."""
    by, at = doer(request), now()
    found = queries.signal(by, card_id)
    if found.matter is not None:
        return redirect("card", reference=found.matter.reference)
    return render(request, "supervision/card.html", _context(by, at, found))


def _context(by: Any, at: Any, found: Any) -> dict[str, Any]:
    on = day_of(at)
    row = queries.rows_of([found], on)[0]
    return {
        "row": row,
        "card": found,
        "rule": queries.rule_of(found),
        "told": queries.read_state(by, found),
        "letters": [
            one
            for one in letters(by, matter_reference=row.reference or row.about)
            if one.kind.startswith("supervision-")
        ],
        "may_supervise": by.may(matter_queries.SUPERVISE),
    }


def _card(request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "") -> HttpResponse:
    by, at = doer(request), now()
    found = queries.card(by, reference)
    standing = matter_queries.matter(by, reference)
    process = matter_queries.process_of(standing)
    claimed = queries.appeal(standing)
    grounds = next(field.choices for field in process.steps["appeal"].fields if field.name == "ground")
    context = shown(request, by, standing, day_of(at), refusal, step)
    for _, form in context["steps"]:
        form.choose("unit", lambda: queries.units(day_of(at)))
    other = claimed.get("unit", "") if claimed else ""
    moved_to = dict(queries.units(day_of(at))).get(other, "") if other else ""
    context |= _context(by, at, found) | {
        "claimed": claimed,
        "ground": grounds.get(claimed["ground"], "") if claimed else "",
        "procedure": ARTICLE_45.get(claimed.get("procedure", ""), "") if claimed else "",
        "unit": moved_to,
        "organ_now": organs.organ_name(standing.organ_id, day_of(at)),
        "upheld": f"申诉成立，本牌撤销，改向{moved_to}发牌；办件的计时不变。" if moved_to else UPHELD,
    }
    return render(request, "supervision/card.html", context, status=refusal.status if refusal else 200)


step = button("supervision.step", take=actions.take, leads_to="card", page=_card)  # 申诉、答复、裁定


@require_POST
@login_required
def slip(request: HttpRequest, card_id: int) -> HttpResponse:
    """提醒单 or 督办单: written, numbered, and printed from the same page."""
    by, at = doer(request), now()
    letter = actions.print_slip(card_id=card_id, kind=request.POST.get("kind", ""), by=by, at=at)
    messages.success(request, f"已出具{letter.title}：{letter.number}。")
    return redirect("cards-signal", card_id=card_id)


@require_POST
@login_required
def order(request: HttpRequest) -> HttpResponse:
    """督办立项 on an open case."""
    opened = actions.order(
        reference=request.POST.get("reference", "").strip()[:24],
        opinion=request.POST.get("opinion", ""),
        by=doer(request),
        at=now(),
    )
    messages.success(request, f"已督办立项：{opened.reference}。")
    return redirect("card", reference=opened.reference)


@require_POST
@login_required
def acknowledge(request: HttpRequest, notice_id: int) -> HttpResponse:
    """已阅, and on to what it was about."""
    notice = actions.acknowledge(notice_id=notice_id, by=doer(request), at=now())
    return redirect("cards-signal", card_id=notice.card_id)


@require_GET
@login_required
def bulletin(request: HttpRequest) -> HttpResponse:
    """月度通报 by department; as Excel on request."""
    by, at = doer(request), now()
    month = _month(request.GET.get("month"), day_of(at))
    rows = queries.bulletin(by, month, day_of(at))
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title=f"{month.year}年{month.month}月效能监督通报",
            scope="按触发日所在月份统计；申诉成立已撤销的牌不计入黄牌、红牌，另列",
            by=by,
            at=at,
            columns=["单位", "红牌", "黄牌", "预警", "督办", "已撤销", "已核销", "未答复", "申诉中"],
            rows=[
                (r.organ, r.red, r.yellow, r.warnings, r.orders, r.revoked, r.settled, r.unanswered, r.appealed)
                for r in rows
            ],
        )
    total = {name: sum(getattr(row, name) for row in rows) for name in ("red", "yellow", "warnings", "orders")}
    context = {"rows": rows, "month": month, "months": queries.months(day_of(at)), "total": total}
    return render(request, "supervision/bulletin.html", context)


@require_GET
@login_required
def clues(request: HttpRequest) -> HttpResponse:
    """异常线索 for the supervisor."""
    by, at = doer(request), now()
    rows = queries.clue_rows(by, day_of(at), judged=request.GET.get("judged") == "1")
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="异常线索",
            scope="系统按监察规则发现的线索，须人工核查，不据以发牌",
            by=by,
            at=at,
            columns=["发生日", "线索", "单位", "行为人", "办理编号", "事项", "内容", "核查结论"],
            rows=[(r.on, r.kind, r.organ, r.actor, r.reference, r.title, r.says, r.verdict) for r in rows],
        )
    return render(request, "supervision/clues.html", {"rows": rows})


@require_GET
@login_required
def clue(request: HttpRequest, clue_id: int) -> HttpResponse:
    """One clue with what it rests on: the matter's lines, when each was written, and what else was closed then."""
    by, on = doer(request), day_of(now())
    found = queries.clue(by, clue_id)
    context = {"row": queries.clues_shown([found], on)[0], "proof": queries.evidence(by, found)}
    return render(request, "supervision/clue.html", context)


@require_POST
@login_required
def judge(request: HttpRequest, clue_id: int) -> HttpResponse:
    """属实 or 不属实."""
    actions.judge(clue_id=clue_id, verdict=request.POST.get("verdict", ""), by=doer(request), at=now())
    messages.success(request, "核查结论已保存。")
    return redirect("cards-clues")


@require_GET
def public_counts(request: HttpRequest) -> HttpResponse:
    """Yellow and red cards of a year by month and by unit, for everybody."""
    on = day_of(now())
    year = whole_number(request.GET.get("year"), "year") or on.year
    if not on.year - 5 <= year <= on.year:
        raise Refusal("没有这一年的数据。", code="year", field="year")
    context = {"year": year, "on": on, "years": range(on.year, on.year - 3, -1), **queries.public_counts(year, on)}
    return render(request, "supervision/public.html", context)


def _month(raw: str | None, on: date) -> date:
    """``2026-09`` as its first day; this month where nothing is asked."""
    if not raw:
        return on.replace(day=1)
    try:
        return date.fromisoformat(f"{raw}-01")
    except ValueError:
        raise Refusal("月份的格式为2026-09。", code="month", field="month") from None
