"""May this step be taken, and what does it do? Pure: everything it looks at is in the context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from yiwang.foundation.ledger.rules import sm3
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.process import PARTY, SYSTEM_ROLE, Process, Seat, Step, round_of, seats_in
from yiwang.kernel.refusal import Fault, NotAllowed, NotFound, Refusal
from yiwang.matters import clocking
from yiwang.matters.standing import Context, NewSeat, OpenSeat, Plan, RunningClock, Standing

OPINION = "opinion"
TELL_PARENT = "matters.tell-parent"  # every step of a child: what waits for it may now go on
EMPTY_OPINIONS = {"同意", "不同意", "已阅", "无", "略"}


class NotNow(Refusal):
    """The step exists, but not in this state."""

    code = "not-now"


class NotYet(Refusal):
    """Other steps have to be taken first."""

    code = "not-yet"


class AlreadyTaken(Refusal):
    """The step is taken once in a round, and was."""

    code = "already-taken"


def declared_step(process: Process, name: str) -> Step:
    """The step of that name; 404 if the process has none."""
    step = process.steps.get(name)
    if step is None:
        raise NotFound(f"“{process.title}”没有名为“{name}”的步骤。", code="no-such-step")
    return step


def available(process: Process, matter: Standing, step: Step) -> Refusal | None:
    """Why the step may not be taken in this state at all, whoever asks; ``None`` if it may."""
    state = process.states[matter.state]
    if matter.state not in step.from_states or (step.chains and matter.chain not in step.chains):
        return NotNow(f"本件现为“{state.title}”，不能办理“{step.title}”。请刷新页面查看最新进展。")
    if not step.once and not step.requires:
        return None
    here = round_of(process, (name for name, _ in matter.steps))
    if step.once and step.name in here:
        return AlreadyTaken(f"“{step.title}”已经办过，不能重复办理。")
    if step.requires:
        ever = {name for name, _ in matter.steps}
        absent = process.absent(matter.settings.get("organs", {}))
        missing = [
            each
            for each in step.requires
            if each not in absent and each not in (here if process.steps[each].to is None else ever)
        ]
        if missing:
            titles = "、".join(process.steps[each].title for each in missing)
            return NotYet(f"须先完成：{titles}。")
    return None


def seat_for(
    process: Process, matter: Standing, step: Step, by: Doer
) -> tuple[OpenSeat | None, int | None, Refusal | None]:
    """The open seat through which ``by`` takes the step, and the organ in which ``by`` acts.

    No seat for applicants, timers, and roles that have no seat anywhere in the process (a head who extends, a receiver
    who opens): those hold their post in the responsible organ or in one of the organs given at opening.
    """
    if by.kind == "system" and SYSTEM_ROLE in step.by:
        return None, None, None
    if PARTY in step.by and by.is_party(matter.party_id):
        return None, None, None
    taken = False
    for seat in matter.seats:
        if (seat.seat in step.seats if step.seats else seat.role in step.by) and by.holds(seat.role, seat.organ_id):
            if seat.holder_id is None or seat.holder_id == by.account_id:
                return seat, seat.organ_id, None
            taken = True
    if taken:
        return None, None, NotAllowed("本件已由其他同事签收。如需由您办理，请先转办。", code="held-by-other")
    if not step.seats:
        organs = (matter.organ_id, *matter.settings.get("organs", {}).values())
        for role in step.by:
            if step.opening or role not in process.seated:
                for organ_id in organs:
                    if by.holds(role, organ_id):
                        return None, organ_id, None
    return None, None, NotAllowed(f"您没有“{step.title}”的办理权限。如确需办理，请联系本单位账号管理员。")


def no_such_matter() -> NotFound:
    return NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")


def visible(process: Process, matter: Standing, by: Doer) -> bool:
    """True if ``by`` may see the matter: the party, whoever sits on it or holds what its process is seen by in an organ that
    takes part (the hall that received it included) or in the whole county."""
    if by.kind == "system" or by.is_party(matter.party_id):
        return True
    organs = {matter.organ_id, *matter.settings.get("organs", {}).values(), *(seat.organ_id for seat in matter.seats)}
    if any(by.may(permission, organ_id) for permission in process.seen_by for organ_id in organs):
        return True
    return by.kind == "staff" and any(by.holds(seat.role, seat.organ_id) for seat in matter.seats)


def permitted(process: Process, matter: Standing, step: Step, by: Doer) -> tuple[OpenSeat | None, Refusal | None]:
    """Role, seat, permission, and that the deciding hands are not the reviewing ones."""
    seat, organ_id, refusal = seat_for(process, matter, step, by)
    if refusal is not None:
        return None, refusal
    # an applicant acts as the party, not under an organ's permission
    if step.permission and organ_id is not None and not by.may(Permission(step.permission), organ_id):
        return None, NotAllowed(f"您的岗位没有“{step.title}”所需的权限。如确需办理，请联系本单位账号管理员。")
    if step.not_by and by.reference in matter.actors_of(step.not_by):
        titles = "、".join(process.steps[name].title for name in step.not_by)
        return None, NotAllowed(f"办理过“{titles}”的人员不得再办理“{step.title}”。", code="same-hands")
    return seat, None


def checked_values(step: Step, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The step's declared fields, typed: values (codes, days, numbers, references, flags) and texts.

    Refuses with every fault at once: missing, mistyped, too long, unknown code, a key nobody declared.
    """
    values: dict[str, Any] = {}
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    known = {OPINION, *(declared.name for declared in step.fields)}
    faults += [Fault(key, f"本步骤没有栏目 {key}", "unknown") for key in given if key not in known]
    opinion = str(given.get(OPINION) or "").strip()
    if step.opinion == "required" and (not opinion or opinion in EMPTY_OPINIONS):
        faults.append(Fault(OPINION, "请写明意见，不得只签署姓名或只写“同意”。", "opinion"))
    elif step.opinion == "none" and opinion:
        faults.append(Fault(OPINION, "本步骤不填写意见。", "unknown"))
    elif len(opinion) > 2000:
        faults.append(Fault(OPINION, "意见最多2000字。", "too-long"))
    elif opinion:
        texts[OPINION] = opinion
    for declared in step.fields:
        raw = given.get(declared.name)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            if declared.required:
                asked = f"请勾选“{declared.title}”。" if declared.kind == "flag" else f"请填写{declared.title}。"
                faults.append(Fault(declared.name, asked, "missing"))
            continue
        try:
            value = _typed(declared.kind, raw)
        except (TypeError, ValueError):
            faults.append(Fault(declared.name, f"{declared.title}的格式不正确。", "type"))
            continue
        if isinstance(value, str) and ("\0" in value or len(value) > declared.longest):
            faults.append(
                Fault(declared.name, f"{declared.title}最多{declared.longest}字，且不能有特殊控制字符。", "too-long")
            )
        elif declared.kind == "code" and value not in declared.choices:
            faults.append(Fault(declared.name, f"{declared.title}不在可选范围内。", "choice"))
        elif declared.kind == "text":
            texts[declared.name] = value
        else:
            values[declared.name] = value
    if faults:
        raise Refusal(faults[0].says, code="values", faults=faults)
    return values, texts


