"""What Open311 GeoReport v2 shows: services are topics, requests are orders. Public: codes, state, place by town, nothing said.

A registered client sees of its own requests what it sent itself. Reports (举报) and whoever asked for secrecy are in no public
list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.organs import queries as organs
from yiwang.governance.hotline.models import Client, Disclosure, Kind, Order
from yiwang.governance.hotline.queries.order import hotline_organ, rule, towns
from yiwang.kernel.refusal import Refusal
from yiwang.matters import processes

MOST, SPAN = 1000, timedelta(days=90)
LATER_THAN_ANYTHING = 100_000  # pages
ROUGH = 3  # decimals of a public point: a hundred metres
CLIENT_STATES = {"open": "client-told", "closed": "client-closed"}


class BadRequest(Refusal):
    """400: something the standard asks for is missing or cannot be read."""

    code = "400"
    status = 400


class NoKey(Refusal):
    """403: no key, or none that opens anything today."""

    code = "403"
    status = 403


class NotThere(Refusal):
    """404: no such jurisdiction, service or request."""

    code = "404"
    status = 404


@dataclass(frozen=True, slots=True)
class Asked:
    """A list asked for, read and bounded. Without days: the last ninety."""

    ids: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    status: str = ""
    page: int = 1
    size: int = MOST


def jurisdiction(on: date) -> str:
    """The county's division code: our jurisdiction_id."""
    found = organs.county(on)
    return found.code if found else ""


def check_jurisdiction(given: str, on: date) -> str:
    """Ours, or none given; anything else does not exist here."""
    ours = jurisdiction(on)
    if given and given != ours:
        raise NotThere("jurisdiction_id provided was not found")
    return ours


def client_of(key: str, on: date) -> Client:
    """The client a key belongs to, on a day on which it opens something."""
    if not key:
        raise NoKey("api_key was not provided")
    found = Client.objects.filter(digest=sm3(key.encode()), from_on__lte=on).first() if len(key) <= 80 else None
    if found is None or (found.until_on is not None and on >= found.until_on):
        raise NoKey("api_key provided is not valid")
    return found


def services(on: date) -> list[dict[str, Any]]:
    """Every topic, in each of the kinds a citizen may send it as: the metadata of a service asks which."""
    return [
        {
            "service_code": one.id,
            "service_name": one.title,
            "description": f"{one.group}：{one.title}",
            "metadata": True,
            "type": "realtime",
            "keywords": one.group,
            "group": one.group,
        }
        for one in rule(on).topic
    ]


def definition(code: str, on: date) -> dict[str, Any]:
    """What one service asks besides place and words: the kind of voice."""
    if rule(on).topic_of(code) is None:
        raise NotThere("service_code provided was not found")
    values = [{"key": kind.value, "name": kind.label} for kind in Kind if kind != Kind.BUSINESS]
    asked = {
        "variable": True,
        "code": "kind",
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": None,
        "order": 1,
        "description": "诉求类型，不填按求助",
        "values": values,
    }
    return {"service_code": code, "attributes": [asked]}


def requests(asked: Asked, client: Client | None, at: datetime) -> list[dict[str, Any]]:
    """At most a thousand a page, newest first; the span between the days is at most ninety days, counted from the end where both
    are given and from the start where it stands alone."""
    rows = _listed(client)
    if asked.ids:
        rows = rows.filter(number__in=asked.ids)
    else:
        end = asked.end or (min(at, asked.start + SPAN) if asked.start else at)
        start = max(asked.start or end - SPAN, end - SPAN)
        rows = rows.filter(matter__received_at__gte=start, matter__received_at__lte=end)
        if asked.service_codes:
            rows = rows.filter(topic__in=asked.service_codes)
        if asked.status:
            rows = rows.filter(matter__closed_at__isnull=asked.status == "open")
    begin = (asked.page - 1) * asked.size
    return shown(rows.select_related("matter").order_by("-pk")[begin : begin + asked.size], client, day_of(at))


