"""Reads: the looks at one's own data, newest first, and what became of a dispute about one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.identifiers import masking
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs import roles
from yiwang.foundation.organs.models import Account, Post
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound
from yiwang.matters.models import Matter, StepText
from yiwang.services.certificates.models import Certificate
from yiwang.services.readings import rules

PAGE = 50


@dataclass(frozen=True, slots=True)
class Dispute:
    """An objection to one look: open or answered, and the organ's answer."""

    reference: str
    opened_at: datetime
    closed_at: datetime | None
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One look. ``who`` is the officer's post, with the family name only; ``matter`` the case it was for."""

    number: int
    at: datetime
    says: str
    organ: str
    organ_id: int | None
    party_id: int
    who: str
    matter: str
    basis: str
    refused: bool
    dispute: Dispute | None


def readings(viewer: Doer, at: datetime, *, before: int | None = None) -> list[Reading]:
    """Looks at the viewer's own data and those of firms the viewer represents, newest first, ``PAGE`` at most; older
    ones below the number ``before``. 404 for anybody but a citizen with a verified name."""
    subjects = _subjects(viewer, at)
    rows = LedgerEntry.objects.filter(subject__in=subjects, event__in=rules.KINDS).order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    return _told(rows[:PAGE], subjects, at)


def reading(viewer: Doer, number: int, at: datetime) -> Reading:
    """One look at the viewer's own data; 404 for any other line of the ledger."""
    subjects = _subjects(viewer, at)
    found = _told(LedgerEntry.objects.filter(number=number, subject__in=subjects), subjects, at)
    if not found:
        raise NotFound("没有这条记录，或者不是您的信息。", code="no-such-reading")
    return found[0]


def _subjects(viewer: Doer, at: datetime) -> dict[str, int]:
    """What the ledger calls the viewer's things → whose they are."""
    if viewer.kind != "citizen" or viewer.person_id is None:
        raise NotFound("请先完成实名登记。", code="no-such-person")
    parties = [party_id for party_id, _ in people.principals(viewer, day_of(at))]
    held = Certificate.objects.filter(party_id__in=parties).values_list("pk", "party_id")
    files = StoredFile.objects.filter(party_id__in=parties).values_list("pk", "party_id")
    return (
        {f"party:{party_id}": party_id for party_id in parties}
        | {f"certificate:{pk}": party_id for pk, party_id in held}
        | {f"file:{pk}": party_id for pk, party_id in files if party_id}
    )


def _told(entries: Iterable[LedgerEntry], subjects: dict[str, int], at: datetime) -> list[Reading]:
    lines = []
    for entry in entries:
        detail = json.loads(entry.body)["detail"]
        says = rules.told(entry.event, detail)
        if says is not None:
            lines.append((entry, detail, says))
    called = organs.organ_names({int(e.organ) for e, _, _ in lines if e.organ.isdigit()}, day_of(at))
    who = _officers([entry for entry, _, _ in lines])
    disputes = _disputes([entry.number for entry, _, _ in lines])
    return [
        Reading(
            number=entry.number,
            at=entry.at,
            says=says,
            organ=called.get(int(entry.organ), "") if entry.organ.isdigit() else "",
            organ_id=int(entry.organ) if entry.organ.isdigit() else None,
            party_id=subjects[entry.subject],
            who=who.get(entry.number, ""),
            matter=str(detail.get("matter") or ""),
            basis=rules.KINDS[entry.event].basis,
            refused=rules.KINDS[entry.event].refused,
            dispute=disputes.get(entry.number),
        )
        for entry, detail, says in lines
    ]


def _officers(entries: list[LedgerEntry]) -> dict[int, str]:
    """Line → the posts its officer held in that organ that day, and the family name: 受理人 周**."""
    ids = {int(e.actor[6:]) for e in entries if e.actor.startswith("staff:") and e.actor[6:].isdigit()}
    named = dict(Account.objects.filter(pk__in=ids).values_list("pk", "name"))
    posts = list(Post.objects.filter(account_id__in=ids))
    found = {}
    for entry in entries:
        if not entry.actor.startswith("staff:"):
            found[entry.number] = "系统" if entry.actor == "system" else "本人或代您办事的人"
            continue
        on, account_id = day_of(entry.at), int(entry.actor[6:])
        titles = roles.declared(on)
        held = {
            titles[post.role].title
            for post in posts
            if post.account_id == account_id
            and str(post.organ_id) == entry.organ
            and post.from_on <= on
            and (post.until_on is None or post.until_on > on)
            and post.role in titles
        }
        found[entry.number] = (
            f"{'、'.join(sorted(held)) or '工作人员'} {masking.name(named.get(account_id, ''))}".strip()
        )
    return found


def _disputes(numbers: list[int]) -> dict[int, Dispute]:
    rows = Matter.objects.filter(process_id=rules.DISPUTE, item__in=[f"ledger:{number}" for number in numbers])
    matters = {row.pk: row for row in rows}
    answers = dict(StepText.objects.filter(matter_id__in=matters, field="answer").values_list("matter_id", "text"))
    return {
        int(row.item.partition(":")[2]): Dispute(
            row.reference, row.received_at, row.closed_at, row.state, answers.get(pk, "")
        )
        for pk, row in matters.items()
    }
