"""An order is opened: by an operator on the telephone, at a counter, by a citizen, by a registered client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import structlog

from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.identifiers import cipher, masking
from yiwang.governance.hotline import queries, rules
from yiwang.governance.hotline.kinds import HotlineRule
from yiwang.governance.hotline.models import Call, Channel, Client, Disclosure, Kind, Order
from yiwang.governance.hotline.queries.business import firms_of
from yiwang.kernel import workhours
from yiwang.kernel.permissions import SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound
from yiwang.matters import actions as matters
from yiwang.matters.standing import Context, Standing

log = structlog.get_logger()
PROCESS, TABLE = "governance.hotline", "hotline_order"


def record(*, intake: rules.Intake, by: Doer, at: datetime, call_id: int | None = None) -> Standing:
    """登记: what an operator wrote down while listening. ``call_id`` is the operator's open call, which the order ends.

    Refused: nobody who takes orders; another operator's call, or one that ended; whatever ``rules.checked`` finds.
    """
    organ_id = queries.hotline_organ(day_of(at))
    if not by.may(Permission.ORDER_TAKE, organ_id):
        raise NotAllowed("您不是热线话务员，不能登记工单。")
    call = None
    if call_id is not None:
        call = Call.objects.filter(pk=call_id, operator_id=by.account_id or 0, ended_at=None).first()
        if call is None:
            raise NotFound("没有这通来电，或已结束。", code="no-such-call")

    def ends(ctx: Context) -> Mapping[str, Any] | None:
        if call is not None:
            Call.objects.filter(pk=call.pk).update(ended_at=at, order_id=ctx.matter.id)
        return None

    return _open("record", replace(intake, channel=Channel.PHONE, party_id=None), organ_id, by, at, also=ends)


def take_in(*, intake: rules.Intake, stuck: bool = False, by: Doer, at: datetime) -> Standing:
    """A counter, or the 办不成事 window, writes down what somebody came to say. By whoever receives there.

    ``intake.party_id`` is who came, where the counter identified somebody.
    """
    organ_id = queries.hotline_organ(day_of(at))
    here = by.organ_id
    if here is None or not by.may(Permission.CASE_RECEIVE, here):
        raise NotAllowed("您不在窗口收件，不能登记诉求。")
    channel = Channel.STUCK if stuck else Channel.COUNTER
    said = replace(intake, channel=channel, topic="stuck" if stuck else intake.topic)
    return _open("take-in", said, organ_id, by, at, organs={"counter": here})


def file(*, intake: rules.Intake, by: Doer, at: datetime) -> Standing:
    """A citizen hands in an order over the network, for himself or for whom he acts. No more than the pack lets one number
    hand in in a day. The firms' line, with its shorter limit, is theirs who act for a firm."""
    if by.kind != "citizen" or not by.is_party(intake.party_id):
        raise NotAllowed("请先登录再提交诉求。")
    if intake.kind == Kind.BUSINESS and intake.party_id == by.person_id:
        raise NotAllowed("营商环境投诉由经营主体提出，请以您的企业、个体工商户的名义提交，或者拨打12345。")
    channel = intake.channel if intake.channel in (Channel.MOBILE, Channel.KIOSK) else Channel.PORTAL
    # urgency is for the operator to see, and a firm's line for whoever acts for a firm
    firm = intake.firm and bool(firms_of(by))
    said = replace(intake, channel=channel, urgent=False, firm=firm)
    return _open("file", said, queries.hotline_organ(day_of(at)), by, at)


def submit(*, intake: rules.Intake, client: Client, at: datetime) -> Standing:
    """A registered client hands in an order over Open311. The system opens it; the client stands in the row."""
    said = replace(intake, channel=Channel.OPEN311, urgent=False, firm=False, party_id=None, client_id=client.pk)
    return _open("submit", said, queries.hotline_organ(day_of(at)), SYSTEM, at)


