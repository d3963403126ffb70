"""Situational guidance (情形导办): a few questions lead from what somebody wants to what they need, and what not.

Pure. A guidance is a rule in ``packs/<pack>/questions/<id>.toml``: questions, needs (items, in an order) and what is
not needed. ``lead`` takes the answers given so far and answers the next question and the way as far as it is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from pydantic import Field, model_validator

from yiwang.kernel.packs import Row, Rule
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.catalogue.declarations import Choices, Declaration, Fee, Identifier, Limit, Material, When
from yiwang.services.catalogue.gate import normal

KIND = "guidance"


class Asked(Row):
    """One question; asked only when ``when`` fits what was answered before."""

    id: Identifier
    asks: str
    help: str = ""
    choices: Choices = Field(min_length=2)
    when: When = {}


class Need(Row):
    """One item that has to be handled when ``when`` fits; ``after`` names needs that come first.

    ``answers`` answers questions of the item's own guide: with a choice (``business = "catering"``) or with the answer
    given here to the question named after ``@`` (``area = "@area"``).
    """

    id: Identifier
    item: str
    title: str
    when: When = {}
    after: tuple[Identifier, ...] = ()
    answers: Mapping[str, str] = {}
    why: str = ""


class NotNeeded(Row):
    title: str
    when: When = {}
    why: str
    basis: str = ""


class Guidance(Rule):
    """``phrases`` are the words under which search offers this guidance."""

    phrases: tuple[str, ...] = ()
    intro: str = ""
    question: tuple[Asked, ...] = Field(min_length=1)
    need: tuple[Need, ...] = Field(min_length=1)
    not_needed: tuple[NotNeeded, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Guidance:
        asked = {question.id: set(question.choices) for question in self.question}
        needs = {need.id: index for index, need in enumerate(self.need)}
        if len(asked) < len(self.question) or len(needs) < len(self.need):
            raise ValueError("问题或事项的编号重复")
        conditions = [one.when for one in self.question] + [one.when for one in self.need]
        conditions += [one.when for one in self.not_needed]
        for when in conditions:
            for question, answers in when.items():
                if question not in asked or not set(answers) <= asked[question]:
                    raise ValueError(f"条件引用了没有的问题或选项：{question} {'、'.join(answers)}")
        earlier: set[str] = set()
        for one in self.question:
            if not set(one.when) <= earlier:
                raise ValueError(f"问题 {one.id} 的条件只能引用前面的问题")
            earlier.add(one.id)
        for need in self.need:
            if any(needs.get(before, len(needs)) >= needs[need.id] for before in need.after):
                raise ValueError(f"事项 {need.id} 的先后只能引用前面的事项")
            if unknown := [
                value for value in need.answers.values() if value.startswith("@") and value[1:] not in asked
            ]:
                raise ValueError(f"事项 {need.id} 引用了没有的问题：{'、'.join(unknown)}")
        return self


@dataclass(frozen=True, slots=True)
class Leg:
    """One item on the way. ``guide`` is ``None`` while its guide is not published."""

    need: Need
    guide: Declaration | None
    answers: Mapping[str, str]
    promised: Limit | None

    @property
    def query(self) -> str:
        """The answers as the guide's page takes them: nobody is asked the same thing again."""
        return urlencode(dict(self.answers))

    @property
    def days_says(self) -> str:
        return self.promised.says() if self.promised else "以办事指南为准"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One material of the whole way, asked for once. ``items`` are the titles of the needs that use it.

    ``by`` is ``held`` (政府已有), ``result`` (made by an earlier leg), ``step`` (made while handling) or ``applicant``.
    ``depends`` is true where a guide asks for it only in some situations not decided by the answers.
    """

    material: Material
    by: str
    items: tuple[str, ...]
    depends: bool


@dataclass(frozen=True, slots=True)
class Route:
    """Where the answers lead. ``asked`` are the questions already answered with what was chosen, ``next`` the open one."""

    guidance: Guidance
    answers: Mapping[str, str]
    asked: Sequence[tuple[Asked, str]]
    next: Asked | None
    legs: Sequence[Leg] = ()
    not_needed: Sequence[NotNeeded] = ()
    materials: Sequence[Wanted] = ()
    fees: Sequence[tuple[str, Fee]] = ()
    days: int = 0  # working days of the longest chain of legs, as promised
    days_open: bool = field(default=False)  # a leg without a published guide or in natural days is not counted in days

    @property
    def complete(self) -> bool:
        return self.next is None


class NoSuchAnswer(Refusal):
    """An answer no question offers."""

    code = "no-such-answer"


def lead(guidance: Guidance, answers: Mapping[str, str], guides: Mapping[str, Declaration]) -> Route:
    """The route after these answers. ``guides`` maps item codes to guides in force.

    Answers to questions that are not asked on this way are dropped; an answer not offered is refused (422). The route
    is shown only when nothing is left to ask.
    """
    known: dict[str, str] = {}
    asked: list[tuple[Asked, str]] = []
    for question in guidance.question:
        if not covers(question.when, known):
            continue
        given = answers.get(question.id)
        if given is None:
            return Route(guidance, known, asked, question)
        if given not in question.choices:
            raise NoSuchAnswer(
                f"“{question.asks}”没有这个选项，请重新选择。",
                faults=[Fault(question.id, "没有这个选项", "no-such-answer")],
            )
        known[question.id] = given
        asked.append((question, question.choices[given]))
    legs = [_leg(need, known, guides) for need in guidance.need if covers(need.when, known)]
    days, days_open = longest(legs)
    return Route(
        guidance,
        known,
        asked,
        None,
        legs=in_order(legs),
        not_needed=[one for one in guidance.not_needed if covers(one.when, known)],
        materials=merged(legs),
        fees=[(leg.need.title, fee) for leg in legs if leg.guide for fee in leg.guide.fees],
        days=days,
        days_open=days_open,
    )


def covers(when: When, answers: Mapping[str, str]) -> bool:
    """True if every condition is met by an answer given (an open question meets none)."""
    return all(answers.get(question) in allowed for question, allowed in when.items())


def _leg(need: Need, known: Mapping[str, str], guides: Mapping[str, Declaration]) -> Leg:
    given = {
        question: known.get(value[1:], "") if value.startswith("@") else value
        for question, value in need.answers.items()
    }
    guide = guides.get(need.item)
    questions = {one.id: set(one.choices) for one in guide.questions} if guide else {}
    answers = {question: answer for question, answer in given.items() if answer in questions.get(question, ())}
    promised = None
    if guide is not None:
        decided = [one for one in guide.situations if one.promised and covers(one.when, answers)]
        promised = decided[0].promised if decided else guide.limits.promised
    return Leg(need, guide, answers, promised)


def in_order(legs: Sequence[Leg]) -> list[Leg]:
    """Needs come after those they name; the declaration's own order already keeps to that."""
    present = {leg.need.id for leg in legs}
    done: list[Leg] = []
    left = list(legs)
    while left:
        ready = [leg for leg in left if not (set(leg.need.after) & present) - {one.need.id for one in done}]
        done += ready
        left = [leg for leg in left if leg not in ready]
    return done


