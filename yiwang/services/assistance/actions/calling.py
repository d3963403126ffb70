"""叫号: the next one, once more, passed over, done; and a counter whose clerk is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Counter
from yiwang.foundation.packs import queries as packs
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.assistance import rules
from yiwang.services.assistance.actions.tickets import _line
from yiwang.services.assistance.models import Pause, Ticket

SERVED = (
    "assistance.served"  # who wants to know that a number was served, answers the 评价码 and the address to rate at
)


class Busy(Refusal):
    """The counter has somebody before it already, or is paused."""

    status = 409


@dataclass(frozen=True, slots=True)
class Served:
    """A number that was served, and how its visitor may rate the service; empty where nothing registers for it."""

    ticket: Ticket
    code: str = ""
    link: str = ""


@transaction.atomic
def call_next(*, counter_id: int, by: Doer, at: datetime) -> Ticket | None:
    """The one who has waited longest in the rows this counter calls; ``None`` if nobody waits.

    Two counters that call at once get two numbers. Refused: a counter one does not sit at; while paused; while the last
    number is neither done nor passed over.
    """
    counter, rule = _counter(counter_id, by, at), _rule(at)
    if Pause.objects.filter(counter=counter, ended_at=None).exists():
        raise Busy("窗口正在暂离，恢复后才能叫号。", code="paused")
    _refuse_open(counter)
    rows = Ticket.objects.filter(
        place_id=counter.place_id,
        day=day_of(at),
        state=Ticket.State.WAITING,
        queue__in=rule.called_by(counter.kind),
        due_at__lte=at,
    )
    found = rows.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk").first()
    return _call(found, counter, by, at) if found else None


@transaction.atomic
def recall(*, ticket_id: int, counter_id: int, by: Doer, at: datetime) -> Ticket:
    """Call a number again: the one before this counter, or one passed over today that has come after all."""
    counter = _counter(counter_id, by, at)
    ticket = _ticket(ticket_id, counter, at)
    mine = ticket.state == Ticket.State.CALLED and ticket.counter_id == counter.pk
    if not mine:
        if ticket.state != Ticket.State.MISSED or ticket.queue not in _rule(at).called_by(counter.kind):
            raise Refusal("只能重呼本窗口正在叫的号，或者今天已过的号。", code="not-to-recall")
        _refuse_open(counter)
    return _call(ticket, counter, by, at)


@transaction.atomic
def miss(*, ticket_id: int, counter_id: int, by: Doer, at: datetime) -> Ticket:
    """过号, after as many calls as the rule asks; the number may be called again today."""
    counter = _counter(counter_id, by, at)
    ticket, rule = _before(ticket_id, counter, at), _rule(at)
    if ticket.calls < rule.calls:
        raise Refusal(f"叫满{rule.calls}次没有人来才能过号，现在叫了{ticket.calls}次。", code="called-too-little")
    ticket.state, ticket.ended_at = Ticket.State.MISSED, at
    ticket.save(update_fields=["state", "ended_at"])
    _line(ticket, "assistance.ticket-missed", by, at, number=ticket.number)
    return ticket


@transaction.atomic
def finish(*, ticket_id: int, counter_id: int, kind: str = "visit", by: Doer, at: datetime) -> Served:
    """办完: the visit, or the consultation without a case, becomes an occasion its visitor may rate (一次一评)."""
    counter = _counter(counter_id, by, at)
    ticket = _before(ticket_id, counter, at)
    ticket.state, ticket.ended_at = Ticket.State.DONE, at
    ticket.save(update_fields=["state", "ended_at"])
    _line(ticket, "assistance.ticket-served", by, at, number=ticket.number)
    if SERVED not in names.hook:
        return Served(ticket)
    party = ticket.appointment.party_id if ticket.appointment else None
    told = names.hook[SERVED](counter_id=counter.pk, kind=kind, ticket=ticket.number, party_id=party, by=by, at=at)
    return Served(ticket, code=told[0], link=told[1])


@transaction.atomic
def pause(*, counter_id: int, reason: str = "", by: Doer, at: datetime) -> Pause:
    """暂离: nobody is called to this counter until its clerk is back. Refused while somebody stands before it."""
    counter = _counter(counter_id, by, at)
    _refuse_open(counter)
    if len(reason) > 60 or "\0" in reason:
        raise Refusal("暂离原因最多60字。", code="reason", field="reason")
    found = Pause.objects.filter(counter=counter, ended_at=None).first()
    if found:
        return found
    made = Pause.objects.create(counter=counter, account_id=by.account_id or 0, reason=reason.strip(), began_at=at)
    _counter_line(counter, "assistance.counter-paused", by, at)
    return made


@transaction.atomic
def resume(*, counter_id: int, by: Doer, at: datetime) -> None:
    """Back at the counter. Nothing happens where nobody was away."""
    counter = _counter(counter_id, by, at)
    if Pause.objects.filter(counter=counter, ended_at=None, began_at__lte=at).update(ended_at=at):
        _counter_line(counter, "assistance.counter-resumed", by, at)


def _counter_line(counter: Counter, event: str, by: Doer, at: datetime) -> None:
    organ = str(counter.organ_id)
    ledger.record(subject=f"counter:{counter.pk}", event=event, by=by, at=at, organ=organ, detail={})


def _rule(at: datetime) -> rules.HallRule:
    found: rules.HallRule = packs.rule(rules.KIND, rules.RULE, day_of(at)).value
    return found


def _counter(counter_id: int, by: Doer, at: datetime) -> Counter:
    """The counter, locked: one hand at a time. 404 unless the doer sits there today."""
    if organs.counters_of(by, day_of(at)).filter(pk=counter_id).exists():
        return Counter.objects.select_for_update(no_key=True, of=("self",)).select_related("place").get(pk=counter_id)
    raise NotFound("您今天不在这个窗口。", code="not-at-counter")


def _ticket(ticket_id: int, counter: Counter, at: datetime) -> Ticket:
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("place", "appointment")
    found = rows.filter(pk=ticket_id, place_id=counter.place_id, day=day_of(at)).first()
    if found is None:
        raise NotFound("今天没有这个号。", code="no-such-ticket")
    return found


def _before(ticket_id: int, counter: Counter, at: datetime) -> Ticket:
    ticket = _ticket(ticket_id, counter, at)
    if ticket.state != Ticket.State.CALLED or ticket.counter_id != counter.pk:
        raise Busy("这个号不在本窗口办理中，请刷新。", code="not-before-counter")
    return ticket


def _refuse_open(counter: Counter) -> None:
    standing = Ticket.objects.filter(counter=counter, state=Ticket.State.CALLED).first()
    if standing:
        raise Busy(f"{standing.number}还没有办完，请先办完或者过号。", code="ticket-open")


def _call(ticket: Ticket, counter: Counter, by: Doer, at: datetime) -> Ticket:
    again = ticket.state == Ticket.State.CALLED
    ticket.state, ticket.counter, ticket.called_at, ticket.ended_at = Ticket.State.CALLED, counter, at, None
    ticket.calls = ticket.calls + 1 if again else 1
    ticket.save(update_fields=["state", "counter", "called_at", "calls", "ended_at"])
    _line(ticket, "assistance.ticket-called", by, at, number=ticket.number, counter=counter.number, calls=ticket.calls)
    return ticket
