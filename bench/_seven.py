"""The seven-step procedure every engine runs in ``lifecycle``: submit, accept, two parallel reviews, decide, issue, rate."""

from __future__ import annotations

from datetime import date
from typing import Any

ORGAN = 11
STEPS = ["accept", "review-a", "review-b", "decide", "issue", "rate"]
OPINION = "材料齐全，现场核查合格，符合法定条件，建议准予许可。"
VALUES: dict[str, dict[str, Any]] = {
    "review-a": {"opinion": OPINION, "verdict": "approve"},
    "review-b": {"opinion": OPINION, "verdict": "approve"},
    "decide": {"opinion": OPINION, "result": "granted"},
    "rate": {"level": "5"},
}


def _state(name: str, *seats: dict[str, Any], phase: str = "in-hand") -> dict[str, Any]:
    return {"name": name, "title": name, "phase": phase, "seat": list(seats)}


def _step(name: str, by: str, start: str | None, to: str | None, **more: Any) -> dict[str, Any]:
    step: dict[str, Any] = {"name": name, "title": name, "by": [by], **more}
    if start:
        step["from"] = [start]
    if to:
        step["to"] = to
    return step


def declaration() -> dict[str, Any]:
    """The procedure with seats, permissions, guards, opinions, two clocks and an after-job, as a pack declares it."""
    verdict = {"name": "verdict", "title": "结论", "kind": "code", "choices": {"approve": "同意", "reject": "不同意"}}
    result = {"name": "result", "title": "决定", "kind": "code", "choices": {"granted": "准予", "denied": "不予"}}
    level = {"name": "level", "title": "评价", "kind": "code", "choices": {str(n): f"{n}星" for n in range(1, 6)}}
    clock = {"unit": "working-day", "starts_on": ["accept"], "stops_on": ["decide"], "basis": "行政许可法 第四十二条"}
    return {
        "id": "bench.seven",
        "version": "2026.1",
        "in_force": {"from": date(2020, 1, 1)},
        "title": "七步",
        "basis": "行政许可法",
        "initial": "received",
        "closed": ["rated"],
        "clock": [
            {"id": "legal", "title": "法定", "kind": "legal", "days": "guide.legal_days", **clock},
            {"id": "promised", "title": "承诺", "kind": "promised", "days": "guide.promised_days", **clock},
        ],
        "state": [
            _state("received", {"id": "acceptor", "role": "acceptor"}, phase="to-accept"),
            _state(
                "reviewing",
                {"id": "review-a", "role": "reviewer"},
                {"id": "review-b", "role": "checker"},
                {"id": "decider", "role": "decider", "after": ["review-a", "review-b"]},
            ),
            _state("decided", {"id": "issuer", "role": "issuer"}, phase="to-hand-out"),
            _state("issued", {"id": "rater", "role": "receiver"}, phase="to-hand-out"),
            _state("rated", phase="closed"),
        ],
        "step": [
            _step("submit", "party", None, "received", permission="case.apply", guards=["bench.fine"]),
            _step(
                "accept",
                "acceptor",
                "received",
                "reviewing",
                seat=["acceptor"],
                permission="case.accept",
                guards=["bench.fine"],
            ),
            _step(
                "review-a",
                "reviewer",
                "reviewing",
                None,
                seat=["review-a"],
                once=True,
                permission="case.review",
                opinion="required",
                field=[verdict],
                guards=["bench.fine"],
            ),
            _step(
                "review-b",
                "checker",
                "reviewing",
                None,
                seat=["review-b"],
                once=True,
                permission="case.review",
                opinion="required",
                field=[verdict],
                guards=["bench.fine"],
            ),
            _step(
                "decide",
                "decider",
                "reviewing",
                "decided",
                seat=["decider"],
                requires=["review-a", "review-b"],
                not_by=["review-a", "review-b"],
                permission="case.decide",
                opinion="required",
                field=[result],
                guards=["bench.fine"],
            ),
            _step(
                "issue",
                "issuer",
                "decided",
                "issued",
                seat=["issuer"],
                permission="case.hand-out",
                after=["bench.letter"],
            ),
            _step("rate", "party", "issued", "rated", field=[level], guards=["bench.fine"]),
        ],
    }


def register() -> None:
    """The guard and the after-job the procedure names."""
    from yiwang.kernel import names

    @names.guard("bench.fine")
    def fine(ctx: Any) -> None:
        """A guard that looks at the matter and objects to nothing."""
        assert 0 < ctx.matter.organ_id <= 10_000

    @names.after("bench.letter")
    def letter(matter_id: int, ordinal: int, payload: Any) -> None:
        """Nothing: rendering is measured elsewhere."""


def doers() -> dict[str, Any]:
    """Who takes which step: five clerks and the applicant, each with posts and permissions."""
    from yiwang.kernel.permissions import Doer, Permission

    def clerk(number: int, role: str, *permissions: Permission) -> Doer:
        grants = frozenset((permission, ORGAN) for permission in permissions)
        posts = frozenset({(ORGAN, role)})
        return Doer(f"staff:{number}", "staff", account_id=number, organ_id=ORGAN, posts=posts, grants=grants)

    citizen = Doer("person:9", "citizen", account_id=9, person_id=9)
    return {
        "submit": citizen,
        "accept": clerk(1, "acceptor", Permission.CASE_ACCEPT, Permission.CASE_SEE),
        "review-a": clerk(2, "reviewer", Permission.CASE_REVIEW, Permission.CASE_SEE),
        "review-b": clerk(3, "checker", Permission.CASE_REVIEW, Permission.CASE_SEE),
        "decide": clerk(4, "decider", Permission.CASE_DECIDE, Permission.CASE_SEE),
        "issue": clerk(5, "issuer", Permission.CASE_HAND_OUT, Permission.CASE_SEE),
        "rate": citizen,
    }


OPENING: dict[str, Any] = {
    "process": "bench.seven",
    "organ_id": ORGAN,
    "title": "食品经营许可 核发",
    "party_id": 9,
    "item": "11440125MB2C000000",
    "guide": "guide:12@3",
    "budgets": {"guide.legal_days": 20, "guide.promised_days": 7},
}
