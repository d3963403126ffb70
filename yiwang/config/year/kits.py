"""What the published guides offer a year: process, limits, materials as they come, and who works on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yiwang.config.year.plan import Offer
from yiwang.config.year.profile import ON_THE_SPOT, PROMISED, Profile
from yiwang.config.year.stories import Kit
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Place
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.workdays import OrdinalTable, Unit
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import CaseMaterial
from yiwang.services.catalogue.models import Guide

ROLES = ("receiver", "acceptor", "reviewer", "decider", "issuer", "dispatcher")


@dataclass(frozen=True, slots=True)
class Versions:
    """The published versions of one guide that matter to a year, the earliest first, each with its kit."""

    offer: Offer
    kits: tuple[tuple[date, Kit], ...]

    def on(self, day: date) -> tuple[Kit, bool]:
        """The kit of the version in force on that day. Before the first version there is none: the earliest stands in for
        what was in force then and nobody entered, and the answer says so (``True``)."""
        found = next((kit for since, kit in reversed(self.kits) if since <= day), None)
        return (found, False) if found is not None else (self.kits[0][1], True)


def published() -> list[Guide]:
    """Every published version of every guide, earlier versions first."""
    rows = Guide.objects.filter(state=Guide.State.PUBLISHED).select_related("item__organ")
    return sorted(rows, key=lambda guide: (guide.in_force.lower, guide.pk))


def answers_of(guide: Guide) -> dict[str, str]:
    return {question.id: next(iter(question.choices)) for question in declaration_of(guide).questions}


def offered(profile: Profile, table: OrdinalTable, at: datetime) -> dict[str, Versions]:
    """What the guides named in the profile offer, and who works on them.

    A year is planned with what all versions in force during it have in common; a version of another kind (on the spot,
    promised) than the first of them is left out, since the totals by type are met by guide.
    """
    hall = Place.objects.filter(kind=Place.Kind.HALL, until_on=None).order_by("position").first()
    if hall is None:
        raise Refusal("还没有登记政务服务大厅，无法确定出件窗口。", code="no-hall")
    wanted = {guide for one in profile.departments for guide in one.guides}
    hands: dict[tuple[int, str], list[Doer]] = {}

    def held(organ_id: int, role: str) -> list[Doer]:
        key = (organ_id, role)
        if key not in hands:
            hands[key] = [organs.doer_of(account, at) for account in organs.holders(organ_id, role, day_of(at))]
        return hands[key]

    versions: dict[str, list[Guide]] = {}
    for guide in published():
        if guide.document["id"] in wanted:
            versions.setdefault(guide.document["id"], []).append(guide)
    found = {}
    for name, guides in versions.items():
        during = [one for one in guides if one.in_force.lower < profile.until]
        during = [one for one in during if one.in_force.upper is None or one.in_force.upper > profile.since]
        kits: list[tuple[date, Kit]] = []
        offers: list[Offer] = []
        for guide in during or guides[:1]:
            organ = guide.item.organ
            roles = {
                role: held(hall.organ_id if role in {"receiver", "dispatcher"} else organ.pk, role) for role in ROLES
            }
            kit = _kit(guide, organ.pk, hall.organ_id, roles)
            offer = _offer(guide, organ.code, kit)
            if not offers or (offer.kind, offer.organ) == (offers[0].kind, offers[0].organ):
                kits.append((guide.in_force.lower, kit))
                offers.append(offer)
        found[name] = Versions(common(offers), tuple(kits))
    return found


def common(offers: Sequence[Offer]) -> Offer:
    """What each of these versions offers."""
    return Offer(
        offers[0].id,
        offers[0].organ,
        offers[0].kind,
        room=all(one.room for one in offers),
        deemable=all(one.deemable for one in offers),
        slow=all(one.slow for one in offers),
        pausable=all(one.pausable for one in offers),
        correctable=all(one.correctable for one in offers),
        deniable=all(one.deniable for one in offers),
    )


def _kit(guide: Guide, organ_id: int, hall_id: int, hands: Mapping[str, Sequence[Doer]]) -> Kit:
    declaration, answers = declaration_of(guide), answers_of(guide)
    promised = declaration.promised_for(answers)
    materials: list[dict[str, Any]] = []
    mains: set[str] = set()
    for one in declaration.materials_for(answers):
        given = one.source.of if one.source else ""
        state = given if given in {"held", "step"} else ("original" if one.need == "required" else "deferred")
        required = one.need == "required" and given not in {"held", "step"}
        row = {"code": one.id, "name": one.name, "required": required, "state": state, "verdict": "unchecked"}
        materials.append({**row, "source": given or CaseMaterial.Source.APPLICANT.value})
        if one.grade == "main":
            mains.add(one.id)
    grounds = [one.ground for one in declaration.specials]  # R12 knows the published ones only
    return Kit(
        guide=guide.document["id"],
        version_id=guide.pk,
        process=guide.process_id,
        chain=guide.chain,
        organ_id=organ_id,
        hall_id=hall_id,
        promised=(promised.days, Unit(promised.unit)) if promised else (0, Unit.WORKING_DAY),
        pause_ground=grounds[0] if grounds else "",
        materials=materials,
        mains=frozenset(mains),
        own=next((str(one["code"]) for one in materials if one["required"]), ""),
        hands=hands,
    )


def _offer(guide: Guide, organ: str, kit: Kit) -> Offer:
    days, unit = kit.promised
    licence = kit.process == "services.licence"
    working = unit is Unit.WORKING_DAY and guide.legal_unit == Unit.WORKING_DAY
    return Offer(
        id=kit.guide,
        organ=organ,
        kind=ON_THE_SPOT if guide.chain == "on-the-spot" else PROMISED,
        room=working and guide.legal_days is not None and days < guide.legal_days and 0 < days <= 10,
        deemable=licence and working and days >= 8,
        slow=days >= (5 if unit is Unit.WORKING_DAY else 8),
        pausable=licence and bool(kit.pause_ground) and days >= 3,
        correctable=bool(kit.own),
        deniable=licence,
    )
