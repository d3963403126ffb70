"""Pages of 亮码: the holder's code and answer, the clerk's scan within a case, and what one look shows."""

from __future__ import annotations

from urllib.parse import quote

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.files import marking
from yiwang.foundation.organs.queries import doer
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters.standing import Standing
from yiwang.services.certificates import actions, asking, looking, types

PICTURE = 2 * 1024 * 1024  # bytes of a signature
STOP = 286  # htmx stops asking


class ScanForm(forms.Form):
    """A text field a hand scanner types into."""

    code = forms.CharField(
        label="扫描持证人的亮码",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "autocapitalize": "characters"}),
        help_text="光标放在这里，用扫码枪扫描持证人手机上现在显示的码；扫码枪会自动回车。",
    )


class CardForm(forms.Form):
    """Without a telephone: the card, the consent, which certificate."""

    type_id = forms.ChoiceField(label="证照", choices=())
    id_number = forms.CharField(
        label="持证人身份证号码",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="用读卡器读身份证；读卡器坏了再手工录入。申请人本人、法定代表人、经办人或受托人的都可以。",
    )
    signature = forms.FileField(label="签字板签字（图片）", max_length=100, required=False)
    ground = forms.CharField(
        label="没有签字的原因",
        max_length=200,
        required=False,
        help_text="持证人当面同意但不能签字的，写明原因，如“手部受伤，当面口头同意”。",
    )

    def __init__(self, needed: list[tuple[str, str]], data: object = None, files: object = None) -> None:
        super().__init__(data, files, auto_id="card-%s")  # type: ignore[arg-type]
        self.fields["type_id"].choices = needed  # type: ignore[attr-defined]