def _typed(kind: str, raw: Any) -> Any:
    if kind == "number":
        if isinstance(raw, bool) or not -(2**31) <= int(raw) < 2**31:
            raise ValueError(raw)
        return int(raw)
    if kind == "date":
        return raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    if kind == "flag":
        if raw in (True, "true", "on", "1", 1):
            return True
        if raw in (False, "false", "off", "0", 0):
            return False
        raise ValueError(raw)
    if not isinstance(raw, str):
        raise TypeError(raw)
    return raw.strip()


def refusal_of_guards(ctx: Context) -> Refusal | None:
    """The first guard that objects; and, to a step that carries words, the first room above that refuses them
    (``names.hook("matters.refuse.<room>")``, asked with the context)."""
    objection: Refusal | None
    for name in ctx.step.guards:
        objection = names.guard[name](ctx)
        if objection is not None:
            return objection
    for name in names.hook if ctx.texts else ():
        if name.startswith("matters.refuse."):
            objection = names.hook[name](ctx)
            if objection is not None:
                return objection
    return None


def plan_step(ctx: Context, seat: OpenSeat | None, extra: Mapping[str, Any]) -> Plan:
    """All a step writes. Guards and permission have been asked; ``extra`` is what an ``also`` adds to the ledger.

    ``extra["notice"]`` (or the field ``notice``) is the number of the written notice a pause rests on.
    """
    process, step, matter = ctx.process, ctx.step, ctx.matter
    target = step.to or matter.state
    state = process.states[target]
    plan = Plan(event=f"{process.id}.{step.name}"[:80], state=target, closed=state.closed)
    detail = plan.detail
    detail["step"] = step.name
    if target != matter.state and not step.opening:
        detail["from"] = matter.state
    detail["to"] = target
    if ctx.values:
        detail.update(
            {key: value.isoformat() if isinstance(value, date) else value for key, value in ctx.values.items()}
        )
    _effects(ctx, plan)
    detail.update(extra)
    if ctx.texts:
        detail["texts"] = {name: sm3(text.encode()).hex() for name, text in ctx.texts.items()}
        plan.texts = [(name, step.name, text) for name, text in ctx.texts.items()]
    plan.starts, plan.moves = clocking.advance(
        process,
        step,
        target,
        matter.clocks,
        on=ctx.on,
        counted_on=matter.counted_on,
        budgets=matter.settings.get("budgets", {}),
        table=ctx.table,
        values=ctx.values,
        texts=ctx.texts,
        approver=ctx.by.reference,
        notice=str(detail.get("notice") or ""),
    )
    if state.closed:
        _stop_all(plan, matter.clocks, ctx.on)
    if plan.starts or plan.moves:
        detail["clocks"] = {row.clock: _moved(row) for row in (*plan.starts, *plan.moves)}
    plan.steps = f"{step.name}={ctx.by.reference}\n"
    _seats(ctx, plan, seat)
    plan.jobs = [(name, {}) for name in step.after]
    if matter.parent_id is not None and not step.opening:
        plan.jobs.append((TELL_PARENT, {}))
    return plan


