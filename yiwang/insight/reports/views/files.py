"""What a report leaves the house as, and what a new version changed."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.queries import doer
from yiwang.insight.reports import queries
from yiwang.insight.reports.exports import building, document, page
from yiwang.insight.reports.models import Frozen, Report
from yiwang.insight.reports.queries import comparing
from yiwang.insight.reports.rules.wording import GIVEN
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.web import excel

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
@login_required
def file(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """``docx``, ``template`` (with names in braces), ``html``, ``facts`` (once frozen), ``pdf`` (once sealed)."""
    by, at = doer(request), now()
    found, _ = queries.report(by, reference)
    letter = Letter.objects.filter(pk=found.letter_id).first() if found.letter_id else None
    number, printed = (letter.number, day_of(letter.issued_at)) if letter else ("", None)
    if kind == "pdf":
        if letter is None:
            raise Refusal("还没有编号用印，没有盖章的 PDF。", code="not-numbered")
        return redirect(f"/desk/letters/{letter.pk}/")
    if kind == "facts":
        kept = Frozen.objects.filter(pk=found.pk).first()
        if kept is None:
            raise Refusal("签发定稿之后才有事实文件。", code="not-frozen")
        return attached(
            building.fact_file(kept, number=number, ledger=queries.attested(kept)),
            "application/zip",
            found,
            "事实文件.zip",
        )
    made = building.of(found, day_of(at))
    if kind == "docx":
        return attached(building.word(found, made, number=number, printed_on=printed), WORD, found, ".docx")
    if kind == "template":
        made = building.of(found, day_of(at), named=GIVEN)
        return attached(document.template(made, number=number), WORD, found, "模板.docx")
    if kind == "html":
        answer = HttpResponse(page.html(made, number=number), content_type="text/html; charset=utf-8")
        answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_named(found, '.html'))}"
        return answer
    raise NotFound("没有这种文件。", code="no-such-file")


def attached(data: bytes, media: str, found: Report, ending: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_named(found, ending))}"
    return answer


def _named(found: Report, ending: str) -> str:
    return f"{found.title}{f'（第{found.edition}版）' if found.edition > 1 else ''}{ending}"


@require_GET
@login_required
def differences(request: HttpRequest, reference: str) -> HttpResponse:
    """The sheet of differences; as Excel on request."""
    by, at = doer(request), now()
    found, _ = queries.report(by, reference)
    sheet = comparing.differences(found, day_of(at))
    if sheet is None:
        raise NotFound("这是第一版，没有差异表。", code="no-differences")
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title=f"{found.title}差异表",
            scope=f"第{found.edition}版与第{sheet.before.edition}版（定稿）比较",
            by=by,
            at=at,
            columns=["数据", "原数", "现数", "原截止时间", "现截止时间", "说明"],
            rows=[(r.title, r.before, r.after, r.cut_off_before, r.cut_off_after, r.note) for r in sheet.figures],
        )
    return render(request, "reports/differences.html", {"r": found, "d": sheet})
