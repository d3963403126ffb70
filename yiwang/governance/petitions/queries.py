"""Questions to petitions, viewer first: the office that took them in, the unit that decides. 404 for everybody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from yiwang.foundation.identifiers import cipher, masking
from yiwang.foundation.letters import queries as letters
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.letters.queries import letters_to
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.people import queries as people
from yiwang.governance.petitions import rules
from yiwang.governance.petitions.models import Petition, Purpose
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import processes
from yiwang.matters import queries as matters
from yiwang.matters.models import MatterClock
from yiwang.matters.queries import Available

PAGE, GIST = 50, 40
OFFICE = (Permission.PETITION_TAKE, Permission.PETITION_RULE)
HANDLING = (Permission.ORDER_HANDLE, Permission.MATTER_ASSIGN)
SEEING = (*OFFICE, *HANDLING)  # what the process is seen by, the supervisor's cards apart
SHOW: Mapping[str, str] = {"open": "在办", "tell": "待告知", "overdue": "超期", "closed": "已办结"}
RUNNING = ("tell", "decide", "review", "recheck")  # what offices answer by; in "ask" it is the petitioner's turn


def no_such_petition() -> NotFound:
    return NotFound("没有这个信访事项，或者您无权查看。", code="no-such-petition")


def _holder(role: str, on: date, missing: str) -> int:
    found = Post.objects.filter(holding(on), role=role).order_by("organ__position", "organ_id").first()
    if found is None:
        raise Refusal(missing, code="no-petition-office")
    return found.organ_id


def office(on: date) -> int:
    """The organ whose clerks take petitions in. Refused where none is appointed."""
    return _holder(rules.CLERK, on, "还没有设立信访工作机构（没有人任信访工作人员）。")


def reviewing_organ(on: date) -> int:
    """The organ that reviews (复查): the one above the deciding units."""
    return _holder(rules.REVIEWER, on, "还没有明确复查机构（没有人任信访复查人员）。")


def units(on: date) -> list[tuple[str, str, int]]:
    """(code, name, id) of every organ with somebody to handle what is handed out, in the official order."""
    return organs.manned(rules.HANDLER, on)


def unit(code: str, on: date) -> int:
    """The organ of that code, if it handles; refused otherwise."""
    return organs.manned_one(rules.HANDLER, code, on, says="请从列表选择责任单位。")


def accused(found: Petition) -> frozenset[int]:
    """Units an accusation is never handed to: the one accused and all under it."""
    return organs.with_all_under([found.against_id] if found.against_id is not None else [])


def petition(viewer: Doer, reference: str) -> Petition:
    """One petition by its matter's reference; 404 for whoever may not see its matter, and for whoever petitions, who has a
    page of his own without what offices say."""
    if viewer.kind == "citizen":
        raise no_such_petition()
    standing = matters.matter(viewer, reference)
    found = Petition.objects.select_related("matter").filter(pk=standing.id).first()
    if found is None:
        raise no_such_petition()
    return found


def may_know(viewer: Doer, found: Petition) -> bool:
    """Who petitions: the office's people; of the deciding unit whoever handles there, unless it is an accusation."""
    if any(viewer.may(permission, found.organ_id) for permission in OFFICE):
        return True
    unit_id = found.unit_id
    return unit_id is not None and found.purpose != Purpose.ACCUSATION and viewer.may(Permission.ORDER_HANDLE, unit_id)


def unsealed(found: Petition, field: str) -> str:
    sealed = found.person_name if field == "name" else found.person_phone
    return cipher.unseal(bytes(sealed), about=f"petition:{found.pk}:{field}") if sealed else ""


def person_of(viewer: Doer, found: Petition) -> tuple[str, str]:
    """(name, phone) as a page shows them: masked; 保密 for whoever need not know."""
    if not may_know(viewer, found):
        return "保密", ""
    return masking.name(known(found, "name")), masking.phone(known(found, "phone"))


