"""缴费通知书: what has to be paid, on which basis, within which term, where, and what can be done against it.

A levy's decision is told by it; a licence only where a law or administrative regulation lets a fee be taken and the guide
has published it (行政许可法 第五十八条、第五十九条).
"""

from __future__ import annotations

from typing import Any

from yiwang.foundation.letters.models import Letter
from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.standing import Context
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case
from yiwang.services.catalogue.declarations import UNIT_SAYS, Declaration

NOTICE, DEMAND = "payment-notice", "payment-demand"
URGED = 10  # working days (行政强制法 第五十四条 "催告书送达十日后"; 第六十九条: ten days and less are working days)
FEN = "-fen"  # a step's field of this ending holds money in fen; pages show and take yuan
ARTICLE = "行政许可法 第五十八条第一款、第五十九条"
MOST_FEN = 10**9  # ten million yuan: more is a slip of the hand, and a column of the engine ends at 2**31


def refuse_amount(fen: int) -> Refusal | None:
    """Nothing to pay is no notice; an amount beyond ten million yuan is asked again."""
    if 0 < fen <= MOST_FEN:
        return None
    return Refusal(f"金额应大于0，不超过{MOST_FEN // 100:,}元。", code="amount", field="amount-fen")


def refuse_fee(published: list[dict[str, Any]] | None, fen: int) -> Refusal | None:
    """第五十八条、第五十九条: no fee but a published one, and not more than its published amount."""
    if not published:
        return Refusal("办事指南没有公布收费，不能向申请人收费。", code="no-published-fee", article=ARTICLE)
    amounts = [fee.get("amount_fen") for fee in published]
    most = sum(amount for amount in amounts if amount is not None)
    if all(amount is not None for amount in amounts) and fen > most:
        says = f"指南公布的收费合计{most / 100:.2f}元，不能多收。"
        return Refusal(says, code="above-published", article=ARTICLE, field="amount-fen")
    return refuse_amount(fen)


@guard("cases.amount-said")
def amount_said(ctx: Context) -> Refusal | None:
    """An amount to pay is one that can be meant."""
    return refuse_amount(int(ctx.values["amount-fen"]))


@guard("cases.fee-published")
def fee_published(ctx: Context) -> Refusal | None:
    """A licence is charged for only as its guide has published, and once."""
    if any(name == "ask-fee" for name, _ in ctx.matter.steps):
        return Refusal("本件已经出具过缴费通知书，不能重复收费。", code="fee-asked", article=ARTICLE)
    return refuse_fee((ctx.needs.get("cases.guide") or {}).get("fees"), int(ctx.values["amount-fen"]))


@guard("cases.payment-overdue")
def payment_overdue(ctx: Context) -> Refusal | None:
    """行政强制法 第三十五条、第五十四条: who has time left is not urged; a term that never began to run has not ended."""
    article = "行政强制法 第三十五条、第五十四条"
    if any(name == "urge-payment" for name, _ in ctx.matter.steps):
        return Refusal("本件已经催告过，不重复出具催告书。", code="urged-before", article=article)
    clock = next((row for row in ctx.matter.clocks if row.clock == "payment" and row.stopped_on is None), None)
    if clock is None or clock.due_on is None:
        says = "缴费通知书还没有登记送达，缴款期限没有起算，不能催告。请先登记送达。"
        return Refusal(says, code="term-not-begun", article=article)
    if ctx.on <= clock.due_on:
        return Refusal(
            f"缴款期限到{clock.due_on:%-m月%-d日}，还没有届满，不能催告。", code="not-overdue", article=article
        )
    return None


def yuan(fen: int) -> str:
    """``1250.50``."""
    return f"{fen / 100:.2f}"


def term(ctx: Context) -> str:
    """``收到本通知书之日起15天（自然日）``; empty where the process sets no term."""
    clock = ctx.process.clocks.get("payment")
    return f"收到本通知书之日起{clock.days}{UNIT_SAYS[clock.unit]}" if clock else ""


def noticed(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    """One letter for both: the levy's decision, or the fee of a licence."""
    declaration = declaration_of(case.guide)
    fen = int(ctx.values["amount-fen"])
    levied = ctx.process.id == "services.levy"
    names = "、".join(fee.name for fee in declaration.fees) or ctx.matter.title
    bases = dict.fromkeys(basis for fee in declaration.fees for basis in fee.bases)
    return NOTICE, {
        "heading": "行政征收缴费通知书" if levied else "缴费通知书",
        "grounds": "经本机关核定，应当缴纳下列款项" if levied else "依照法律、行政法规应当缴纳下列费用",
        "fees": [{"name": names, "basis": "、".join(bases or declaration.bases), "amount": yuan(fen)}],
        "standard": ctx.texts.get("standard") or "；".join(fee.standard for fee in declaration.fees),
        "total": yuan(fen),
        "within": term(ctx),
        "how": how_to_pay(declaration),
        "remedies": declaration.remedies,
    }


def how_to_pay(declaration: Declaration) -> str:
    """As the guide's fees say it, otherwise at the guide's place with the notice in hand."""
    said = "；".join(dict.fromkeys(fee.note.strip("。 ") for fee in declaration.fees if fee.note))
    if said:
        return said
    place = declaration.places[0] if declaration.places else None
    return f"持本通知书到{place.name}（{place.address}）缴纳" if place else "持本通知书到本机关指定的银行缴纳"


def demanded(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    """缴款催告书: what the notice said, that its term is over, ten more working days, and the right to be heard."""
    notice = Letter.objects.filter(matter_reference=ctx.matter.reference, kind=NOTICE).latest("pk")
    due = next(row.due_on for row in ctx.matter.clocks if row.clock == "payment" and row.due_on is not None)
    return DEMAND, {
        "notice": notice.number,
        "due_on": f"{due.year}年{due.month}月{due.day}日",
        "total": notice.data["total"],
        "within": f"收到本催告书之日起{URGED}个工作日",
        "how": notice.data["how"],
    }


BUILDERS = {"assess": noticed, "ask-fee": noticed, "urge-payment": demanded}
