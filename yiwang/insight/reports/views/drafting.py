"""The drafting page, and everything that is done on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.insight.reports import actions, queries
from yiwang.insight.reports.models import Report
from yiwang.insight.reports.queries import comparing, returns, snapshots
from yiwang.insight.reports.rules import cards, checking, wording
from yiwang.insight.reports.rules.checking import Draft
from yiwang.insight.reports.views import asking
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters import queries as matter_queries
from yiwang.matters.standing import Standing
from yiwang.matters.stepping import button, called, told, with_forms
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number


@require_GET
@login_required
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """The drafting page: text left, the chosen figure's card right, on top what is unfilled and what the checks say."""
    return _page(request, reference)


def _page(request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "") -> HttpResponse:
    by, at = doer(request), now()
    found, standing = queries.report(by, reference)
    draft = queries.draft_of(found, day_of(at))
    context = _shown(request, by, at, found, standing, draft, refusal, step)
    return render(request, "reports/report.html", context, status=refusal.status if refusal else 200)


def _shown(
    request: HttpRequest,
    by: Doer,
    at: datetime,
    found: Report,
    standing: Standing,
    draft: Draft,
    refusal: Refusal | None,
    step: str,
) -> dict[str, Any]:
    rule, process = queries.rule_of(found), matter_queries.process_of(standing)
    checked = queries.checked(found, draft)
    chosen = request.GET.get("figure", "")
    may_edit = queries.may_edit(by, found, standing)
    editing = (request.GET.get("edit", "") or (request.POST.get("section", "") if refusal else "")) if may_edit else ""
    story, named = told(by, standing, _people(found))
    sections = {row.code: row for row in found.sections.all()}
    used, cells = draft.used(), set(draft.grid)
    return {
        "r": found,
        "m": standing,
        "state": process.states[standing.state],
        "rule": rule,
        "before": rule.asked(found.year).before,
        "left": (rule.asked(found.year).before - day_of(at)).days - 1,
        "organ": draft.organ,
        "as_of": min((card.facts_as_of for card in draft.cards.values() if card.facts_as_of), default=None),
        "body": _body(draft, checked, editing),
        "sections": sections,
        "editing": sections.get(editing),
        "typed": request.POST.get("text") if refusal and editing else None,
        "fronting": may_edit and request.GET.get("edit") == "-front",
        "cards": [(card, card.name in used) for card in draft.cards.values() if card.name not in cells],
        "tables": [_grid(table, draft) for table in rule.shapes()],
        "checked": checked,
        "explained": {row.key: row for row in found.explanations.all()},
        "may_edit": may_edit,
        "steps": with_forms(request, matter_queries.available_steps(by, standing), refusal, step),
        "story": story,
        "called": named,
        "returns": returns.of_report(found, day_of(at)),
        "frozen": getattr(found, "frozen", None),
        "following": getattr(found, "following", None),
        "publicities": Report.Publicity.choices,
        "changed": comparing.any_change(found) if found.previous else False,
        "refusal": refusal,
        **_card(by, found, draft, chosen),
    }


def _people(found: Report) -> set[str]:
    """Who confirmed figures and signed for units."""
    said = set(found.figures.exclude(confirmed_by="").values_list("confirmed_by", flat=True))
    return said | set(found.returns.exclude(signed_by="").values_list("signed_by", flat=True))


def _card(by: Doer, found: Report, draft: Draft, name: str) -> dict[str, Any]:
    """The chosen figure's card; nothing where no figure is chosen."""
    card = draft.cards.get(name)
    if card is None:
        return {"card": None}
    row = found.figures.select_related("filled__matter", "snapshot").get(name=name)
    scope = organs.organ_name(organs.organ(card.scope).pk, draft.signed_on) if card.scope else "全县"
    return {
        "card": card,
        "row": row,
        "kind": cards.KINDS[card.kind],
        "scope": scope,
        "last_day": date.fromordinal(card.until_on.toordinal() - 1),
        "batches": [one for one in snapshots.snapshots(by) if one.organ_id == found.organ_id],
        "parts": [draft.cards[part] for part in (*card.parts, *card.of) if part in draft.cards],
    }


def _body(draft: Draft, checked: queries.Checked, editing: str) -> list[dict[str, Any]]:
    """Paragraphs with their pieces as the page shows them; a section being edited shows its form instead."""
    found: list[dict[str, Any]] = []
    wrong = {one.figure for one, note in checked.found if one.figure and not note}
    by_section: dict[str, list[wording.Paragraph]] = {}
    for paragraph in draft.body():
        by_section.setdefault(paragraph.section, []).append(paragraph)
    for part in draft.parts:
        lines = by_section.get(part.code, [])
        first = lines[0].text if lines else f"（待写）{part.title}"
        found.append(
            {
                "code": part.code,
                "title": first,
                "edit": part.code == editing,
                "paragraphs": [
                    (line.level, [_piece(piece, draft, wrong) for piece in line.pieces]) for line in lines[1:]
                ],
            }
        )
    return found


def _piece(piece: wording.Piece, draft: Draft, wrong: set[str]) -> dict[str, Any]:
    card = draft.cards.get(piece.figure)
    tone = "" if card is None else "late" if piece.figure in wrong else card.kind
    return {"text": piece.text, "figure": piece.figure if card else "", "tone": tone}


