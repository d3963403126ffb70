"""The letters of the decision and of what follows it: granted, denied, the certificate, its way to the window, its service
(行政许可法 第三十八条、第三十九条、第四十四条)."""

from __future__ import annotations

from datetime import date
from typing import Any

from yiwang.matters.standing import Context
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case
from yiwang.services.cases.power_papers import POWERS, day_in_full

GRANT = "grant-decision"
DENIAL = "denial-decision"
CERTIFICATE = "licence"
SLIP = "transfer-slip"
SERVICE = "service-receipt"

PUBLIC = "services.public"  # the process whose words are not those of a licence
WARNINGS = {
    "false": "你（单位）隐瞒有关情况或者提供虚假材料，依据《中华人民共和国行政许可法》第七十八条，给予警告。",
    "safety": "你（单位）隐瞒有关情况或者提供虚假材料，依据《中华人民共和国行政许可法》第七十八条，给予警告；"
    "本事项直接关系公共安全、人身健康、生命财产安全，一年内不得再次申请。",
}
SERVED = {
    "hand-over": "当场领取",
    "hand-out": "窗口领取",
    "post-out": "邮寄送达",
    "deliver-online": "网上送达",
    "deliver-by-table": "网上送达",
}


def granted(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    return GRANT, {
        "decided_on": day_in_full(ctx.on),
        "valid_until": _day(ctx.values.get("valid-until")),
        "bases": list(declaration_of(case.guide).bases),
        "basis": "《中华人民共和国行政许可法》第三十八条第一款",
    }


def denied(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    standards = "；".join(ctx.needs.get("cases.standards") or ())
    return DENIAL, {
        "decided_on": day_in_full(ctx.on),
        # what an inspection rests on is said in writing (第五十五条第三款)
        "reason": ctx.texts["reason"] + (f"所依据的技术标准、技术规范：{standards}。" if standards else ""),
        "remedies": ctx.texts["remedies"],
        "warning": WARNINGS.get(str(ctx.values.get("falsehood") or ""), ""),
        "basis": "《中华人民共和国行政许可法》第三十八条第二款",
    }


def certificate(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    return CERTIFICATE, {
        "result": case.guide.result_name or case.matter.title,
        "decided_on": _day(case.decided_on),
        "valid_until": _day(case.valid_until),
    }


def slip(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    return SLIP, {"sent_on": day_in_full(ctx.on), "result": case.guide.result_name or case.matter.title}


def served(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    receiver = next((field for field in ctx.step.fields if field.name == "receiver"), None)
    return SERVICE, {
        "served_on": day_in_full(ctx.on),
        "how": SERVED[ctx.step.name],
        "receiver": receiver.choices[ctx.values["receiver"]] if receiver else "",
        "tracking": ctx.values.get("tracking", ""),
        "basis": "" if ctx.process.id in {PUBLIC, *POWERS} else "《中华人民共和国行政许可法》第四十四条",
    }


AFTERWARDS = {"send-to-window": slip, **dict.fromkeys(SERVED, served)}  # alike for every kind of case
BUILDERS = {
    "grant": granted,
    "grant-on-the-spot": granted,
    "grant-by-table": granted,
    "deny": denied,
    "issue": certificate,
    "issue-by-table": certificate,
    **AFTERWARDS,
}


def _day(day: date | None) -> str:
    return day_in_full(day) if day else ""
