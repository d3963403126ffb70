"""What a decision has to have weighed: statements and defence (行政许可法 第三十六条), the technical standard an inspection rests on
(第五十五条第三款)."""

from __future__ import annotations

from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.needs import need
from yiwang.matters.standing import Context

STATEMENT = "make-statement"
HEARD = ("陈述", "申辩")
ARTICLE_36 = "行政许可法 第三十六条"
ARTICLE_55 = "行政许可法 第五十五条第三款"


@need("cases.standards")
def standards() -> str:
    """Technical standards the inspectors named where something did not fit."""
    return """select json_agg(distinct t.text) from matter_text t
              where t.matter_id = m.id and t.field = 'standard' and t.step in ('inspect-a', 'inspect-b')"""


@guard("cases.statements-weighed")
def statements_weighed(ctx: Context) -> Refusal | None:
    """Who has stated or defended is heard: the deciding opinion says what became of it."""
    opinion = ctx.texts.get("opinion", "")
    if not any(name == STATEMENT for name, _ in ctx.matter.steps) or any(word in opinion for word in HEARD):
        return None
    says = "申请人或者利害关系人提出过陈述、申辩，请在意见中写明是否采纳和理由。"
    return Refusal(says, code="statement-unheard", article=ARTICLE_36, field="opinion")


@guard("cases.standard-cited")
def standard_cited(ctx: Context) -> Refusal | None:
    """An inspector who finds that something does not fit names the standard it does not fit."""
    if ctx.values.get("finding") != "fails" or ctx.texts.get("standard"):
        return None
    says = "核查结果不符合的，须写明所依据的技术标准、技术规范。"
    return Refusal(says, code="no-standard", article=ARTICLE_55, field="standard")
