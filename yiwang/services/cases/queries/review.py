"""The case as the desk sees it: both clocks, materials, form, opinions, what may be done now and by whom next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.letters import queries as letter_queries
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import queries as people
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.process import Process, Seat
from yiwang.matters import queries as matters
from yiwang.matters.models import Job
from yiwang.matters.queries import Line
from yiwang.matters.queries.explaining import Explained
from yiwang.matters.standing import OpenSeat, Standing
from yiwang.services.cases import joint, payment_papers, respondents, rules, words
from yiwang.services.cases.answering.rules import STEP as ANSWER
from yiwang.services.cases.declared import declaration_of, phrases
from yiwang.services.cases.forms import filled
from yiwang.services.cases.held import queries as held
from yiwang.services.cases.held.queries import There
from yiwang.services.cases.models import Case, CaseMaterial
from yiwang.services.cases.queries.asked import Asked, asked_departments
from yiwang.services.cases.queries.letters import of_matter
from yiwang.services.cases.queries.progress import _case, no_such_case, receipt_of
from yiwang.services.cases.sealing import open_form
from yiwang.services.cases.step_forms import StepOnScreen, in_order, on_screen

CHECK = "check-materials"
UNSERVED = {"payment": payment_papers.NOTICE, "answering": respondents.NOTICE}


@dataclass(frozen=True, slots=True)
class MaterialOnDesk:
    """One material with its files, trust levels and the phrases for asking it again."""

    row: CaseMaterial
    file_list: list[Any]
    phrases: tuple[str, ...]
    asked: bool = False  # ticked, and what is written beside it, in the form of the one correction notice
    reason: str = ""
    ground: str = ""  # of asking for it although the government holds it
    unchecked: bool = False  # handed in and looked at by nobody yet: accepting needs it
    ticked: bool = False  # as looked at, in the form of accepting
    there: There | None = None  # what is on record, of a material the government holds


@dataclass(frozen=True, slots=True)
class Opinion:
    """Words written in a step, with who wrote them."""

    step_title: str
    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Review:
    """Everything of the review page."""

    reference: str
    number: str
    version: int
    item_name: str
    state: str
    state_title: str
    tone: str
    channel_title: str
    delivery_title: str
    received_at: datetime
    clocks: list[Explained]
    materials: list[MaterialOnDesk]
    filled: list[tuple[str, str]]
    applicant: str
    identity: str
    phone: str
    agent: str
    party_id: int
    opinions: list[Opinion]
    story: list[Line]
    letters: list[Any]
    jobs: list[tuple[Any, str]]  # what follows by itself and is not done yet, with what it is called
    claimable: list[tuple[OpenSeat, str]]
    steps: list[StepOnScreen]
    may_check: bool
    may_urge: bool
    may_unmask: bool
    seats: str
    closed: bool
    receipt: tuple[str, str] | None = None
    unserved: tuple[int, str, str] | None = None  # letter, its title, what it asks for: its service starts the term
    asked: list[Asked] = field(default_factory=list)  # departments that license together
    unchecked: bool = False  # something handed in was looked at by nobody yet
    evidence: list[StoredFile] = field(default_factory=list)  # what the other side of an adjudication sent online


def review(viewer: Doer, reference: str, at: datetime) -> Review:
    """For staff who see the matter; 404 for anybody else. A bounded number of queries."""
    if viewer.kind != "staff":
        raise no_such_case()
    standing = matters.matter(viewer, reference)
    case = _case(reference)
    on = day_of(at)
    process = matters.process_of(standing)
    declaration = declaration_of(case.guide)
    declared = {one.id: one for one in declaration.materials}
    available = matters.available_steps(viewer, standing)
    pointless = _pointless(standing, case)
    steps = [one.step for one in available if one.refusal is None and one.step.name not in pointless]
    # names of the parties of this very case, whoever is on it: the register itself asks its own permission
    parties = [party for party in (case.party_id, case.agent_id) if party]
    cards = people.masked(viewer, parties)
    named = {party: card.name for party, card in cards.items()} | people.names_of(set(parties) - cards.keys())
    card = cards.get(case.party_id)
    story = matters.story(viewer, standing)
    actors = _names({line.actor for line in story})
    seated = joint.seated(standing.settings)
    organ_names = organs.organ_names({*(seat.organ_id for seat in standing.seats), *seated.values()}, on)
    given = standing.settings.get("organs", {})
    clocks = words.founded(matters.explanations(viewer, standing, on), declaration)
    following = _following(process, {step.to for step in steps if step.to}, standing.organ_id, given, on)
    rows = list(CaseMaterial.objects.filter(matter_id=case.matter_id).prefetch_related("files"))
    codes = {row.code for row in rows}
    waiting = {
        one.code
        for one in rows
        if rules.unchecked(state=one.state, verdict=one.verdict, source=one.source, ground=one.ground)
    }
    there = held.there([one for one in declaration.materials if one.id in codes], case.party_id, on, card)
    return Review(
        reference=reference,
        number=case.number,
        version=standing.version,
        item_name=standing.title,
        state=standing.state,
        state_title=process.states[standing.state].title,
        tone=words.STATE_TONES.get(standing.state, "calm"),
        channel_title=case.get_channel_display(),
        delivery_title=case.get_delivery_display(),
        received_at=standing.received_at,
        clocks=clocks,
        materials=[
            MaterialOnDesk(
                row,
                list(row.files.all()),
                phrases(declared[row.code].phrases if row.code in declared else (), row.name),
                asked=row.wanting,
                reason=row.note,
                ground=row.ground,
                unchecked=row.code in waiting,
                there=there.get(row.code),
            )
            for row in rows
        ],
        filled=filled(
            declaration.form_for(case.answers), open_form(case.form, about=f"case:{standing.id}"), masked=True
        ),
        applicant=named.get(case.party_id, ""),
        identity=card.number if card else "",
        phone=card.phone if card else "",
        agent=named.get(case.agent_id, "") if case.agent_id else "",
        party_id=case.party_id,
        opinions=[
            Opinion(_step_title(process, line), _author(line, actors), line.at, text)
            for line in story
            for field, text in line.texts.items()
        ],
        story=story,
        letters=of_matter(viewer, reference, works_on=True, certified=case.outcome == "granted"),
        jobs=[
            (job, names.after.title(job.effect))
            for job in matters.jobs(viewer, standing)
            if job.status != Job.Status.DONE
        ],
        claimable=[
            (seat, _seat_title(process, standing.state, seat.seat))
            for seat in standing.seats
            if seat.holder_id is None and viewer.holds(seat.role, seat.organ_id)
        ],
        steps=[
            on_screen(step, first=number == 0, following=following.get(step.to or "", ""), process=process.id)
            for number, step in enumerate(in_order(s for s in steps if s.name != CHECK))
        ],
        may_check=any(step.name == CHECK for step in steps),
        may_urge=viewer.may(Permission.CASE_SUPERVISE, standing.organ_id) and standing.closed_at is None,
        may_unmask=viewer.may(Permission.PERSON_UNMASK),
        seats="、".join(
            f"{organ_names[seat.organ_id]}·{_seat_title(process, standing.state, seat.seat)}" for seat in standing.seats
        ),
        closed=standing.closed_at is not None,
        receipt=receipt_of(case.matter_id),
        unserved=_unserved(viewer, standing),
        asked=asked_departments(standing, process, story, clocks, organ_names),
        unchecked=bool(waiting),
        evidence=_evidence(story),
    )


def _following(process: Process, states: set[str], organ_id: int, given: Mapping[str, int], on: date) -> dict[str, str]:
    """Who has the case in each of these states: 审批决定人（孙丽华）, 协办部门一（县消防救援大队）. People are named within the
    responsible organ, other departments by their name."""
    seats = {
        state: [seat for seat in process.states[state].seats if not seat.optional or seat.organ in given]
        for state in states
    }
    roles = {seat.role for some in seats.values() for seat in some if seat.organ == "matter"}
    named = {role: "、".join(one.name for one in organs.holders(organ_id, role, on)[:3]) for role in roles}
    others = organs.organ_names(
        {given[seat.organ] for some in seats.values() for seat in some if seat.optional and seat.organ in given}, on
    )

    def says(seat: Seat) -> str:
        if seat.optional:
            return f"{seat.title}（{others[given[seat.organ]]}）"
        return f"{seat.title}（{named[seat.role]}）" if seat.organ == "matter" and named[seat.role] else seat.title

    return {state: "、".join(says(seat) for seat in some if not seat.after) for state, some in seats.items()}


def _unserved(viewer: Doer, standing: Standing) -> tuple[int, str, str] | None:
    """The notice this state waits for the service of: without it the term does not begin, and no clock reminds anybody."""
    kind = UNSERVED.get(standing.state)
    if kind is None or standing.closed_at is not None:
        return None
    newest = (
        letter_queries.letters(viewer, matter_reference=standing.reference, works_on=True).filter(kind=kind).first()
    )
    if newest is None or newest.served_at is not None:
        return None
    total = newest.data.get("total")
    return newest.pk, newest.title, f"应缴{total}元，" if total else ""


def _evidence(story: Sequence[Line]) -> list[StoredFile]:
    """Files that came with the other side's answers; nothing is asked where nobody answered online."""
    sent = [number for line in story if line.detail.get("step") == ANSWER for number in line.detail.get("files", ())]
    return list(StoredFile.objects.filter(pk__in=sent).order_by("pk")) if sent else []


