"""One way through several guides: what is asked, the one form, the materials brought once, and each item's own share.

Pure over declarations already read. ``compose`` answers the way; ``shares`` takes the one form apart again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.cases.forms import inputs
from yiwang.services.catalogue import questions
from yiwang.services.catalogue.declarations import Declaration, FormGroup, Limit, Material
from yiwang.services.catalogue.gate import normal
from yiwang.services.themes.declarations import Also, Ask, Theme
from yiwang.services.themes.rules import Stretch

ONLINE = frozenset({"online", "mobile"})


@dataclass(frozen=True, slots=True)
class Part:
    """One item that opens under the theme, with its guide fully answered."""

    id: str
    title: str
    item: str
    why: str
    after: tuple[str, ...]
    guide: Declaration
    answers: Mapping[str, str]

    @property
    def prefix(self) -> str:
        """What its fields are called by in the one form."""
        return f"{self.id.replace('-', '_')}__"

    @property
    def limit(self) -> Limit | None:
        """The promise of the situation reached, else the legal limit."""
        return self.guide.promised_for(self.answers) or self.guide.limits.legal

    def stretch(self) -> Stretch:
        limit = self.limit
        return Stretch(self.id, self.after, limit.days if limit else None, limit.unit if limit else "working-day")


@dataclass(frozen=True, slots=True)
class Paper:
    """One material of the whole way, brought once. ``by`` is ``held``, ``result`` (an earlier item makes it) or
    ``applicant``; ``uses`` are (part id, material id) pairs, ``titles`` the parts' titles, each once. ``name`` is the
    material's, or the certificate's where several materials are read off certificates of one type."""

    key: str
    material: Material
    by: str
    uses: tuple[tuple[str, str], ...]
    titles: tuple[str, ...]
    name: str

    @property
    def wanted(self) -> bool:
        return self.by == "applicant" and self.material.need == "required"


@dataclass(frozen=True, slots=True)
class Way:
    """Where the answers lead. ``asks`` are the theme's own questions that apply; ``elsewhere`` the items needed but not
    opened here (no published guide, or not online); ``complete`` says nothing is left to answer."""

    theme: Theme
    route: questions.Route
    answers: Mapping[str, str]
    asks: tuple[Ask, ...]
    parts: tuple[Part, ...]
    elsewhere: tuple[questions.Need, ...]
    also: tuple[Also, ...]
    complete: bool


def compose(
    theme: Theme, guidance: questions.Guidance, answers: Mapping[str, str], guides: Mapping[str, Declaration]
) -> Way:
    """The way after these answers; ``guides`` maps item codes to guides in force. An answer not offered is refused."""
    route = questions.lead(guidance, answers, guides)
    legs = [leg for leg in route.legs if leg.guide is not None and ONLINE & set(leg.guide.channels)]
    ids = {leg.need.id for leg in legs}
    asks = tuple(one for one in theme.ask if ids & set(one.fills))
    own = {one.id: answers[one.id] for one in asks if one.id in answers}
    for one in asks:
        if own.get(one.id, next(iter(one.choices))) not in one.choices:
            raise questions.NoSuchAnswer(f"“{one.asks}”没有这个选项，请重新选择。", field=one.id)
    parts = tuple(
        Part(
            leg.need.id,
            leg.need.title,
            leg.need.item,
            leg.need.why,
            tuple(before for before in leg.need.after if before in ids),
            leg.guide,
            {**leg.answers, **{one.fills[leg.need.id]: own[one.id] for one in asks if _fills(one, leg.need.id, own)}},
        )
        for leg in legs
        if leg.guide is not None
    )
    return Way(
        theme,
        route,
        {**route.answers, **own},
        asks,
        parts,
        tuple(leg.need for leg in route.legs if leg.need.id not in ids),
        tuple(one for one in theme.also if route.complete and questions.covers(one.when, route.answers)),
        route.complete and len(own) == len(asks),
    )


def _fills(ask: Ask, need: str, own: Mapping[str, str]) -> bool:
    return need in ask.fills and ask.id in own


# -- the one form ------------------------------------------------------------------------------------------------------


def form(way: Way) -> list[FormGroup]:
    """The groups of the one form; a field that means what an earlier one means is left out."""
    groups: list[FormGroup] = []
    asked = _asked(way)
    for part in way.parts:
        for group in part.guide.form_for(part.answers):
            fields = tuple(
                field.model_copy(update={"id": part.prefix + field.id})
                for field in group.fields
                if asked[part.id, field.id] == part.prefix + field.id
            )
            if fields:
                title = f"{group.title}（{part.title}）"
                groups.append(group.model_copy(update={"title": title, "fields": fields}))
    return groups


def _asked(way: Way) -> dict[tuple[str, str], str]:
    """Where each field of each part is asked: (part, field) → the id in the one form."""
    group_of = {path: number for number, same in enumerate(way.theme.same) for path in same.fields}
    first: dict[int, str] = {}
    found: dict[tuple[str, str], str] = {}
    for part in way.parts:
        for group in part.guide.form_for(part.answers):
            for field in group.fields:
                own = part.prefix + field.id
                number = group_of.get(f"{part.id}.{field.id}")
                found[part.id, field.id] = own if number is None else first.setdefault(number, own)
    return found


def shares(way: Way, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each part's own form, filled from the one form."""
    asked = _asked(way)
    filled: dict[str, dict[str, Any]] = {}
    for part in way.parts:
        own = filled[part.id] = {}
        for group in part.guide.form_for(part.answers):
            for field in group.fields:
                for name, _ in inputs(field):
                    said = values.get(asked[part.id, field.id] + name.removeprefix(field.id))
                    if said not in (None, "", []):
                        own[name] = said
    return filled


