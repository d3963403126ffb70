"""Pages of letters: the public check, one's own letters, and the desk's list with what still has to be mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages as notes
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.ledger import queries as ledger
from yiwang.foundation.letters import actions, checking, queries, rules, typesetting
from yiwang.foundation.letters.models import Letter, Message
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.permissions import Permission, allow
from yiwang.kernel.refusal import Refusal
from yiwang.web import excel
from yiwang.web.sparing import spare

PAGE = 20
UNSERVED = "unserved"
HEAPS = [*Letter.Status.choices, (UNSERVED, "未送达")]
MESSAGES = [("failed", "发送失败"), ("queued", "待发送"), ("sent", "已发送"), (queries.MINE, "发给我的")]
UPLOAD = 20 * 1024 * 1024


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Check a letter by its code, or by the file itself; no login, no personal data."""
    upload = request.FILES.get("file")
    if isinstance(upload, UploadedFile):
        spare("letters", request.META.get("REMOTE_ADDR", ""))
        if (upload.size or 0) > UPLOAD:
            raise Refusal("文件过大，不是本系统出具的文书。", field="file")
        return render(request, "letters/check.html", {"found": checking.examine(upload.read()), "from_file": True})
    typed = request.POST.get("code") or request.GET.get("code") or ""
    if typed:
        return redirect("letter-check", code=rules.plain_code(typed) or "-")
    return render(request, "letters/look_up.html")


@never_cache
@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """The page behind the QR."""
    spare("letters", request.META.get("REMOTE_ADDR", ""))
    found = checking.check_by_code(code)
    return render(request, "letters/check.html", {"found": found, "code": rules.shown_code(rules.plain_code(code))})


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The letters written to me and to those I act for."""
    by = doer(request)
    if by.person_id is None:
        return redirect(f"{settings.LOGIN_URL}?next={request.path}")
    page = Paginator(queries.letters_to(by), PAGE).get_page(request.GET.get("page"))
    told = queries.messages(by)[:PAGE]
    return render(request, "letters/mine.html", {"page": page, "told": told})


@require_POST
def opened(request: HttpRequest, letter_id: int) -> HttpResponse:
    """I confirm that I have read it: from now my terms run."""
    actions.serve(letter=letter_id, how=Letter.Served.OPENED, by=doer(request), at=now())
    notes.success(request, "已确认收到这份文书。")
    back = request.POST.get("next", "")
    # only back into this house: the field comes from the page, and a page can be forged
    known = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back) if known else redirect("my-letters")


@never_cache
@require_safe
def file(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The sealed PDF."""
    by = doer(request)
    return _pdf(queries.content(by, letter_id), queries.letter(by, letter_id).number, "download" in request.GET)


