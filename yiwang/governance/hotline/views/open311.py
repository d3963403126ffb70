"""Open311 GeoReport v2: discovery, services, definition, create, read, updates both ways; JSON and XML.

The standard's own errors: a list of ``code`` and ``description``, 400 for what is missing or unreadable, 403 for a key that
opens nothing, 404 for a jurisdiction, service or request that is not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any
from xml.etree import ElementTree

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt

from yiwang.foundation.calendar.today import SHANGHAI, day_of, now
from yiwang.governance.hotline import actions, queries
from yiwang.governance.hotline.models import Kind
from yiwang.governance.hotline.queries import open311
from yiwang.governance.hotline.queries.open311 import BadRequest, NotThere
from yiwang.governance.hotline.rules import LONGEST_TITLE, Intake
from yiwang.kernel.refusal import Refusal
from yiwang.web.sparing import spare

Answer = tuple[str, str, Any]  # the root, the name of one item, and the items (or one mapping)
ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])  # no XML 1.0 character
READS_A_MINUTE = 120


class NotSo(Refusal):
    """405: the address knows no such method."""

    code = "405"
    status = 405


def answered(*methods: str) -> Callable[[Callable[..., tuple[int, Answer]]], Callable[..., HttpResponse]]:
    """Every endpoint: its methods, the format of the address, the standard's errors, nothing cached of who may see more."""

    def around(view: Callable[..., tuple[int, Answer]]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def asked(request: HttpRequest, format: str, **more: Any) -> HttpResponse:
            if format not in ("json", "xml"):
                raise Http404
            try:
                if request.method not in methods:
                    raise NotSo(f"{request.method} is not possible here, only {', '.join(methods)}")
                address = request.META.get("REMOTE_ADDR", "")
                spare("open311", f"{address}-{int(now().timestamp()) // 60}", most=READS_A_MINUTE, seconds=60)
                status, answer = view(request, **more)
            except Refusal as refusal:
                texts = [fault.says for fault in refusal.faults or []] or [refusal.says]
                status = 400 if refusal.status == 422 else refusal.status
                answer = _errors(status, *texts)
            except (
                SuspiciousOperation,
                MultiPartParserError,
                UnreadablePostError,
            ):  # too big, too many fields, broken off, in no known coding
                status, answer = 400, _errors(400, "the request is too large or cannot be read")
            response = _written(status, answer, format)
            if status == NotSo.status:
                response["Allow"] = ", ".join(methods)
            return response

        return asked

    return around


READ = ("GET", "HEAD")


def _errors(status: int, *texts: str) -> Answer:
    return "errors", "error", [{"code": status, "description": text} for text in texts]


def _written(status: int, answer: Answer, format: str) -> HttpResponse:
    root, item, said = answer
    if format == "json":
        text, kind = json.dumps(said, ensure_ascii=False), "application/json; charset=utf-8"
    else:
        top = ElementTree.Element(root)
        if isinstance(said, Mapping):
            _nested(top, said)
        else:
            for one in said:
                _nested(ElementTree.SubElement(top, item), one)
        text = ElementTree.tostring(top, encoding="unicode", xml_declaration=True)
        kind = "text/xml; charset=utf-8"
    response = HttpResponse(text, content_type=kind, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


SINGULAR = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format"}


def _nested(node: ElementTree.Element, said: Mapping[str, Any]) -> None:
    for name, value in said.items():
        under = ElementTree.SubElement(node, name)
        if isinstance(value, list):
            for one in value:
                each = ElementTree.SubElement(under, SINGULAR.get(name, "item"))
                if isinstance(one, Mapping):
                    _nested(each, one)
                else:
                    each.text = _text(one)
        else:
            under.text = _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value).translate(ILLEGAL)


@answered(*READ)
def discovery(request: HttpRequest) -> tuple[int, Answer]:
    """Where the endpoint is, what it speaks, and whom to ask for a key."""
    at = now()
    address = request.build_absolute_uri("/open311/v2/")
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": address,
        "changeset": "2026-09-24T00:00:00+08:00",
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    said = {
        "changeset": "2026-09-24T00:00:00+08:00",
        "contact": f"{open311.organ(day_of(at))}，电话12345",
        "key_service": "接口密钥由系统管理员登记发放",
        "endpoints": [endpoint],
    }
    return 200, ("discovery", "endpoint", said)


@answered(*READ)
def services(request: HttpRequest) -> tuple[int, Answer]:
    on = day_of(now())
    open311.check_jurisdiction(request.GET.get("jurisdiction_id", ""), on)
    return 200, ("services", "service", open311.services(on))


@answered(*READ)
def definition(request: HttpRequest, code: str) -> tuple[int, Answer]:
    on = day_of(now())
    open311.check_jurisdiction(request.GET.get("jurisdiction_id", ""), on)
    return 200, ("service_definition", "attribute", open311.definition(code, on))


@answered(*READ, "POST")
def requests(request: HttpRequest) -> tuple[int, Answer]:
    """POST: a new request under a key. GET: a list."""
    at = now()
    if request.method == "POST":
        return _created(request, at)
    given = request.GET
    open311.check_jurisdiction(given.get("jurisdiction_id", ""), day_of(at))
    client = open311.client_of(given["api_key"], day_of(at)) if given.get("api_key") else None
    states = set(_several(request, "status", 10))
    if states - {"open", "closed"}:
        raise BadRequest("status must be open or closed")
    asked = open311.Asked(
        ids=_several(request, "service_request_id", 24),
        service_codes=_several(request, "service_code", 40),
        start=_moment(given.get("start_date"), "start_date"),
        end=_moment(given.get("end_date"), "end_date"),
        status=states.pop() if len(states) == 1 else "",
        page=_number(given.get("page"), "page", 1, open311.LATER_THAN_ANYTHING),
        size=_number(given.get("page_size"), "page_size", open311.MOST, open311.MOST),
    )
    if "\0" in "".join((*asked.service_codes, *asked.ids)):
        raise BadRequest("a parameter holds a character no text may hold")
    return 200, ("service_requests", "request", open311.requests(asked, client, at))


@answered(*READ)
def request_one(request: HttpRequest, number: str) -> tuple[int, Answer]:
    on = day_of(now())
    open311.check_jurisdiction(request.GET.get("jurisdiction_id", ""), on)
    client = open311.client_of(request.GET["api_key"], on) if request.GET.get("api_key") else None
    return 200, ("service_requests", "request", [open311.request(number[:24], client, on)])


@answered(*READ)
def token(request: HttpRequest, number: str) -> tuple[int, Answer]:
    """Ours are ready at once: a token is the request's own number."""
    on = day_of(now())
    client = open311.client_of(request.GET["api_key"], on) if request.GET.get("api_key") else None
    found = open311.request(number[:24], client, on)["service_request_id"]
    return 200, ("service_requests", "request", [{"service_request_id": found, "token": found}])


@answered(*READ, "POST")
def updates(request: HttpRequest) -> tuple[int, Answer]:
    """GET: what happened to requests. POST: what the client heard of the person who sent one."""
    at = now()
    on = day_of(at)
    if request.method == "POST":
        return _told(request, at)
    open311.check_jurisdiction(request.GET.get("jurisdiction_id", ""), on)
    client = open311.client_of(request.GET["api_key"], on) if request.GET.get("api_key") else None
    end = _moment(request.GET.get("end_date"), "end_date") or at
    start = _moment(request.GET.get("start_date"), "start_date") or end - open311.SPAN
    start = max(start, end - open311.SPAN)
    return 200, ("service_request_updates", "request_update", open311.updates(start, end, client))


def _created(request: HttpRequest, at: datetime) -> tuple[int, Answer]:
    given, on = request.POST, day_of(at)
    client = open311.client_of(given.get("api_key", ""), on)
    rule = queries.rule(on)
    spare("open311-client", f"{client.pk}-{int(at.timestamp()) // 60}", most=rule.client_a_minute, seconds=60)
    open311.check_jurisdiction(given.get("jurisdiction_id", ""), on)
    code = given.get("service_code", "")
    if not code:
        raise BadRequest("service_code was not provided")
    if rule.topic_of(code) is None:
        raise NotThere("service_code provided was not found")
    latitude, longitude = _degrees(given.get("lat"), "lat"), _degrees(given.get("long"), "long")
    where = given.get("address_string", "").strip() or given.get("address", "").strip()
    if latitude is None and not where and not given.get("address_id"):
        raise BadRequest("lat and long, address_string or address_id must be provided")
    words = given.get("description", "").strip()
    kind = given.get("attribute[kind]", "") or Kind.HELP
    topic = rule.topic_of(code)
    assert topic is not None
    intake = Intake(
        kind=kind,
        topic=code,
        title=(words.splitlines()[0] if words else topic.title)[:LONGEST_TITLE] or topic.title,
        content=words
        or f"{topic.title}（提交时没有文字说明）",  # the standard asks for no words where there is a place
        channel="open311",
        town=given.get("address_id", ""),
        place=where,
        latitude=latitude,
        longitude=longitude,
        name=f"{given.get('last_name', '')}{given.get('first_name', '')}",
        phone=given.get("phone", ""),
        disclosure="open" if given.get("phone", "").strip() else "anonymous",
    )
    made = actions.submit(intake=intake, client=client, at=at)
    number = queries.number_of(made)
    said = {"service_request_id": number, "service_notice": "办理进度以工单编号查询", "account_id": None}
    return 201, ("service_requests", "request", [said])


def _told(request: HttpRequest, at: datetime) -> tuple[int, Answer]:
    given, on = request.POST, day_of(at)
    client = open311.client_of(given.get("api_key", ""), on)
    spare(
        "open311-client", f"{client.pk}-{int(at.timestamp()) // 60}", most=queries.rule(on).client_a_minute, seconds=60
    )
    status = given.get("status", "open")
    if status not in open311.CLIENT_STATES:
        raise BadRequest("status must be open or closed")
    number = given.get("service_request_id", "")[:24]
    if not number or "\0" in number:
        raise BadRequest("service_request_id was not provided")
    told = actions.tell_from_client(
        number=number, status=status, text=given.get("description", ""), client=client, at=at
    )
    said = {"update_id": f"{told.reference}-{told.head_ordinal}", "service_request_id": number}
    return 201, ("service_request_updates", "request_update", [said])


def _several(request: HttpRequest, name: str, longest: int) -> tuple[str, ...]:
    """A parameter that may be given several times, or parted by commas."""
    raw = ",".join(request.GET.getlist(name))[:4000]
    return tuple(one.strip()[:longest] for one in raw.split(",") if one.strip())


def _moment(raw: str | None, name: str) -> datetime | None:
    """A W3C moment; without a zone it is Shanghai's."""
    if not raw:
        return None
    try:
        found = parse_datetime(raw.replace(" ", "+")) or datetime.fromisoformat(raw)
    except ValueError:
        raise BadRequest(f"{name} is not a date and time") from None
    found = found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
    if not 2000 <= found.year <= 2200:
        raise BadRequest(f"{name} is out of range")
    return found


def _number(raw: str | None, name: str, otherwise: int, most: int) -> int:
    if not raw:
        return otherwise
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9 or not 1 <= int(raw) <= most:
        raise BadRequest(f"{name} must be a number from 1 to {most}")
    return int(raw)


def _degrees(raw: str | None, name: str) -> float | None:
    if not raw:
        return None
    try:
        found = float(raw)
    except ValueError:
        raise BadRequest(f"{name} is not a number") from None
    if not -180 <= found <= 180:  # neither is nan
        raise BadRequest(f"{name} is out of range")
    return found
