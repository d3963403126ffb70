"""One matter: how it stands, its story, its words, what may be done next, what is still being done for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import events
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs import queries as organs
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.process import Process, Step
from yiwang.kernel.refusal import Refusal
from yiwang.matters import findings, processes, rules, statements
from yiwang.matters.models import Job, Matter, StepText
from yiwang.matters.standing import Standing

NAMED = ("to", "from")  # keys of a detail that hold a reference a sentence would show


@dataclass(frozen=True, slots=True)
class Line:
    """One ledger line as a clerk reads it. ``texts`` are the words written in that step, ``chosen`` what was picked or counted
    in it: the field's title and the choice, number or day in words."""

    ordinal: int
    at: datetime
    actor: str
    event: str
    says: str
    detail: dict[str, Any]
    texts: dict[str, str]
    chosen: dict[str, str]

    @property
    def irregular(self) -> str:
        """What another system's log did here that our process would not have; empty for our own lines."""
        return findings.sentence(self.detail.get("irregular", ()))


@dataclass(frozen=True, slots=True)
class Available:
    """A step the viewer could take now; ``refusal`` says why not yet, when a join is not met."""

    step: Step
    seat: str
    refusal: Refusal | None = None


def matter(viewer: Doer, reference: str) -> Standing:
    """The matter as it stands, with open seats and all clocks; one query. 404 for whoever may not see it."""
    found = statements.read(reference)
    if found is None or not _visible(viewer, found):
        raise rules.no_such_matter()
    return found


def _visible(viewer: Doer, standing: Standing) -> bool:
    return rules.visible(process_of(standing), standing, viewer)


def process_of(standing: Standing) -> Process:
    """The process version the matter runs under."""
    return processes.bound(standing.process_id, standing.process_version)


def story(viewer: Doer, standing: Standing) -> list[Line]:
    """Every ledger line of a matter, oldest first, as sentences; two queries, and two more where a line names people or
    organs, which are called by name (in the words ``ledger.actor-names`` has for this viewer). Words and choices only for staff."""
    definition = process_of(standing)
    words: dict[int, dict[str, str]] = {}
    if inside := viewer.kind in ("staff", "system"):
        for row in StepText.objects.filter(matter_id=standing.id):
            words.setdefault(row.ordinal, {})[row.field] = row.text
    lines = []
    entries = [(e, json.loads(e.body)["detail"]) for e in _entries(standing)]
    called = _called(viewer, [detail for _, detail in entries], standing)
    for entry, detail in entries:
        named = {key: called[detail[key]] for key in NAMED if detail.get(key) in called}
        says = _sentence(definition, entry.event, detail | named)
        said, chosen = words.get(entry.ordinal, {}), _chosen(definition, entry.event, detail) if inside else {}
        lines.append(Line(entry.ordinal, entry.at, entry.actor, entry.event, says, detail, said, chosen))
    return lines


def _entries(standing: Standing) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(subject=standing.subject).order_by("ordinal")


def _called(viewer: Doer, details: list[dict[str, Any]], standing: Standing) -> dict[str, str]:
    """Reference → name of the staff and organs the details name; nothing is asked where none is named."""
    said = {detail[key] for detail in details for key in NAMED if isinstance(detail.get(key), str)}
    people = {one for one in said if one.startswith("staff:")}
    found = dict(names.hook["ledger.actor-names"](viewer, people)) if people else {}
    places = {int(one[6:]) for one in said if one.startswith("organ:") and one[6:].isdigit()}
    named = organs.organ_names(places, day_of(standing.received_at)) if places else {}
    return found | {f"organ:{pk}": name for pk, name in named.items()}


def _step(definition: Process, event: str, detail: dict[str, Any]) -> Step | None:
    """The step a line tells of; ``None`` for every other event."""
    step = definition.steps.get(detail.get("step", ""))
    return step if step is not None and event == f"{definition.id}.{step.name}"[:80] else None


def _chosen(definition: Process, event: str, detail: dict[str, Any]) -> dict[str, str]:
    step = _step(definition, event, detail)
    found = {one.title: one.in_words(detail.get(one.name)) for one in step.fields} if step else {}
    return {title: said for title, said in found.items() if said}


def _sentence(definition: Process, event: str, detail: dict[str, Any]) -> str:
    if step := _step(definition, event, detail):
        return step.says or step.title
    called = {seat.id: seat.title for state in definition.states.values() for seat in state.seats}
    return events.sentence(event, detail | {"seat": called.get(detail.get("seat", ""), detail.get("seat", ""))})


def texts(viewer: Doer, standing: Standing) -> QuerySet[StepText]:
    """The words written on a matter, oldest first. For staff who see it."""
    if viewer.kind not in ("staff", "system") or not _visible(viewer, standing):
        return StepText.objects.none()
    return StepText.objects.filter(matter_id=standing.id).order_by("ordinal", "field")


def available_steps(viewer: Doer, standing: Standing) -> list[Available]:
    """Steps the viewer could take in this state, in the order of the process; guards are asked when one is taken.

    A step whose join is not met is listed with its refusal, so the page can say what it waits for.
    """
    if standing.closed_at is not None:
        return []
    definition = process_of(standing)
    found = []
    for step in definition.leaving(standing.state, standing.chain):
        seat, refusal = rules.permitted(definition, standing, step, viewer)
        if refusal is not None or step.timer:
            continue
        objection = rules.available(definition, standing, step)
        if objection is None or isinstance(objection, rules.NotYet):
            found.append(Available(step, seat.seat if seat else "", objection))
    return found


def jobs(viewer: Doer, standing: Standing) -> QuerySet[Job]:
    """After-jobs of a matter, newest first: what is still being rendered, delivered, called, and what could not be."""
    if viewer.kind not in ("staff", "system") or not _visible(viewer, standing):
        return Job.objects.none()
    return Job.objects.filter(matter_id=standing.id).order_by("-ordinal", "id")


def children(viewer: Doer, standing: Standing) -> QuerySet[Matter]:
    """Matters opened under this one."""
    if not _visible(viewer, standing):
        return Matter.objects.none()
    return Matter.objects.filter(parent_id=standing.id).order_by("id")
