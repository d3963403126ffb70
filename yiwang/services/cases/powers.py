"""In whose name, by whom and how long: who may decide (行政许可法 第二十二条至第二十四条), who may extend (第四十二条)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.needs import need
from yiwang.matters.standing import Context

ENTRUSTED = "entrusted"
ARTICLE_24, ARTICLE_42 = "行政许可法 第二十四条", "行政许可法 第四十二条"
HEAD_MOST, GOVERNMENT_MOST = 10, 15  # 第四十二条第一、二款, unless a law or regulation of its own says otherwise
GENERAL_LAW = "行政许可法"


@need("cases.guide")
def guide() -> str:
    """Who acts under this guide, with whom, on which law its extension rests, and, where the number of licences is limited,
    an undecided case of the same item that was accepted before this one."""
    return """select json_build_object('kind', g.document ->> 'body_kind', 'joint', g.document -> 'joint_organs',
              'entrustment', g.document -> 'entrustment', 'extension', g.document -> 'limits' -> 'extension' ->> 'basis',
              'fees', g.document -> 'fees',
              'ahead', case when coalesce(g.document ->> 'quota', '') in ('', '无数量限制', '无') then null else (
                select min(o.reference) from matter o
                join matter_clock l on l.matter_id = o.id and l.clock = 'legal' and l.stopped_on is null
                join matter_clock mine on mine.matter_id = m.id and mine.clock = 'legal'
                where o.organ_id = m.organ_id and o.item = m.item and o.closed_at is null
                  and (l.started_on, o.id) < (mine.started_on, m.id)) end)
              from cases_case c join catalogue_guide g on g.id = c.guide_id where c.matter_id = m.id"""


def refuse_unentrusted(kind: str | None, entrustment: Mapping[str, Any] | None, on: date) -> Refusal | None:
    """第二十四条: an entrusted organ acts only under an entrustment that is in force and was announced."""
    if kind != ENTRUSTED:
        return None
    if not entrustment:
        return Refusal(
            "本机关是受委托机关，但指南没有载明委托书，不能实施许可。", code="not-entrusted", article=ARTICLE_24
        )
    since, until = date.fromisoformat(entrustment["from"]), entrustment.get("until")
    if on < since or (until and on >= date.fromisoformat(until)):
        return Refusal("委托不在有效期内，不能以委托机关名义实施许可。", code="entrustment-ended", article=ARTICLE_24)
    if date.fromisoformat(entrustment["announced_on"]) > on:
        return Refusal("委托还没有公告，不能实施许可。", code="entrustment-unannounced", article=f"{ARTICLE_24}第一款")
    return None


def refuse_extension(days: int, basis: str | None, *, joint: bool) -> Refusal | None:
    """Ten days by the head of the organ, fifteen by the head of the government; another law may say otherwise."""
    most = GOVERNMENT_MOST if joint else HEAD_MOST
    if days <= most or (basis and GENERAL_LAW not in basis):
        return None
    clause = "第二款" if joint else "第一款"
    return Refusal(
        f"最多延长{most}个工作日。", code="clock-extension-days", article=f"{ARTICLE_42}{clause}", field="days"
    )


def _guide(ctx: Context) -> Mapping[str, Any]:
    return ctx.needs.get("cases.guide") or {}


@guard("cases.may-decide")
def may_decide(ctx: Context) -> Refusal | None:
    """An organ of its own power and an authorised organisation decide in their own name (第二十二、二十三条)."""
    return refuse_unentrusted(_guide(ctx).get("kind"), _guide(ctx).get("entrustment"), ctx.on)


@guard("cases.in-order-of-acceptance")
def in_order_of_acceptance(ctx: Context) -> Refusal | None:
    """第五十七条: where the number is limited, whoever was accepted first is decided first."""
    ahead = _guide(ctx).get("ahead")
    if not ahead:
        return None
    says = f"本许可有数量限制，应当按照受理的先后顺序作出决定；{ahead}先于本件受理，尚未决定。"
    return Refusal(says, code="out-of-order", article="行政许可法 第五十七条")


@guard("cases.not-joint")
def not_joint(ctx: Context) -> Refusal | None:
    """第四十二条第一款: the head of the organ extends what one organ handles."""
    if _guide(ctx).get("joint"):
        says = "本事项由几个部门联合办理，延长期限须经本级人民政府负责人批准。"
        return Refusal(says, code="joint-handling", article=f"{ARTICLE_42}第二款")
    return refuse_extension(ctx.values["days"], _guide(ctx).get("extension"), joint=False)


@guard("cases.joint")
def joint(ctx: Context) -> Refusal | None:
    """第四十二条第二款: the head of the government extends what several organs handle together."""
    if not _guide(ctx).get("joint"):
        says = "本事项由一个机关办理，延长期限由本机关负责人批准。"
        return Refusal(says, code="not-joint", article=f"{ARTICLE_42}第一款")
    return refuse_extension(ctx.values["days"], _guide(ctx).get("extension"), joint=True)


NOBODY = ("有关部门", "相关部门", "其他部门", "主管部门", "有关机关", "相关机关", "上级部门", "其他机关")
SHORTEST_NAME = 4


def refuse_unnamed(competent: str) -> Refusal | None:
    """第三十二条第一款第二项: the applicant is told *which* organ to ask."""
    name = competent.strip("。 ")
    if len(name) >= SHORTEST_NAME and not any(name in {word, f"向{word}申请", f"请向{word}申请"} for word in NOBODY):
        return None
    says = "须写明应当向哪个行政机关申请，不能只写“有关部门”。"
    return Refusal(says, code="organ-not-named", article="行政许可法 第三十二条第一款第二项", field="competent")


@guard("cases.names-the-competent-organ")
def names_the_competent_organ(ctx: Context) -> Refusal | None:
    """不予受理 names the competent organ."""
    return refuse_unnamed(ctx.texts.get("competent", ""))


SHORTEST_REASONS = 10
REMEDIES = "行政复议法 第二十条、行政诉讼法 第四十六条"


@guard("cases.reasoned-refusal")
def reasoned_refusal(ctx: Context) -> Refusal | None:
    """A power that is no licence is refused with reasons and both remedies too."""
    if len(ctx.texts.get("reason", "")) < SHORTEST_REASONS:
        return Refusal("须说明具体理由，不能只写“不符合条件”。", code="no-reasons", field="reason")
    remedies = ctx.texts.get("remedies", "")
    if "复议" not in remedies or "诉讼" not in remedies:
        says = "须告知申请行政复议和提起行政诉讼的权利。"
        return Refusal(says, code="no-remedies", article=REMEDIES, field="remedies")
    return None
