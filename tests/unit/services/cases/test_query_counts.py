"""How many queries a page and a step cost: bounded, and the same for one case and for many.

Counted as PostgreSQL sees them, session, account and posts included, without BEGIN, COMMIT and SAVEPOINT.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import cases as cast
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people.models import Person
from yiwang.matters import actions as matters
from yiwang.services.cases import actions
from yiwang.services.cases.models import Case

BRACKETS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def client(username):
    browser = Client()
    if username == "lin":
        browser.force_login(Person.objects.get(name="林小满").account)
    else:
        browser.force_login(Account.objects.get(username=username))
    return browser


def counted(request):
    """The answer, and how many statements it took."""
    with CaptureQueriesContext(connection) as captured:
        answer = request()
    said = [one["sql"] for one in captured.captured_queries if not one["sql"].startswith(BRACKETS)]
    return answer, said


def costs(request, status=200):
    answer, said = counted(request)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return len(said), "\n".join(statement[:150] for statement in said)


def seen(case):
    return Case.objects.select_related("matter").get(pk=case.pk).matter.version


def step(browser, case, name, **fields):
    address = f"/desk/cases/{case.matter.reference}/steps/{name}/"
    given = {"version": seen(case), "idempotency_key": f"key-{name}-{case.pk}", **fields}
    return lambda: browser.post(address, given)


PAGES = {
    "/desk/inbox/": ("zhou", 9),
    "/desk/cases/": ("zhou", 7),
    # was it decided by a table? and what is on record of its held materials: types, certificates, the register of firms
    "/desk/cases/{reference}/": ("zhou", 17),
    "/": ("lin", 9),
    "/my/": ("lin", 9),
    "/my/cases/{reference}/": ("lin", 13),
    "/desk/supervision/": ("wu", 11),
    "/wall/": ("wu", 8),
    "/desk/hand-out/": ("luo", 11),  # one of them: after how many days a result is forgotten, as the pack says
}


@pytest.mark.parametrize("form", PAGES)
def test_a_page_costs_the_same_for_one_case_and_for_many(form):
    who, most = PAGES[form]
    case = cast.submitted()
    browser = client(who)
    address = form.format(reference=case.matter.reference)
    browser.get(address)  # names on every page are kept for a minute
    one, said = costs(lambda: browser.get(address))
    assert one <= most, said
    for party in ("林小满", "林小满", "林小满"):
        more = cast.submitted(party=cast.person(party))
        cast.walked(more, "accept", "review", "grant", "issue", "send-to-window")
    for _ in range(3):
        cast.submitted()
    many, said = costs(lambda: browser.get(address))
    assert many <= most, said
    assert many <= one + 4, said  # lists that were empty before ask for names and results


def test_a_review_is_eight_queries_over_http():
    case = cast.walked(cast.submitted(), "accept")
    cost, said = costs(step(client("zhao"), case, "review", recommendation="grant", opinion=cast.OPINION), 302)
    assert cost <= 8, said
    case.matter.refresh_from_db()
    assert case.matter.state == "to-decide"


def test_the_end_of_a_special_procedure_is_eight_queries_over_http():
    case = cast.walked(cast.submitted(), "accept", "begin-special")
    cost, said = costs(step(client("zhao"), case, "end-special", result="专家评审通过。"), 302)
    assert cost <= 8, said


def test_keeping_findings_is_eight_queries_over_http():
    case = cast.submitted()
    browser = client("zhou")
    findings = {f"verdict-{code}": "right" for code in cast.UPLOADED}
    cost, said = costs(lambda: browser.post(f"/desk/cases/{case.matter.reference}/materials/", findings), 302)
    assert cost <= 8, said


def test_taking_a_seat_is_eight_queries_over_http():
    case = cast.submitted()
    browser = client("zhou")
    given = {"seat": "acceptor", "version": seen(case)}
    cost, said = costs(lambda: browser.post(f"/desk/cases/{case.matter.reference}/claim/", given), 302)
    assert cost <= 8, said


def test_a_withdrawal_is_ten_queries_over_http():
    case = cast.submitted()
    browser = client("lin")
    given = {"version": seen(case), "idempotency_key": "withdraw-1"}
    cost, said = costs(lambda: browser.post(f"/my/cases/{case.matter.reference}/withdraw/", given), 302)
    assert cost <= 10, said


def test_a_step_with_its_letter_is_bounded_too():
    case = cast.submitted()
    browser = client("zhou")
    cast.take(cast.submitted(), "accept")  # what guards read beside the matter is known by now
    cost, said = costs(step(browser, case, "accept", checked=cast.UPLOADED), 302)
    assert cost <= 26, said


@pytest.mark.parametrize("letterless", ["review", "end-special"])
def test_the_deed_itself_is_the_engine_s_two_queries(letterless):
    case = cast.walked(cast.submitted(), "accept", *(["begin-special"] if letterless == "end-special" else []))
    given = {"reference": case.matter.reference, "by": cast.staff("zhao"), "at": cast.at(hour=12)}
    with CaptureQueriesContext(connection) as captured:
        actions.take(step=letterless, values=cast.WORDS[letterless], **given)
    assert len(captured) == 2


def test_the_sweep_costs_per_case_what_its_step_costs():
    cast.submitted()
    with CaptureQueriesContext(connection) as one:
        assert matters.sweep(at=cast.at("2026-10-10")).taken == 1
    for _ in range(3):
        cast.submitted()
    with CaptureQueriesContext(connection) as three:
        assert matters.sweep(at=cast.at("2026-10-10")).taken == 3
    assert len(three) <= len(one) + 2 * 6
