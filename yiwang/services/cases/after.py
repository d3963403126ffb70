"""What follows a step of a case: the message to the applicant, and the letters of steps the system takes by itself.

Each is idempotent: a message by its key, a letter by its kind and matter. Run by the worker, retried, visible.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings

from yiwang.foundation.calendar.today import now
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.names import after, hook
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters import processes
from yiwang.matters.models import MatterClock
from yiwang.services.cases import decision_papers, messages, papers, payment_papers, power_papers, respondents
from yiwang.services.cases.actions.collecting import place_of
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case
from yiwang.services.catalogue.declarations import UNIT_SAYS

MESSAGE_OF = {
    "submit": "received",
    "receive": "received",
    "accept": "accepted",
    "deem-accepted": "accepted",
    "ask-correction": "correction",
    "refuse-acceptance": "refused",
    "refuse-as-false": "refused",
    "not-required": "refused",
    "begin-special": "special",
    "enter-contest": "special",
    "extend": "extended",
    "grant": "decided",
    "grant-on-the-spot": "decided",
    "grant-by-table": "decided",
    "finish": "decided",
    "deny": "decided",
    "deny-on-the-spot": "decided",
    "not-done": "decided",
    "arrive": "ready",
    "deem-renewed": "decided",
    "tell-hearing-right": "hearing-right",
    "call-hearing": "hearing",
    "assess": "payment",
    "ask-fee": "payment",
    "urge-payment": "payment-overdue",
}

YES = "准予"


@after("cases.tell", "通知申请人")
def tell(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """One short message to the applicant: number, what to do, by when, telephone, link; no ID number, no full name."""
    case = _case(matter_id)
    detail, _ = _line(case, ordinal)
    kind = MESSAGE_OF.get(detail.get("step", ""))
    if kind is None:
        return
    data = _data(case, kind, detail)
    messages.send(case, kind, data, key=str(ordinal), at=now())
    if kind in {"decided", "refused"} and "cases.answered" in hook:  # what the applicant may now say about it
        hook["cases.answered"](reference=case.matter.reference, at=now())
    if data.get("result") == YES and "cases.granted" in hook:  # what was let in is looked after from now on
        hook["cases.granted"](reference=case.matter.reference, party_id=case.party_id, at=now())


def _data(case: Case, kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """What this kind says beyond what every message says."""
    matter = case.matter
    declaration = declaration_of(case.guide)
    nearest = (
        MatterClock.objects.filter(matter_id=matter.pk, stopped_on=None, due_on__isnull=False, provisional=False)
        .order_by("due_on")
        .values_list("due_on", flat=True)
        .first()
    )
    data: dict[str, Any] = {}
    if kind in {"received", "accepted", "extended"}:
        data["by"] = messages.day(nearest)
    if kind == "correction":
        data["count"] = len(detail.get("materials", ()))
        limit = declaration.limits.correction
        data["within"] = f"收到告知书之日起{limit.says()}内" if limit else "尽快"
    if kind == "hearing":
        held = date.fromisoformat(str(detail["held-on"]))
        data["day"] = f"{held.month}月{held.day}日"
    if kind == "payment":
        data["amount"] = payment_papers.yuan(int(detail["amount-fen"]))
        data["within"] = _pay_within(case)
    if kind == "payment-overdue":
        notice = Letter.objects.filter(matter_reference=matter.reference, kind=payment_papers.NOTICE).latest("pk")
        data |= {"amount": notice.data["total"], "days": payment_papers.URGED}
    if kind == "special":
        data["ground"] = _ground(case, detail)
    if kind == "decided":
        other = matter.process_id in {decision_papers.PUBLIC, *power_papers.POWERS}
        yes, no = ("已办好", "不能办理") if other else (YES, "不予")
        data["result"] = yes if detail.get("outcome") == "granted" else no
    if kind == "ready":
        data["place"], data["hours"] = place_of(case)
    return data


def _pay_within(case: Case) -> str:
    process = processes.bound(case.matter.process_id, case.matter.process_version)
    clock = process.clocks.get("payment")
    return f"请在收到通知书之日起{clock.days}{UNIT_SAYS[clock.unit]}内" if clock else "请按通知书"


@after("cases.tell-respondent", "通知被申请人")
def tell_respondent(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """The other side of an adjudication hears of the notice, the decision and the end; only who is in the register."""
    case = _case(matter_id)
    detail, _ = _line(case, ordinal)
    other = respondents.notified(case.matter.reference)
    if other is None or other.party_id is None:
        return
    process = processes.bound(case.matter.process_id, case.matter.process_version)
    data = {"link": f"{settings.SITE_URL}/my/answers/{case.matter.reference}/"}  # not the case itself
    kind = "adjudicated"
    if detail.get("step") == "notify-respondent":
        clock = process.clocks["answer"]
        kind, data["within"] = "answer-wanted", f"在收到通知书之日起{clock.days}{UNIT_SAYS[clock.unit]}内"
    messages.send(case, kind, data, key=f"{ordinal}:respondent", at=now(), to_party=other.party_id)


def _ground(case: Case, detail: Mapping[str, Any]) -> str:
    step = processes.bound(case.matter.process_id, case.matter.process_version).steps[detail["step"]]
    named = next(field for field in step.fields if field.name == "ground").choices
    return named.get(str(detail.get("ground", "")), "特殊程序")


@after("cases.by-table", "按决策表判定（秒批）")
def by_table(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """A case just received is shown to its decision table, if the house has such things; nothing happens twice."""
    if "cases.decide-by-table" in hook:
        hook["cases.decide-by-table"](reference=_case(matter_id).matter.reference, at=now())


@after("cases.deemed-letter", "出具视为受理的通知书")
def deemed_letter(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """受理通知书 for what silence accepted: sealed only under a standing authorisation, else 待用印 with an alarm."""
    case = _case(matter_id)
    _, at = _line(case, ordinal)
    if not _issued(case, papers.ACCEPTANCE, at):
        papers.deemed_acceptance(case, by=SYSTEM, at=at)


@after("cases.lapse-letter", "出具终止办理告知书")
def lapse_letter(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """终止办理告知书 when the correction term passed."""
    case = _case(matter_id)
    _, at = _line(case, ordinal)
    if not _issued(case, papers.lapse_kind(case), at):
        papers.lapsed(case, by=SYSTEM, at=at)


@after("cases.silence-letter", "出具视为准予延续的决定书")
def silence_letter(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """准予延续决定书 for what silence renewed (第五十条第二款): sealed only under a standing authorisation."""
    case = _case(matter_id)
    _, at = _line(case, ordinal)
    if not _issued(case, decision_papers.GRANT, at):
        papers.renewed_by_silence(case, by=SYSTEM, at=at)


def _case(matter_id: int) -> Case:
    return Case.objects.select_related("matter", "guide__item").get(matter_id=matter_id)


def _line(case: Case, ordinal: int) -> tuple[dict[str, Any], datetime]:
    entry = LedgerEntry.objects.get(subject=f"matter:{case.matter.reference}", ordinal=ordinal)
    return json.loads(entry.body)["detail"], entry.at


def _issued(case: Case, kind: str, at: datetime) -> bool:
    """True if this very step's letter is there: letters of a step carry the step's moment."""
    return Letter.objects.filter(matter_reference=case.matter.reference, kind=kind, issued_at=at).exists()
