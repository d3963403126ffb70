"""Weighing evidence into proposals, each with its reasons. Pure: codes and sentences in, proposals out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yiwang.governance.hotline.duty.kinds import OF_THE_PLACE, Duty, Weighing

SOURCES = {
    "ruling": "裁定先例",
    "duty": "职责分工",
    "power": "权责清单",
    "item": "服务事项",
    "past": "办过的工单",
    "learned": "学得的经验",
    "place": "属地",
}
ELSEWHERE = 0.35  # less for a word of a duty that belongs to other topics
LISTED = frozenset({"duty", "power", "item"})  # what a list says, as against what was merely done before


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for an organ (by code). ``strength`` is 0 to 1 within its source; ``reference`` names the thing for the
    ledger (``duty:yunxi.duties/street-light``, ``ruling:7``, ``power:…``); ``opens`` is its page, if it has one."""

    source: str
    organ: str
    strength: float
    says: str
    reference: str
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An organ with its reasons, strongest first. ``weight`` (0 to 1) only orders proposals; it is no probability."""

    organ: str
    weight: float
    reasons: tuple[Evidence, ...]

    @property
    def listed(self) -> bool:
        """True if some list of duties, powers or items speaks for it."""
        return any(one.source in LISTED for one in self.reasons)

    @property
    def ruling(self) -> Evidence | None:
        """The ruling it follows, if any."""
        return next((one for one in self.reasons if one.source == "ruling"), None)

    @property
    def references(self) -> str:
        """Its reasons as the ledger keeps them: references only."""
        return " ".join(one.reference for one in self.reasons)


def weigh(found: Iterable[Evidence], weighing: Weighing, *, besides: Mapping[str, str] | None = None) -> list[Proposal]:
    """Proposals, best first. Each source speaks once for an organ, with its strongest evidence; sources add up as chances of
    independent witnesses do. Organs in ``besides`` (whose return was agreed to) are not proposed again."""
    by_organ: dict[str, dict[str, Evidence]] = {}
    for one in found:
        if one.organ in (besides or {}):
            continue
        own = by_organ.setdefault(one.organ, {})
        if one.source not in own or own[one.source].strength < one.strength:
            own[one.source] = one
    proposals = []
    for organ, own in by_organ.items():
        doubt = 1.0
        for one in own.values():
            doubt *= 1 - weighing.of(one.source) * min(max(one.strength, 0.0), 1.0)
        reasons = sorted(own.values(), key=lambda one: -weighing.of(one.source) * one.strength)
        if 1 - doubt >= weighing.least:
            proposals.append(Proposal(organ, 1 - doubt, tuple(reasons)))
    return sorted(proposals, key=lambda one: (-one.weight, one.organ))[: weighing.most]


def unlisted(found: Iterable[Evidence]) -> bool:
    """True if neither the division of duties nor a power nor an item speaks for anybody: a matter for the 编办 to look at."""
    return not any(one.source in LISTED for one in found)


def by_duties(
    duties: Iterable[tuple[str, Duty]], *, title: str, content: str, topic: str, town: str, town_organ: str
) -> list[Evidence]:
    """What the division of duties says. ``duties`` are (rule id, duty); ``town_organ`` stands for ``@town``.

    A line that names a word of the title is strongest; one known by its topic alone is weak, and so is a word in an order
    about something else (学校 in 学校门口占道); one tied to the place is stronger than one for everywhere.
    """
    found = []
    for rule_id, duty in duties:
        organ = town_organ if duty.organ == OF_THE_PLACE else duty.organ
        if not organ or (duty.towns and not (town and town.startswith(tuple(duty.towns)))):
            continue
        if any(word in title or word in content for word in duty.unless):
            continue
        if duty.topics and topic not in duty.topics and not any(word in title for word in duty.words):
            continue
        in_title = [word for word in duty.words if word in title]
        said = in_title or [word for word in duty.words if word in content]
        if duty.words and not said:
            continue
        strength = (0.9 if in_title else 0.7 if said else 0.5) + (0.1 if topic in duty.topics else 0.0)
        strength -= ELSEWHERE if duty.topics and topic not in duty.topics else 0.0
        strength = min(strength + (0.05 if duty.towns else 0.0), 1.0)
        spoken = f"来电提到“{'、'.join(said[:3])}”，" if said else "按诉求主题，"
        says = f"{spoken}“{duty.title}”由其负责（{duty.basis}）"
        found.append(Evidence("duty", organ, strength, says, f"duty:{rule_id}/{duty.id}"))
    return found


@dataclass(frozen=True, slots=True)
class Listed:
    """A power or an item whose name shares words with the order. ``share`` is how much of its name's weight is shared."""

    source: str  # power | item
    code: str
    name: str
    organ: str
    words: tuple[str, ...]
    share: float
    opens: str = ""


def by_list(listed: Iterable[Listed]) -> list[Evidence]:
    """What the list of powers and the service items say; nothing for a name of which less than a third is shared, nor for
    one word of it, unless that word is most of the name: 修复 alone is not 纳税信用修复, and 机动车 is one word, not three."""
    found = []
    for one in listed:
        shared = [word for word in one.words if not any(word != other and word in other for other in one.words)]
        if one.share < (1 / 3 if len(shared) > 1 else 0.6):
            continue
        says = (
            f"“{one.name[:60]}”由其{'行使' if one.source == 'power' else '办理'}，与来电相同：{'、'.join(shared[:4])}"
        )
        found.append(Evidence(one.source, one.organ, min(one.share, 1.0), says, f"{one.source}:{one.code}", one.opens))
    return found


@dataclass(frozen=True, slots=True)
class Past:
    """An order handled before: by whom, how like (0 to 1), and its reference."""

    organ: str
    alike: float
    reference: str


def by_past(past: Sequence[Past]) -> list[Evidence]:
    """What was done before: each organ by its share of the likeness, less where the orders are few."""
    whole = sum(one.alike for one in past)
    found = []
    for organ in dict.fromkeys(one.organ for one in past):
        own = [one for one in past if one.organ == organ]
        share = sum(one.alike for one in own) / whole
        strength = share * len(own) / (len(own) + 2) * (0.5 + max(one.alike for one in own) / 2)
        nearest = max(own, key=lambda one: one.alike)
        says = f"相似的{len(past)}件中，{len(own)}件由其办结，最像的是 {nearest.reference}"
        found.append(
            Evidence("past", organ, strength, says, f"past:{nearest.reference}", f"/desk/orders/{nearest.reference}/")
        )
    return found


def by_place(*, town_organ: str, town_name: str) -> list[Evidence]:
    """属地: the government of the place, a weak reason by itself."""
    if not town_organ:
        return []
    return [Evidence("place", town_organ, 1.0, f"事发地在{town_name}，属地单位", f"place:{town_organ}")]
