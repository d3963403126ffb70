"""A process read off a log that follows none of ours: its activities are the steps, and two states say if it goes on.

An activity may begin a case, come in its middle, or end it: each use that the log shows is a step of its own, since our
engine tells opening and closing steps apart. What the log shows is not what its law allows: nothing here is a norm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.packs.models import RuleVersion
from yiwang.kernel import packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.process import Process, Step
from yiwang.matters.history.mapping import HistoryMapping
from yiwang.matters.history.times import moment

OPEN, ENDED = "open", "ended"
VERSION = "1"
NAMELESS = "（未命名活动）"
USES = {(True, True): "only", (True, False): "begin", (False, True): "end", (False, False): "mid"}
PLANNED, LEGAL = "history.planned_days", "history.legal_days"
_ended: dict[int, tuple[Step, Step]] = {}  # by a step's own identity: the declared one, and as it both opens and ends


def step_name(activity: str, *, opening: bool, closing: bool) -> str:
    """The step an activity is in that use. The same for every log, so that a later part of a log finds its steps."""
    plain = re.sub("[^a-z0-9]+", "-", activity.lower()).strip("-")[:18].strip("-")
    mark = sm3(activity.encode()).hex()[:10]
    return "-".join(part for part in (USES[opening, closing], plain, f"x{mark}") if part)


def closes(activity: str, last: bool, mapping: HistoryMapping) -> bool:
    """True if this activity, standing where it stands, ends its case."""
    return activity in mapping.ends or (mapping.ends_with_last and last)


def declaration(uses: Iterable[tuple[str, bool, bool, int, int]], mapping: HistoryMapping) -> dict[str, Any]:
    """The process as a pack would declare it; its id carries the digest of what it says."""
    steps: dict[str, dict[str, Any]] = {}
    first: int | None = None
    for activity, begins, last, earliest, _ in uses:
        first = earliest if first is None else min(first, earliest)
        ending = closes(activity, bool(last), mapping)
        title = (" ".join(activity.split()) or NAMELESS)[:80]
        name = step_name(activity, opening=bool(begins), closing=ending)
        step: dict[str, Any] = {
            "name": name,
            "title": title,
            "by": [mapping.role],
            "says": title,
        }
        if not begins:
            step["from"] = [OPEN]
        if begins:
            step["to"] = OPEN  # an opening step leads to the first state; see ``used``
        elif ending:
            step["to"] = ENDED
        steps[name] = step
    if not steps:  # a log without one readable event
        steps["begin"] = {"name": "begin", "title": "收件", "by": [mapping.role], "to": OPEN}
    # so that somebody can close by hand what the log left open
    steps["close"] = {"name": "close", "title": "结束办理", "by": [mapping.role], "from": [OPEN], "to": ENDED}
    opening = sorted(name for name, step in steps.items() if "from" not in step)
    ending_steps = sorted(name for name, step in steps.items() if step.get("to") == ENDED)
    since = moment(first or 0).date()
    clocks = [
        _clock("promised", "计划完成日", "promised", PLANNED, opening, ending_steps),
        _clock("legal", "法定完成日", "legal", LEGAL, opening, ending_steps),
    ]
    said: dict[str, Any] = {
        "title": mapping.title,
        "basis": "外系统日志（流程由日志读出，不是规定）",
        "in_force": {"from": date(since.year, 1, 1)},
        "initial": OPEN,
        "closed": [ENDED],
        "state": [
            {
                "name": OPEN,
                "title": "在办（外系统流程）",
                "says": "正在办理",
                "seat": [{"id": "handler", "role": mapping.role, "title": "经办人"}],
            },
            {"name": ENDED, "title": "已结束（外系统流程）", "says": "已办结"},
        ],
        "step": [steps[name] for name in sorted(steps)],
        "clock": clocks,
    }
    mark = packs.digest({"id": mapping.name, "version": VERSION, **said})[:8]
    # a ledger event is this id and a step's name, in 80 characters; the mark tells apart what was cut
    return {"id": f"history.{mapping.name[:24].rstrip('-.')}.v{mark}", "version": VERSION, **said}


def used(process: Process, name: str) -> Step:
    """The step as this use of it leaves the matter: one event that both opens and ends its case leaves it ended."""
    step = process.steps[name]
    if not name.startswith(f"{USES[True, True]}-"):
        return step
    known = _ended.get(id(step))
    if known is None or known[0] is not step:
        known = _ended[id(step)] = (step, replace(step, to=ENDED))
    return known[1]


def _clock(name: str, title: str, kind: str, days: str, starts: list[str], stops: list[str]) -> dict[str, Any]:
    return {
        "id": name,
        "title": title,
        "kind": kind,
        "unit": "natural-day",
        "days": days,
        "optional": True,
        "starts_on": starts,
        "stops_on": stops,
        "basis": "外系统日志所载日期",
    }


def store(declared: Mapping[str, Any], *, by: Doer, at: Any) -> None:
    """Keep the process as a rule version of its own, unless it is there."""
    if RuleVersion.objects.filter(kind="process", rule_id=declared["id"], version=VERSION).exists():
        return
    digest = packs.digest(declared)
    with transaction.atomic():
        RuleVersion.objects.create(
            kind="process",
            rule_id=declared["id"],
            version=VERSION,
            title=declared["title"],
            from_on=declared["in_force"]["from"],
            content=packs.canonical(declared),
            digest=digest,
            pack="history",
            loaded_at=at,
            loaded_by=by.reference,
        )
        ledger.record(
            subject=f"rule:process/{declared['id']}"[:80],
            event="matters.history-process-read",
            by=by,
            at=at,
            detail={"rule": declared["id"], "version": VERSION, "digest": digest},
        )
