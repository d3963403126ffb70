"""Building a planned year part by part: cases with what was thought of them, then supervision, hotline and 面对面."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, time
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction

from yiwang.config.year import meetings, people, ratings, rhythm, supervised, voices
from yiwang.config.year.caseload import Caseload, Cases
from yiwang.config.year.handed import Handed
from yiwang.config.year.kits import offered
from yiwang.config.year.plan import Draft, draft
from yiwang.config.year.profile import Profile
from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.workdays import OrdinalTable
from yiwang.matters.models import Matter

AT_ONCE = 250
BUILT, PART = "config.year-built", "config.year-part-built"
CASES, CARDS = "cases", "cards"
Progress = Callable[[int, int, str], None]  # how many are done, of how many, of what


@dataclass(slots=True)
class Built(Cases):
    """What was built, counted from what was written; ``None`` where a part was not asked for, or did not fit the house.
    ``before``: parts an earlier run had finished."""

    rated: ratings.Rated | None = None
    supervised: supervised.Supervised | None = None
    acts: int = 0  # brought in for items the house's own departments had claimed
    voiced: voices.Voices | None = None
    met: tuple[Handed, ...] | None = None
    before: tuple[str, ...] = ()


def build(profile: Profile, *, at: datetime, progress: Progress = lambda done, total, what: None) -> Built:
    """Build the year part by part, each all of it or nothing. ``at`` is when the invented applicants are registered and the
    building is said in the ledger. A run cut short leaves the parts it had finished; the next one goes on behind them.

    Refuses totals that contradict each other, guides nobody published, a year not over, a year already built, and one begun
    from other totals: what has come into the ledger does not go out again. Every step passes the rules it would have
    passed; if one did not, nothing of its part is kept. Letters and messages of the past are not written.
    """
    if built_before(profile):
        raise Refusal(f"年度概况 {profile.id} 已经生成过，不能再生成一遍。", code="year-built")
    until = datetime.combine(profile.until, time.min, SHANGHAI)
    if until > at:  # nobody can have worked tomorrow
        raise Refusal("概况所写的期间还没有结束，不能生成未来的办件。", code="year-not-over")
    there = parts_built(profile)
    if any(detail["plan"] != plan_of(profile) for detail in there.values()):
        says = f"年度概况 {profile.id} 上次没有生成完，那次用的是别的总数或份额，请用同样的总数接着生成。"
        raise Refusal(says, code="year-other")
    built = Built(before=tuple(there))
    year = _Year(profile, calendar.table(), until, at, built, progress)
    with _undisturbed():
        for name, write in year.parts().items():
            if name in there:
                year.known(name, there[name])
                continue
            with transaction.atomic():
                say_part(profile, name, write(), at=at)
    ledger.record(
        subject=_subject(profile),
        event=BUILT,
        by=SYSTEM,
        at=at,
        detail={
            "profile": profile.id,
            "seed": profile.seed,
            "from": profile.since.isoformat(),
            "until": profile.until.isoformat(),
            "accepted": built.accepted,
            "closed": built.closed,
            "guide_stands_in": built.stand_ins,
            "result": built.digest,
        },
    )
    people.analysed()
    return built


def built_before(profile: Profile) -> bool:
    """True if this profile, or a part of it scaled down, has been built in this house."""
    return LedgerEntry.objects.filter(subject=_subject(profile), event=BUILT).exists()


def parts_built(profile: Profile) -> dict[str, Mapping[str, Any]]:
    """The parts of this profile that stand already, with what their ledger lines say."""
    lines = LedgerEntry.objects.filter(subject=_subject(profile), event=PART).order_by("ordinal")
    details = [json.loads(body)["detail"] for body in lines.values_list("body", flat=True)]
    return {detail["part"]: detail for detail in details}


def cases_of(profile: Profile) -> set[int]:
    """The cases of this profile that an earlier run built."""
    known = parts_built(profile).get(CASES)
    if known is None:
        return set()
    since, until = (datetime.combine(day, time.min, SHANGHAI) for day in (profile.since, profile.until))
    rows = Matter.objects.filter(pk__range=(known["first"], known["last"]), process_id__startswith="services.")
    return set(rows.filter(received_at__gte=since, received_at__lt=until).values_list("pk", flat=True))


def say_part(profile: Profile, name: str, detail: Mapping[str, Any], *, at: datetime) -> None:
    """The ledger line a part is known by."""
    said = {"profile": profile.id, "part": name, "plan": plan_of(profile), **detail}
    ledger.record(subject=_subject(profile), event=PART, by=SYSTEM, at=at, detail=said)


def plan_of(profile: Profile) -> str:
    """What tells one set of totals from another: a digest of everything the profile states."""
    stated = "\n".join(f"{one.name}={getattr(profile, one.name)!r}" for one in fields(profile))
    return hashlib.new("sm3", stated.encode()).hexdigest()[:16]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Nothing a year makes refers back to itself, so nothing is to be found by looking for cycles; looking takes a quarter
    of the time."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.enable()


def _subject(profile: Profile) -> str:
    return f"year:{profile.id}"[:80]


@dataclass(slots=True)
class _Year:
    """A year under way: each part writes itself, is counted from what was written, and refuses a difference."""

    profile: Profile
    table: OrdinalTable
    until: datetime
    at: datetime
    built: Built
    progress: Progress

    def parts(self) -> dict[str, Callable[[], Mapping[str, Any]]]:
        found: dict[str, Callable[[], Mapping[str, Any]]] = {CASES: self.cases}
        if self.profile.supervision is not None:
            found["supervision"] = self.supervision
        if self.profile.hotline is not None:
            found["hotline"] = self.hotline
        if self.profile.meetings:
            found["meetings"] = self.meetings
        return found

    def known(self, name: str, detail: Mapping[str, Any]) -> None:
        """Take over what an earlier run said of a part it had finished."""
        if name == CASES:
            built = self.built
            built.accepted, built.closed = detail["accepted"], detail["closed"]
            built.stand_ins, built.digest = detail["guide_stands_in"], detail["result"]
            built.matters = cases_of(self.profile)

    def cases(self) -> Mapping[str, Any]:
        profile, built = self.profile, self.built
        kits = offered(profile, self.table, self.at)
        drafts = draft(profile, {name: versions.offer for name, versions in kits.items()}, self.table)
        parties = people.applicants(profile.applicants, seed=profile.seed, by=SYSTEM, at=self.at)
        chance = Random(profile.seed + 1)
        caseload = Caseload(kits, self.table, self.until, built)
        by_process: dict[str, list[tuple[Draft, int]]] = {}
        done = 0
        for one in drafts:  # in the order of receipt, batches of one process
            waiting = by_process.setdefault(kits[one.guide].on(one.received_at.date())[0].process, [])
            waiting.append((one, parties[chance.randrange(len(parties))]))
            if len(waiting) >= AT_ONCE:
                done += caseload.write(waiting)
                waiting.clear()
                self.progress(done, len(drafts), "件办件")
        for waiting in by_process.values():
            done += caseload.write(waiting) if waiting else 0
        self.progress(done, len(drafts), "件办件")
        if profile.ratings is not None:
            update = caseload.digest.update
            built.rated = ratings.write(caseload.served, table=self.table, until=self.until, at=self.at, digest=update)
            _same("好差评", built.rated, profile.ratings.totals)
        built.digest = caseload.digest.hexdigest()
        _same("办件", (built.accepted, built.closed), (profile.accepted, profile.closed))
        return {
            "first": min(built.matters, default=0),
            "last": max(built.matters, default=0),
            "accepted": built.accepted,
            "closed": built.closed,
            "guide_stands_in": built.stand_ins,
            "result": built.digest,
        }

    def supervision(self) -> Mapping[str, Any]:
        profile, built = self.profile, self.built
        assert profile.supervision is not None
        given: dict[str, Any] = {"since": profile.since, "until": profile.until, "seed": profile.seed}
        given |= {"table": self.table, "at": self.at}
        built.supervised = supervised.write(profile.supervision, **given)
        if (
            built.supervised is None
        ):  # departments claimed their items themselves; in a demonstration they have been at work
            built.acts = supervised.act_in(profile.supervision, **given) if settings.DEMO else 0
            return {"acts": built.acts}
        _same("监管数据", built.supervised, profile.supervision)
        return {"due": built.supervised.due, "acts": built.supervised.acts}

    def hotline(self) -> Mapping[str, Any]:
        profile = self.profile
        assert profile.hotline is not None
        self.built.voiced = voices.write(
            profile.hotline,
            since=profile.since,
            until=profile.until,
            seed=profile.seed,
            table=self.table,
            days=rhythm.days(profile, self.table),
            progress=self.progress,
        )
        if self.built.voiced is None:
            return {"accepted": 0}
        _same("热线工单", self.built.voiced, profile.hotline)
        return {"accepted": self.built.voiced.accepted, "closed": self.built.voiced.closed}

    def meetings(self) -> Mapping[str, Any]:
        profile = self.profile
        self.built.met = meetings.write(
            profile.meetings,
            since=profile.since,
            until=profile.until,
            seed=profile.seed,
            table=self.table,
            at=self.at,
        )
        if self.built.met is None:
            return {"issues": 0}
        _same("面对面问题", self.built.met, profile.meetings)
        return {"issues": sum(one.issues for one in self.built.met)}


def _same(what: str, written: object, stated: object) -> None:
    """What was written is counted, not what was planned."""
    if written != stated:
        raise Refusal(f"写成的{what}{written}与概况的{stated}不符。", code="year-totals")
