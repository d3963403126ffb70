"""Guards of a case: pure over what the read brought; each cites its article where it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.standing import Context
from yiwang.services.cases import (  # noqa: F401  # but for rules: they register names
    contests,
    hearings,
    joint,
    mending,
    payment_papers,
    powers,
    renewing,
    rules,
    weighing,
)
from yiwang.services.cases.answering import rules as answering  # noqa: F401  registers names
from yiwang.services.cases.rules import MaterialStanding
from yiwang.services.certificates.models import Certificate
from yiwang.services.certificates.rules import NOT_GIVEN_OUT

SHORTEST_REASONS = 10
THREE_HANDS = "three-hands"
MOST_DAYS = 365


def standing(ctx: Context) -> list[MaterialStanding]:
    """The materials the read brought."""
    return [MaterialStanding(**row) for row in ctx.needs.get("cases.materials") or ()]


@guard("cases.materials-complete")
def materials_complete(ctx: Context) -> Refusal | None:
    """行政许可法 第三十二条第一款第五项."""
    return rules.refuse_incomplete(standing(ctx))


@guard("cases.materials-checked")
def materials_checked(ctx: Context) -> Refusal | None:
    """第三十二条第一款第五项: who accepts has looked at everything that was handed in. ``ctx.given["checked"]``: codes looked at
    in this very deed."""
    return rules.refuse_unchecked(standing(ctx), ctx.given.get("checked") or ())


@guard("cases.certificate-stands")
def certificate_stands(ctx: Context) -> Refusal | None:
    """What was withdrawn, revoked, struck, cancelled or suspended in the meantime is not given out any more."""
    row = ctx.needs.get("cases.certificate")
    if not row or row["status"] not in NOT_GIVEN_OUT:
        return None
    says = f"“{row['name']}”{Certificate.Status(row['status']).label}，不能发放。"
    return Refusal(says, code="certificate-ended")


@guard("cases.every-missing-item-listed")
def every_missing_item_listed(ctx: Context) -> Refusal | None:
    """第三十二条第一款第四项: the notice lists everything, once. ``ctx.given["shortcomings"]``: code → reason, ``grounds``:
    code → ground of asking for what is held, ``held``: what guide and register say about those."""
    return rules.refuse_correction(
        standing(ctx),
        ctx.given.get("shortcomings") or {},
        ctx.needs.get("cases.said-before") or (),
        grounds=ctx.given.get("grounds"),
        facts=ctx.given.get("held"),
        held_names=ctx.given.get("held_names"),
    )


@guard("cases.everything-supplied")
def everything_supplied(ctx: Context) -> Refusal | None:
    """Handed in only when everything the notice listed has been supplied."""
    rows = ctx.needs.get("cases.outstanding") or ()
    names = {row["code"]: row["name"] for row in rows}
    return rules.refuse_supplement(names, [row["code"] for row in rows if row["supplied"]], names)


@guard("cases.at-once")
def at_once(ctx: Context) -> Refusal | None:
    """不受理 and 不予受理 are said at once (第三十二条第一款第一、二项): on the day of receipt, or on the first working
    day after it for what came in outside the counter's hours, or after the process's closing hour, or on a rest day."""
    received = ctx.matter.received_at.astimezone(SHANGHAI)
    late = ctx.matter.settings.get("outside_hours")  # judged by the counter's own hours where it came to a counter
    if late is None:
        late = ctx.process.receipt.outside(received)
    outside = not ctx.table.is_workday(received.date()) or late
    last = ctx.table.add(received.date(), 1) if outside else received.date()
    if ctx.on <= last:
        return None
    return Refusal(
        f"最迟应在{last.month}月{last.day}日即时告知，现在不能再不受理。请受理后依法审查决定，或一次性告知补正。",
        code="not-at-once",
        article="行政许可法 第三十二条第一款",
    )


POWERS = {"accept": "受理", "refuse": "不予受理", "decide": "作出决定"}


def at_the_counter(ctx: Context) -> bool:
    """True if the acceptor's seat stands in the hall, not in the responsible organ."""
    accepting = ctx.matter.settings.get("organs", {}).get("accepting", ctx.matter.organ_id)
    return bool(accepting != ctx.matter.organ_id)


def _counter_may(power: str) -> Callable[[Context], Refusal | None]:
    """A counter uses a power of the responsible organ only under its 窗口授权委托书 in force that day (第二十六条)."""

    def guarded(ctx: Context) -> Refusal | None:
        if not at_the_counter(ctx):
            return None
        for row in ctx.needs.get("cases.counter-powers") or ():
            in_force = date.fromisoformat(row["from"]) <= ctx.on < date.fromisoformat(row["until"])
            if in_force and power in row["powers"]:
                return None
        return Refusal(
            f"承办部门没有授权本窗口{POWERS[power]}。请转由承办部门办理。",
            code="counter-not-authorised",
            article="行政许可法 第二十六条",
        )

    return guarded


for _power in POWERS:
    guard(f"cases.counter-may-{_power}")(_counter_may(_power))


@guard("cases.stands-at-the-counter")
def stands_at_the_counter(ctx: Context) -> Refusal | None:
    """Only a case whose acceptor sits in the hall can be handed to the department."""
    return None if at_the_counter(ctx) else Refusal("本件已在承办部门，不用再转。", code="at-the-department")


@guard("cases.days-said")
def days_said(ctx: Context) -> Refusal | None:
    """Days written into a letter are at least one, and not more than anybody can mean."""
    for field in ctx.step.fields:
        if field.kind == "number" and not 1 <= ctx.values.get(field.name, 1) <= MOST_DAYS:
            return Refusal(f"{field.title}应在1至{MOST_DAYS}之间。", code="days-range", field=field.name)
    return None


@guard("cases.says-why")
def says_why(ctx: Context) -> Refusal | None:
    """What cannot be done is said with a reason somebody understands."""
    if len(ctx.texts.get("reason", "")) >= SHORTEST_REASONS:
        return None
    return Refusal("请写明为什么不能办理，让申请人看得懂、知道怎么办。", code="no-reasons", field="reason")


@guard("cases.three-different-hands")
def three_different_hands(ctx: Context) -> Refusal | None:
    """Under 三级审批 whoever accepted the case does not review it; the decider is a third person by ``not_by``."""
    if ctx.matter.chain != THREE_HANDS or ctx.by.reference not in ctx.matter.actors_of(("accept",)):
        return None
    return Refusal("本事项实行三级审批，受理人不能再担任审核人。请转给其他审核人。", code="same-hands")


@guard("cases.reasons-and-remedies")
def reasons_and_remedies(ctx: Context) -> Refusal | None:
    """第三十八条第二款: a refusal gives its reasons and the right to 行政复议 and 行政诉讼."""
    article = "行政许可法 第三十八条第二款"
    if len(ctx.texts.get("reason", "")) < SHORTEST_REASONS:
        return Refusal(
            "不予许可须说明具体理由，不能只写“不符合条件”。", code="no-reasons", article=article, field="reason"
        )
    remedies = ctx.texts.get("remedies", "")
    if "复议" not in remedies or "诉讼" not in remedies:
        return Refusal(
            "须告知申请行政复议和提起行政诉讼的权利。", code="no-remedies", article=article, field="remedies"
        )
    return None


@guard("cases.wants-online")
def wants_online(ctx: Context) -> Refusal | None:
    """A result goes online only to who chose so."""
    if ctx.needs["cases.delivery"]["way"] == "online":
        return None
    return Refusal("申请人选择的是窗口领取或邮寄，请移交出件窗口。", code="not-online")
