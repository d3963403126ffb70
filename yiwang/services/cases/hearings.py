"""What the hearing of a licence has to keep to (行政许可法 第四十六条至第四十八条), the decision that follows included.

Guards are pure: the steps taken, the clocks, and the day the notice named.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.workdays import OrdinalTable, Unit
from yiwang.matters.needs import need
from yiwang.matters.standing import Context, RunningClock

RECORD = "听证笔录"
ARTICLE_47, ARTICLE_48 = "行政许可法 第四十七条第一款", "行政许可法 第四十八条"


@need("cases.hearing")
def hearing() -> str:
    """The day the newest notice named for the hearing; it stands in the ledger as the step wrote it."""
    return """select json_build_object('held-on', e.body::json -> 'detail' ->> 'held-on') from ledger_entry e
              where e.subject = 'matter:' || m.reference and e.event = m.process_id || '.call-hearing'
              order by e.ordinal desc limit 1"""


def last_of(steps: Iterable[str], *wanted: str) -> str:
    """The newest of ``wanted`` among the steps taken; empty if none was."""
    return next((name for name in reversed(list(steps)) if name in wanted), "")


def refuse_called(
    day: date, on: date, table: OrdinalTable, *, notice_days: int, unit: Unit, organise_by: date | None
) -> Refusal | None:
    """The notice goes out at least ``notice_days`` before the hearing, the hearing lies within the twenty days."""
    latest = table.latest_before(day, notice_days, unit)
    if day <= on or on > latest:
        says = f"举行听证须提前{notice_days}个工作日通知，{day.month}月{day.day}日太早，请另定日期。"
        return Refusal(says, code="hearing-notice", article=f"{ARTICLE_48}第一款第一项", field="held-on")
    if not table.is_workday(day):
        return Refusal("听证日期是休息日，请另定工作日。", code="hearing-rest-day", article=ARTICLE_48, field="held-on")
    if organise_by is not None and day > organise_by:
        says = f"应当在二十日内组织听证，最迟{organise_by.month}月{organise_by.day}日，请提前。"
        return Refusal(says, code="hearing-late", article=ARTICLE_47, field="held-on")
    return None


def _clock(ctx: Context, name: str) -> RunningClock | None:
    return next((row for row in ctx.matter.clocks if row.clock == name and row.stopped_on is None), None)


def _taken(ctx: Context) -> list[str]:
    return [name for name, _ in ctx.matter.steps]


@guard("cases.not-told-before")
def not_told_before(ctx: Context) -> Refusal | None:
    """Once told, the right is told; telling it again would only reopen a term that has ended."""
    if "tell-hearing-right" not in _taken(ctx):
        return None
    return Refusal("本件已经告知过听证权利，不再重复告知。", code="already-told", article=ARTICLE_47)


@guard("cases.within-hearing-term")
def within_hearing_term(ctx: Context) -> Refusal | None:
    """第四十七条第一款: within five days of being told. Before the notice is served the term has not begun."""
    row = _clock(ctx, "hearing-request")
    due = row.pure().project(ctx.table).due_on if row else None
    if due is None or ctx.on <= due:
        return None
    says = f"听证申请应当在被告知后五个工作日内提出，{due.month}月{due.day}日已经届满。"
    return Refusal(says, code="hearing-too-late", article=ARTICLE_47)


@guard("cases.called-in-time")
def called_in_time(ctx: Context) -> Refusal | None:
    """第四十八条第一款第一项 and 第四十七条第一款: seven days' notice, within twenty days of the application."""
    term = ctx.process.terms["hearing-notice"]
    row = _clock(ctx, "hearing")
    return refuse_called(
        ctx.values["held-on"],
        ctx.on,
        ctx.table,
        notice_days=int(term.days),
        unit=Unit(term.unit),
        organise_by=row.pure().project(ctx.table).due_on if row else None,
    )


@guard("cases.challenge-open")
def challenge_open(ctx: Context) -> Refusal | None:
    """Only a challenge nobody has ruled on can be ruled on."""
    if last_of(_taken(ctx), "challenge-chair", "uphold-challenge", "reject-challenge") == "challenge-chair":
        return None
    return Refusal("没有等待决定的回避申请。", code="no-challenge", article=ARTICLE_48)


@guard("cases.held-as-called")
def held_as_called(ctx: Context) -> Refusal | None:
    """第四十八条: not before the day the notice named, and not while a challenge of the chair is undecided."""
    if last_of(_taken(ctx), "challenge-chair", "uphold-challenge", "reject-challenge") == "challenge-chair":
        return Refusal("主持人回避的申请还没有决定，不能举行听证。", code="challenge-undecided", article=ARTICLE_48)
    day = date.fromisoformat(ctx.needs["cases.hearing"]["held-on"])
    if ctx.on >= day:
        return None
    return Refusal(
        f"通知的听证日期是{day.month}月{day.day}日，不能提前举行。", code="hearing-early", article=ARTICLE_48
    )


@guard("cases.asked-by-the-party")
def asked_by_the_party(ctx: Context) -> Refusal | None:
    """Whoever asked may give up; a hearing the organ announced by itself, or others asked for, takes place."""
    asked = next((actor for name, actor in reversed(ctx.matter.steps) if name == "request-hearing"), None)
    if asked is not None and not asked.startswith("staff:") and "announce-hearing" not in _taken(ctx):
        return None
    return Refusal(
        "本次听证不是您提出的，不能由您撤回。", code="not-yours-to-call-off", article="行政许可法 第四十六条"
    )


@guard("cases.on-the-record")
def on_the_record(ctx: Context) -> Refusal | None:
    """第四十八条第二款: after a hearing the decision rests on its record, and its opinion says so."""
    if "hold-hearing" not in _taken(ctx) or RECORD in ctx.texts.get("opinion", ""):
        return None
    says = "本件举行过听证，应当根据听证笔录作出决定，请在意见中写明如何采信听证笔录。"
    return Refusal(says, code="not-on-the-record", article=f"{ARTICLE_48}第二款", field="opinion")
