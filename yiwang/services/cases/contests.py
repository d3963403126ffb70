"""Licences decided by competition or by examination (行政许可法 第五十三条、第五十四条): the outcome of the tender, the auction, the
examination or the assessment is recorded with its document, and the decision follows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.needs import need
from yiwang.matters.standing import Context

CONTEST, EXAMINATION = "record-contest", "record-examination"
ARTICLE_53, ARTICLE_54 = "行政许可法 第五十三条", "行政许可法 第五十四条"


@need("cases.outcome")
def outcome() -> str:
    """The newest recorded outcome of this case, the announcement it was entered under, and whether another case of the
    same item under the same announcement has already been granted."""
    return f"""select json_build_object('outcome', (
                 select e.body::json -> 'detail' ->> 'outcome' from ledger_entry e
                 where e.subject = 'matter:' || m.reference
                   and e.event in (m.process_id || '.{CONTEST}', m.process_id || '.{EXAMINATION}')
                 order by e.ordinal desc limit 1), 'announcement', entered.announcement, 'taken', (
                 select min(o.reference) from matter o join cases_case c on c.matter_id = o.id
                 where o.process_id = m.process_id and o.item = m.item and o.organ_id = m.organ_id and o.id <> m.id
                   and c.outcome = 'granted' and exists (
                     select from ledger_entry e where e.subject = 'matter:' || o.reference
                       and e.event = o.process_id || '.enter-contest'
                       and e.body::json -> 'detail' ->> 'announcement' = entered.announcement)))
               from (select max(e.body::json -> 'detail' ->> 'announcement') as announcement from ledger_entry e
                     where e.subject = 'matter:' || m.reference
                       and e.event = m.process_id || '.enter-contest') entered"""


def _recorded(ctx: Context) -> Mapping[str, Any]:
    return ctx.needs.get("cases.outcome") or {}


def refuse_granting(recorded: Mapping[str, Any]) -> Refusal | None:
    """Granted is who won, once for one announcement; who did not win is refused with reasons and remedies."""
    outcome = recorded.get("outcome")
    if outcome is None:
        return Refusal("还没有招标、拍卖的结果，不能作出决定。", code="no-outcome", article=ARTICLE_53)
    if outcome != "won":
        return Refusal("没有中标或者竞得，不能准予。请依法不予许可。", code="not-the-winner", article=ARTICLE_53)
    if recorded.get("taken"):
        says = f"同一公告的标的已经许可给{recorded['taken']}，不能再许可一次。"
        return Refusal(says, code="won-by-another", article=ARTICLE_53)
    return None


@guard("cases.winner-only")
def winner_only(ctx: Context) -> Refusal | None:
    """第五十三条第三款: the decision follows the outcome of the tender or auction."""
    return refuse_granting(_recorded(ctx))


@guard("cases.winner-not-denied")
def winner_not_denied(ctx: Context) -> Refusal | None:
    """第五十三条第三款: who won is to be granted the licence; only falsehood (第七十八条) takes it away."""
    if _recorded(ctx).get("outcome") != "won" or ctx.values.get("falsehood"):
        return None
    says = "已经中标或者竞得的，应当作出准予许可的决定。"
    return Refusal(says, code="winner-denied", article=f"{ARTICLE_53}第三款")


@guard("cases.outcome-documented")
def outcome_documented(ctx: Context) -> Refusal | None:
    """Who won has the letter of acceptance or the auctioneer's confirmation."""
    if ctx.values.get("outcome") != "won" or ctx.values.get("document"):
        return None
    says = "中标或者竞得的，须写明中标通知书、成交确认书的文号。"
    return Refusal(says, code="no-document", article=ARTICLE_53, field="document")


def refuse_unexamined(outcome: str | None) -> Refusal | None:
    """Decided on the result of the examination or assessment."""
    if outcome == "passed":
        return None
    if outcome is None:
        return Refusal("还没有考试、考核的结果，不能作出决定。", code="no-outcome", article=ARTICLE_54)
    return Refusal("考试、考核不合格，不能准予。请依法不予许可。", code="not-passed", article=ARTICLE_54)


@guard("cases.passed-only")
def passed_only(ctx: Context) -> Refusal | None:
    """第五十四条第一款: a qualification is granted on the result and the other conditions of the law."""
    return refuse_unexamined(_recorded(ctx).get("outcome"))


@guard("cases.examined")
def examined(ctx: Context) -> Refusal | None:
    """Nobody is refused a qualification unexamined, but for falsehood."""
    if _recorded(ctx).get("outcome") or ctx.values.get("falsehood"):
        return None
    return refuse_unexamined(None)


@guard("cases.training-not-forced")
def training_not_forced(ctx: Context) -> Refusal | None:
    """第五十四条第三款: no compulsory course before an examination, no textbook prescribed."""
    for row in ctx.needs.get("cases.materials") or ():
        if row["required"] and "培训" in row["name"]:
            says = f"不得组织强制性的考前培训，材料“{row['name']}”不能作为报考条件，请先更正办事指南。"
            return Refusal(says, code="training-forced", article=f"{ARTICLE_54}第三款")
    return None