@require_POST
@login_required
def show(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Begin to show one of my certificates."""
    made = actions.show(certificate_id=certificate_id, by=doer(request), at=now())
    return redirect("certificate-showing", handle=made.handle)


@never_cache
@require_GET
@login_required
def showing(request: HttpRequest, handle: str) -> HttpResponse:
    """The code of this minute and who asks to look. With script code and askings are fetched by themselves, without it the
    whole page comes again."""
    shown = looking.showing(doer(request), handle, now())
    known = request.GET.get("asked")
    if known is not None and request.headers.get("HX-Request"):
        response = render(request, "certificates/_asked.html", {"shown": shown})
        if known == shown.known:
            response["HX-Reswap"] = "none"  # nothing new: nobody's finger misses a button that was drawn again
        if not shown.code and not shown.asked:
            response.status_code = STOP
        return response
    # upper case and digits only: the alphanumeric mode keeps the squares large enough for an old telephone's screen
    picture = segno.make(shown.code, error="m").svg_data_uri(scale=6, border=4) if shown.code else ""
    part = "certificates/_code.html" if request.headers.get("HX-Request") else "certificates/showing.html"
    return render(request, part, {"shown": shown, "picture": picture})


@require_POST
@login_required
def answer(request: HttpRequest, asking_id: int) -> HttpResponse:
    """同意 or 不同意 to a clerk who asks to look; anything but 同意 is none."""
    by = doer(request)
    handle = asking.handle_of(by, asking_id)
    try:
        if request.POST.get("answer") == "agree":
            actions.agree(asking_id=asking_id, by=by, at=now())
            messages.success(request, "已同意，工作人员现在可以查看。")
        else:
            actions.decline(asking_id=asking_id, by=by, at=now())
            messages.success(request, "已拒绝，工作人员没有看到任何内容。")
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.says)
    return redirect("certificate-showing", handle=handle)


@require_POST
@login_required
def put_away(request: HttpRequest, handle: str) -> HttpResponse:
    """Close a showing."""
    actions.put_away(handle=handle, by=doer(request), at=now())
    messages.success(request, "亮码已收起。")
    return redirect("my-certificates")


@never_cache
@require_http_methods(["GET", "HEAD"])
@login_required
def of_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Scan or read a card within a case."""
    by, at = doer(request), now()
    return _page(request, by, looking.in_hand(by, reference, at))


@require_POST
@login_required
def scan(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the holder whose code was scanned to let one look."""
    by, form = doer(request), ScanForm(request.POST)
    try:
        asked = actions.scan(code=request.POST.get("code", ""), reference=reference, by=by, at=now())
    except Refusal as refusal:
        return _again(request, by, reference, refusal, scan=form)
    return redirect("certificate-asked", reference=reference, asking_id=asked.pk)


@never_cache
@require_GET
@login_required
def asked(request: HttpRequest, reference: str, asking_id: int) -> HttpResponse:
    """Waiting for the holder's answer; leads on by itself, with script and without."""
    by, at = doer(request), now()
    case = looking.in_hand(by, reference, at)
    found = asking.for_clerk(by, case, asking_id)
    state = asking.state(found, at)
    quietly = "HX-Request" in request.headers
    if state == asking.AGREED:
        there = redirect("certificate-use", reference=reference, use_id=found.use.pk)
        return HttpResponse(headers={"HX-Redirect": there["Location"]}) if quietly else there
    response = render(
        request,
        "certificates/_waiting.html" if quietly else "certificates/asked.html",
        {"case": case, "asking": found, "state": state, "waiting": state == asking.WAITING},
    )
    if quietly and state != asking.WAITING:
        response.status_code = STOP
    elif quietly:
        response["HX-Reswap"] = "none"
    return response


@require_POST
@login_required
def fetch(request: HttpRequest, reference: str) -> HttpResponse:
    """Look at the applicant's certificate by ID card and consent at the counter."""
    by, upload = doer(request), request.FILES.get("signature")
    try:
        if isinstance(upload, UploadedFile) and (upload.size or 0) > PICTURE:
            raise Refusal("签字图片过大。", code="too-large", field="signature")
        use = actions.fetch(
            reference=reference,
            type_id=request.POST.get("type_id", "")[:80],
            id_number=request.POST.get("id_number", "")[:40],
            signature=upload.read() if isinstance(upload, UploadedFile) else b"",
            ground=request.POST.get("ground", ""),
            by=by,
            at=now(),
        )
    except Refusal as refusal:
        return _again(request, by, reference, refusal, card=True)
    return redirect("certificate-use", reference=reference, use_id=use.pk)


@never_cache
@require_GET
@login_required
def use(request: HttpRequest, reference: str, use_id: int) -> HttpResponse:
    """What one look shows, for the clerk who made it, while the case is in hand."""
    by, at = doer(request), now()
    case = looking.in_hand(by, reference, at)
    seen = looking.seen(by, case, use_id, at)
    tile = f"data:image/svg+xml;utf8,{quote(marking.veil_svg(seen.watermark))}"
    return render(request, "certificates/use.html", {"case": case, "seen": seen, "tile": tile})


def _again(
    request: HttpRequest,
    by: Doer,
    reference: str,
    refusal: Refusal,
    *,
    scan: ScanForm | None = None,
    card: bool = False,
) -> HttpResponse:
    """The page with the refusal above the form; what may not be known at all stays 404 or 403."""
    if refusal.status in {403, 404} and refusal.code != "none-held":
        raise refusal
    return _page(request, by, looking.in_hand(by, reference, now()), refusal, card=card)


def _page(
    request: HttpRequest, by: Doer, case: Standing, refusal: Refusal | None = None, *, card: bool = False
) -> HttpResponse:
    declared = types.declared(day_of(case.received_at))
    needed = looking.needed(case)
    kinds = dict.fromkeys(kind for kinds in needed.values() for kind in kinds)
    choices = [(kind, declared[kind].name) for kind in kinds]
    context = {
        "case": case,
        "needed": [(material, "、".join(declared[kind].name for kind in kinds)) for material, kinds in needed.items()],
        "scan": ScanForm(),
        "card": CardForm(choices, request.POST if card else None),
        "card_open": card,
        "uses": list(looking.uses_of(case)[:20]),
        "refusal": refusal,
        "mine": by.reference,
    }
    return render(request, "certificates/of_case.html", context, status=refusal.status if refusal else 200)