# -- materials -----------------------------------------------------------------------------------------------------------


def papers(way: Way) -> list[Paper]:
    """Every material of the way once: the same certificate of the same holder, or the same normalised name."""
    results = {normal(result.name): part.id for part in way.parts for result in part.guide.results}
    found: dict[str, Paper] = {}
    for part in way.parts:
        for material in part.guide.materials_for(part.answers):
            source = material.source
            if source is not None and source.of == "step":
                continue  # made while filling in or handling: nothing to bring
            by = "held" if source is not None and source.of == "held" else "applicant"
            about = normal(source.reference) if source is not None and by == "held" else normal(material.name)
            if by == "held" and results.get(about, part.id) != part.id:
                by = "result"
            seen = found.get(f"{by}/{about}")
            if seen is None:
                key = f"{part.id}-{material.id}"
                found[f"{by}/{about}"] = Paper(
                    key, material, by, ((part.id, material.id),), (part.title,), material.name
                )
            else:
                needed = material if material.need == "required" else seen.material
                uses = (*seen.uses, (part.id, material.id))
                titles = tuple(dict.fromkeys((*seen.titles, part.title)))
                of_one_type = source is not None and by != "applicant" and normal(seen.name) != normal(material.name)
                name = source.reference if source is not None and of_one_type else seen.name
                found[f"{by}/{about}"] = Paper(seen.key, needed, by, uses, titles, name)
    return list(found.values())


def files_for(way: Way, uploads: Mapping[str, Sequence[int]]) -> dict[str, dict[str, list[int]]]:
    """Each part's files by its own material ids, from what was uploaded once by key."""
    found: dict[str, dict[str, list[int]]] = {part.id: {} for part in way.parts}
    for paper in papers(way):
        for part_id, material_id in paper.uses:
            if uploads.get(paper.key):
                found[part_id][material_id] = list(uploads[paper.key])
    return found


# -- does the theme fit its guides? --------------------------------------------------------------------------------------


class ThemeBroken(Refusal):
    """The theme names needs, questions or fields its guidance and guides do not have."""

    code = "theme-broken"


def faults_of(theme: Theme, guidance: questions.Guidance, guides: Mapping[str, Declaration]) -> list[Fault]:
    """Where the theme does not fit the guidance and the guides in force: unknown needs, questions, choices, fields,
    fields of different kinds called the same, and questions of guides nobody answers."""
    faults: list[Fault] = []
    needs = {need.id: need for need in guidance.need}
    taken = {question.id for question in guidance.question}

    def guide_of(need: str) -> Declaration | None:
        return guides.get(needs[need].item) if need in needs else None

    for ask in theme.ask:
        if ask.id in taken:
            faults.append(Fault(f"ask.{ask.id}", "与导办的问题重名", "duplicate"))
        for need, question in ask.fills.items():
            guide = guide_of(need)
            choices = {one.id: set(one.choices) for one in guide.questions} if guide else {}
            if need not in needs or (guide and not set(ask.choices) <= choices.get(question, set())):
                faults.append(Fault(f"ask.{ask.id}", f"{need} 的办事指南没有问题 {question} 或其选项", "unknown"))
    for same in theme.same:
        kinds = set()
        for path in same.fields:
            need, _, name = path.partition(".")
            guide = guide_of(need)
            fields = {one.id: one.kind for group in guide.form for one in group.fields} if guide else {}
            if need not in needs or (guide and name not in fields):
                faults.append(Fault(f"same.{path}", "没有这个栏目", "unknown"))
            elif guide:
                kinds.add(fields[name])
        if len(kinds) > 1:
            faults.append(Fault(f"same.{same.fields[0]}", f"栏目种类不同：{'、'.join(sorted(kinds))}", "kind"))
    for one in guidance.need:
        guide = guides.get(one.item)
        answered = {*one.answers, *(ask.fills[one.id] for ask in theme.ask if one.id in ask.fills)}
        left = [asked.id for asked in guide.questions if asked.id not in answered] if guide else []
        faults += [Fault(f"need.{one.id}", f"办事指南的问题 {id} 没有人回答", "unanswered") for id in left]
    return faults