def known(found: Petition, field: str) -> str:
    """The whole ``name`` or ``phone``: as written down; the name of a registered person from the register."""
    said = unsealed(found, field)
    if said or field != "name" or found.party_id is None:
        return said
    return people.names_of([found.party_id]).get(found.party_id, "")


@dataclass(frozen=True, slots=True)
class Row:
    """A petition in a list: codes in words, how its words begin, the unit, the day; nobody's name."""

    reference: str
    title: str
    gist: str
    state: str
    tone: str
    unit: str
    received_at: datetime
    due_on: date | None
    told_late: bool | None
    decided_late: bool | None


def board(viewer: Doer, on: date, *, show: str = "open", start: int = 0) -> tuple[list[Row], int | None]:
    """A page of petitions of the viewer's office or unit, what falls due first, and where the next page starts."""
    if show not in SHOW:
        raise Refusal("没有这个筛选条件。", code="show", field="show")
    clocks = MatterClock.objects.filter(
        matter_id=OuterRef("pk"), stopped_on=None, clock__in=RUNNING, due_on__isnull=False
    )
    rows = _seen(viewer).annotate(due_on=Subquery(clocks.order_by("due_on").values("due_on")[:1]))
    asked = {
        "open": Q(matter__closed_at=None),
        "tell": Q(matter__state="registered"),
        "overdue": Q(matter__closed_at=None, due_on__lt=on),
        "closed": Q(matter__closed_at__isnull=False),
    }[show]
    ordered = rows.filter(asked).order_by(*(("-pk",) if show == "closed" else ("due_on", "pk")))
    page = list(ordered.select_related("matter")[start : start + PAGE + 1])
    named = organs.organ_names({one.unit_id for one in page if one.unit_id}, on)
    lines = []
    for one in page[:PAGE]:
        state = processes.bound(one.matter.process_id, one.matter.process_version).states[one.matter.state]
        due_on: date | None = getattr(one, "due_on", None)
        late = not state.closed and due_on is not None and due_on < on
        lines.append(
            Row(
                reference=one.matter.reference,
                title=one.matter.title,
                gist=one.content[:GIST],
                state=state.title,
                tone="off" if state.closed else "late" if late else "calm",
                unit=named.get(one.unit_id or 0, ""),
                received_at=one.matter.received_at,
                due_on=due_on,
                told_late=one.told_late,
                decided_late=one.decided_late,
            )
        )
    return lines, start + PAGE if len(page) > PAGE else None


def days_of(found: Petition, clock: str) -> int:
    """How many natural days a clock of the petition's own process has."""
    return int(processes.bound(found.matter.process_id, found.matter.process_version).clocks[clock].days)


@dataclass(frozen=True, slots=True)
class Tracked:
    """A petition as whoever petitions reads it: no colleague's name. ``due_on`` is the last day of the clock that runs, with
    its title; ``unserved`` an answer the viewer has not confirmed having; ``steps`` what the viewer may ask for now,
    ``lapsed_on`` the last day of asking once that is over; ``answers`` are (heading, text, when) of what was decided so far;
    ``letters`` those written to the viewer."""

    reference: str
    purpose: str
    source: str
    content: str
    state: str
    says: str
    closed: bool
    unit: str
    phone: str
    received_at: datetime
    clock: str
    due_on: date | None
    unserved: bool
    extended: int
    version: int
    steps: tuple[Available, ...]
    lapsed_on: date | None
    answers: tuple[tuple[str, str, datetime], ...]
    letters: tuple[Letter, ...]


def mine(viewer: Doer) -> list[Petition]:
    """The viewer's own petitions and those of whoever the viewer acts for, newest first."""
    if not viewer.parties:
        return []
    return list(Petition.objects.select_related("matter").filter(party_id__in=viewer.parties).order_by("-pk")[:PAGE])


def own(viewer: Doer, reference: str) -> Petition:
    """A petition of the viewer's own; 404 for anybody else's."""
    found = Petition.objects.select_related("matter").filter(matter__reference=reference).first()
    if found is None or not viewer.is_party(found.party_id):
        raise no_such_petition()
    return found


