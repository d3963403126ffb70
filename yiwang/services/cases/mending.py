"""What can be put right on the spot is put right on the spot (行政许可法 第三十二条第一款第三项): the clerk who checks says so, and a
correction notice may not send people away for it. Pure.

Which errors those are, the law does not list. What the checking clerk marked is one; a notice whose words speak of a
date, a misprint or a blank left empty is asked about it, and may answer why not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.matters.standing import Context
from yiwang.services.cases.rules import MaterialStanding

ARTICLE_32_3 = "行政许可法 第三十二条第一款第三项"
LONGEST = 280
FIELD = "mend"  # the notice's answer why something was not put right there and then
IMPOSSIBLE = "impossible"
# Errors of writing, reckoning, filling in and binding. 待核: the law says only 可以当场更正的错误.
SLIPS = ("日期", "错别字", "笔误", "漏填", "漏写", "未填写", "计算错误", "页码", "装订")


def mendable(materials: Sequence[MaterialStanding], demanded: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Names of what the notice lists though it can be put right at once: marked so by the checking clerk, and sounding so."""
    rows = {one.code: one for one in materials}
    handed = [(rows[code], said) for code, said in demanded.items() if code in rows and rows[code].state != "missing"]
    marked = [one.name for one, _ in handed if one.mendable]
    sounding = [one.name for one, said in handed if not one.mendable and any(word in said for word in SLIPS)]
    return marked, sounding


def refuse_sent_away(
    materials: Sequence[MaterialStanding], demanded: Mapping[str, str], answer: str | None
) -> Refusal | None:
    """A notice that lists what can be mended at once answers why it was not; what the checking clerk found mendable is not
    called impossible in the same breath."""
    marked, sounding = mendable(materials, demanded)
    if answer == IMPOSSIBLE and marked:
        says = f"“{marked[0]}”核对时认定可以当场更正，不能再写“不能当场更正”。"
        return Refusal(says, code="mendable", article=ARTICLE_32_3, field=FIELD)
    named = [*marked, *sounding]
    if not named or answer:
        return None
    says = f"“{'”“'.join(named)}”的错误可以当场更正，应当允许申请人当场更正（办理“当场更正”）；没有当场更正的，请选择原因。"
    return Refusal(says, code="mend-on-the-spot", article=ARTICLE_32_3, faults=[Fault(FIELD, says, "mend-on-the-spot")])


@guard("cases.mended-on-the-spot")
def mended_on_the_spot(ctx: Context) -> Refusal | None:
    """A correction notice asks for nothing that the applicant could have put right at the counter."""
    materials = [MaterialStanding(**row) for row in ctx.needs.get("cases.materials") or ()]
    return refuse_sent_away(materials, ctx.given.get("shortcomings") or {}, ctx.values.get(FIELD))


@guard("cases.corrected-now")
def corrected_now(ctx: Context) -> Refusal | None:
    """Errors in what was handed in may be put right there and then; what is missing may not."""
    corrected = ctx.given.get("shortcomings") or {}
    rows = {row["code"]: row for row in ctx.needs.get("cases.materials") or ()}
    if not corrected:
        says = "请勾选当场更正的材料，写明更正了什么。"
        return Refusal(says, code="nothing-listed", article=ARTICLE_32_3, field="ask")
    for code, said in corrected.items():
        row = rows.get(code)
        if row is None or row["state"] == "missing":
            says = "没有交的材料不能当场更正，请一次性告知补正。"
            return Refusal(says, code="not-handed-in", article=ARTICLE_32_3, field=code)
        if not said.strip() or len(said) > LONGEST or "\0" in said:
            return Refusal(f"请写明“{row['name']}”更正了什么。", code="vague", article=ARTICLE_32_3, field=code)
    return None
