"""The list of orders, one order with its steps, a part. Thin: the engine's steps, the order's words beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.queries import doer
from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.actions.calling import FIELDS, PURPOSES
from yiwang.governance.hotline.actions.handling import READ
from yiwang.governance.hotline.models import Order
from yiwang.governance.hotline.views.asking import EVIDENCE, FINDINGS, alike, asked, proposals
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import Refusal
from yiwang.matters import queries as matters
from yiwang.matters.forms import PREFIX, StepForm
from yiwang.matters.queries import Available, Line
from yiwang.matters.stepping import button, shown, told, with_forms
from yiwang.web import excel
from yiwang.web.deeds import or_again

MOST_EXPORTED = 5000
COLUMNS = ["工单编号", "办理编号", "诉求", "类型", "紧急", "承办单位", "状态", "登记时间", "最迟日", "剩余工作日", "催办", "督办"]  # fmt: skip
# steps off the way to an answer: a page lists them below it
ASIDE = frozenset(
    ["not-accept", "hand-over", "return", "return-again", "ask-extension", "ask-termination", "stage-close"]
)
RETURNING = (("return", "return-again"), "organ", "whose")
DECIDED_ON = {"returning": RETURNING, "ruling": RETURNING, "extending": (("ask-extension",), "days", "days")}
# what nobody at the hotline's desk may do with a complaint of the hotline; handed over to petitions it is by the overseer
NOT_BY_US = frozenset(["answer", "not-accept", "withdraw"])
UNSHOWN = ("co-organs", "evidence")  # parts have a form of their own; evidence comes with a proposal


@require_GET
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Orders, urgent ones first; as Excel on request."""
    by, at = doer(request), now()
    on = day_of(at)
    asked_for: dict[str, Any] = {name: request.GET.get(name, "") for name in ("show", "topic", "town")}
    asked_for["show"] = asked_for["show"] or "open"
    if request.GET.get("format") == "xlsx":
        rows, _ = queries.board(by, on, **asked_for, size=MOST_EXPORTED)
        return excel.response(
            title=f"热线工单_{queries.SHOW[asked_for['show']][0]}",
            scope=f"{queries.SHOW[asked_for['show']][0]}，紧急的在前，再按当前环节的最迟日先后；不含诉求人信息",
            by=by,
            at=at,
            columns=COLUMNS,
            rows=[_exported(row) for row in rows],
        )
    rows, following = queries.board(by, on, **asked_for, before=request.GET.get("before", ""))
    page = {
        "rows": rows,
        "next": following,
        "lists": queries.counts(by, on),
        "show": asked_for["show"],
        "show_title": queries.SHOW[asked_for["show"]][0],
        "parts": queries.parts_of_unit(by),
        "may_take": by.may(Permission.ORDER_TAKE),
        "may_list": any(by.may(permission) for permission in (Permission.ORDER_DISPATCH, Permission.ORDER_RULE)),
        "query": urlencode({name: value for name, value in asked_for.items() if value}),
        "at": at,
    }
    return render(request, "hotline/board.html", page)


def _exported(row: queries.Row) -> tuple[object, ...]:
    urgent = "是" if row.urgent else ""
    said = (row.number, row.reference, row.title, row.kind, urgent, row.organ, row.state, row.received_at)
    return (*said, row.due_on, row.left, row.urges, row.overseen)


@require_GET
@login_required
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """One order: what was said, whose turn it is, what may be done, what happened."""
    return _one(request, reference)


def _one(
    request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "", **more: Any
) -> HttpResponse:
    by, at = doer(request), now()
    order, standing, on = queries.at_desk(by, reference), matters.matter(by, reference), day_of(at)
    available = _in_turn(matters.available_steps(by, standing), order)
    steps, story = with_forms(request, available, refusal, step), told(by, standing)[0]
    wished, units = _wished(standing.state, story), queries.units(on)
    for _, form in steps:
        _choices(form, by, order.topic, units)
        _begun_with(form, wished)
    dispatching = [each for each, _ in steps if each.step.name in ("dispatch", "redispatch", "designate")]
    page: dict[str, Any] = {
        "order": order,
        "m": standing,
        "state": matters.process_of(standing).states[standing.state],
        "topic": queries.rule(on).topic_of(order.topic),
        "town": dict(queries.towns(on)).get(order.town, ""),
        "organ": organs.organ_name(order.handling_organ_id, on) if order.handling_organ_id else "",
        "against": organs.organ_name(order.against_organ_id, on) if order.against_organ_id else "",
        "unnamed": order.overseer_organ_id is None and queries.against_us(order),
        "overseer": organs.organ_name(order.overseer_organ_id, on) if order.overseer_organ_id else "",
        "window": dict(queries.windows()).get(order.counter, "") if order.counter else "",
        "caller": queries.caller_of(by, order),
        "fields": FIELDS.items(),
        "purposes": PURPOSES.items(),
        "parts": queries.answers_of_parts(by, order, on),
        "merged": order.merged.select_related("matter").order_by("pk"),
        "steps": steps,
        "proposals": proposals(order, by, at) if dispatching else [],
        "answering": any(each.step.name == "reply" for each, _ in steps),
        "alike": alike(order, by, at) if any(each.step.name == "merge" for each, _ in steps) else [],
        "evidence": asked(EVIDENCE, text=order.evidence, on=on) if order.evidence else [],
        "proposed_step": dispatching[0].step if dispatching else None,
        "findings": asked(FINDINGS, order=order, by=by, at=at) if order.answer else [],
        "read": READ,
        "units": units if by.may(Permission.ORDER_DISPATCH, order.organ_id) else [],
        "clocks": matters.explanations(by, standing, on),
        "story": story,
        "wished": dict(units).get(wished.get("organ", ""), ""),
        "jobs": [job for job in matters.jobs(by, standing) if job.status == "failed"],
        "mine": [seat for seat in standing.seats if by.holds(seat.role, seat.organ_id)],
        "by": by,
        "late": order.respond_by_at and (order.responded_at or at) > order.respond_by_at,
        "refusal": refusal,
        **more,
    }
    return render(request, "hotline/one.html", page, status=refusal.status if refusal else 200)


