"""The published list, what an applicant may choose under it, and the words of a promise. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from yiwang.kernel.packs import Row, Rule
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.catalogue.declarations import UNIT_SAYS, Material

KIND = "tolerance"
RULE = "tolerance"
ARTICLE_DEFERRAL = "广东省优化营商环境条例 第三十二条"
ARTICLE_INFORMED = "广东省优化营商环境条例 第三十六条"
SHORTEST_NOTE = 10
Unit = Literal["working-day", "natural-day"]
Days = Annotated[int, Field(ge=1, le=365)]


class Deferral(Row):
    """容缺受理 of one item: the minor materials its guide calls deferrable may come within ``days`` after acceptance."""

    item: Annotated[str, Field(min_length=1, max_length=64)]
    days: Days
    unit: Unit = "working-day"


class Informed(Row):
    """告知承诺 of one item: ``materials`` (codes of its guide) for which a promise stands; checked within ``days`` of the
    decision. ``conditions`` is what the applicant is told and promises."""

    item: Annotated[str, Field(min_length=1, max_length=64)]
    materials: Annotated[tuple[str, ...], Field(min_length=1)]
    conditions: Annotated[tuple[str, ...], Field(min_length=1)]
    days: Days
    unit: Unit = "natural-day"
    consequences: Annotated[str, Field(min_length=10, max_length=300)]


class Tolerance(Rule):
    """容缺受理和告知承诺清单. ``bar_months``: how long a broken promise stands on record and excludes from the next."""

    deferral_text: Annotated[str, Field(min_length=20, max_length=500)]
    informed_text: Annotated[str, Field(min_length=20, max_length=500)]
    bar_months: Annotated[int, Field(ge=0, le=60)]
    deferral: tuple[Deferral, ...] = ()
    informed: tuple[Informed, ...] = ()

    @model_validator(mode="after")
    def _each_item_once(self) -> Tolerance:
        for rows in (self.deferral, self.informed):
            items = [row.item for row in rows]
            if twice := sorted({item for item in items if items.count(item) > 1}):
                raise ValueError(f"事项在清单中重复：{'、'.join(twice)}")
        for text, wanted in ((self.deferral_text, ("materials", "within")), (self.informed_text, ("conditions",))):
            if any(f"{{{name}}}" not in text for name in wanted):
                raise ValueError(f"承诺书须写明：{'、'.join(wanted)}")
        return self


@dataclass(frozen=True, slots=True)
class Offer:
    """What one applicant may choose for one application. Empty tuples: not offered; ``barred`` says why to nobody else."""

    rule_version: str = ""
    bar_months: int = 0
    deferrable: tuple[Material, ...] = ()
    deferral: Deferral | None = None
    deferral_text: str = ""
    informed: Informed | None = None
    promisable: tuple[Material, ...] = ()
    informed_text: str = ""
    barred_until: date | None = None


def says(days: int, unit: str) -> str:
    """``10个工作日``."""
    return f"{days}{UNIT_SAYS[unit]}"


def offer(
    found: Tolerance, *, item: str, asked: Iterable[Material], without: Collection[str], barred_until: date | None
) -> Offer:
    """What the list offers for the materials ``asked`` of which ``without`` (codes) have not been handed in.

    Only a minor material its guide calls deferrable may wait; only a listed one may be replaced by a promise. What
    government holds is not asked for, so that there is nothing to put off or to promise (国令716 第七条). Whoever has a
    broken promise on record is offered nothing.
    """
    if barred_until is not None:
        return Offer(rule_version=found.version, bar_months=found.bar_months, barred_until=barred_until)
    rows = [one for one in asked if one.id in without and not (one.source and one.source.of == "held")]
    deferral = next((row for row in found.deferral if row.item == item), None)
    informed = next((row for row in found.informed if row.item == item), None)
    deferrable = tuple(one for one in rows if one.need == "deferrable" and one.grade == "minor") if deferral else ()
    promisable = tuple(one for one in rows if one.id in informed.materials) if informed else ()
    return Offer(
        rule_version=found.version,
        bar_months=found.bar_months,
        deferrable=deferrable,
        deferral=deferral if deferrable else None,
        deferral_text=_deferral_text(found, deferral, deferrable) if deferral and deferrable else "",
        informed=informed if promisable else None,
        promisable=promisable,
        informed_text=_informed_text(found, informed, promisable) if informed and promisable else "",
    )


def _deferral_text(found: Tolerance, deferral: Deferral, materials: Sequence[Material]) -> str:
    named = "、".join(f"《{one.name}》" for one in materials)
    within = f"受理后{says(deferral.days, deferral.unit)}内"
    return found.deferral_text.replace("{materials}", named).replace("{within}", within)


def _informed_text(found: Tolerance, informed: Informed, materials: Sequence[Material]) -> str:
    conditions = "；".join(informed.conditions)
    named = "、".join(f"《{one.name}》" for one in materials)
    text = found.informed_text.replace("{conditions}", conditions).replace("{materials}", named)
    return f"{text}{informed.consequences}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of the published list, in the words the public reads. Empty tuples: that way is not open for it.

    ``texts`` are the promises as an applicant gives them, word for word.
    """

    item: str
    name: str
    organ_id: int
    deferrable: tuple[Material, ...] = ()
    within: str = ""
    promisable: tuple[Material, ...] = ()
    conditions: tuple[str, ...] = ()
    checked_within: str = ""
    consequences: str = ""
    texts: tuple[str, ...] = ()


