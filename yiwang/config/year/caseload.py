"""The year's cases: a few hundred a transaction, with their detail rows, materials and way out of the house."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.config.year import ratings
from yiwang.config.year.kits import Versions, answers_of, published
from yiwang.config.year.plan import Draft
from yiwang.config.year.stories import SHORTCOMING, Kit, Story
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs.models import Counter as Window
from yiwang.foundation.organs.models import Organ
from yiwang.kernel.enquiry import enquiry_code
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.workdays import OrdinalTable
from yiwang.matters import life_rows
from yiwang.matters.actions.bulk import Newcomer
from yiwang.matters.actions.living import Past, live_many
from yiwang.matters.lives import Life
from yiwang.services.cases import rules as case_rules
from yiwang.services.cases.declared import declaration_of
from yiwang.services.catalogue import queries as catalogue

MATERIAL = (
    "matter_id, organ_id, party_id, code, name, ordinal, main, required, source, ground, state, verdict, note, checked_by,"
    " checked_at"
)
SHORT = "matter_id, organ_id, party_id, notice, code, name, reason, held, ground, supplied_at"
HANDOVER = "matter_id, organ_id, sent_at, sent_by, arrived_at, arrived_by, handed_at, handed_by, receiver, tracking"


@dataclass(slots=True)
class Cases:
    """What was built, counted from what was written."""

    accepted: int = 0
    closed: int = 0
    by_organ: Counter[str] = field(default_factory=Counter)
    by_type: Counter[str] = field(default_factory=Counter)
    by_channel: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    corrected: int = 0
    paused: int = 0
    denied: int = 0
    steps: int = 0
    stand_ins: int = 0  # came in before the first version of their guide
    matters: set[int] = field(default_factory=set)
    digest: str = ""  # of every case: what came when, each step and its moments, each clock's days


class Caseload:
    """Writes batches; keeps what is the same for all."""

    def __init__(self, kits: Mapping[str, Versions], table: OrdinalTable, until: datetime, built: Cases) -> None:
        self.kits, self.table, self.until, self.built = kits, table, until, built
        self.guides = {guide.pk: guide for guide in published()}
        self.organs = {organ.pk: organ for organ in Organ.objects.all()}
        self.windows = _windows()
        self.given: dict[int, dict[str, Any]] = {}
        self.served: list[ratings.Served] = []
        self.digest = hashlib.new("sm3")
        for kit in (kit for versions in kits.values() for _, kit in versions.kits):
            guide = self.guides[kit.version_id]
            answers = answers_of(guide)
            promised = declaration_of(guide).promised_for(answers)
            self.given[guide.pk] = {
                "answers": json.dumps(answers, ensure_ascii=False),
                "budgets": catalogue.budgets(guide, promised.days if promised else None),
            }

    def write(self, batch: Sequence[tuple[Draft, int]]) -> int:
        stories = []
        pasts = []
        for one, party_id in batch:
            kit, stands_in = self.kits[one.guide].on(one.received_at.date())
            story = Story(one, kit, self.table, party_id, self.until, stands_in=stands_in)
            story.told(self._columns(one, kit, party_id, "online" if story.online else "collect"))
            stories.append(story)
            pasts.append(Past(self._newcomer(one, kit, party_id), story.deeds))

        def also(lives: Sequence[Life], positions: Sequence[int]) -> None:
            self._details(lives, [stories[position] for position in positions])

        process = stories[0].kit.process
        with transaction.atomic():
            lived = live_many(process=process, pasts=pasts, by=SYSTEM, at=self.until, also=also)
            for position, refusal in lived.refused.items():
                one = batch[position][0]
                steps = "、".join(deed.step for deed in pasts[position].deeds)
                raise Refusal(f"{one.guide}（{day_of(one.received_at)}，{steps}）：{refusal.says}", code=refusal.code)
        self._count(lived.done, stories)
        return len(batch)

    def _newcomer(self, one: Draft, kit: Kit, party_id: int) -> Newcomer:
        guide = self.guides[kit.version_id]
        return Newcomer(
            organ_id=kit.organ_id,
            title=guide.item.name[:120],
            party_id=party_id,
            item=guide.item.code,
            guide=f"{guide.item.code}#{guide.version}",
            chain=kit.chain,
            budgets=self.given[guide.pk]["budgets"],
            organs={"accepting": kit.organ_id, "hall": kit.hall_id},
            received_at=one.received_at,
            marks=ratings.ELSEWHERE if one.level is None else None,
        )

    def _columns(self, one: Draft, kit: Kit, party_id: int, delivery: str) -> Callable[[Any], dict[str, Any]]:
        guide, organ = self.guides[kit.version_id], self.organs[kit.organ_id]
        windows = self.windows.get(kit.hall_id, {}) if one.channel == "counter" else {}
        windows_of = (
            windows.get(kit.organ_id) or windows.get(kit.hall_id) or [None]
        )  # the department's own, else 综合窗口

        def columns(matter: Any) -> dict[str, Any]:
            serial = int(matter.reference.partition("-")[2])
            return {
                "number": case_rules.case_number(
                    handle_code=guide.item.handle_code,
                    uscc=organ.uscc or "",
                    level=guide.item.exercise_level,
                    item_id=guide.item_id,
                    received_on=day_of(one.received_at),
                    serial=serial,
                ),
                "enquiry_code": enquiry_code(),
                "guide_id": guide.pk,
                "organ_id": kit.organ_id,
                "hall_id": kit.hall_id,
                "counter_id": windows_of[serial % len(windows_of)],
                "party_id": party_id,
                "agent_id": None,
                "mandate_id": None,
                "channel": one.channel,
                "answers": self.given[guide.pk]["answers"],
                "form": b"",  # an invented applicant filled in nothing
                "delivery": delivery,
                "outcome": "",
                "decided_on": None,
                "valid_until": None,
            }

        return columns

    def _details(self, lives: Sequence[Life], stories: Sequence[Story]) -> None:
        materials: list[tuple[Any, ...]] = []
        shortcomings: list[tuple[Any, ...]] = []
        handovers: list[tuple[Any, ...]] = []
        for life, story in zip(lives, stories, strict=True):
            number, kit, party = life.matter.id, story.kit, story.party_id
            for ordinal, one in enumerate(kit.materials, 1):
                by, looked_at = (story.looked if one["state"] in case_rules.HANDED_IN else None) or ("", None)
                verdict = "right" if by else "unchecked"
                materials.append(
                    (
                        *(number, kit.organ_id, party, one["code"], one["name"], ordinal, one["code"] in kit.mains),
                        *(one["required"], one["source"], "", one["state"], verdict, "", by, looked_at),
                    )
                )
            if story.shortcoming:
                code, _, supplied = story.shortcoming
                name = next(one["name"] for one in kit.materials if one["code"] == code)
                reason = SHORTCOMING.format(name)
                shortcomings.append((number, kit.organ_id, party, 1, code, name, reason, False, "", supplied))
            if story.sent:
                moments = [moment for pair in story.sent for moment in pair]
                handovers.append((number, kit.organ_id, *moments, "applicant", ""))
        life_rows.copy_rows("cases_material", MATERIAL, materials)
        life_rows.copy_rows("cases_shortcoming", SHORT, shortcomings)
        life_rows.copy_rows("cases_handover", HANDOVER, handovers)

    def _count(self, lives: Sequence[Life], stories: Sequence[Story]) -> None:
        built = self.built
        for life, story in zip(lives, stories, strict=True):
            one = story.draft
            self.digest.update(result_of(life, one).encode())
            built.stand_ins += story.stands_in
            taken = {step for step, _ in life.matter.steps}
            built.matters.add(life.matter.id)
            built.accepted += 1
            built.closed += life.matter.closed_at is not None and life.matter.closed_at < self.until
            built.by_organ[one.organ] += 1
            built.by_type[one.kind] += 1
            built.by_channel[one.channel] += 1
            built.late[one.organ] += one.late
            built.corrected += "ask-correction" in taken
            built.paused += "begin-special" in taken
            built.denied += "deny" in taken
            built.steps += len(life.lines)
            if life.matter.closed_at is not None and one.level is not None:
                self.served.append(
                    ratings.Served(
                        *(life.matter.id, story.kit.organ_id, story.party_id, life.matter.closed_at),
                        *(one.level, one.mended, story.online, one.luck),
                    )
                )


def result_of(life: Life, one: Draft) -> str:
    """A case without what differs from house to house: numbers, keys, who of a department acted."""
    lines = [f"{line.event} {line.at.isoformat()} {line.recorded_at.isoformat()}" for line in life.lines]
    clocks = [f"{row.clock} {row.started_on} {row.stopped_on} {row.due_on}" for row in life.clocks.values()]
    return "\n".join((f"{one.guide} {one.channel} {one.kind} {life.matter.state}", *lines, *clocks, ""))


def _windows() -> dict[int, dict[int, list[int | None]]]:
    """Windows that take in, by the organ of their hall and the organ that staffs them."""
    found: dict[int, dict[int, list[int | None]]] = {}
    taking = Window.objects.filter(kind__in=(Window.Kind.COMPREHENSIVE, Window.Kind.DEPARTMENT), until_on=None)
    for hall, organ, pk in taking.order_by("pk").values_list("place__organ_id", "organ_id", "pk"):
        found.setdefault(hall, {}).setdefault(organ, []).append(pk)
    return found
