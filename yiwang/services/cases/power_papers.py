"""The letters of powers on request that are no licence: 给付, 确认, 奖励, 裁决, 征收, 其他. Their words are not a licence's.

The decision lists what its step declares (给付标准, 裁决事项…), so that a process brings its own content without code.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from yiwang.matters.standing import Context
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case
from yiwang.services.cases.payment_papers import FEN, yuan

NOTICE, DECISION = "power-notice", "power-decision"
POWERS = {
    "services.benefit": "行政给付",
    "services.confirmation": "行政确认",
    "services.reward": "行政奖励",
    "services.adjudication": "行政裁决",
    "services.levy": "行政征收",
    "services.other": "行政权力事项",
}
HEADINGS = {"services.levy": "行政征收减免决定书"}  # what is levied is told by the 缴费通知书
RESULT = re.compile("^(当场|自动)|（秒批）$")  # how it was decided is no part of what was decided
WORDS_OF_REFUSAL = frozenset({"reason", "remedies", "opinion"})


def accepted(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    """受理通知书 with the guide's limits."""
    declaration = declaration_of(case.guide)
    promised = declaration.promised_for(case.answers)
    return NOTICE, {
        "heading": f"{POWERS[ctx.process.id]}受理通知书",
        "accepted_on": day_in_full(ctx.on),
        "legal": declaration.limits.legal.says() if declaration.limits.legal else "",
        "promised": promised.says() if promised else "",
    }


def decided(case: Case, ctx: Context) -> tuple[str, dict[str, Any]]:
    """What was decided, in the words of the process, with everything the step declares."""
    declaration = declaration_of(case.guide)
    return DECISION, {
        "heading": HEADINGS.get(ctx.process.id, f"{POWERS[ctx.process.id]}决定书"),
        "decided_on": day_in_full(ctx.on),
        "result": RESULT.sub("", ctx.step.title),
        "bases": list(declaration.bases),
        "content": [f"{field.title}：{said}" for field in ctx.step.fields if (said := _said(ctx, field.name))],
        "reason": ctx.texts.get("reason", ""),
        "remedies": ctx.texts.get("remedies") or declaration.remedies,
    }


BUILDERS = {
    "accept": accepted,
    "grant": decided,
    "grant-on-the-spot": decided,
    "grant-by-table": decided,
    "deny": decided,
    "deny-on-the-spot": decided,
}


def _said(ctx: Context, name: str) -> str:
    if name in WORDS_OF_REFUSAL:
        return ""
    if name in ctx.texts:
        return ctx.texts[name]
    value = ctx.values.get(name)
    if name.endswith(FEN) and isinstance(value, int):
        return f"{yuan(value)}元"
    return day_in_full(value) if isinstance(value, date) else "" if value is None else str(value)


def day_in_full(day: date) -> str:
    """As a letter writes it: ``2026年9月24日``."""
    return f"{day.year}年{day.month}月{day.day}日"
