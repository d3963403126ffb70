"""A guide as its reviewers read it: every element in the order of the editor, in words. Two versions compare line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from yiwang.services.catalogue.declarations import (
    AUDIENCE_SAYS,
    CHAIN_SAYS,
    CHANNEL_SAYS,
    HANDLING_SAYS,
    NEED_SAYS,
    RESULT_SAYS,
    SOURCE_SAYS,
    Declaration,
    Fee,
    Limit,
    Material,
    Result,
    Step,
    When,
)

# What a top-level field is called, where its value comes from a register or is said to come from somewhere (``marks``).
FIELD_SAYS: Mapping[str, str] = {
    "name": "事项名称",
    "item_code": "实施编码",
    "type": "事项类型",
    "organ": "实施主体",
    "undertaking": "承办机构",
    "level": "行使层级",
    "body_kind": "实施主体性质",
    "entrustment": "委托",
    "handling": "办件类型",
    "audience": "服务对象",
    "process": "办理流程",
    "chain": "审批层级",
    "who_may": "谁可以办",
    "bases": "设定依据",
    "conditions": "受理条件",
    "refusals": "不予受理、不予许可的情形",
    "questions": "情形问题",
    "situations": "情形",
    "form": "申请表单",
    "materials": "材料",
    "steps": "环节",
    "specials": "不计入时限的程序",
    "limits": "时限",
    "fees": "收费",
    "fee_says": "收费说明",
    "results": "结果",
    "renewal": "延续",
    "phones": "咨询电话",
    "complaint_phones": "监督电话",
    "places": "办理地点和时间",
    "channels": "办理形式",
    "trips": "到现场次数",
    "trips_why": "必须到现场的原因",
    "quota": "数量限制",
    "scope": "通办范围",
    "appointment": "可以预约",
    "online_payment": "网上缴费",
    "express": "结果可以邮寄",
    "intermediaries": "中介服务",
    "joint_organs": "联合办理的部门",
    "remedies": "救济途径",
    "retention_years": "归档年限",
    "faqs": "常见问题",
    "origin": "来源",
    "in_force": "施行期间",
}
LEVEL_SAYS = {"1": "国家", "2": "省", "3": "市", "4": "县", "5": "乡镇", "6": "村", "7": "其他"}
BODY_SAYS = {"statutory": "法定机关", "authorised": "授权组织", "entrusted": "受委托机关", "other": "其他"}
LIMIT_SAYS = {"legal": "法定办结时限", "promised": "承诺办结时限", "extension": "最长延长", "correction": "补正期限"}


@dataclass(frozen=True, slots=True)
class Line:
    """One element: what it is called and what it says, a sentence each; nothing said is an empty tuple."""

    label: str
    says: tuple[str, ...]


def lines(
    guide: Declaration, *, processes: Mapping[str, str] | None = None, roles: Mapping[str, str] | None = None
) -> list[Line]:
    """Every element a reviewer decides on. ``processes`` and ``roles`` give titles to ids; an unknown id stays itself."""
    titles, posts = processes or {}, roles or {}
    return [Line(label, tuple(one for one in says if one)) for label, says in _elements(guide, titles, posts)]


def differences(before: Declaration, now: Declaration) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """(element, before, now) of what two versions say differently; of a list only what left and what came."""
    found = []
    for old, new in zip(lines(before), lines(now), strict=True):
        if old.says != new.says:
            left = tuple(one for one in old.says if one not in new.says)
            came = tuple(one for one in new.says if one not in old.says)
            found.append((new.label, left or old.says, came or new.says))
    return found


def _elements(
    guide: Declaration, processes: Mapping[str, str], roles: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    limits = guide.limits
    for field in ("name", "type", "organ", "undertaking"):
        yield FIELD_SAYS[field], [str(getattr(guide, field))]
    yield FIELD_SAYS["level"], [LEVEL_SAYS.get(guide.level, "")]
    yield FIELD_SAYS["body_kind"], [BODY_SAYS.get(guide.body_kind, "")]
    if guide.entrustment:
        entrusted = guide.entrustment
        yield FIELD_SAYS["entrustment"], [f"{entrusted.document}，{entrusted.announced_on}公告"]
    else:
        yield FIELD_SAYS["entrustment"], []
    yield FIELD_SAYS["audience"], ["、".join(AUDIENCE_SAYS[one] for one in guide.audience)]
    yield FIELD_SAYS["handling"], [HANDLING_SAYS.get(guide.handling, "")]
    yield FIELD_SAYS["chain"], [CHAIN_SAYS.get(guide.chain, "")]
    yield FIELD_SAYS["process"], [processes.get(guide.process, guide.process)]
    yield FIELD_SAYS["joint_organs"], list(guide.joint_organs)
    for field in ("who_may", "conditions", "refusals", "bases"):
        value = getattr(guide, field)
        yield FIELD_SAYS[field], [value] if isinstance(value, str) else list(value)
    yield LIMIT_SAYS["legal"], [_limit(limits.legal, limits.legal_basis)]
    yield LIMIT_SAYS["promised"], [_limit(limits.promised)]
    yield LIMIT_SAYS["extension"], [_limit(limits.extension, limits.extension.basis if limits.extension else None)]
    yield LIMIT_SAYS["correction"], [_limit(limits.correction)]
    yield "受理期限", [_limit(limits.acceptance)]
    yield "送达期限", [_limit(limits.delivery)]
    yield (
        FIELD_SAYS["specials"],
        [f"{one.title}{f'，{one.days}天' if one.days else ''}（{one.basis}）" for one in guide.specials],
    )
    yield FIELD_SAYS["questions"], [f"{one.asks}　{'／'.join(one.choices.values())}" for one in guide.questions]
    yield (
        FIELD_SAYS["situations"],
        [f"{one.name}{_when(guide, one.when)}{_own(one.promised)}" for one in guide.situations],
    )
    yield (
        FIELD_SAYS["form"],
        [f"{one.title}{_when(guide, one.when)}：{'、'.join(each.label for each in one.fields)}" for one in guide.form],
    )
    yield FIELD_SAYS["materials"], [_material(guide, one) for one in guide.materials]
    yield FIELD_SAYS["steps"], [_step(one, roles) for one in guide.steps]
    yield FIELD_SAYS["fees"], [_fee(one) for one in guide.fees] or [guide.fee_says]
    yield FIELD_SAYS["results"], [_result(one) for one in guide.results]
    yield FIELD_SAYS["renewal"], _renewal(guide)
    yield FIELD_SAYS["places"], [f"{one.name}，{one.address}，{one.hours}　{one.phone}" for one in guide.places]
    yield FIELD_SAYS["channels"], ["、".join(CHANNEL_SAYS[one] for one in guide.channels)]
    yield FIELD_SAYS["trips"], [f"{guide.trips}次　{guide.trips_why}".strip() if guide.trips is not None else ""]
    for field in ("scope", "quota", "phones", "complaint_phones", "remedies"):
        value = getattr(guide, field)
        yield FIELD_SAYS[field], [value] if isinstance(value, str) else list(value)
    yield FIELD_SAYS["retention_years"], [f"{guide.retention_years}年" if guide.retention_years else ""]
    starts = guide.in_force.from_ if guide.in_force else None
    yield FIELD_SAYS["in_force"], [f"{starts.year}年{starts.month}月{starts.day}日起" if starts else ""]


def _limit(limit: Limit | None, basis: str | None = None) -> str:
    return f"{limit.says()}{f'（{basis}）' if basis else ''}" if limit else ""


def _own(promised: Limit | None) -> str:
    return f"，承诺{promised.says()}" if promised else ""


def _when(guide: Declaration, when: When) -> str:
    """In which answers something holds, in the words of the questions."""
    asked = {question.id: question for question in guide.questions}
    said = [
        f"{asked[one].asks}{'或'.join(asked[one].choices.get(answer, answer) for answer in answers)}"
        for one, answers in when.items()
        if one in asked
    ]
    return f"（{'；'.join(said)}）" if said else ""


def _material(guide: Declaration, one: Material) -> str:
    source = f"{SOURCE_SAYS[one.source.of]} {one.source.reference}".strip() if one.source else "来源未填"
    paper = "、".join(f"{name}{count}份" for name, count in (("原件", one.originals), ("复印件", one.copies)) if count)
    grade = "主要" if one.grade == "main" else "次要"
    parts = [grade, NEED_SAYS[one.need], source, paper, "、".join(one.bases), one.requirement]
    return f"{one.name}{_when(guide, one.when)}：{'；'.join(part for part in parts if part)}"


def _step(one: Step, roles: Mapping[str, str]) -> str:
    days = f" {one.days}天" if one.days is not None else ""
    excluded = f"，不计入时限（{one.basis or '未写依据'}）" if one.excluded else ""
    return f"{one.name}　{roles.get(one.role, one.role)}{days}{excluded}"


def _fee(one: Fee) -> str:
    return f"{one.name}：{one.standard}（{'、'.join(one.bases) or '未写依据'}）"


def _result(one: Result) -> str:
    validity = f"，有效期{one.validity}" if one.validity else ""
    return f"{one.name}（{RESULT_SAYS[one.kind]}）{validity}"


def _renewal(guide: Declaration) -> list[str]:
    if guide.renewal is None:
        return []
    unit = "个工作日" if guide.renewal.unit == "working-day" else "天"
    return [f"届满前{guide.renewal.renew_until}{unit}前申请（{guide.renewal.basis}）；{guide.renewal.late_effect}"]
