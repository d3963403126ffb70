"""What an application consists of, whichever way it came, and how each of its materials stands when it is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yiwang.foundation.organs.models import Counter
from yiwang.services.cases.models import Case, CaseMaterial
from yiwang.services.catalogue.declarations import Material
from yiwang.services.catalogue.models import Guide

CHOSEN = frozenset({CaseMaterial.State.DEFERRED, CaseMaterial.State.PROMISED})


@dataclass(frozen=True, slots=True)
class Handed:
    """One material as handed in: how it came, and its stored files."""

    state: str
    file_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """Everything a case begins with, whichever way it came."""

    guide: Guide
    party_id: int
    answers: Mapping[str, str]
    form: Mapping[str, Any]
    handed: Mapping[str, Handed]
    channel: str
    delivery: str = Case.Delivery.COLLECT
    agent_id: int | None = None
    mandate_id: int | None = None
    counter: Counter | None = None
    hall_id: int | None = None
    organs: Mapping[str, int] = field(default_factory=dict)
    budgets: Mapping[str, Any] = field(default_factory=dict)
    parent: str | None = None  # the matter under which this one is opened (一件事)
    grounds: Mapping[str, str] = field(default_factory=dict)  # material → ground of asking for what is held


def handed_of(application: Application, one: Material) -> Handed:
    """How a material came; what the guide says the government has or makes is there unless said otherwise."""
    given = application.handed.get(one.id)
    if given is not None:
        return given
    return Handed(state_of(one, uploaded=False))


def is_required(one: Material, state: str) -> bool:
    """Whether the applicant has to bring it: not what the government has, nor what was put off or promised by choice."""
    if one.source and one.source.of in {"held", "step"}:
        return False
    return state not in CHOSEN and one.need in {"required", "deferrable"}


def state_of(one: Material, uploaded: bool) -> str:
    if uploaded:  # paper or pictures offered freely are always taken
        return CaseMaterial.State.UPLOADED
    if one.source and one.source.of == "held":
        return CaseMaterial.State.HELD
    if one.source and one.source.of == "step":
        return CaseMaterial.State.STEP
    return CaseMaterial.State.MISSING