def listed(found: Tolerance, *, item: str, name: str, organ_id: int, materials: Sequence[Material]) -> Listed | None:
    """What the list says of one item whose guide asks these materials; ``None`` if nothing of it may wait or be promised
    (a list may name an item before its guide says which materials)."""
    offered = offer(found, item=item, asked=materials, without={one.id for one in materials}, barred_until=None)
    if not offered.deferrable and not offered.promisable:
        return None
    deferral, informed = offered.deferral, offered.informed
    return Listed(
        item=item,
        name=name,
        organ_id=organ_id,
        deferrable=offered.deferrable,
        within=says(deferral.days, deferral.unit) if deferral else "",
        promisable=offered.promisable,
        conditions=informed.conditions if informed else (),
        checked_within=says(informed.days, informed.unit) if informed else "",
        consequences=informed.consequences if informed else "",
        texts=tuple(filter(None, (offered.deferral_text, offered.informed_text))),
    )


def refuse_choice(
    offered: Offer, *, deferred: Collection[str], promised: Collection[str], names: dict[str, str]
) -> list[Fault]:
    """What was chosen and is not on offer."""
    may_wait = {one.id for one in offered.deferrable}
    may_promise = {one.id for one in offered.promisable}
    record = f"，失信记录至{offered.barred_until:%Y年%m月%d日}" if offered.barred_until else ""
    faults = [
        Fault(f"state-{code}", f"“{names.get(code, code)}”不能容缺后补{record}。", "not-deferrable")
        for code in sorted(deferred)
        if code not in may_wait
    ]
    return faults + [
        Fault(f"state-{code}", f"“{names.get(code, code)}”不能用承诺代替{record}。", "not-promisable")
        for code in sorted(promised)
        if code not in may_promise
    ]


def refuse_outstanding(rows: Iterable[dict[str, object]]) -> Refusal | None:
    """No decision while a promised material is outstanding, or once a promise was found false.

    ``rows``: ``kind``, ``status``, ``name``, ``supplied`` of every promised material.
    """
    known = list(rows)
    if any(row["kind"] == "informed" and row["status"] == "false" for row in known):
        return Refusal("申请人的承诺经核查不实，不能准予。", code="promise-false", article=ARTICLE_INFORMED)
    missing = [
        str(row["name"])
        for row in known
        if row["kind"] == "deferral" and row["status"] == "open" and not row["supplied"]
    ]
    if not missing:
        return None
    return Refusal(
        f"容缺受理的材料还没有补齐：{'、'.join(missing)}。补齐后才能准予。",
        code="still-deferred",
        article=ARTICLE_DEFERRAL,
    )


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or that month's last day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
