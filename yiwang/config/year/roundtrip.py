"""From a built year back to its totals: facts, the service-year report drawn up and signed, each figure beside what was stated."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import xlsxwriter

from yiwang.config.year import cards as raised
from yiwang.config.year.building import built_before, cases_of
from yiwang.config.year.profile import Profile
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.insight.checker.checking import check
from yiwang.insight.facts import writing
from yiwang.insight.reports import actions, queries
from yiwang.insight.reports.models import Report, Template
from yiwang.insight.reports.rules.cards import COMPUTED, IMPORTED
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters import processes

RULE, PROCESS = "service-year", "insight.report"
AFTER = timedelta(days=30)  # the cut-off: cards of the year's last day are raised on the first morning after it
LATE = "往年情况补报。"
SAID = "按年度概况核对，同意（示例）。"
STEPS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("gather", {}),
    ("submit", {}),
    ("edit", {"opinion": SAID}),
    ("advise", {"opinion": SAID}),
    ("deliberate", {"opinion": SAID, "minutes": "示例〔1〕号"}),
    ("sign", {"opinion": SAID}),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the signed report. ``stated``: as the profile has it, to be printed; ``records`` is how many it opens into
    and ``wanted`` how many it must; both ``None`` for a rate and for what another system counts."""

    name: str
    title: str
    kind: str
    stated: str
    printed: str
    wanted: int | None
    records: int | None

    @property
    def same(self) -> bool:
        return self.stated == self.printed and self.wanted == self.records


@dataclass(frozen=True, slots=True)
class Trip:
    """The signed report and what was found in it: every figure, and what the checker calls wrong."""

    reference: str
    lines: tuple[Line, ...]
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.wrong and all(one.same for one in self.lines)


def counts(profile: Profile, cards: Mapping[str, int]) -> dict[str, int]:
    """Figures of the report that are counts, as the profile states them; ``cards`` by department."""
    found = {"accepted": profile.accepted, "closed": profile.closed, "yellow": profile.cards}
    found |= {f"yellow_{organ}": cards.get(organ, 0) for organ in ("health", "market", "housing")}
    if (rated := profile.ratings) is not None:
        found |= {"services": rated.cases, "rating_cases": rated.cases, "rated": rated.given}
        found |= {"good": rated.good, "bad": rated.bad, "rectified": rated.rectified}
    if (heard := profile.hotline) is not None:
        found |= {"hotline": heard.accepted, "hotline_closed": heard.closed}
    if profile.meetings:
        for prefix, ours in (("issues", False), ("own_issues", True)):
            some = [one.totals for one in profile.meetings if (one.source != "order") is ours]
            totals = [sum(column) for column in zip(*some, strict=True)] or [0, 0, 0]
            found |= dict(zip((prefix, f"{prefix}_closed", f"{prefix}_stage"), totals, strict=True))
            found[f"{prefix}_open"] = totals[0] - totals[1] - totals[2]
    if (held := profile.supervision) is not None:
        found |= {"sv_organs": held.organs, "sv_due": held.due, "sv_claimed": held.claimed, "sv_here": held.here}
        found |= {"sv_elsewhere": held.claimed - held.here, "sv_lists": held.lists, "sv_lists_done": held.complete}
        found |= {"sv_busy": held.busy, "sv_idle": held.here - held.busy, "sv_acts": held.acts}
    return found


def rates(profile: Profile) -> dict[str, tuple[int, int, int]]:
    """Figures of the report that are rates: numerator, denominator and printed decimals."""
    found = {"closing_rate": (profile.closed, profile.accepted, 1)}
    if (rated := profile.ratings) is not None:
        found["coverage"] = (rated.given, rated.cases, 2)
        found["praise_rate"] = (rated.good, rated.given, 2)
        found["rectified_rate"] = (rated.rectified, rated.bad, 0)
    if (heard := profile.hotline) is not None:
        found["hotline_rate"] = (heard.closed, heard.accepted, 2)
    if (held := profile.supervision) is not None:
        found["sv_claim_rate"] = (held.claimed, held.due, 2)
        found["sv_lists_rate"] = (held.complete, held.lists, 0)
        found["sv_coverage"] = (held.busy, held.here, 2)
    return found


def as_printed(numerator: int, denominator: int, places: int) -> str:
    """As a bureau prints it, reckoned apart from the report's own way: half up, never up to a hundred, all of it as 100%."""
    if numerator == denominator:
        return "100%"
    whole = int(Fraction(numerator * 100 * 10**places, denominator) + Fraction(1, 2))
    head, tail = divmod(min(whole, 100 * 10**places - 1), 10**places)
    return f"{head}.{tail:0{places}d}%" if places else f"{head}%"


