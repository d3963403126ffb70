"""Pages of guides: the portal's guide and its A4 print, the questions that lead, the desk's editor and reviews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar import today
from yiwang.foundation.organs import roles
from yiwang.foundation.organs.queries import doer, organ_name
from yiwang.foundation.packs import queries as rules
from yiwang.kernel import names
from yiwang.kernel.refusal import Fault, NotFound, Refusal
from yiwang.matters import queries as matters
from yiwang.services.catalogue import guide_forms, guides, printing, publication, queries, questions, reading
from yiwang.services.catalogue.models import Guide


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """What somebody who wants this item must know; the answers to its questions stand in the address."""
    return render(request, "catalogue/guide.html", _guide_page(request, code))


@require_safe
def guide_print(request: HttpRequest, code: str) -> HttpResponse:
    """The same on A4."""
    return render(request, "catalogue/guide_print.html", _guide_page(request, code))


def _guide_page(request: HttpRequest, code: str) -> dict[str, Any]:
    on = today.today()
    item = queries.item(code, on=on)
    page: dict[str, Any] = {"item": item, "organ": organ_name(item.organ_id, on), "on": on, "sheet": None}
    try:
        version = queries.guide_in_force(item.code, on)
    except NotFound:
        return page
    declaration = guides.declared(version)
    sheet = printing.sheet(declaration, request.GET.dict(), on=on, table=calendar.table())
    asked = [(question, sheet.answers.get(question.id, "")) for question in declaration.questions]
    return page | {
        "version": version,
        "guide": declaration,
        "sheet": sheet,
        "asked": asked,
        "marks": [(reading.FIELD_SAYS.get(field, field), mark) for field, mark in declaration.marks.items()],
        "query": request.GET.urlencode(),
        "online": bool({"online", "mobile"} & set(declaration.channels)),
        # a room above keeps the published list of what may come later or be promised
        "promises": names.hook["catalogue.promises"](item_code=item.code, on=on)
        if "catalogue.promises" in names.hook
        else (),
    }


@require_safe
def lead_list(request: HttpRequest) -> HttpResponse:
    """Everything that can be asked for in one's own words."""
    found = [rule.value for rule in rules.rules(questions.KIND, today.today()).values()]
    return render(request, "catalogue/guide_me_list.html", {"guidances": found})


@require_safe
def lead(request: HttpRequest, guidance_id: str) -> HttpResponse:
    """One question after another, then the way; the answers stand in the address, so it can be kept and sent on."""
    on = today.today()
    try:
        guidance: questions.Guidance = rules.rule(questions.KIND, guidance_id, on).value
    except NotFound as refusal:
        raise NotFound("没有这个导办主题。请换个说法再搜一次。", code="no-guidance") from refusal
    in_force = Guide.objects.select_related("item").filter(
        item__code__in=[need.item for need in guidance.need], state=Guide.State.PUBLISHED, in_force__contains=on
    )
    published = {one.item.code: guides.declared(one) for one in in_force}
    route = questions.lead(guidance, request.GET.dict(), published)
    # a room above may take all items of this guidance in one application
    together = (
        names.hook["catalogue.together"](guidance_id=guidance_id, on=on) if "catalogue.together" in names.hook else ""
    )
    page = {"route": route, "query": request.GET.urlencode(), "together": together}
    return render(request, "catalogue/guide_me.html", page)


@require_GET
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """All versions of an item's guide, for editors and reviewers."""
    by = doer(request)
    if not publication.may_see(by):
        raise NotFound("没有这个页面，或者您无权查看。")
    item = queries.item(code, on=today.today())
    rows = Guide.objects.filter(item=item).order_by("-version")
    return render(
        request,
        "catalogue/guide_versions.html",
        {
            "item": item,
            "organ": organ_name(item.organ_id, today.today()),
            "versions": rows,
            "editor": guide_forms.edits(by),
        },
    )


@require_POST
def draft(request: HttpRequest, code: str) -> HttpResponse:
    made = publication.draft(item_code=code, by=doer(request), at=today.now())
    copied = "内容抄自上一版，请修改后提交审核。" if made.version > 1 else "请填写各项要素后提交审核。"
    messages.success(request, f"已起草{made.edition}版，{copied}")
    return redirect("catalogue-guide-version", pk=made.pk)


