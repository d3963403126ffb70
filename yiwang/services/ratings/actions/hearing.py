"""What the county's telephone system reports: a consultation or ticket it served, and the rating its caller gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import Account, Organ, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, NotAllowed, Refusal
from yiwang.services.ratings import dialling, rules
from yiwang.services.ratings.actions.rating import give, refuse_late
from yiwang.services.ratings.models import Guest, Occasion, Rating

SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Call:
    """One service by telephone. ``number`` is the call's own; ``agent`` the login name of whoever served; ``caller`` an
    opaque sign by which the telephone system tells one telephone from another; ``level`` is empty where nobody rated."""

    number: str
    kind: str
    organ: str
    served_at: datetime
    title: str = ""
    agent: str = ""
    mode: str = Occasion.Mode.ONLINE
    caller: str = ""
    level: int | None = None
    labels: Sequence[str] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What stands now; ``fresh`` where this message changed something."""

    occasion: Occasion
    rating: Rating | None
    fresh: bool


@transaction.atomic
def hear(*, call: Call, by: Doer, at: datetime) -> Heard:
    """Keep the service (once a number), and its rating (once; the service may come first and the rating later). A bad one
    opens a rectification as every other does; who called is known to the telephone system alone, under ``number``.

    The same message again changes nothing. Refused: anybody but a telephone system that signed; with every fault at
    once: a kind, organ, agent or moment that is none; a level, label or text the rule does not have; another level than
    the one already given (409); after the last day.
    """
    if by.kind not in {dialling.KIND, "system"}:
        raise NotAllowed("只有接通的电话系统可以报送咨询和评价。")
    on = day_of(at)
    organ = Organ.objects.filter(holding(on), code=call.organ).first()
    agent = Account.objects.filter(username=call.agent, kind=Account.Kind.STAFF).first() if call.agent else None
    faults = list(_faults(call, organ, agent, at))
    if faults or organ is None:
        raise Refusal("报送的内容有误，没有收下。", code="call", faults=faults)
    source = settings.SWITCHBOARD_NAME
    occasion, fresh = Occasion.objects.get_or_create(
        source=source,
        kind=call.kind,
        reference=call.number,
        defaults={
            "organ_id": organ.pk,
            "title": call.title.strip() or Occasion.Kind(call.kind).label,
            "mode": call.mode,
            "handler_id": agent.pk if agent else None,
            "involved": [agent.pk] if agent else [],
            "opened_on": day_of(call.served_at),
        },
    )
    if fresh:
        Guest.objects.bulk_create([Guest(occasion=occasion)])
        ledger.record(
            subject=f"rating:{occasion.pk}",
            event="ratings.call-reported",
            by=by,
            at=at,
            organ=str(organ.pk),
            detail={"source": source, "reference": call.number},
        )
    if call.level is None:
        return Heard(occasion, Rating.objects.filter(occasion=occasion, follows=None).first(), fresh)
    Occasion.objects.select_for_update().get(pk=occasion.pk)  # two at once come one by one
    given = Rating.objects.filter(occasion=occasion, follows=None).first()
    if given is not None:
        if given.level != call.level:
            raise rules.AlreadyRated("这次通话已经评价过了，原评价保留。")
        return Heard(occasion, given, fresh)
    rule = packs.rule(rules.KIND, rules.RULE, on)
    refuse_late(rule.value, occasion, at)
    chosen, words = rules.checked(rule.value, mode=occasion.mode, level=call.level, labels=call.labels, text=call.text)
    rating = give(
        occasion=occasion,
        level=call.level,
        chosen=chosen,
        words=words,
        channel=Rating.Channel.PHONE,
        version=rule.version,
        rater=Doer(reference=f"call:{call.number}", kind="citizen", name="来电人"),
        at=at,
        terminal=f"phone:{call.caller}" if call.caller else "",
    )
    return Heard(occasion, rating, True)


def _faults(call: Call, organ: Organ | None, agent: Account | None, at: datetime) -> list[Fault]:
    found = []
    if not 1 <= len(call.number) <= 80 or not call.number.isprintable():
        found.append(Fault("number", "没有通话或者工单编号，或者超过80字。", "number"))
    if call.kind not in (Occasion.Kind.CONSULTATION, Occasion.Kind.VISIT):
        found.append(Fault("kind", "类别须为 consultation（咨询）或者 visit（窗口服务）。", "kind"))
    if call.mode not in rules.MODES:
        found.append(Fault("mode", f"服务方式须为{'、'.join(rules.MODES)}。", "mode"))
    if organ is None:
        found.append(Fault("organ", f"没有机构{call.organ[:60]}。", "organ"))
    if call.agent and (agent is None or organ is None or not _serves(agent, organ, at)):
        found.append(Fault("agent", f"{call.agent[:60]}不是这个机构的工作人员。", "agent"))
    if len(call.title) > 120 or "\0" in call.title or rules.names_a_person(call.title):
        found.append(Fault("title", "事由最多120字，不写电话和证件号码。", "title"))
    if call.served_at.tzinfo is None or call.served_at > at + SKEW:
        found.append(Fault("served_at", "服务时间须带时区，且不能晚于现在。", "served_at"))
    if len(call.caller) > 64:
        found.append(Fault("caller", "来电标识最多64字。", "caller"))
    return found


def _serves(agent: Account, organ: Organ, at: datetime) -> bool:
    return Post.objects.filter(holding(day_of(at)), account=agent, organ=organ).exists()