def _open(
    step: str,
    intake: rules.Intake,
    organ_id: int,
    by: Doer,
    at: datetime,
    *,
    organs: Mapping[str, int] | None = None,
    also: Any = None,
) -> Standing:
    on = day_of(at)
    rule, towns = queries.rule(on), dict(queries.towns(on))
    topics = {one.id: one for one in rule.topic}
    units = {code: pk for code, _, pk in queries.complainable(on)} if intake.kind == Kind.BUSINESS else {}
    said = rules.checked(
        intake,
        kinds=frozenset(Kind.values),
        topics=frozenset(topics),
        towns=frozenset(towns),
        units=frozenset(units),
        counters=frozenset(code for code, _ in queries.windows()) if intake.counter else frozenset(),
        business=frozenset(one.id for one in rule.business_topics()),
    )
    against_id = units.get(said.against)
    if said.kind in (Kind.COMPLAINT, Kind.REPORT) and topics[said.topic].against_hotline:
        against_id = organ_id
    today = _today(said, rule, at)
    overseer_id = queries.overseer(against_id, organ_id, on)
    if overseer_id is not None:
        organs = {**(organs or {}), queries.OVERSEER: overseer_id}
    try:
        return matters.open(
            process=PROCESS,
            by=by,
            at=at,
            organ_id=organ_id,
            title=rules.list_title(
                kind=Kind(said.kind).label, topic=topics[said.topic].title, town=towns.get(said.town, "")
            ),
            party_id=said.party_id,
            item=said.item,
            budgets=budgets(rule, said),
            organs=organs,
            urgent=said.urgent,
            given={
                "order": said,
                "against_id": against_id,
                "overseer_id": overseer_id,
                "today": today,
                "respond_by_at": respond_by(rule, said, at),
            },
            step=step,
            also=also,
        )
    except rules.Flood:  # what was tried stays in the log, without the number
        log.warning("order-flood-refused", channel=said.channel, count=today[0], client=said.client_id)
        raise


def budgets(rule: HotlineRule, said: rules.Intake) -> dict[str, int]:
    """The days of an order's clocks, from the pack."""
    return {
        "order.days": rule.days_of(said.kind, firm=said.firm, urgent=said.urgent),
        "order.extension": rule.extension_of(said.kind),
        "order.redo_days": rule.redo_days,
        "order.follow_days": rule.follow_days,
        "order.callback_days": rule.callback_days,
        "order.judge_days": rule.judge_days,
    }


def respond_by(rule: HotlineRule, said: rules.Intake, at: datetime) -> datetime | None:
    """The moment by which somebody is to have spoken with the caller; ``None`` where nothing is promised in minutes, and
    where the unit that would have to call may not know whom."""
    if said.kind == Kind.BUSINESS and said.disclosure != Disclosure.OPEN:
        return None
    minutes = rule.minutes_of(firm=said.firm, urgent=said.urgent)
    return None if minutes is None else workhours.after(at, minutes, rule.spans(), calendar.table())


def _today(said: rules.Intake, rule: HotlineRule, at: datetime) -> tuple[int, int]:
    """How many orders this number (or this person) handed in over the network today, and how many it may."""
    if said.channel not in rules.OVER_THE_NETWORK:
        return 0, 1
    midnight = datetime.combine(day_of(at), time.min, SHANGHAI)
    rows = Order.objects.filter(channel__in=rules.OVER_THE_NETWORK, matter__received_at__gte=midnight)
    if said.phone:
        rows = rows.filter(caller_index__in=cipher.indexes(said.phone))
    elif said.party_id is not None:
        rows = rows.filter(party_id=said.party_id)
    else:
        return 0, 1  # nobody to count: what a client may hand in in a minute is counted where it comes in
    return rows.count(), rule.number_a_day


def tell_from_client(*, number: str, status: str, text: str, client: Client, at: datetime) -> Standing:
    """What a client heard of the person who sent a request of its own: more to say, or (``closed``) that nothing is wanted any
    more. 404 for a request of another client; refused where the order has been answered meanwhile."""
    found = Order.objects.select_related("matter").filter(number=number, client=client).first()
    if found is None:
        raise NotFound("service_request_id provided was not found", code="no-such-order")
    step = "client-closed" if status == "closed" else "client-told"
    return matters.take(
        reference=found.matter.reference, step=step, by=SYSTEM, at=at, values={"text": masking.scrubbed(text)}, of=TABLE
    )
