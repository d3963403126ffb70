"""Every page says the same to its viewer whether the process may see every row or, as ``yw_app``, only the viewer's.

A row the policy hides and the page needs would be missing here; a page that only worked as superuser would fail.
"""

import re
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.factories import cases as cast
from yiwang.config import dbroles, viewer
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people.models import Person

CHANGING = re.compile(
    r'name="(csrfmiddlewaretoken|idempotency_key)" value="[^"]*"|nonce="[^"]*"|"X-CSRFToken": ?"[^"]*"|csrf[^ ]*'
)


@pytest.fixture
def roles(county):
    dbroles.apply(connection)  # before any row: a table with pending checks cannot be altered


@contextmanager
def as_web_process():
    """Requests are answered as the web server answers them."""
    with connection.cursor() as cursor:
        cursor.execute("set role yw_app")
    kept, settings.DB_ROLE = settings.DB_ROLE, dbroles.APP
    try:
        yield
    finally:
        settings.DB_ROLE = kept
        with connection.cursor() as cursor:
            cursor.execute("reset role")


def browser(username=None, person=None):
    client = Client()
    account = None
    if username:
        account = Account.objects.get(username=username)
    elif person:
        found = Person.objects.get(name=person)
        account = found.account or Account.objects.create(
            username=f"citizen-{found.pk}", kind=Account.Kind.CITIZEN, name=person, password="!"
        )
        Person.objects.filter(pk=found.pk).update(account=account)
    if account:
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def said(client, url):
    answer = client.get(url, follow=True)
    return answer.status_code, CHANGING.sub("", answer.content.decode(errors="replace"))


def same(client, *urls):
    """Each page asked twice: with every right, and as the web process."""
    for url in urls:
        expected = said(client, url)
        with as_web_process():
            assert said(client, url) == expected, url
        assert expected[0] == 200, (url, expected[0])


def test_a_stranger_reads_the_public_pages(roles):
    same(
        Client(),
        "/",
        "/items/",
        "/search/?q=开饭店",
        "/progress/",
        "/letters/",
        "/ledger/checkpoints/",
        "/accounts/login/",
    )


def test_a_stranger_with_the_code_reads_how_a_case_stands_and_without_it_nothing(roles):
    case = cast.submitted()
    client, asked = Client(), {"number": case.number, "code": case.enquiry_code}
    expected = client.post("/progress/", asked, follow=True)
    with as_web_process():
        answer = client.post("/progress/", asked, follow=True)
    assert answer.status_code == expected.status_code
    assert CHANGING.sub("", answer.content.decode()) == CHANGING.sub("", expected.content.decode())


def test_the_applicant_reads_the_own_case_draft_and_letters(roles):
    case = cast.submitted()
    client = browser(person="林小满")
    same(client, "/my/", f"/my/cases/{case.matter.reference}/", "/me/", "/my/letters/")
    draft = cast.draft()
    same(client, f"/apply/draft/{draft.pk}/materials/")


def test_a_citizen_with_nothing_to_do_with_it_finds_nothing_either_way(roles):
    case = cast.submitted()
    client = browser(person="王建国")
    with as_web_process():
        assert client.get(f"/my/cases/{case.matter.reference}/").status_code == 404
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from cases_case")
            assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize("who", ["zhou", "zhao", "sun", "zheng"])
def test_the_department_reads_its_cases(roles, who):
    case = cast.submitted()
    cast.checked(case)
    same(browser(who), "/desk/inbox/", "/desk/cases/", f"/desk/cases/{case.matter.reference}/", "/desk/letters/")


def test_the_counter_reads_what_it_took_in(roles):
    case = cast.received()
    same(
        browser("chen"),
        "/desk/inbox/",
        "/desk/counter/",
        f"/desk/counter/received/{case.matter.reference}/",
        "/desk/cases/",
    )


def test_whoever_hands_out_reads_what_is_ready(roles):
    case = cast.submitted()
    cast.checked(case)
    same(browser("luo"), "/desk/hand-out/", "/desk/people/")


def test_supervision_reads_the_whole_county(roles):
    cast.submitted()
    same(browser("wu"), "/desk/supervision/", "/wall/")


def test_a_step_taken_as_the_web_process_is_written(roles):
    case = cast.submitted()
    cast.checked(case)
    doer = cast.staff("zhou")
    with as_web_process(), viewer.seeing(doer):
        cast.take(case, "accept", by=doer)
    case.matter.refresh_from_db()
    assert case.matter.state == "under-review"
