"""Where a case is: one sentence, the latest day, who has it, what to do now. For its parties, and for a 查询码."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.people import queries as people
from yiwang.kernel.names import hook
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.process import PARTY
from yiwang.kernel.refusal import NotFound
from yiwang.matters import queries as matters
from yiwang.matters.queries import Line
from yiwang.matters.queries.explaining import Explained
from yiwang.matters.standing import Standing
from yiwang.services.cases import respondents, rules, words
from yiwang.services.cases.answering.queries import Told, told_applicant
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case, CaseMaterial
from yiwang.services.cases.queries.letters import LetterLine, of_matter
from yiwang.services.cases.step_forms import StepOnScreen, on_screen

OWN_PAGES = frozenset({"withdraw", "hand-in-correction", "make-good"})

# Seen by anybody with the code: what happened, never who claimed or handed over what.
PUBLIC_EVENTS = "services."


@dataclass(frozen=True, slots=True)
class Todo:
    """Something the applicant has to do now."""

    text: str
    url: str = ""
    button: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the progress page shows. ``materials``, ``letters`` and ``enquiry_code`` only on the party's own page."""

    reference: str
    number: str
    version: int
    item_name: str
    organ_name: str
    phone: str
    state: str
    state_title: str
    tone: str
    sentence: str
    latest: date | None
    provisional: bool
    with_whom: str
    if_silent: str
    stages: list[dict[str, object]]
    clocks: list[Explained]
    main_clock: Explained | None
    todos: list[Todo]
    story: list[Line]
    received_at: datetime
    closed: bool
    may_withdraw: bool = False
    steps: list[StepOnScreen] = field(default_factory=list)  # what the law lets the party do now: ask for a hearing, …
    enquiry_code: str = ""
    materials: list[CaseMaterial] | None = None
    letters: list[LetterLine] | None = None
    answers: list[Told] = field(default_factory=list)  # of the other side of an adjudication
    receipt: tuple[str, str] | None = None  # number and outcome of what a decision table said


def progress(viewer: Doer, reference: str, at: datetime) -> Progress:
    """The party's own page; 404 for anybody who is not the party nor acts for it."""
    case = _case(reference)
    viewer = people.acting(viewer, day_of(at), reference=reference, item_code=case.matter.item)
    if not viewer.is_party(case.party_id):
        raise no_such_case()
    standing = matters.matter(viewer, reference)
    mine = [one.step for one in matters.available_steps(viewer, standing) if one.refusal is None]
    steps = {step.name for step in mine}
    return _progress(
        viewer,
        case,
        standing,
        at,
        may_withdraw="withdraw" in steps,
        steps=[on_screen(step, first=True) for step in mine if PARTY in step.by and step.name not in OWN_PAGES],
        enquiry_code=case.enquiry_code,
        materials=list(CaseMaterial.objects.filter(matter_id=case.matter_id)),
        letters=of_matter(viewer, reference, certified=case.outcome == "granted"),
        answers=told_applicant(standing) if standing.process_id == respondents.PROCESS else [],
        receipt=receipt_of(case.matter_id),
    )


def seen(viewer: Doer, reference: str, at: datetime) -> tuple[Doer, Case, Standing, Progress]:
    """A case for its party or for staff who see it, whoever asks; 404 for anybody else. The doer comes back with what
    a mandate for this very matter adds."""
    case = _case(reference)
    if viewer.kind != "staff":
        viewer = people.acting(viewer, day_of(at), reference=reference, item_code=case.matter.item)
        if not viewer.is_party(case.party_id):
            raise no_such_case()
    standing = matters.matter(viewer, reference)
    return viewer, case, standing, _progress(viewer, case, standing, at)


def public_progress(reference: str, code: str, at: datetime) -> Progress:
    """The page behind the QR: needs the number **and** the 查询码, shows no name. One answer for every mistake."""
    case = Case.objects.select_related("matter", "guide__item").filter(enquiry_code=code.strip().upper()).first()
    wanted = reference.strip()
    if case is None or not any(
        secrets.compare_digest(wanted.encode(), known.encode()) for known in (case.matter.reference, case.number)
    ):
        raise NotFound("编号或查询码不对，请核对回执上的编号和查询码。", code="no-such-case")
    return _progress(SYSTEM, case, matters.matter(SYSTEM, case.matter.reference), at)