def round_trip(profile: Profile, *, at: datetime) -> Trip:
    """Write the facts, draw up the report of the profile's year, have it signed by whoever holds each seat, and compare.

    What other systems count comes in as a batch marked 外部数据. Refused: a year not built, a house that has no template of this
    report, one that has a report of that year already, and whatever stands in the way of a signature except its day.
    """
    if not built_before(profile):
        raise Refusal(f"年度概况 {profile.id} 还没有生成完。", code="year-not-built")
    template = Template.objects.filter(rule=RULE).order_by("pk").first()
    if template is None:
        raise Refusal("本县没有政务服务和效能监督年度情况的模板。", code="no-template")
    writing.write(at=at)
    drafter = next(_holders(template.organ_id, ("report-drafter",), at), None)
    if drafter is None:
        raise Refusal("本县没有年度报告拟稿人。", code="no-drafter")
    cut_off = datetime.combine(profile.until, time(), SHANGHAI) + AFTER
    made = actions.open_report(template_id=template.pk, year=profile.since.year, by=drafter, at=at, cut_off=cut_off)
    given: dict[str, Any] = {"reference": made.reference, "by": drafter, "at": at}
    _, faults = actions.take_figures(**given)
    if faults:
        raise Refusal(faults[0].says, code="year-figures", faults=faults)
    _bring_in(profile, template.organ_id, given)
    actions.confirm(**given, names=())
    report = Report.objects.get(matter__reference=made.reference)
    for one in queries.checked(report, queries.draft_of(report, day_of(at))).standing_in_the_way:
        if one.code != "late":
            raise Refusal(one.says, code=one.code)
        actions.explain(**given, key=one.key, text=LATE)
    for step, values in STEPS:
        _take(made.reference, step, dict(values), template.organ_id, at)
    report.refresh_from_db()
    draft = queries.draft_of(report, day_of(at))
    text, claims = check(draft.whole()[0])
    wrong = tuple(f"{text.span(one.start, one.end)}：{one.says}" for one in claims if one.wrong)
    return Trip(made.reference, tuple(_lines(profile, report, draft.cards)), wrong)


def _lines(profile: Profile, report: Report, cards: Mapping[str, Any]) -> Iterator[Line]:
    totals = counts(profile, raised.counted(cases_of(profile)))
    for name, total in totals.items():
        opened = queries.opened(report, name)
        records = opened.count if opened.same and opened.frozen else None
        card = cards[name]
        yield Line(name, card.title, _kind(card.kind), str(total), card.printed, total, records)
    for name, (top, bottom, places) in rates(profile).items():
        card = cards[name]
        stated = as_printed(top, bottom, places) if bottom else ""
        yield Line(name, card.title, _kind(card.kind), stated, card.printed, None, None)
    for name, value in profile.external.items():
        card = cards[name]
        yield Line(name, card.title, _kind(card.kind), value, card.printed, None, None)


def _kind(kind: str) -> str:
    return {COMPUTED: "系统计算", IMPORTED: "外部数据"}.get(kind, kind)


def _bring_in(profile: Profile, organ_id: int, given: Mapping[str, Any]) -> None:
    """What another system counts, as one batch of totals."""
    report = Report.objects.get(matter__reference=given["reference"])
    titles = dict(report.figures.values_list("name", "title"))
    if unknown := sorted(set(profile.external) - set(titles)):
        raise Refusal(f"年度报告里没有概况写明的外部数据：{'、'.join(unknown)}。", code="year-external")
    if not profile.external:
        return
    batch = actions.take_in(
        organ_id=organ_id,
        source="年度概况（外部数据）",
        batch=f"{profile.id}",
        title=f"{profile.title}：其他系统统计的数",
        from_on=date(profile.since.year, 1, 1),
        until_on=date(profile.since.year + 1, 1, 1),
        cut_off=datetime.combine(profile.until, time(), SHANGHAI),
        content=_workbook([(titles[name], value) for name, value in profile.external.items()]),
        name="外部数据.xlsx",
        by=given["by"],
        at=given["at"],
    )
    for name in profile.external:
        actions.use_snapshot(**given, name=name, snapshot_id=batch.pk, total=titles[name])


def _workbook(rows: Sequence[tuple[str, str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("指标", "数值"))
    for number, (title, value) in enumerate(rows, 1):
        sheet.write_row(number, 0, (title, int(value) if value.isdigit() else value))
    book.close()
    return out.getvalue()


def _take(reference: str, step: str, values: dict[str, Any], organ_id: int, at: datetime) -> None:
    """Taken by the first of its role who may; three different people by the rules of the process."""
    if step == "deliberate":
        values["met-on"] = day_of(at).isoformat()
    roles = next(one for one in processes.every() if one.id == PROCESS).steps[step].by
    refused: Refusal = NotAllowed(f"没有人可以办理年度报告的 {step}。")
    for by in _holders(organ_id, roles, at):
        try:
            actions.take(reference=reference, step=step, by=by, at=at, values=values)
        except (NotAllowed, NotFound) as refusal:
            refused = refusal
        else:
            return
    raise refused


def _holders(organ_id: int, roles: Sequence[str], at: datetime) -> Iterator[Doer]:
    """Whoever holds one of the roles, those of the organ first."""
    posts = list(Post.objects.filter(holding(day_of(at)), role__in=roles, deputy_of__isnull=True).order_by("pk"))
    posts.sort(key=lambda post: post.organ_id != organ_id)
    for account_id in dict.fromkeys(post.account_id for post in posts):
        account = Account.objects.filter(pk=account_id, is_active=True).first()
        if account is not None:
            yield organs.doer_of(account, at)