def longest(legs: Sequence[Leg]) -> tuple[int, bool]:
    """Working days of the longest chain of legs, each waiting for those it comes after, and whether some leg's days
    could not be counted (no guide yet, or natural days)."""
    ends: dict[str, int] = {}
    uncounted = False
    for leg in in_order(legs):
        counts = leg.promised is not None and leg.promised.unit == "working-day"
        uncounted = uncounted or not counts
        before = max((ends.get(one, 0) for one in leg.need.after), default=0)
        ends[leg.need.id] = before + (leg.promised.days if leg.promised and counts else 0)
    return max(ends.values(), default=0), uncounted


def merged(legs: Sequence[Leg]) -> list[Wanted]:
    """Materials of all legs, each asked for once: same certificate, or same normalised name and holder."""
    results = {normal(result.name): leg.need.title for leg in legs if leg.guide for result in leg.guide.results}
    found: dict[str, Wanted] = {}
    for leg in in_order(legs):
        if leg.guide is None:
            continue
        for material in leg.guide.materials_for(leg.answers):
            source = material.source
            reference = normal(source.reference) if source else ""
            key = f"{reference}/{source.holder}" if source and source.of == "held" else normal(material.name)
            by: str = source.of if source else "applicant"
            if by == "held" and reference in results and results[reference] != leg.need.title:
                by = "result"
            if by == "step":
                continue  # made while filling in or handling: nothing to bring
            depends = not covers(material.when, leg.answers)
            if key in found:
                seen = found[key]
                found[key] = Wanted(seen.material, seen.by, (*seen.items, leg.need.title), seen.depends and depends)
            else:
                found[key] = Wanted(material, by, (leg.need.title,), depends)
    return list(found.values())


__all__ = ["KIND", "Guidance", "Leg", "NoSuchAnswer", "Route", "Wanted", "lead"]