def _grid(table: Any, draft: Draft) -> dict[str, Any]:
    rows = [
        (row, [(name, draft.cards[name].printed if name in draft.cards else "") for name in _names(table, row)])
        for row in table.rows
    ]
    return {"table": table, "rows": rows}


def _names(table: Any, row: Any) -> list[str]:
    return [table.name(row.id, column.id) for column in table.columns]


@require_GET
@login_required
def card(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """The card alone, for the page that loads it beside the text."""
    by, at = doer(request), now()
    found, standing = queries.report(by, reference)
    draft = queries.draft_of(found, day_of(at))
    context = {
        "r": found,
        "m": standing,
        "may_edit": queries.may_edit(by, found, standing),
        **_card(by, found, draft, name),
    }
    context["called"] = called(by, _people(found))
    return render(request, "reports/_card.html", context)


@require_POST
@login_required
def section(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Save a section, or (``try``) only say what the checks would find in it."""
    by, at = doer(request), now()
    if request.POST.get("try"):
        return _tried(request, reference, code, by, at)

    def deed() -> HttpResponse:
        actions.edit_section(
            reference=reference,
            code=code,
            text=request.POST.get("text", ""),
            seen=whole_number(request.POST.get("seen"), "seen"),
            by=by,
            at=at,
        )
        messages.success(request, "已保存。")
        return redirect("report", reference=reference)

    return or_again(deed, lambda refusal: _page(request, reference, refusal))


def _tried(request: HttpRequest, reference: str, code: str, by: Doer, at: datetime) -> HttpResponse:
    """What the checks find while somebody types: nothing is saved."""
    found, _ = queries.report(by, reference)
    draft = queries.draft_of(found, day_of(at))
    text = request.POST.get("text", "")
    try:
        wording.refuse_unknown(text, draft.cards)
        tried = replace(
            draft, parts=tuple(replace(part, text=text) if part.code == code else part for part in draft.parts)
        )
        said = [
            one for one in checking.findings(tried, queries.rule_of(found).asked(found.year)) if one.section == code
        ]
    except Refusal as refusal:
        return render(request, "reports/_tried.html", {"faults": refusal.faults})
    return render(request, "reports/_tried.html", {"found": said})


@require_POST
@login_required
def front(request: HttpRequest, reference: str) -> HttpResponse:
    """Title, recipients, 公开方式, cut-off."""
    by, at = doer(request), now()

    def deed() -> HttpResponse:
        actions.edit_front(
            reference=reference,
            title=request.POST.get("title", ""),
            main=asking.lines(request, "main"),
            copies=asking.lines(request, "copies"),
            publicity=request.POST.get("publicity", ""),
            hides_small=request.POST.get("hides_small") == "on",
            cut_off=asking.cut_off(request, "cut_off", at) or queries.report(by, reference)[0].cut_off,
            by=by,
            at=at,
        )
        messages.success(request, "已保存。")
        return redirect("report", reference=reference)

    return or_again(deed, lambda refusal: _page(request, reference, refusal))


step = button("reports.step", take=actions.take, leads_to="report", page=_page)


@require_POST
@login_required
def work(request: HttpRequest, reference: str, deed: str) -> HttpResponse:
    """The page's other buttons: 取数, 核定, 说明, 发填报任务, 催报, 另立新版, 存为模板, 导入文档."""
    by, at = doer(request), now()
    common: dict[str, Any] = {"reference": reference, "by": by, "at": at}

    def done() -> HttpResponse:
        said = _worked(request, deed, common)
        if isinstance(said, HttpResponse):
            return said
        messages.success(request, said)
        return redirect("report", reference=reference)

    return or_again(done, lambda refusal: _page(request, reference, refusal))


def _worked(request: HttpRequest, deed: str, common: dict[str, Any]) -> str | HttpResponse:
    match deed:
        case "take":
            taken, faults = actions.take_figures(**common, names=request.POST.getlist("name"))
            for fault in faults:
                messages.warning(request, fault.says)
            return f"已取数{taken}个。" if taken else "没有取到数。"
        case "confirm":
            return f"已核定{actions.confirm(**common, names=request.POST.getlist('name'))}个数据的口径。"
        case "explain":
            actions.explain(**common, key=request.POST.get("key", ""), text=request.POST.get("text", ""))
            return "已记下说明。"
        case "ask":
            opened = actions.ask_units(**common)
            return f"已向{len(opened)}个单位发出填报任务。"
        case "remind":
            told = actions.remind(at=common["at"], by=common["by"], reference=common["reference"])
            return f"已催报，提醒{told}人次。"
        case "revise":
            made = actions.revise(**common, reason=request.POST.get("reason", ""))
            return redirect("report", reference=made.reference)
        case "keep":
            actions.keep_as_template(**common)
            return "已存为模板，明年从这里开始。"
        case "document":
            content, _ = asking.upload(request, "file")
            if content is None:
                raise Refusal("请选择 .docx 文件。", code="document", field="file")
            return f"已更新{len(actions.from_document(**common, content=content))}节。"
    raise Refusal("没有这项操作。", code="no-such-deed")