def _effects(ctx: Context, plan: Plan) -> None:
    """Effects answer pure data: ``row`` (columns of the detail table), ``ledger`` (detail), ``settings``, ``jobs``."""
    for name in ctx.step.effects:
        answer: Mapping[str, Any] = names.effect[name](ctx)
        plan.row.update(answer.get("row", {}))
        plan.detail.update(answer.get("ledger", {}))
        if "settings" in answer:
            plan.settings = {**(plan.settings or ctx.matter.settings), **answer["settings"]}
        plan.jobs += answer.get("jobs", [])


def _moved(row: RunningClock) -> list[Any]:
    """What the ledger keeps of a clock: days, first day, due day, stop — codes and days only."""
    return [
        row.days,
        row.started_on.isoformat(),
        row.due_on.isoformat() if row.due_on else None,
        row.stopped_on.isoformat() if row.stopped_on else None,
    ]


def _stop_all(plan: Plan, clocks: Iterable[RunningClock], on: date) -> None:
    """A closed matter has no running clock left, whatever the pack forgot."""
    touched = {row.clock: index for index, row in enumerate(plan.moves)}
    for row in clocks:
        if row.clock not in touched and row.stopped_on is None:
            plan.moves.append(row._replace(stopped_on=max(on, row.started_on)))
    plan.moves = [row if row.stopped_on else row._replace(stopped_on=max(on, row.started_on)) for row in plan.moves]
    plan.starts = [row if row.stopped_on else row._replace(stopped_on=max(on, row.started_on)) for row in plan.starts]


def due_days(plan: Plan, clocks: Iterable[RunningClock]) -> dict[str, date | None]:
    """Due day of each running clock as the plan leaves them."""
    days = {row.clock: row.due_on for row in clocks if row.stopped_on is None}
    for row in (*plan.starts, *plan.moves):
        if row.stopped_on is None:
            days[row.clock] = row.due_on
        else:
            days.pop(row.clock, None)
    return days


def _due(process: Process, clock: str, days: Mapping[str, date | None]) -> date | None:
    """The day that orders a seat in the inbox: its own clock's, else the nearest legal or promised one."""
    if clock:
        return days.get(clock)
    kinds = process.clocks
    found = [day for name, day in days.items() if day and name in kinds and kinds[name].kind in ("legal", "promised")]
    return min(found, default=None)


def _seats(ctx: Context, plan: Plan, used: OpenSeat | None) -> None:
    """Close what the step ends, open what its state declares, keep a seat of the same name with its holder."""
    process, step, matter = ctx.process, ctx.step, ctx.matter
    organs = (plan.settings or matter.settings).get("organs", {})
    if plan.closed:
        wanted: tuple[Seat, ...] = ()
    else:
        taken = [*(name for name, _ in matter.steps), step.name]
        wanted = seats_in(process, plan.state, round_of(process, taken), matter.chain, organs)
    days = due_days(plan, matter.clocks)
    moved = plan.state != matter.state
    wanted_ids = {seat.id for seat in wanted}
    kept = {seat.seat: seat for seat in matter.seats if seat.seat in wanted_ids}
    plan.closes += [seat.id for seat in matter.seats if seat.seat not in wanted_ids]
    if used is not None and used.holder_id is None and used.id in plan.closes:
        plan.closer_id = ctx.by.account_id
    phase = process.states[plan.state].phase
    for seat in wanted:
        organ_id = matter.organ_id if seat.organ == "matter" else int(organs.get(seat.organ, matter.organ_id))
        fresh = NewSeat(seat.id, organ_id, seat.role, phase, None, seat.clock, _due(process, seat.clock, days))
        held = kept.get(seat.id)
        if held is None:
            plan.opens.append(fresh)
            continue
        # whoever sits on a seat of the same name stays, unless this step was that seat's work and a new round begins
        ends = moved and used is not None and held.id == used.id and not step.keeps
        stays = held.role == seat.role and held.organ_id == organ_id and not ends
        fresh = fresh._replace(holder_id=held.holder_id if stays else None)
        if fresh != held[1:]:
            plan.changes.append((held.id, fresh))
