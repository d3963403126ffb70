"""The cast as doers, processes as stored rules, and matters on their way."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.factories.rules import store as store
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.kernel.permissions import Doer, Permission
from yiwang.matters import actions
from yiwang.matters.standing import Standing

NATIONAL = Path(__file__).resolve().parents[2] / "packs" / "national"
ORGAN, HALL, OTHER = 11, 22, 33

GRANTS = {
    "receiver": [Permission.CASE_RECEIVE, Permission.CASE_SEE],
    "acceptor": [Permission.CASE_RECEIVE, Permission.CASE_ACCEPT, Permission.CASE_SEE],
    "reviewer": [Permission.CASE_REVIEW, Permission.CASE_SEE],
    "decider": [Permission.CASE_DECIDE, Permission.CASE_SEE, Permission.MATTER_ASSIGN],
    "leader": [Permission.CASE_DECIDE, Permission.CASE_SEE, Permission.MATTER_ASSIGN],
    "inspector": [Permission.CASE_REVIEW, Permission.CASE_SEE],
    "hearing-chair": [Permission.CASE_SEE],
    "government-head": [Permission.CASE_EXTEND, Permission.CASE_SEE],
    "head": [Permission.CASE_EXTEND, Permission.CASE_SEE, Permission.MATTER_ASSIGN],
    "issuer": [Permission.CASE_HAND_OUT, Permission.CASE_SEE],
    "dispatcher": [Permission.CASE_HAND_OUT, Permission.CASE_SEE],
}


def staff(account_id: int, *roles: str, organ_id: int = ORGAN) -> Doer:
    grants = frozenset((permission, organ_id) for role in roles for permission in GRANTS.get(role, ()))
    posts = frozenset((organ_id, role) for role in roles)
    return Doer(f"staff:{account_id}", "staff", account_id=account_id, organ_id=organ_id, posts=posts, grants=grants)


LIN = Doer("person:9", "citizen", account_id=9, person_id=9, grants=frozenset({(Permission.CASE_APPLY, 0)}))
CHEN = staff(1001, "receiver", organ_id=HALL)
ZHAO = staff(1002, "acceptor", "reviewer")
QIAN = staff(1003, "acceptor", "reviewer")
SUN = staff(1004, "decider", "acceptor")
ZHOU = staff(1005, "head")
LI = staff(1006, "leader")
ZHENG = staff(1007, "issuer")
WANG = staff(1008, "dispatcher", organ_id=HALL)
WU = Doer(
    "staff:1009",
    "staff",
    account_id=1009,
    organ_id=44,
    posts=frozenset({(44, "supervisor")}),
    grants=frozenset({(Permission.CASE_SUPERVISE, None), (Permission.MATTER_REBASE, None)}),
)

BUDGETS: dict[str, Any] = {"guide.legal_days": 20, "guide.promised_days": 7, "guide.extension_max": 10}


def at(day: str, hour: int = 10, minute: int = 0) -> datetime:
    """That moment in Shanghai."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI).replace(hour=hour, minute=minute)


def declaration(process_id: str) -> dict[str, Any]:
    """A process of the national pack as a table, to be changed by a test."""
    return tomllib.loads((NATIONAL / "processes" / f"{process_id}.toml").read_text(encoding="utf-8"))


def licence(**changes: Any) -> dict[str, Any]:
    """The licence process without the detail table of a service (the engine alone)."""
    declared = declaration("services.licence") | {"detail": ""} | changes
    for step in declared["step"]:
        for key in ("guards", "effects", "after", "needs"):
            step.pop(key, None)
    return declared


def opened(by: Doer = LIN, day: str = "2026-09-24", **fields: Any) -> Standing:
    """A licence case, received on that day."""
    given: dict[str, Any] = {
        "process": "services.licence",
        "organ_id": ORGAN,
        "title": "食品经营许可 核发",
        "party_id": 9,
        "item": "440125001000",
        "chain": "two-hands",
        "budgets": BUDGETS,
        "organs": {"hall": HALL, "accepting": ORGAN},
    }
    return actions.open(**(given | fields), by=by, at=at(day))


def walked(*steps: tuple[str, Doer, str], **fields: Any) -> Standing:
    """A case opened by 林 and taken through steps ``(name, by, day)``, with plausible words where words are asked."""
    matter = opened(**fields)
    for name, by, day in steps:
        matter = actions.take(reference=matter.reference, step=name, by=by, at=at(day, 11), values=WORDS.get(name))
    return matter


WORDS: dict[str, dict[str, Any]] = {
    "review": {"opinion": "材料齐全，现场核查合格，建议准予许可。", "recommendation": "grant"},
    "grant": {"opinion": "符合法定条件，准予许可。"},
    "extend": {"opinion": "需核实场所权属，经批准延长。", "days": 10},
    "begin-special": {"ground": "expert-review", "expected-days": 8, "reason": "需专家评审。"},
    "end-special": {"result": "专家评审通过。"},
    "hand-out": {"receiver": "applicant"},
    "review-a": {"opinion": "符合规划要求。"},
    "review-b": {"opinion": "符合消防要求。"},
}


def noticed(ctx: Any) -> Mapping[str, Any]:
    """What a service's ``also`` adds when it has issued the written notice."""
    return {"notice": "云市监特字〔2026〕3号"}