def _pointless(standing: Standing, case: Case) -> set[str]:
    """Steps whose guard can only refuse in this case: not offered, though the engine would say why."""
    accepting = standing.settings.get("organs", {}).get("accepting", standing.organ_id)
    never = {"to-department"} if accepting == standing.organ_id else set()
    if not any(row.clock == "make-good" and row.stopped_on is None for row in standing.clocks):
        never = never | {"make-good"}
    never = never | ({"extend"} if joint.seated(standing.settings) else {joint.ASK, "extend-joint"})
    if not declaration_of(case.guide).fees:
        never = never | {"ask-fee", "fee-paid"}
    return never if case.delivery == Case.Delivery.ONLINE else never | {"deliver-online"}


def _author(line: Line, actors: Mapping[str, str]) -> str:
    """Who wrote the words of a line; the other side's answer is taken by the system and written by the other side."""
    return "被申请人" if line.detail.get("step") == ANSWER else actors.get(line.actor, line.actor)


def _step_title(process: Any, line: Line) -> str:
    step = process.steps.get(line.detail.get("step", ""))
    return step.title if step else line.says


def _seat_title(process: Any, state: str, seat: str) -> str:
    return next((one.title for one in process.states[state].seats if one.id == seat), seat)


def _names(actors: set[str]) -> dict[str, str]:
    """Display names of staff actors; citizens are 申请人, the system is 系统."""
    staff = {int(actor.partition(":")[2]) for actor in actors if actor.startswith("staff:")}
    called = {f"staff:{pk}": name for pk, name in Account.objects.filter(pk__in=staff).values_list("pk", "name")}
    return (
        called | {actor: "申请人" for actor in actors if actor.startswith(("person:", "account:"))} | {"system": "系统"}
    )
