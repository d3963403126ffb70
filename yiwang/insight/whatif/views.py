"""Pages of what-if. Who may see what is asked in ``queries``, who may do what in ``actions``."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.organs.queries import doer
from yiwang.foundation.packs import queries as packs
from yiwang.insight.whatif import actions, queries, showing
from yiwang.insight.whatif.forms import StudyForm
from yiwang.web.deeds import through


@require_http_methods(["GET", "POST"])
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """What may be asked of a process, and the studies there are; a posted question becomes a study."""
    by, at = doer(request), now()
    on = day_of(at)
    scope = queries.scope(by, request.GET.get("scope", ""), on)
    offer = queries.offer(request.GET.get("process", ""), scope=scope, on=on)
    first = {"kind": "limit", "rounds": offer.rule.rounds, "seed": on.year}
    form = StudyForm(request.POST or None, offer=offer, initial=first)

    def deed() -> HttpResponse:
        asked = actions.ask(
            process=offer.process,
            organ=scope.code,
            change=form.change(),
            rounds=form.cleaned_data["rounds"],
            seed=form.cleaned_data["seed"],
            by=by,
            at=at,
        )
        return redirect("whatif-study", study_id=asked.pk)

    shown = {"offer": offer, "scope": scope, "studies": _listed(by, on)}
    return through(request, form, deed, template="whatif/index.html", **shown)


@require_GET
@login_required
def study(request: HttpRequest, study_id: int) -> HttpResponse:
    """A study: how far it has come, or what came out. With ``?part=progress`` only how far (htmx asks every two seconds)."""
    by, on = doer(request), day_of(now())
    found = queries.study(by, study_id, on)
    context: dict[str, Any] = {
        "study": found,
        "title": queries.titled(found, on),
        "process": packs.rule("process", found.process, on).value.title,
        "organ": dict(queries.scope(by, found.organ, on).choices)[found.organ],
        "mine": by.reference == found.asked_by,
    }
    if request.GET.get("part") == "progress":
        answer = render(request, "whatif/_progress.html", context)
        if not found.unfinished:
            answer["HX-Refresh"] = "true"
        return answer
    if found.state == found.State.DONE:
        context |= _answered(found, on)
    return render(request, "whatif/study.html", context)


@require_POST
@login_required
def stop(request: HttpRequest, study_id: int) -> HttpResponse:
    """Pause it."""
    actions.stop(study_id=study_id, by=doer(request), at=now())
    messages.success(request, "已暂停，做完的轮次都留着。")
    return redirect("whatif-study", study_id=study_id)


@require_POST
@login_required
def proceed(request: HttpRequest, study_id: int) -> HttpResponse:
    """Go on with it."""
    actions.proceed(study_id=study_id, by=doer(request), at=now())
    return redirect("whatif-study", study_id=study_id)


def _listed(by: Any, on: Any) -> list[tuple[Any, str, str]]:
    known = packs.rules("process", on)
    return [
        (one, queries.titled(one, on), known[one.process].value.title)
        for one in queries.studies(by, on)
        if one.process in known
    ]


def _answered(found: Any, on: Any) -> dict[str, Any]:
    answer = found.answer
    distribution, trial = showing.distribution(answer), showing.trial_chart(answer)
    return {
        "answer": answer,
        "lines": showing.lines(answer),
        "differences": showing.differences(answer),
        "steps": showing.steps(found, answer, on),
        "bottlenecks": showing.bottlenecks(found, answer, on),
        "distribution": distribution,
        "distribution_rows": showing.rows(distribution),
        "trial": trial,
        "trial_rows": showing.rows(trial),
    }