def request(number: str, client: Client | None, on: date) -> dict[str, Any]:
    """One request; 404 for one that is in no public list and was not this client's."""
    found = _listed(client).select_related("matter").filter(number=number).first()
    if found is None:
        raise NotThere("service_request_id provided was not found")
    return shown([found], client, on)[0]


def updates(start: datetime, end: datetime, client: Client | None) -> list[dict[str, Any]]:
    """What happened to requests between two moments, as codes: each step that is shown as a state, oldest first."""
    moving = Q(matter__closed_at=None) | Q(matter__closed_at__gte=start)
    rows = _listed(client).select_related("matter").filter(moving, matter__received_at__lte=end)
    rows = rows.only("number", "matter__reference", "matter__process_id", "matter__process_version")
    orders = {f"matter:{one.matter.reference}": one for one in rows}
    # by the subjects of orders that may have moved: the ledger has no index by time, and holds everybody's lines
    lines = LedgerEntry.objects.filter(
        subject__in=orders, event__startswith="governance.hotline.", at__gte=start, at__lte=end
    ).order_by("number")[:MOST]
    found = []
    for line in lines:
        order = orders[line.subject]
        process = processes.bound(order.matter.process_id, order.matter.process_version)
        step = process.steps.get(line.event.removeprefix("governance.hotline."))
        if step is None or step.to is None:
            continue
        state = process.states[step.to]
        found.append(
            {
                "update_id": str(line.number),
                "service_request_id": order.number,
                "status": "closed" if state.closed else "open",
                "updated_datetime": stamp(line.at),
                "description": state.says or state.title,
            }
        )
    return found


def shown(rows: Iterable[Order], client: Client | None, on: date) -> list[dict[str, Any]]:
    """Requests as the standard has them. Three more queries, however many."""
    found = list(rows)
    titles = {one.id: one.title for one in rule(on).topic}
    named = organs.organ_names({one.handling_organ_id or one.organ_id for one in found}, on)
    placed: Mapping[str, str] = dict(towns(on))
    return [_shown(one, client, titles, named, placed) for one in found]


def _shown(
    one: Order, client: Client | None, titles: Mapping[str, str], named: Mapping[int, str], placed: Mapping[str, str]
) -> dict[str, Any]:
    matter = one.matter
    state = processes.bound(matter.process_id, matter.process_version).states[matter.state]
    own = client is not None and one.client_id == client.pk
    point = (one.latitude, one.longitude) if own else tuple(_rough(each) for each in (one.latitude, one.longitude))
    said = {
        "service_request_id": one.number,
        "status": "closed" if state.closed else "open",
        "status_notes": state.says or state.title,
        "service_name": titles.get(one.topic, one.topic),
        "service_code": one.topic,
        "description": one.content if own else "",
        "agency_responsible": named.get(one.handling_organ_id or one.organ_id, ""),
        "service_notice": "",
        "requested_datetime": stamp(matter.received_at),
        "updated_datetime": stamp(_moved(one)),
        "expected_datetime": "",
        "address": one.place if own and one.place else placed.get(one.town, ""),
        "address_id": one.town,
        "zipcode": "",
        "lat": point[0],
        "long": point[1],
        "media_url": "",
    }
    return {name: None if value == "" else value for name, value in said.items()}


def _listed(client: Client | None) -> QuerySet[Order]:
    public = ~Q(kind__in=(Kind.REPORT, Kind.BUSINESS)) & ~Q(disclosure=Disclosure.CONFIDENTIAL)
    return Order.objects.filter(public if client is None else public | Q(client=client))


def _moved(one: Order) -> datetime:
    known = (one.matter.closed_at, one.called_back_at, one.replied_at, one.signed_at, one.dispatched_at)
    return max((each for each in known if each is not None), default=one.matter.received_at)


def _rough(number: float | None) -> float | None:
    return None if number is None else round(number, ROUGH)


def stamp(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def organ(on: date) -> str:
    return organs.organ_name(hotline_organ(on), on)