def lapsed_on(found: Petition) -> date | None:
    """The last day on which 复查 or 复核 could be asked for, where the petition ended because nobody did."""
    if found.matter.state != "petition-ended" or found.rechecked_at is not None:
        return None
    return MatterClock.objects.filter(matter_id=found.pk, clock=rules.ASK).values_list("due_on", flat=True).first()


def waits_for_service(reference: str, letter_id: int) -> bool:
    """True if that letter is the newest opinion of a petition whose term to ask for 复查 or 复核 has not begun."""
    found = Petition.objects.select_related("matter").filter(matter__reference=reference).first()
    if found is None or not unserved(found):
        return False
    opinions = Letter.objects.filter(matter_reference=reference, kind=rules.OPINION).order_by("-issued_at", "-pk")
    newest = opinions.first()
    return newest is not None and newest.pk == letter_id and newest.issued_at >= answered_at(found)


def unserved(found: Petition) -> bool:
    """True while an answer stands and nobody has said that it reached whoever petitions: no day of asking has passed."""
    if found.matter.state not in ("decided", "reviewed"):
        return False
    return not MatterClock.objects.filter(matter_id=found.pk, clock=rules.ASK, stopped_on=None).exists()


def answered_at(found: Petition) -> datetime:
    """When the answer that now stands was given."""
    at = found.reviewed_at or found.decided_at
    assert at is not None, "a petition in which an answer stands"
    return at


def mine_one(viewer: Doer, reference: str, on: date) -> Tracked:
    """One of them; 404 for anybody else's."""
    found = own(viewer, reference)
    standing = matters.matter(viewer, reference)
    process = processes.bound(found.matter.process_id, found.matter.process_version)
    state = process.states[found.matter.state]
    clocks = (*RUNNING, rules.ASK)
    running = MatterClock.objects.filter(matter_id=found.pk, stopped_on=None, clock__in=clocks).order_by("due_on")
    clock = None if state.closed else running.first()
    said = (
        ("处理意见" if found.purpose == Purpose.APPEAL else "回复", found.opinion, found.decided_at),
        ("复查意见", found.review, found.reviewed_at),
        ("复核意见", found.recheck, found.rechecked_at),
    )
    return Tracked(
        reference=reference,
        purpose=found.get_purpose_display(),
        source=found.get_source_display(),
        content=found.content,
        state=state.title,
        says=state.says,
        closed=state.closed,
        unit=organs.organ_name(found.unit_id, on) if found.unit_id else "",
        phone=Organ.objects.filter(pk=found.organ_id).values_list("phone", flat=True).first() or "",
        received_at=found.matter.received_at,
        clock=process.clocks[clock.clock].title if clock else "",
        due_on=clock.due_on if clock else None,
        unserved=unserved(found),
        extended=found.extended_days,
        version=standing.version,
        steps=tuple(
            one
            for one in matters.available_steps(viewer, standing)
            if not state.closed and one.step.name in rules.OWN_STEPS
        ),
        lapsed_on=lapsed_on(found),
        answers=tuple((title, text, at) for title, text, at in said if text and at is not None),
        letters=tuple(letters_to(viewer).filter(matter_reference=reference)),
    )


def letters_of(viewer: Doer, found: Petition) -> list[Letter]:
    """Letters of a petition, for whoever may see both; none for whoever may not know to whom they are written."""
    if not may_know(viewer, found):
        return []
    return list(letters.letters(viewer, matter_reference=found.matter.reference))


def _seen(viewer: Doer) -> QuerySet[Petition]:
    if viewer.kind != "staff" or not any(viewer.may(one) for one in SEEING):
        raise no_such_petition()
    office, handling = viewer.organs_of(*OFFICE), viewer.organs_of(*HANDLING)
    rows = Petition.objects.all()
    if office is None or handling is None:
        return rows
    reviewing = Q(matter__seats__organ_id__in=office)
    return rows.filter(Q(organ_id__in=office) | Q(unit_id__in=handling) | reviewing).distinct()
