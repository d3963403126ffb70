"""The contract of the JSON API: committed, bounded, and kept under whatever a machine invents to send.

Schemathesis calls every operation in process as staff, citizen and stranger, with data that fits the contract and data
that does not: nothing answers 500, and every answer is one the contract declares.
"""

from __future__ import annotations

import json
import random
import warnings
from contextlib import contextmanager, suppress

import pytest
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from hypothesis.errors import Unsatisfiable
from ninja import Schema

from tests.factories import cases as cast
from yiwang.config.api import api
from yiwang.config.wsgi import application
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people.models import Person

pytestmark = pytest.mark.once

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the libraries it stands on
    import schemathesis
    from schemathesis.specs.openapi import checks

EXAMPLES = 3  # for each operation and kind of data; every caller sends each
CHECKS = (
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    schemathesis.checks.not_a_server_error,
)
METHODS = ("get", "post", "put", "delete")


@pytest.fixture(scope="module")
def contract():
    return json.loads(json.dumps(api.get_openapi_schema()))


def operations(contract):
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def followed(schema, contract):
    """Every schema below this one, references followed once."""
    waiting, seen = [schema], set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        if not isinstance(one, dict):
            continue
        yield one
        reference = one.get("$ref")
        if reference and reference not in seen:
            seen.add(reference)
            waiting.append(contract["components"]["schemas"][reference.rpartition("/")[2]])
        waiting += [value for key, value in one.items() if key != "$ref"]


def test_the_committed_contract_is_the_code_s():
    call_command("openapi", check=True)


def test_the_contract_is_openapi_3_1(contract):
    assert contract["openapi"].startswith("3.1")
    assert len(list(operations(contract))) > 40


def test_no_two_rooms_call_different_shapes_by_one_name():
    """They would be merged in silence, and one room's answers would break the other's contract."""
    named, waiting = {}, [Schema]
    while waiting:
        for shape in waiting.pop().__subclasses__():
            waiting.append(shape)
            if shape.__module__.startswith("yiwang."):
                named.setdefault(shape.__name__, set()).add(shape.__module__)
    assert {name: where for name, where in named.items() if len(where) > 1} == {}


def test_every_refusal_is_declared_as_a_problem(contract):
    for name, operation in operations(contract):
        answers = operation["responses"]
        assert any(int(status) < 300 for status in answers), name
        if operation.get("security"):
            assert "401" in answers, name
        if operation.get("requestBody"):
            assert {"400", "422"} <= answers.keys(), name
        if "{" in name:
            assert {"404", "422"} <= answers.keys(), name
        for status, answer in answers.items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


def test_every_deed_on_a_case_takes_the_version_seen(contract):
    for name, operation in operations(contract):
        if name.startswith(
            ("post /api/v1/cases/{reference}/", "post /api/v1/cards/{reference}/")
        ) and not name.endswith(("/urge", "/corrections/{code}")):
            headers = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
            assert "If-Match" in headers, name
            assert {"409", "428"} <= operation["responses"].keys(), name


def test_every_creation_takes_an_idempotency_key(contract):
    for name, operation in operations(contract):
        if "201" in operation["responses"] and name.endswith(("/cases", "/submission")):
            headers = {one["name"]: one["required"] for one in operation["parameters"] if one["in"] == "header"}
            assert headers.get("Idempotency-Key") is True, name


def test_every_number_and_text_that_comes_in_is_bounded(contract):
    for name, operation in operations(contract):
        incoming = [parameter["schema"] for parameter in operation["parameters"]]
        incoming += [body["schema"] for body in operation.get("requestBody", {"content": {}})["content"].values()]
        for schema in followed(incoming, contract):
            if schema.get("type") in ("integer", "number"):
                assert {"minimum", "maximum"} <= schema.keys(), (name, schema)
            if schema.get("type") == "string" and not {"enum", "const", "contentMediaType", "format"} & schema.keys():
                assert "maxLength" in schema or "pattern" in schema, (name, schema)
            if schema.get("type") == "array":
                assert "maxItems" in schema, (name, schema)


