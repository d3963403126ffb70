"""Steps of a report that do more than move it: submitting, signing (which freezes), numbering (which seals), publishing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter
from yiwang.insight.reports import queries
from yiwang.insight.reports.actions import freezing, publishing
from yiwang.insight.reports.exports import building, letter
from yiwang.insight.reports.models import Report
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters
from yiwang.matters.standing import Context, Standing

Also = Callable[[Report, Context], Mapping[str, Any]]


def take(
    *,
    reference: str,
    step: str,
    by: Doer,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """Take a step of a report. ``sign`` freezes it and is refused while a check stands in the way; ``number`` issues the
    letter whose PDF is sealed; ``publish`` asks for the link of what is public. 404 for whoever may not see the report;
    else refuses as ``matters.take``."""
    queries.report(by, reference)
    also = ALSO.get(step)

    def done(ctx: Context) -> Mapping[str, Any]:
        report = Report.objects.select_for_update(of=("self",)).select_related("matter").get(pk=ctx.matter.id)
        return also(report, ctx) if also else {}

    return matters.take(
        reference=reference,
        step=step,
        by=by,
        at=at,
        values=values,
        version=version,
        given={"reports": step},
        also=done if also else None,
    )


def _submit(report: Report, ctx: Context) -> Mapping[str, Any]:
    """Nothing is sent to 核稿 that the drafter has not filled."""
    checked = queries.checked(report, queries.draft_of(report, ctx.on))
    if checked.unfilled:
        raise Refusal(f"还有{checked.unfilled}个数据待填，不能送核稿。", code="report-unfilled")
    return {}


def _number(report: Report, ctx: Context) -> Mapping[str, Any]:
    """Number, 查询码 and ledger line now; the PDF is set and sealed by the job behind letters."""
    found = building.of(report, ctx.on)
    issued = letters.issue(
        kind=queries.rule_of(report).letter,
        matter_reference=report.matter.reference,
        organ_id=report.organ_id,
        to_party=None,
        data=letter.data(found, printed_on=ctx.on, digest=report.frozen.digest, own=building.layout_of(report)),
        by=ctx.by,
        at=ctx.at,
    )
    report.letter_id = issued.pk
    report.save(update_fields=["letter_id"])
    publishing.seal_facts(report.frozen, issued, ctx.at)
    return {"letter": issued.number}


def _publish(report: Report, ctx: Context) -> Mapping[str, Any]:
    """What is 主动公开 stands on the portal from now on (``queries.published``) and says where else; the letter must be sealed,
    for a draft is not published."""
    link = str(ctx.values.get("link") or "")
    if report.publicity == Report.Publicity.NONE:
        raise Refusal("本报告的公开方式是不予公开，不能办理公开。", code="not-public")
    if link and not link.startswith(("http://", "https://")):
        raise Refusal("公开网址须以 http:// 或 https:// 开头。", code="link", field="link")
    sealed = Letter.objects.filter(pk=report.letter_id or 0, status=Letter.Status.SEALED).first()
    if sealed is None:
        raise Refusal("报告还没有用印完成，请稍后再公开。", code="not-sealed")
    publishing.keep_paper(report.frozen, sealed, ctx)
    report.link = link
    report.save(update_fields=["link"])
    return {}


ALSO: Mapping[str, Also] = {"submit": _submit, "sign": freezing.freeze, "number": _number, "publish": _publish}
