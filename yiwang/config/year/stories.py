"""The steps of one planned case, each on its day, in its hour, by its hands: what ``matters.actions.living`` replays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from yiwang.config.year.plan import Draft
from yiwang.config.year.profile import ON_THE_SPOT
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.kernel.permissions import SYSTEM, Doer, Permission
from yiwang.kernel.workdays import OrdinalTable, Unit
from yiwang.matters.actions.living import Deed

LONGEST = 7  # working days a case takes at most from acceptance to decision, whatever its guide promises
PAUSE = 5
GRANT = {"opinion": "经审查，申请材料齐全、符合法定形式，符合许可条件，准予办理。"}
REVIEW = {"opinion": "经审核，申请材料齐全、内容属实，建议准予。", "recommendation": "grant"}
AGAINST = {"opinion": "经审核，不符合许可条件，建议不予。", "recommendation": "deny"}
DENY = {
    "opinion": "不符合法定条件，不予许可。",
    "reason": "经现场核查，经营场所不符合许可条件中关于场所与设施的规定。",
    "remedies": "如不服本决定，可以自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。",
}
SHORTCOMING = "{}没有提交，请补交原件1份。"


@dataclass(frozen=True, slots=True)
class Kit:
    """A guide with everything a story needs: process, limits, materials as they come, and who holds which role."""

    guide: str
    version_id: int  # the key of the guide's version
    process: str
    chain: str
    organ_id: int
    hall_id: int
    promised: tuple[int, Unit]
    pause_ground: str
    materials: Sequence[Mapping[str, Any]]
    mains: frozenset[str]  # codes of the main ones
    own: str  # a material an applicant may have left out
    hands: Mapping[str, Sequence[Doer]] = field(default_factory=dict)


class Story:
    """Deeds of one case in order; the moment only moves forward."""

    def __init__(
        self, draft: Draft, kit: Kit, table: OrdinalTable, party_id: int, until: datetime, *, stands_in: bool = False
    ) -> None:
        self.draft, self.kit, self.table, self.party_id, self.until = draft, kit, table, party_id, until
        self.stands_in = stands_in  # no version of the guide was in force when the case came in
        self.chance = Random(draft.luck)
        self.deeds: list[Deed] = []
        self.at = draft.received_at
        self.took: set[str] = set()
        self.shortcoming: tuple[str, datetime, datetime] | None = None  # code, told at, supplied at
        self.sent: list[tuple[datetime, str]] = []  # sent, arrived, handed out: when and by whom
        self.looked: tuple[str, datetime] | None = None  # who accepted, having looked at the materials, and when
        self.online = draft.swift or (draft.channel != "counter" and self.chance.random() < 0.6)

    def told(self, columns: Any) -> Story:
        """All of it, from receipt to delivery or to where the year ends."""
        self._receive(columns)
        if self.draft.kind == ON_THE_SPOT:
            self._on_the_spot()
        else:
            self._accept()
            self._decide()
        if self.draft.fault == "recorded_late":
            self.deeds[-1] = replace(self.deeds[-1], recorded_at=self.deeds[-1].at + timedelta(days=3))
        return self

    # -- receipt and acceptance -----------------------------------------------------------------------------------------

    def _receive(self, columns: Any) -> None:
        citizen = Doer(
            reference=f"person:{self.party_id}",
            kind="citizen",
            person_id=self.party_id,
            grants=frozenset({(Permission.CASE_APPLY, None)}),
        )
        receivers = self.kit.hands.get("receiver", ())
        at_counter = self.draft.channel == "counter" and receivers
        by = self.chance.choice(receivers) if at_counter else citizen
        extra = {"guide_stands_in": True} if self.stands_in else None
        self._add("receive" if at_counter else "submit", by, {}, given={"columns": columns}, extra=extra)

    def _accept(self) -> None:
        day = self.draft.received_at.date()
        if self.draft.deemed:
            # nobody said anything for five working days: the system accepts, and its card falls (R02)
            due = self.table.add(day, 5)
            self._go(due + timedelta(days=1), hour=0)
            self._add("deem-accepted", SYSTEM, {})
            return
        if self.draft.corrected:
            self._go(self.table.add(day, 1))
            code = self.kit.own
            name = next(str(one["name"]) for one in self.kit.materials if one["code"] == code)
            wanting = [{**one, "state": "missing"} if one["code"] == code else one for one in self.kit.materials]
            self._do(
                "ask-correction",
                "acceptor",
                given={"shortcomings": {code: SHORTCOMING.format(name)}},
                materials=wanting,
                extra={"notice_ordinal": 1, "materials": [code]},
            )
            told = self.at
            self._go(self.table.add(self.at.date(), self.chance.randint(1, 3)))
            supplied = {"code": code, "name": name, "supplied": True}
            self._do(
                "hand-in-correction", "acceptor", needs={"cases.outstanding": [supplied]}, extra={"materials": [code]}
            )
            self.shortcoming = (code, told, self.at)
            day = self.at.date()
        wait = 0 if self.draft.open or self.draft.swift else self.chance.choice((0, 0, 1, 1, 2))
        self._go(self.table.add(day, wait))
        self._do("accept", "acceptor", given={"checked": [str(one["code"]) for one in self.kit.materials]})
        self.looked = (self.deeds[-1].by.reference, self.at)

    # -- decision -----------------------------------------------------------------------------------------------------

    def _decide(self) -> None:
        # deemed acceptance counts from the day of receipt
        accepted = self.draft.received_at.date() if self.draft.deemed else self.at.date()
        days, unit = self.kit.promised
        due = self.table.due(accepted, days, unit)
        most = 0 if self.draft.swift else max(0, min(LONGEST, self.table.elapsed(accepted, due)))
        if self.draft.deemed:
            decided = self.table.add(self.at.date(), self.chance.randint(1, 2))
        elif self.draft.late:
            decided = self.table.add(due, 1)
        else:
            decided = self.table.add(accepted, self.chance.randint(min(1, most), most)) if most else accepted
        if self.draft.open:
            return
        if self.draft.paused or self.draft.fault == "paused_before_due":
            decided = self._pause(accepted, due)
        if "finish" in self._steps():
            self._go(decided)
            self._do("finish", "reviewer", GRANT)
            self._deliver("acceptor")
            return
        before = self.table.workday(max(self.table.ordinal(self.at.date()), self.table.ordinal(decided) - 1))
        self._go(max(self.at.date(), before))
        self._do("review", "reviewer", AGAINST if self.draft.denied else REVIEW)
        self._go(decided)
        if self.draft.denied:
            self._do("deny", "decider", DENY)
            return
        self._do("grant", "decider", GRANT)
        self._deliver("issuer")

    def _pause(self, accepted: date, due: date) -> date:
        """Special procedure of article 45, or one begun on the day before the promise ends."""
        begins = self.table.add(accepted, 1)
        if self.draft.fault == "paused_before_due":
            begins = max(accepted, self.table.workday(self.table.ordinal(due) - 1))
        self._go(begins)
        values = {"ground": self.kit.pause_ground, "expected-days": PAUSE, "reason": "需组织专家评审。"}
        notice = f"示例特字〔{self.at.year}〕{self.draft.luck % 9000 + 1}号"
        self._do("begin-special", "reviewer", values, extra={"notice": notice})
        self._go(self.table.add(self.at.date(), self.chance.randint(2, PAUSE - 1)))
        self._do("end-special", "reviewer", {"result": "评审通过。"})
        return self.at.date()

    def _steps(self) -> tuple[str, ...]:
        return ("finish",) if self.kit.process == "services.public" else ()

    # -- on the spot, and out -------------------------------------------------------------------------------------------

    def _on_the_spot(self) -> None:
        self._do("grant-on-the-spot", "acceptor", GRANT)
        if self.kit.process == "services.on-the-spot":
            self._do("issue", "acceptor")
        if self.online:
            self._do("deliver-online", "acceptor", needs={"cases.delivery": {"way": "online"}})
        else:
            self._do("hand-over", "acceptor", {"receiver": "applicant"})

    def _deliver(self, role: str) -> None:
        """Out by the hall's counter or online, well within ten working days (第四十四条)."""
        self._go(self.table.add(self.at.date(), 0 if self.draft.swift else self.chance.choice((0, 0, 1))))
        if role == "issuer":
            self._do("issue", role)
        if self.online:
            self._do("deliver-online", role, needs={"cases.delivery": {"way": "online"}})
        elif self.kit.hands.get("dispatcher"):
            self._do("send-to-window", role)
            self.sent.append((self.at, self.deeds[-1].by.reference))
            self._go(self.table.add(self.at.date(), 1))
            self._do("arrive", "dispatcher")
            self.sent.append((self.at, self.deeds[-1].by.reference))
            self._go(self.table.add(self.at.date(), self.chance.randint(0, 2)))
            self._do("hand-out", "dispatcher", {"receiver": "applicant"})
            self.sent.append((self.at, self.deeds[-1].by.reference))

    # -- moments and hands ------------------------------------------------------------------------------------------------

    def _go(self, day: date, *, hour: int | None = None) -> None:
        """To an office hour of that day, never backwards."""
        if hour is None:
            hour = self.chance.choice((9, 9, 10, 10, 11, 15, 15, 16, 16))
        minute, second = self.chance.randrange(60), self.chance.randrange(60)
        self.at = max(self.at, datetime.combine(day, time(hour, minute, second), SHANGHAI))

    def _do(
        self,
        step: str,
        role: str,
        values: Mapping[str, Any] | None = None,
        *,
        given: Mapping[str, Any] | None = None,
        needs: Mapping[str, Any] | None = None,
        materials: Sequence[Mapping[str, Any]] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """A step by somebody of that role who has not been on the case, if there is one."""
        held = self.kit.hands.get(role, ())
        fresh = [by for by in held if by.reference not in self.took or role in {"issuer", "dispatcher"}] or held
        known = {
            "cases.materials": materials if materials is not None else self.kit.materials,
            "cases.counter-powers": (),
            "cases.said-before": (),
            **(needs or {}),
        }
        if step in {"hand-in-correction", "end-special"} or not fresh:
            fresh = held
        self._add(step, self.chance.choice(fresh), values or {}, given=given, needs=known, extra=extra)

    def _add(
        self,
        step: str,
        by: Doer,
        values: Mapping[str, Any],
        *,
        given: Mapping[str, Any] | None = None,
        needs: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        if self.deeds:
            self.at = max(self.at, self.deeds[-1].at + timedelta(seconds=self.chance.randint(60, 600)))
        self.took.add(by.reference)
        self.deeds.append(Deed(step, by, self.at, values, given, needs, extra))