# -- invented data -----------------------------------------------------------------------------------------------------


class World:
    """A case waiting for acceptance, one waiting for correction, one decided, and a draft: something to hit."""

    def __init__(self):
        self.fresh = cast.submitted()
        self.returned = cast.submitted(party=cast.person("林小满"))
        cast.checked(self.returned, layout="布局图未标明餐用具清洗消毒区")
        cast.asked(self.returned, layout="请在布局图上标明消毒区")
        self.decided = cast.walked(cast.submitted(), "accept", "review", "grant", "issue", "send-to-window")
        self.draft = cast.draft(item="511A0051300001", party=cast.person("林小满"), answers={}, said={}, uploads=())
        cases = (self.fresh, self.returned, self.decided)
        self.known = {
            "reference": [case.matter.reference for case in cases],
            "step": ["accept", "ask-correction", "withdraw", "arrive", "hand-in-correction", "check-materials"],
            "seat": ["acceptor", "dispatcher"],
            "code": ["layout", "rules", cast.FOOD],
            "item_code": [cast.FOOD],
            "draft_id": [self.draft.pk],
            "letter_id": [1],
            "upload_id": [1],
            "digest": [bytes(LedgerEntry.objects.first().digest).hex()],
            "number": [1],
            "year": [2026],
            "If-Match": ['"1"', '"3"'],
        }


@pytest.fixture
def world(county):
    return World()


def session_of(who):
    """Session cookies and CSRF header of somebody; nothing for a stranger."""
    if who == "stranger":
        return {}
    account = Person.objects.get(name="林小满").account if who == "citizen" else Account.objects.get(username=who)
    browser = Client()
    browser.force_login(account)
    token = browser.get("/api/v1/me").json()["csrf_token"]
    return {
        "cookies": {name: morsel.value for name, morsel in browser.cookies.items()},
        "headers": {"X-CSRFToken": token, "Referer": "http://localhost/"},
    }


@contextmanager
def one_connection():
    """A request must not close the connection whose transaction the test is in; Django's own client sees to that."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", ["fitting", "unfitting"])
def test_whatever_is_sent_is_answered_as_the_contract_says(world, contract, monkeypatch, settings, mode):
    monkeypatch.setattr("yiwang.services.cases.limits.TRIES", 10**6)
    settings.ALLOWED_HOSTS = ["*"]
    sessions = {who: session_of(who) for who in ("stranger", "citizen", "zhou", "chen", "wu")}
    schema = schemathesis.openapi.from_dict(contract)
    schema.app = application
    generation = schemathesis.GenerationMode.POSITIVE if mode == "fitting" else schemathesis.GenerationMode.NEGATIVE
    answered = {}
    with one_connection():
        for found in schema.get_all_operations():
            operation = found.ok()
            answered[operation.label] = exercised(operation, generation, sessions, world.known)
    for who in sessions:
        assert sum(len(statuses[who]) for statuses in answered.values()) > 40 * EXAMPLES / 2
        if mode == "fitting":  # otherwise it would prove nothing but that nobody is logged in
            assert set(answered["GET /api/v1/me"][who]) == {401 if who == "stranger" else 200}
            assert {403} != set(answered["POST /api/v1/drafts"][who]) or who == "stranger"


def exercised(operation, generation, sessions, known):
    """Call one operation with invented data, everybody with the same; half of the names in it are of things that exist.
    Answers the statuses everybody met."""
    dice = random.Random(operation.label)
    statuses = {who: [] for who in sessions}

    @effort(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=generation))
    def call(case):
        for place in (case.path_parameters, case.headers):
            for name in list(place or ()):
                if name in known and dice.random() < 0.6:
                    place[name] = dice.choice(known[name])
        for who, session in sessions.items():
            with transaction.atomic():
                response = case.call(**session)
                transaction.set_rollback(True)
            statuses[who].append(response.status_code)
            case.validate_response(response, checks=list(CHECKS))

    with suppress(Unsatisfiable):  # an operation that takes nothing cannot be given anything unfitting
        call()
    return statuses