def _in_turn(available: list[Available], order: Order) -> list[Available]:
    """What leads to an answer first. A first return and a later one are two steps: a page offers the one that may be taken,
    and neither of an order a ruling gave to its unit; nor what is always refused in a complaint of the hotline."""
    never = {"return", "return-again"} if order.designated else {"return" if order.returns else "return-again"}
    if queries.against_us(order):
        never |= NOT_BY_US
    aside = ASIDE | {"contact"} if order.responded_at else ASIDE
    offered = [each for each in available if each.step.name not in never]
    return sorted(offered, key=lambda each: each.step.name in aside)


def _wished(state: str, story: list[Line]) -> dict[str, Any]:
    """What the unit asks the hotline to decide on in this state, by the field of the decision: the unit it says has to handle the
    order it returned, the days of an extension."""
    steps, field, kept = DECIDED_ON.get(state, ((), "", ""))
    asked = next((line.detail for line in reversed(story) if line.detail.get("step") in steps), {})
    return {field: asked[kept]} if asked.get(kept) else {}


def _begun_with(form: StepForm, wished: Mapping[str, Any]) -> None:
    """The decision begins with what was asked; whoever decides may change it."""
    for name, value in wished.items():
        if PREFIX + name in form.fields:
            form.fields[PREFIX + name].initial = value


def _choices(form: StepForm, by: Any, topic: str, units: list[tuple[str, str]]) -> None:
    """Units and precedents are chosen from lists."""
    for name in ("organ", "whose"):
        form.choose(name, lambda: units)
    ruled = "{0.gist}（{0.ruled_at:%Y-%m-%d}）".format
    form.choose(
        "precedent", lambda: [(str(one.pk), ruled(one)) for one in queries.precedents(by, topic=topic)], "没有依先例"
    )
    for name in UNSHOWN:
        if PREFIX + name in form.fields:
            form.fields[PREFIX + name].widget = HiddenInput()


step = button("hotline.take", take=actions.take, leads_to="order", page=_one)


@require_POST
@login_required
def split(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask one more unit for a part."""

    def deed() -> HttpResponse:
        posted = request.POST
        actions.split(
            reference=reference, organ=posted.get("organ", ""), task=posted.get("task", ""), by=doer(request), at=now()
        )
        messages.success(request, "已请协办。")
        return redirect("order", reference=reference)

    return or_again(deed, lambda refusal: _one(request, reference, refusal))


@require_POST
@login_required
def caller(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole name or number, for a purpose; shown once, on this page."""

    def deed() -> HttpResponse:
        field, purpose = request.POST.get("field", ""), request.POST.get("purpose", "")
        text = actions.read_caller(reference=reference, field=field, purpose=purpose, by=doer(request), at=now())
        return _one(request, reference, told=(FIELDS[field], text))

    return or_again(deed, lambda refusal: _one(request, reference, refusal))


@require_POST
@login_required
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """The caller's earlier orders, within an open order one recorded oneself."""
    past = actions.look_up(reference=reference, by=doer(request), at=now())
    return _one(request, reference, past=past, looked=True)


@require_GET
@login_required
def part(request: HttpRequest, reference: str) -> HttpResponse:
    return _part(request, reference)


def _part(request: HttpRequest, reference: str, refusal: Refusal | None = None, step: str = "") -> HttpResponse:
    by, at = doer(request), now()
    found, standing = queries.part(by, reference), matters.matter(by, reference)
    page = shown(request, by, standing, day_of(at), refusal, step) | {
        "part": found,
        "order": found.order,
        "organ": organs.organ_name(found.organ_id, day_of(at)),
    }
    return render(request, "hotline/part.html", page, status=refusal.status if refusal else 200)


part_step = button("hotline.part", take=actions.take_part, leads_to="order-part", page=_part)
