"""The relay desk: what was received for other places, receiving, one case with its steps, the register of agreements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import Refusal
from yiwang.matters import processes
from yiwang.matters import queries as matters
from yiwang.matters.actions import once
from yiwang.services.cases.actions.counter import identify
from yiwang.services.cases.limits import rate_limited
from yiwang.services.cases.queries.letters import of_matter
from yiwang.services.cases.views.requests import form_body, idempotency_key
from yiwang.services.relay import actions, queries
from yiwang.services.relay import mine as own
from yiwang.services.relay.actions.relaying import FORMS
from yiwang.services.relay.adapters import PLACES
from yiwang.services.relay.models import AgreedItem, RelayCase
from yiwang.services.relay.rules import POWERS
from yiwang.web import excel
from yiwang.web.deeds import or_again
from yiwang.web.inputs import whole_number


class ApplicantForm(forms.Form):
    """Who applies, by ID card; for 帮办代办 the number of the mandate."""

    name = forms.CharField(label="申请人姓名", max_length=60, error_messages={"required": "请填写姓名。"})
    id_number = forms.CharField(label="公民身份号码", max_length=18, error_messages={"required": "请读取身份证。"})
    phone = forms.CharField(label="联系手机", max_length=20, required=False)
    mode = forms.ChoiceField(label="怎么办", choices=RelayCase.Mode.choices, widget=forms.RadioSelect)
    mandate = forms.IntegerField(
        label="委托书编号", min_value=1, max_value=2**62, required=False, help_text="帮办代办时填写"
    )
    first_asked = forms.CharField(
        label="首问责任人用户名", max_length=60, required=False, help_text="最先接待的同事；就是您本人的不填"
    )


@require_GET
@login_required
def case_list(request: HttpRequest) -> HttpResponse:
    by = doer(request)
    everything = request.GET.get("all") == "1"
    rows = queries.cases(by, open_only=not everything)
    named = people.names_of([row.party_id for row in rows])
    lines = [{"case": row, "state": _state(row), "applicant": named.get(row.party_id, "")} for row in rows]
    page = {
        "lines": lines,
        "everything": everything,
        "may_receive": by.may(Permission.CASE_RECEIVE),
        "items": by.may(Permission.CASE_RECEIVE) and queries.receivable(by, day_of(now())),
    }
    return render(request, "relay/list.html", page)


COLUMNS = {
    "办理编号": "reference",
    "事项": "item",
    "受理机关": "competent",
    "申请人": "applicant",
    "方式": "mode",
    "委托书": "mandate",
    "与我的关系": "part",
    "状态": "state",
    "现在到哪": "says",
    "代收时间": "received_at",
    "最近动态": "moved_at",
    "最迟": "due_on",
    "对方编号": "outer_number",
}


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """我的代收件: what I received for other places, and where each stands; as Excel on request."""
    by, at = doer(request), now()
    heap = request.GET.get("heap", "")
    rows, counts = own.mine(by, day_of(at), heap=heap)
    if request.GET.get("format") == "xlsx":
        return excel.response(
            title="我的代收件",
            scope=f"{by.name}代收、首问或者在手的异地代收件：{own.HEAPS.get(heap, '未结束')}",
            by=by,
            at=at,
            columns=list(COLUMNS),
            rows=[[getattr(one, name) for name in COLUMNS.values()] for one in rows],
        )
    heaps = [(name, title, counts[name]) for name, title in own.HEAPS.items()]
    return render(request, "relay/mine.html", {"rows": rows, "heaps": heaps, "heap": heap})


def _state(row: RelayCase) -> str:
    return processes.bound(row.matter.process_id, row.matter.process_version).states[row.matter.state].title


@require_http_methods(["GET", "POST"])
@login_required
def receive(request: HttpRequest) -> HttpResponse:
    """Choose an agreed item, then take everything in on one page."""
    by, at = doer(request), now()
    offered = queries.receivable(by, day_of(at))
    wanted = whole_number(request.GET.get("item"), "item")
    item = next((one for one in offered if one.pk == wanted), None)
    if item is None:
        return render(request, "relay/choose.html", {"items": offered, "powers": POWERS})
    form = ApplicantForm(request.POST or None, initial={"mode": "receive"})
    if request.method == "GET" or not form.is_valid():
        return _intake(request, item, form)
    said = form.cleaned_data
    brought = {
        name: request.POST[f"material-{index}"]
        for index, name in enumerate(item.materials)
        if request.POST.get(f"material-{index}")
    }

    def deed() -> tuple[int, str]:
        party, _ = identify(
            kind="person", name=said["name"], number=said["id_number"], phone=said["phone"], by=by, at=at
        )
        made = actions.receive(
            agreed_item_id=item.pk,
            mode=said["mode"],
            party_id=party,
            materials=brought,
            mandate_id=said["mandate"],
            first_asked=said["first_asked"],
            by=by,
            at=at,
        )
        return 303, f"/desk/relay/{made.reference}/"

    def received() -> HttpResponse:
        key = idempotency_key(request)
        _, target = once(principal=by, route="relay.receive", key=key, body=form_body(request), at=at, deed=deed)
        messages.success(request, "已代收，请核对后出具收件凭证。")
        return redirect(target)

    return or_again(received, lambda refusal: _intake(request, item, form, refusal))


def _intake(request: HttpRequest, item: AgreedItem, form: forms.Form, refusal: Refusal | None = None) -> HttpResponse:
    rows = [
        {"index": index, "name": name, "chosen": request.POST.get(f"material-{index}", "")}
        for index, name in enumerate(item.materials)
    ]
    page = {"item": item, "form": form, "rows": rows, "forms": FORMS, "refusal": refusal}
    return render(
        request, "relay/receive.html", page, status=refusal.status if refusal else 422 if form.errors else 200
    )


@require_GET
@login_required
def one(request: HttpRequest, reference: str) -> HttpResponse:
    return _one(request, doer(request), reference)


def _one(request: HttpRequest, by: Doer, reference: str, refusal: Refusal | None = None) -> HttpResponse:
    case = queries.case(by, reference)
    standing = matters.matter(by, reference)
    steps = [available.step for available in matters.available_steps(by, standing)]
    page: dict[str, Any] = {
        "case": case,
        "standing": standing,
        "state": _state(case),
        "applicant": people.names_of([case.party_id]).get(case.party_id, ""),
        "materials": [(line["name"], FORMS[line["state"]]) for line in case.materials],
        "missing": [one for one in case.agreed_item.materials if one not in {line["name"] for line in case.materials}],
        "place": PLACES[case.agreed_item.agreement.adapter].title,
        "steps": steps,
        "may_track": case.matter.state in {"handed-on", "accepted-there"} and bool(steps),
        "story": matters.story(by, standing),
        "letters": of_matter(by, reference),
        "jobs": matters.jobs(by, standing),
        "refusal": refusal,
    }
    return render(request, "relay/one.html", page, status=refusal.status if refusal else 200)


@require_POST
@login_required
def step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    by, posted = doer(request), request.POST
    names = ("identity", "form", "receiver", "opinion")
    values = {name: posted[name] for name in names if posted.get(name)}

    def deed() -> HttpResponse:
        actions.take(
            reference=reference,
            step=step,
            by=by,
            at=now(),
            values=values,
            words=posted.get("words", ""),
            number=posted.get("number", "")[:80],
            version=whole_number(posted.get("version"), "version"),
        )
        messages.success(request, "已办理。")
        return redirect(f"/desk/relay/{reference}/")

    return or_again(deed, lambda refusal: _one(request, by, reference, refusal))


@require_POST
@login_required
def track(request: HttpRequest, reference: str) -> HttpResponse:
    _, words = actions.track(reference=reference, by=doer(request), at=now())
    messages.success(request, f"对方答复：{words}")
    return redirect(f"/desk/relay/{reference}/")


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Where a relayed case is, for whoever has its number and 查询码; tries are counted as for any case."""
    at = now()
    rate_limited(request.META.get("REMOTE_ADDR", ""), at)
    found = queries.whereabouts(request.GET.get("reference", "")[:50], request.GET.get("code", "")[:16], at)
    return render(request, "relay/progress.html", {"p": found})
