"""desk/staff: accounts of my department, their posts, absences, trainings, and leaving."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.foundation.calendar import today
from yiwang.foundation.organs import actions, forms, queries, roles, rules
from yiwang.foundation.organs.models import Absence, Account, Post
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.web import excel


@login_required
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Everybody in the departments the viewer administers."""
    by, on = queries.doer(request), today.today()
    organs = queries.organs_administered(by, on)
    if not organs:
        return redirect("organs-account", account_id=by.account_id) if by.kind == "staff" else redirect("account_login")
    chosen = organs.filter(code=request.GET.get("organ", ""))
    if request.GET.get("format") == "xlsx":
        return _exported(by, queries.accounts_of(by, chosen or organs, on))
    shown = {
        "organs": _named(organs, on),
        "chosen": request.GET.get("organ", ""),
        "accounts": queries.accounts_of(by, chosen or organs, on),
        "titles": _titles(on),
        "on": on,
    }
    return render(request, "organs/accounts.html", shown)


def _exported(by: Doer, accounts: Any) -> HttpResponse:
    at = today.now()
    on = today.day_of(at)
    titles = _titles(on)
    accounts = list(accounts)
    named = queries.organ_names([person.organ_id for person in accounts], on)
    rows = (
        (
            person.name,
            person.title,
            person.username,
            named.get(person.organ_id, ""),
            "、".join(titles.get(post.role, post.role) for post in person.now),
            "在用" if person.is_active else "已停用",
        )
        for person in accounts
    )
    return excel.response(
        title="人员岗位",
        scope="本人管理的机构的工作人员账号，岗位为今日在任",
        by=by,
        at=at,
        columns=["姓名", "职务", "登录名", "机构", "岗位", "状态"],
        rows=rows,
    )