@never_cache
@require_safe
def slip(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The same letter for the counter's 80 mm printer."""
    letter = queries.letter(doer(request), letter_id)
    page = actions.page_of(letter)
    return _pdf(
        typesetting.pdf(typesetting.SLIP, page, on=day_of(letter.issued_at)), f"{letter.number}（80毫米）", False
    )


@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Letters of my organs; the ones that are not out yet first when asked for."""
    by = doer(request)
    allow(by, Permission.LETTER_SEE)
    status = request.GET.get("status", "")
    wanted = status if status in dict(HEAPS) else ""
    found = queries.letters(by, status="" if wanted == UNSERVED else wanted, unserved=wanted == UNSERVED)
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="文书清单",
            scope=f"本人可见机构出具的文书，状态：{dict(HEAPS).get(wanted, '全部')}，新的在前",
            by=by,
            at=now(),
            columns=["文号", "文书", "办件", "出具时间", "状态", "未成原因", "送达方式", "送达时间"],
            rows=(
                (
                    one.number,
                    one.title,
                    one.matter_reference,
                    one.issued_at,
                    one.get_status_display(),
                    one.error,
                    one.get_served_how_display() if one.served_at else "",
                    one.served_at,
                )
                for one in found.iterator()
            ),
        )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "statuses": HEAPS, "status": wanted}
    return render(request, "letters/desk.html", context)


@never_cache
@require_safe
def detail(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One letter: what it is, why it is not out, how it was served, who was told, its story."""
    by = doer(request)
    allow(by, Permission.LETTER_SEE)
    letter = queries.letter(by, letter_id)
    return render(
        request,
        "letters/detail.html",
        {
            "letter": letter,
            "organ": organs.organ_name(letter.organ_id, day_of(letter.issued_at)),
            "code": rules.shown_code(letter.code),
            "has_slip": queries.kind_version(letter.kind, letter.version).value.slip,
            "proof": checking.proof_sentence(bytes(letter.ledger_digest).hex()),
            "may_serve": queries.may_record_service(by),
            "ways": [choice for choice in Letter.Served.choices if choice[0] != Letter.Served.OPENED],
            "lost": actions.unprintable(letter) if letter.status == Letter.Status.FAILED else [],
            "told": queries.messages(by, matter_reference=letter.matter_reference) if letter.matter_reference else [],
            "story": ledger.story(by, f"letter:{letter.pk}", seen=True),
        },
    )


@require_POST
def retry(request: HttpRequest, letter_id: int) -> HttpResponse:
    actions.retry(letter_id=letter_id, by=doer(request), at=now())
    notes.success(request, "已重新提交生成，稍后刷新查看。")
    return redirect("desk-letter", letter_id=letter_id)


@require_POST
def leave_gaps(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Write the missing characters by hand."""
    actions.leave_gaps(letter_id=letter_id, by=doer(request), at=now())
    notes.success(request, "已按留位手写重新提交生成，打印后请补写并加盖校对章。")
    return redirect("desk-letter", letter_id=letter_id)


@require_POST
def warrant(request: HttpRequest, letter_id: int) -> HttpResponse:
    actions.warrant(letter_id=letter_id, by=doer(request), at=now())
    notes.success(request, "已批准用印，文书正在生成。")
    return redirect("desk-letter", letter_id=letter_id)


@require_POST
def serve(request: HttpRequest, letter_id: int) -> HttpResponse:
    actions.serve(letter=letter_id, how=request.POST.get("how", ""), by=doer(request), at=now())
    notes.success(request, "已登记送达。")
    return redirect("desk-letter", letter_id=letter_id)


@never_cache
@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """The delivery ledger: every message of my organs with every try to send it; and what was written to me."""
    by = doer(request)
    if by.kind != "staff":
        raise queries.NoSuchLetter("没有这个页面，或者您无权查看。")
    sees = by.may(Permission.LETTER_SEE)
    show = request.GET.get("show", "")
    show = show if show in dict(MESSAGES) and sees else "" if sees else queries.MINE
    found = queries.messages(by, heap=show)
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="消息发送台账",
            scope=f"本人可见的消息，{dict(MESSAGES).get(show, '全部')}，新的在前，每次发送一行",
            by=by,
            at=now(),
            columns=["办件", "消息", "提交时间", "状态", "发送时间", "通道", "接收号码（脱敏）", "结果", "回执"],
            rows=_attempts(found),
        )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "heaps": MESSAGES if sees else MESSAGES[-1:], "show": show, "sees": sees}
    return render(request, "letters/messages.html", context)


def _attempts(found: QuerySet[Message]) -> Iterator[tuple[Any, ...]]:
    for message in found.iterator(chunk_size=500):
        head = (message.matter_reference, message.text, message.queued_at, message.get_status_display())
        tries = list(message.attempts.all())
        for one in tries:
            yield (*head, one.at, one.adapter, one.address, "成功" if one.succeeded else "失败", one.answer)
        if not tries:
            yield (*head, None, "", "", "", "")


@require_POST
def resend(request: HttpRequest, message_id: int) -> HttpResponse:
    message = actions.resend(message_id=message_id, by=doer(request), at=now())
    notes.success(request, "消息已重新提交发送。")
    if request.POST.get("from") == "messages":
        return redirect("desk-messages")
    found = queries.letters(doer(request), matter_reference=message.matter_reference).first()
    return redirect("desk-letter", letter_id=found.pk) if found else redirect("desk-letters")


def _pdf(content: bytes, name: str, download: bool) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    how = "attachment" if download else "inline"
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}.pdf"
    return response
