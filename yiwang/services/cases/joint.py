"""What several departments license together (行政许可法 第二十六条第二款): one accepts and hands on, each of the others says
what it finds at its own seat, all at the same time, and what they said is decided on together.

The seats are optional: a case has as many as its guide names departments. Each department has a clock of its own for its
view, with the days the process declares (``[[term]] views``): who is late is charged at its own seat, not the department
that asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from yiwang.foundation.organs.models import OrganName
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.names import guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.needs import need
from yiwang.matters.standing import Context

MOST_DEPARTMENTS = 5  # seats the process declares beside the responsible organ's own
KEY = "joint-"
ASK, GATHER, VIEW = "ask-departments", "gather-views", "view-"
URGE, GO_WITHOUT = "urge-departments", "gather-without"
TERM, CLOCK = "views", "views-"
AGREES = frozenset({"agree", "conditions"})
ARTICLE_26 = "行政许可法 第二十六条第二款"


class NoSuchDepartment(Refusal):
    """The guide names a department the register of organs does not know, or more than can sit together."""

    code = "joint-organ-unknown"
    article = ARTICLE_26


def organs_of(named: Sequence[str], on: date, *, responsible: int) -> dict[str, int]:
    """Organ keys of the seats for the departments a guide names, by their names of that day; the responsible organ's own
    seat is its reviewer's. ``NoSuchDepartment`` names whom the register does not know."""
    if not named:
        return {}
    rows = OrganName.objects.filter(holding(on), name__in=named).values_list("name", "organ_id")
    known: Mapping[str, int] = dict(rows)
    unknown = [name for name in named if name not in known]
    if unknown:
        raise NoSuchDepartment(f"指南载明的联合办理部门“{unknown[0]}”不在机构名录里，请先更正办事指南。")
    others = list(dict.fromkeys(known[name] for name in named if known[name] != responsible))
    if len(others) > MOST_DEPARTMENTS:
        raise NoSuchDepartment(f"一件申请最多由{MOST_DEPARTMENTS}个协办部门共同审查，指南载明了{len(others)}个。")
    return {f"{KEY}{number}": organ_id for number, organ_id in enumerate(others, 1)}


def seated(settings: Mapping[str, Any]) -> dict[str, int]:
    """The departments asked beside the responsible one: seat key → organ."""
    return {key: organ for key, organ in settings.get("organs", {}).items() if key.startswith(KEY)}


def budgets(process: str, organs: Mapping[str, int], on: date) -> dict[str, Any]:
    """The days each department has for its view, as the process in force that day declares; none where it declares none."""
    term = packs.rule("process", process, on).value.terms.get(TERM)
    if term is None:
        return {}
    return {f"joint.views_{key.removeprefix(KEY)}": (int(term.days), str(term.unit)) for key in organs}


def overdue(ctx: Context) -> dict[str, date]:
    """Departments whose term for a view has passed without one: seat key → the last day it had."""
    late = {}
    for row in ctx.matter.clocks:
        if row.clock.startswith(CLOCK) and row.stopped_on is None:
            due_on = row.pure().project(ctx.table).due_on
            if due_on is not None and due_on < ctx.on:
                late[KEY + row.clock.removeprefix(CLOCK)] = due_on
    return late


@need("cases.views")
def views() -> str:
    """The newest view of each department: step → code."""
    return f"""select json_object_agg(v.step, v.view) from (
                 select distinct on (e.event) e.body::json -> 'detail' ->> 'step' as step,
                        e.body::json -> 'detail' ->> 'view' as view
                 from ledger_entry e
                 where e.subject = 'matter:' || m.reference and e.event like m.process_id || '.{VIEW}%%'
                 order by e.event, e.ordinal desc) v"""


def joint(ctx: Context) -> bool:
    """True if other departments take part in this case."""
    return bool(seated(ctx.matter.settings))


@guard("cases.several-departments")
def several_departments(ctx: Context) -> Refusal | None:
    """Only what several departments license together is handed on to them."""
    if joint(ctx):
        return None
    return Refusal("本事项由一个机关办理，没有需要转告的部门。", code="not-joint", article=ARTICLE_26)


@guard("cases.departments-heard")
def departments_heard(ctx: Context) -> Refusal | None:
    """What is handled together is reviewed only after every department has said what it finds."""
    if not joint(ctx) or any(name in {GATHER, GO_WITHOUT} for name, _ in ctx.matter.steps):
        return None
    says = "本事项由几个部门统一办理，请先转告有关部门分别提出意见。"
    return Refusal(says, code="departments-unheard", article=ARTICLE_26)


@guard("cases.only-silent-left")
def only_silent_left(ctx: Context) -> Refusal | None:
    """Nobody's view is cut off: whoever has not spoken has let the whole term pass."""
    late = overdue(ctx)
    waiting = [row for row in ctx.matter.clocks if row.clock.startswith(CLOCK) and row.stopped_on is None]
    in_time = [row for row in waiting if KEY + row.clock.removeprefix(CLOCK) not in late]
    if waiting and not in_time:
        return None
    says = f"还有{len(in_time)}个部门的答复期限没有届满，请等待答复。" if in_time else "有关部门都已答复，请汇总意见。"
    return Refusal(says, code="departments-still-in-time", article=ARTICLE_26)


@guard("cases.departments-agree")
def departments_agree(ctx: Context) -> Refusal | None:
    """No licence over a department's head: each has the power over its own part."""
    against = sum(view not in AGREES for view in (ctx.needs.get("cases.views") or {}).values())
    if not against:
        return None
    says = f"有{against}个部门不同意，不能准予。请退回复核，整改后再次转告有关部门，或者依法不予许可。"
    return Refusal(says, code="department-objects", article=ARTICLE_26)


@guard("cases.view-grounded")
def view_grounded(ctx: Context) -> Refusal | None:
    """A department that does not simply agree says on which provision."""
    if ctx.values["view"] == "agree" or ctx.texts.get("provision"):
        return None
    says = "附条件同意或者不同意的，须写明所依据的条款、标准。"
    return Refusal(says, code="view-without-provision", article="行政许可法 第三十八条第二款", field="provision")