@require_safe
def published_by(request: HttpRequest, reference: str) -> HttpResponse:
    """From a line of the inbox to the version it is about."""
    matter = matters.matter(doer(request), reference)
    if matter.process_id != publication.PROCESS:
        raise NotFound("没有这个页面，或者您无权查看。")
    return redirect("catalogue-guide-version", pk=int(matter.guide))


@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: seen, edited as a draft, checked by the gate, submitted, reviewed."""
    by = doer(request)
    row, declaration = publication.declaration_of(by, pk)
    editable = row.state in publication.EDITABLE and guide_forms.edits(by)
    form = _editor(request.POST or None, declaration) if editable else None
    refusal: Refusal | None = None
    if request.method == "POST":
        if form is None:
            raise Refusal("这个版本现在不能修改。", code="guide-closed")
        if form.is_valid():
            try:
                publication.edit(
                    guide_id=pk, data=form.data_of(), by=by, at=today.now(), seen=request.POST.get("seen") or None
                )
            except Refusal as caught:
                refusal = caught
            else:
                messages.success(request, "草稿已保存。")
                return redirect("catalogue-guide-version", pk=pk)
    return _version_page(request, row, declaration, form, refusal)


def _editor(data: Any, declaration: Any) -> guide_forms.GuideForm:
    on = today.today()
    return guide_forms.GuideForm(data, declaration=declaration, processes=guides.case_processes(on), roles=_posts(on))


def _posts(on: date) -> dict[str, str]:
    return {each: role.title for each, role in roles.declared(on).items()}


def _version_page(
    request: HttpRequest, row: Guide, declaration: Any, form: Any, refusal: Refusal | None
) -> HttpResponse:
    by, on = doer(request), today.today()
    matter, older = publication.matter_of(row), guides.before(row)
    standing = None
    if matter is not None and row.state not in guides.PUBLISHED:
        try:
            standing = matters.matter(by, matter.reference)
        except NotFound:
            standing = None
    page = {
        "row": row,
        "guide": declaration,
        "form": form,
        "seen": guides.fingerprint(row),
        "refusal": refusal,
        # the gate's own faults stand below in full
        "refused": _placed(refusal.further if refusal and not isinstance(refusal, guides.NotLawful) else (), form),
        "faults": _placed(publication.faults_of(row, on) if row.state not in guides.PUBLISHED else (), form),
        "lines": [] if form else reading.lines(declaration, processes=guides.case_processes(on), roles=_posts(on)),
        "differences": reading.differences(guides.declared(older), declaration) if older else [],
        "steps": matters.available_steps(by, standing) if standing else [],
        "story": matters.story(by, standing) if standing else [],
        "standing": standing,
        "organ": organ_name(row.item.organ_id, on),
    }
    return render(
        request, "catalogue/guide_version.html", page, status=422 if refusal or (form and form.errors) else 200
    )


def _placed(faults: Iterable[Fault], form: Any) -> list[tuple[Fault, str]]:
    """Each fault with the place on this page where it is mended; read-only pages have none."""
    return [(fault, guide_forms.mended_in(fault.field) if form else "") for fault in faults]


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the draft to review; the gate's faults come back on the draft's own page."""
    by = doer(request)
    try:
        matter = publication.submit(guide_id=pk, by=by, at=today.now())
    except guides.NotLawful as refusal:
        row, declaration = publication.declaration_of(by, pk)
        form = _editor(None, declaration) if guide_forms.edits(by) else None
        return _version_page(request, row, declaration, form, refusal)
    messages.success(request, f"已提交审核，办理编号{matter.reference}。")
    return redirect("catalogue-guide-version", pk=pk)


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One step of the two reviews, with its opinion."""
    by = doer(request)
    seen = request.POST.get("version", "")
    try:
        after = publication.review(
            guide_id=pk,
            step=request.POST.get("step", ""),
            opinion=request.POST.get("opinion", ""),
            by=by,
            at=today.now(),
            version=int(seen) if seen.isdecimal() and len(seen) < 9 else None,
        )
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        row, declaration = publication.declaration_of(by, pk)
        return _version_page(request, row, declaration, None, refusal)
    messages.success(request, "已发布。" if after.state == "published" else "已办理。")
    return redirect("catalogue-guide-version", pk=pk)
