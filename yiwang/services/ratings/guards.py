"""What the steps of a rectification ask, beyond role and state."""

from __future__ import annotations

from yiwang.foundation.packs import queries as packs
from yiwang.kernel.names import guard
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.matters.standing import Context
from yiwang.services.ratings import rules

BASIS = "国办发〔2019〕51号"


@guard("ratings.other-hands")
def other_hands(ctx: Context) -> Refusal | None:
    """Whoever was rated neither calls back, verifies, mends nor signs. Colleagues who accepted or decided may: in a small unit
    everybody had a hand in everything."""
    rated = (ctx.needs.get("ratings.rectification") or {}).get("rated")
    if rated is not None and ctx.by.account_id == rated:
        return NotAllowed("被评价的人员不能办理差评回访、核实、整改和签字，请由其他同事办理。", code="rated-hands")
    return None


@guard("ratings.called-back")
def called_back(ctx: Context) -> Refusal | None:
    """Nothing is verified before the evaluator was heard, or tried to be reached as often as the rule asks."""
    if (ctx.needs.get("ratings.rectification") or {}).get("called"):
        return None
    tried = sum(name == "not-reached" for name, _ in ctx.matter.steps)
    least = packs.rule(rules.KIND, rules.RULE, ctx.on).value.attempts
    if tried >= least:
        return None
    return Refusal(f"请先回访评价人；确实联系不上的，至少回访{least}次。", code="not-called-back", article=BASIS)


@guard("ratings.fit-to-publish")
def fit_to_publish(ctx: Context) -> Refusal | None:
    """What is published or sent names nobody: no telephone, no identity number."""
    for name in ("measures", "feedback"):
        if rules.names_a_person(ctx.texts.get(name, "")):
            return Refusal("公开的内容不能写电话号码或者证件号码，请删去。", code="names-a-person", field=name)
    return None