def _progress(viewer: Doer, case: Case, standing: Standing, at: datetime, **own: object) -> Progress:
    on = day_of(at)
    process = matters.process_of(standing)
    state = process.states[standing.state]
    declaration = declaration_of(case.guide)
    clocks = words.founded(matters.explanations(viewer, standing, on), declaration)
    nearest = words.nearest(clocks)
    wanting = (
        case.matter.shortcomings.filter(supplied_at=None).count() if standing.state == "awaiting-correction" else 0
    )
    organ_ids = {standing.organ_id, *(seat.organ_id for seat in standing.seats)}
    called = organs.organ_names(organ_ids, on)
    return Progress(
        reference=standing.reference,
        number=case.number,
        version=standing.version,
        item_name=standing.title,
        organ_name=called.get(standing.organ_id, ""),
        phone=declaration.phones[0] if declaration.phones else "",
        state=standing.state,
        state_title=state.title,
        tone=words.STATE_TONES.get(standing.state, "calm"),
        sentence=rules.progress_sentence(
            state.says or state.title,
            latest=nearest.due_on if nearest else None,
            provisional=bool(nearest and not nearest.certain),
            wanting=wanting,
            late=bool(nearest and nearest.overdue),
        ),
        latest=nearest.due_on if nearest else None,
        provisional=bool(nearest and not nearest.certain),
        with_whom="、".join(called[seat.organ_id] for seat in standing.seats) or called.get(standing.organ_id, ""),
        if_silent=words.if_silent(standing.state, "deem-accepted" in process.steps),
        stages=words.stages(standing.state),
        clocks=clocks,
        main_clock=nearest,
        todos=_todos(standing, case, wanting),
        story=[line for line in matters.story(viewer, standing) if line.event.startswith(PUBLIC_EVENTS)],
        received_at=standing.received_at,
        closed=standing.closed_at is not None,
        **own,  # type: ignore[arg-type]
    )


def _todos(standing: Standing, case: Case, wanting: int) -> list[Todo]:
    if standing.state == "awaiting-correction":
        text = f"请补{wanting}样材料{_by(standing, 'correction')}。" if wanting else "材料已补齐，请提交补正。"
        if wanting and not any(row.clock == "correction" and row.stopped_on is None for row in standing.clocks):
            text += "请先打开补正告知书并确认收到，补正期限从那天起算。"
        return [Todo(text, f"/my/cases/{standing.reference}/correct/", "去补材料" if wanting else "去提交")]
    if standing.state == "at-window" and case.delivery == Case.Delivery.COLLECT:
        return [Todo("请带身份证（代领的带委托书和双方身份证）到取件窗口领取。")]
    if standing.state == "payment":
        started = any(row.clock == "payment" and row.stopped_on is None for row in standing.clocks)
        first = "" if started else "请先打开缴费通知书并确认收到，缴款期限从那天起算。"
        return [Todo(f"请按缴费通知书缴清款项。{first}", "/my/letters/", "看缴费通知书")]
    if any(row.clock == "make-good" and row.stopped_on is None for row in standing.clocks):
        text = f"请补交容缺受理的材料{_by(standing, 'make-good')}。到期没有补齐的，本次办理终止。"
        return [Todo(text, f"/my/cases/{standing.reference}/make-good/", "去补交")]
    return []


def _by(standing: Standing, clock: str) -> str:
    """``，最迟10月15日`` of a clock that runs."""
    row = next((row for row in standing.clocks if row.clock == clock and row.stopped_on is None), None)
    if row is None or row.due_on is None:
        return ""
    return f"，最迟{row.due_on.month}月{row.due_on.day}日{'（暂定）' if row.provisional else ''}"


def _case(reference: str) -> Case:
    case = Case.objects.select_related("matter", "guide__item").filter(matter__reference=reference).first()
    if case is None:
        raise no_such_case()
    return case


def receipt_of(matter_id: int) -> tuple[str, str] | None:
    """Number and outcome of the case's receipt, where a decision table looked at it; asked by name of the room above."""
    found: tuple[str, str] | None = hook["cases.receipt"](matter_id=matter_id) if "cases.receipt" in hook else None
    return found


def no_such_case() -> NotFound:
    """Absent and invisible give the same answer."""
    return NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")