@login_required
@require_http_methods(["GET", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """Open an account."""
    by, at = queries.doer(request), today.now()
    organs = queries.organs_administered(by, today.today())
    if not organs:
        raise NotFound("没有这个页面，或者您无权查看。")
    form = forms.NewAccount(request.POST or None, organs=organs)

    def deed() -> HttpResponse:
        account = actions.open_account(**form.cleaned_data, by=by, at=at)
        messages.success(request, f"已开通{account.name}的账号，请为其任命岗位。")
        return redirect("organs-account", account_id=account.pk)

    return _through(request, form, deed, "开通账号", "开通")


@login_required
@require_safe
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: posts, absences, seats, trainings, and what the viewer may do about it."""
    by, on = queries.doer(request), today.today()
    person = queries.account_seen_by(by, account_id, on)
    shown = {
        "person": person,
        "own": by.account_id == person.pk,
        "may_administer": by.account_id != person.pk,
        "may_govern": rules.governs(by),
        "organ_name": queries.organ_name(person.organ_id, on) if person.organ_id else "",
        "seats": queries.held_seats(person),
        "trainings": person.trainings.order_by("-on"),
        "titles": _titles(on),
        "on": on,
    }
    return render(request, "organs/account.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def new_post(request: HttpRequest, account_id: int) -> HttpResponse:
    """Appoint to a post, or as the B岗 of one."""
    by, person = _about(request, account_id)
    form = forms.NewPost(request.POST or None, account=person, by=by)

    def deed() -> HttpResponse:
        actions.give_post(account=person, **form.cleaned_data, by=by, at=today.now())
        return _back(request, person, "岗位已任命。")

    return _through(request, form, deed, f"任命岗位：{person.name}", "任命", person)


@login_required
@require_POST
def end_post(request: HttpRequest, account_id: int, post_id: int) -> HttpResponse:
    """End a post from today."""
    by, person = _about(request, account_id)
    post = Post.objects.filter(pk=post_id, account=person).first()
    if post is None:
        raise NotFound("没有这个岗位。")
    actions.end_post(post=post, on=today.today(), by=by, at=today.now())
    return _back(request, person, "岗位已免去。")


@login_required
@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest, account_id: int) -> HttpResponse:
    """Declare an absence with a deputy: one's own, or a colleague's as administrator."""
    by, person = _about(request, account_id)
    form = forms.AbsenceForm(request.POST or None, account=person)

    def deed() -> HttpResponse:
        data = dict(form.cleaned_data)
        until_on = data.pop("last_on") + timedelta(days=1)
        actions.declare_absence(account=person, until_on=until_on, **data, by=by, at=today.now())
        return _back(request, person, "离岗已登记。")

    return _through(request, form, deed, f"登记离岗：{person.name}", "登记", person)


@login_required
@require_POST
def end_absence(request: HttpRequest, account_id: int, absence_id: int) -> HttpResponse:
    """Back early."""
    by, person = _about(request, account_id)
    found = Absence.objects.filter(pk=absence_id, account=person).first()
    if found is None:
        raise NotFound("没有这次离岗登记。")
    actions.end_absence(absence=found, by=by, at=today.now())
    return _back(request, person, "已返岗。")


@login_required
@require_http_methods(["GET", "POST"])
def leaving(request: HttpRequest, account_id: int) -> HttpResponse:
    """Close an account: shows the seats still held and asks where they go."""
    by, person = _about(request, account_id)
    seats = queries.held_seats(person)
    form = forms.LeavingForm(request.POST or None, account=person, holds_seats=bool(seats))

    def deed() -> HttpResponse:
        data, placing = form.cleaned_data, form.cleaned_data.get("placing")
        actions.close_account(
            account=person,
            reason=data["reason"],
            return_to_queue=placing == "queue",
            successor=data["successor"] if placing == "successor" else None,
            by=by,
            at=today.now(),
        )
        return _back(request, person, "账号已停用，历史记录保留。")

    return _through(request, form, deed, f"停用账号：{person.name}", "停用", person, seats=seats, danger=True)


@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, account_id: int) -> HttpResponse:
    """A new first-login password; for a closed account, opening it again."""
    by, person = _about(request, account_id)
    form = forms.NewPassword(request.POST or None)

    def deed() -> HttpResponse:
        change = actions.reset_password if person.is_active else actions.reopen_account
        change(account=person, password=form.cleaned_data["password"], by=by, at=today.now())
        return _back(request, person, "密码已重置。" if person.is_active else "账号已重新启用。")

    title = f"{'重置密码' if person.is_active else '重新启用账号'}：{person.name}"
    return _through(request, form, deed, title, "确定", person)


@login_required
@require_POST
def clear_second_factor(request: HttpRequest, account_id: int) -> HttpResponse:
    """After a lost phone."""
    by, person = _about(request, account_id)
    actions.reset_second_factor(account=person, by=by, at=today.now())
    return _back(request, person, "动态口令已清除，下次登录须重新绑定。")


@login_required
@require_http_methods(["GET", "POST"])
def training(request: HttpRequest, account_id: int) -> HttpResponse:
    """Record a training."""
    by, person = _about(request, account_id)
    form = forms.TrainingForm(request.POST or None)

    def deed() -> HttpResponse:
        actions.record_training(account=person, **form.cleaned_data, by=by, at=today.now())
        return _back(request, person, "培训已登记。")

    return _through(request, form, deed, f"登记培训：{person.name}", "登记", person)


def _about(request: HttpRequest, account_id: int) -> tuple[Doer, Account]:
    by = queries.doer(request)
    return by, queries.account_seen_by(by, account_id, today.today())


def _back(request: HttpRequest, person: Account, says: str) -> HttpResponse:
    messages.success(request, says)
    return redirect("organs-account", account_id=person.pk)


def _through(
    request: HttpRequest, form: Any, deed: Any, title: str, submit: str, person: Account | None = None, **more: Any
) -> HttpResponse:
    """Do the deed with a good form; show the form again with whatever was refused."""
    refusal: Refusal | None = None
    if form.is_valid():
        try:
            answer: HttpResponse = deed()
            return answer
        except Refusal as refused:
            refusal = refused
    status = refusal.status if refusal else 422 if form.errors else 200
    shown = {"form": form, "title": title, "submit": submit, "person": person, "refusal": refusal, **more}
    return render(request, "organs/form.html", shown, status=status)


def _titles(on: date) -> dict[str, str]:
    return {role.id: role.title for role in roles.declared(on).values()}


def _named(organs: Any, on: date) -> list[tuple[str, str]]:
    names_of = queries.organ_names([organ.pk for organ in organs], on)
    return [(organ.code, names_of.get(organ.pk, organ.code)) for organ in organs]
