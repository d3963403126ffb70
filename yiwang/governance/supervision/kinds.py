"""What packs declare about supervision: each rule, what it watches, which signal it gives, and whom it warns."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from yiwang.governance.supervision.findings import finding
from yiwang.kernel import packs
from yiwang.kernel.names import promise
from yiwang.kernel.process import CLOCK_KINDS

KIND = "supervision-rule"
ABOUT_MATTERS = "governance.card"


class SupervisionRule(packs.Rule):
    """One supervision rule (监察规则).

    ``watches = "clock"``: clocks of the named ``clocks`` or ``kinds`` (``besides`` left out) in processes whose id begins
    with one of ``processes`` and none of ``leaves`` (what another rule speaks about). With ``within``, while at most so many working days are left before the due day (a budget
    of at least ``long_from`` days counts ``long_percent`` of it instead, if that is more); without, once the due day has
    passed. ``unless_kind``: not where a clock of that kind ends no later (a warning: on the same day).
    ``watches = "pause"``: a special procedure that lasts longer than the days its notice named.
    ``watches = "moment"``: what the registered ``promise`` of another module says was missed, to the minute (``kernel.overruns``).
    ``watches = "line"``: a ledger line of one of ``steps`` (none named: any) on which ``finding`` finds something;
    ``thresholds`` are its numbers, ``texts`` the fields it asks for.
    ``signal = "clue"``: no card, a clue for the supervisor to look into.
    ``warns``: roles of the charged organ that are told besides whoever holds the seat.
    """

    code: Annotated[str, Field(pattern=r"^[RC][0-9]{2}$")]
    signal: Literal["warning", "yellow", "red", "clue"]
    watches: Literal["clock", "pause", "line", "moment"]
    processes: Annotated[list[str], Field(min_length=1)]
    leaves: list[str] = []
    clocks: list[str] = []
    kinds: list[str] = []
    besides: list[str] = []
    within: Annotated[int, Field(ge=0, le=60)] | None = None
    long_from: Annotated[int, Field(ge=0)] = 0
    long_percent: Annotated[int, Field(ge=0, le=100)] = 0
    unless_kind: str = ""
    steps: list[str] = []
    finding: str = ""
    promise: str = ""
    thresholds: dict[str, int] = {}
    texts: list[str] = []
    warns: list[str] = []

    @model_validator(mode="after")
    def _watches_something(self) -> SupervisionRule:
        if self.watches == "clock" and not (self.clocks or self.kinds):
            raise ValueError("watches = clock 须写明 clocks 或 kinds")
        if (self.watches == "line") != bool(self.finding):
            raise ValueError("watches = line 须写明 finding，其余不写")
        if (self.watches == "moment") != bool(self.promise):
            raise ValueError("watches = moment 须写明 promise，其余不写")
        if (
            self.promise and self.promise not in promise
        ):  # another module's: how supervision reaches it is by this name only
            raise ValueError(f"没有这种按分钟计的时限：{self.promise}")
        if unknown := {*self.kinds, *filter(None, [self.unless_kind])} - CLOCK_KINDS.keys():
            raise ValueError(f"没有这种期限种类：{'、'.join(sorted(unknown))}")
        if self.signal == "warning" and (self.watches != "clock" or self.within is None):
            raise ValueError("预警只用于将要届满的期限，须写明 within")
        if self.signal != "warning" and self.within is not None:
            raise ValueError("within 只用于预警")
        return self

    def within_reach(self, process_id: str) -> bool:
        """True if the rule is about that process at all."""
        return process_id.startswith(tuple(self.processes)) and not process_id.startswith(tuple(self.leaves))

    def covers(self, process_id: str, clock: str, kind: str) -> bool:
        """True if the rule watches that clock of that process."""
        if self.watches != "clock" or clock in self.besides or not self.within_reach(process_id):
            return False
        return clock in self.clocks or kind in self.kinds


packs.kind(
    KIND,
    folder="supervision",
    schema=SupervisionRule,
    names={"finding": finding},
    refers={"warns": "role"},
)
