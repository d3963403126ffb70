"""林's case is refused; she rates it badly; somebody else calls back, mends, feeds back, and the leader signs."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.factories import cases as cast
from yiwang.config import dbroles, viewer
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.models import Message
from yiwang.foundation.organs import gateways
from yiwang.foundation.organs.models import Account, Post
from yiwang.kernel.permissions import STRANGER, SYSTEM
from yiwang.matters import actions as matters
from yiwang.services.cases.models import Case
from yiwang.services.cases.queries.supervision import _figures
from yiwang.services.ratings import actions, invitations, queries
from yiwang.services.ratings.actions.importing import Foreign
from yiwang.services.ratings.models import Guest, Link, Occasion, Opening, Rating, Rectification, Sign, Voice

NOW = cast.at(cast.DAY, 15)
SAID = "<script>alert(1)</script>让我跑了三趟，最后才说不行。"
OPINION = "经回访和调取办理记录，情况属实。"


@pytest.fixture(autouse=True)
def _county(county):
    """The demo county, its rule of ratings, its people."""


@pytest.fixture
def occasion():
    """A case of 林's that 赵 reviewed and 孙 refused: its message has gone out, so it may be rated."""
    case = cast.submitted("2026-09-21", party=cast.person("林小满"))
    for step in ("accept", "review", "deny"):
        cast.take(case, step, "2026-09-21", **({"values": _against()} if step == "review" else {}))
    matters.drain(at=NOW)
    return Occasion.objects.get(matter=case.matter)


def _against():
    return {"opinion": cast.OPINION.replace("准予", "不予许可"), "recommendation": "deny"}


def rate(occasion, level=5, **how):
    given = {"by": how.pop("by", None) or cast.lin(), "at": NOW, "labels": ["repeat-trips"] if level > 3 else []}
    return actions.rate(occasion_id=occasion.pk, level=level, **given | how)


def account_of(name):
    return Account.objects.get(pk=cast.citizen(name).account_id)


def sent_link():
    text = Message.objects.get(kind="rate").text
    return text.partition("/rate/link/")[2].partition("/")[0]


def take(reference, step, who, **values):
    return matters.take(reference=reference, step=step, by=cast.staff(who), at=NOW, values=values)


def rectified(occasion):
    """The rectification of a bad rating, dispatched by the bureau's head 郑."""
    rate(occasion, text=SAID)
    reference = Rectification.objects.get().matter.reference
    take(reference, "dispatch", "zheng", category="materials")
    return reference


# -- the occasion -------------------------------------------------------------------------------------------------------


def test_a_decided_case_is_one_occasion_tied_to_its_unit_and_person(occasion):
    zhao, sun = cast.staff("zhao"), cast.staff("sun")
    assert (occasion.organ_id, occasion.handler_id) == (zhao.organ_id, zhao.account_id)
    assert {zhao.account_id, sun.account_id} < set(occasion.involved)
    assert (occasion.mode, occasion.opened_on) == ("online", date(2026, 9, 21))
    assert actions.gather() == 0
    assert Message.objects.filter(kind="rate", party_id=cast.person("林小满")).count() == 1
    assert Rating.objects.count() == 0  # nobody rated, and nothing is assumed


def test_an_open_case_is_no_occasion_and_a_withdrawn_one_is():
    case = cast.submitted("2026-09-22")
    assert actions.gather() == 0
    matters.take(reference=case.matter.reference, step="withdraw", by=cast.lin(), at=NOW)
    assert actions.gather() == 1
    assert Occasion.objects.get().involved == []


def test_a_ticket_is_served_once_a_day_by_whoever_sits_at_that_counter(refused):
    asked = {"counter_id": cast.counter().pk, "kind": "consultation", "ticket": "a023", "at": NOW}
    refused("not-allowed", actions.open_visit, **asked, by=cast.staff("zhao"))
    refused("ticket", actions.open_visit, **asked | {"ticket": "<b>"}, by=cast.staff("chen"))
    refused("kind", actions.open_visit, **asked | {"kind": "case"}, by=cast.staff("chen"))
    visit = actions.open_visit(**asked, by=cast.staff("chen"))
    refused("ticket-taken", actions.open_visit, **asked, by=cast.staff("chen"))
    assert (visit.occasion.reference, visit.occasion.mode) == ("20260924-hall-A023", "on-site")
    assert queries.ticket("A023", visit.code, NOW) == visit.occasion
    refused("no-such-occasion", queries.ticket, "A024", visit.code, NOW)


def test_a_visitor_nobody_knew_rates_by_logging_in_with_the_link_of_his_ticket(refused):
    visit = actions.open_visit(counter_id=cast.counter().pk, kind="visit", ticket="A023", by=cast.staff("chen"), at=NOW)
    link = invitations.make(visit.occasion, channel="counter", at=NOW)
    refused("no-such-occasion", rate, visit.occasion, 1)
    refused("log-in", rate, visit.occasion, 1, by=STRANGER, link=link)
    given = rate(visit.occasion, 1, link=link)
    assert (given.channel, Guest.objects.get(occasion=visit.occasion).party_id) == ("counter", cast.person("林小满"))


# -- the rating ---------------------------------------------------------------------------------------------------------


def test_nobody_rates_another_persons_case_and_staff_rate_nothing(occasion, refused):
    for who in (cast.citizen("王建国"), STRANGER):
        refused("no-such-occasion", rate, occasion, by=who)
    for who in ("zhao", "chen", "wu"):
        refused("by-staff", rate, occasion, by=cast.staff(who))
    refused("by-staff", rate, occasion, by=cast.staff("zhao"), link=sent_link())
    assert not Rating.objects.exists()


def test_a_case_is_rated_once_and_followed_up_once_the_first_word_kept(occasion, refused):
    first = rate(occasion, 2)
    second = rate(occasion, 3, text="后来又等了两天。")
    refused("already-rated", rate, occasion, 1)
    assert (second.follows, first.level) == (first, 2)
    with pytest.raises(IntegrityError), transaction.atomic():  # the wall behind the deed, for two at once
        Rating.objects.create(occasion=occasion, level=1, channel="portal", rule_version="1", given_at=NOW)
    entries = LedgerEntry.objects.filter(subject=f"rating:{occasion.pk}").order_by("ordinal")
    assert [entry.event for entry in entries] == ["ratings.given", "ratings.followed-up"]
    assert "两天" not in entries[1].body


def test_a_rating_given_here_is_never_a_default_one(occasion):
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(
            occasion=occasion, level=3, channel="portal", origin="default", rule_version="1", given_at=NOW
        )


def test_a_rating_comes_within_its_days(occasion, refused):
    refused("too-late", rate, occasion, at=NOW + timedelta(days=31))
    rate(occasion, at=NOW + timedelta(days=27))


def test_a_link_is_good_once_until_its_day_and_only_as_it_was_signed(occasion, refused):
    link = sent_link()
    other = invitations.make(
        actions.open_visit(
            counter_id=cast.counter().pk, kind="visit", ticket="A1", by=cast.staff("chen"), at=NOW
        ).occasion,
        channel="counter",
        at=NOW,
    )
    for forged in (link[:-1] + ("A" if link[-1] != "A" else "B"), link.partition(".")[0], "x" * 400, "."):
        refused("no-such-link", rate, occasion, by=STRANGER, link=forged)
    refused("no-such-link", rate, occasion, by=STRANGER, link=link, at=NOW + timedelta(days=8))
    refused("no-such-occasion", rate, occasion, by=STRANGER, link=other)
    given = rate(occasion, 1, by=STRANGER, link=link)
    assert given.channel == "sms"
    refused("no-such-link", rate, occasion, 5, by=STRANGER, link=link)
    assert link.partition(".")[0] not in str(list(Link.objects.values_list("digest", flat=True)))


def test_the_clerk_who_handled_the_case_does_not_find_the_applicants_link(occasion):
    from yiwang.foundation.letters import queries as letters

    assert sent_link()
    assert not [one for one in letters.messages(cast.staff("zhao")) if one.kind == "rate"]


# -- the rectification --------------------------------------------------------------------------------------------------


def test_a_good_rating_opens_nothing_and_a_bad_one_a_rectification_at_the_unit(occasion):
    rate(occasion, 3)
    assert not Rectification.objects.exists()
    rate(occasion, 4)
    found = Rectification.objects.select_related("matter").get()
    assert (found.organ_id, found.matter.state, found.matter.party_id) == (occasion.organ_id, "new", None)


def test_the_wall_counts_the_case_and_not_the_putting_right_of_its_bad_rating(occasion):
    on = date(2026, 9, 24)
    before = _figures(on)
    rate(occasion, 4)
    assert Rectification.objects.exists()
    assert _figures(on) == before
    assert before["received_year"] == Case.objects.count() > 0


def test_it_is_called_back_by_somebody_else_through_a_number_that_hides_the_evaluator(occasion, refused, settings):
    settings.DEMO = True
    reference = rectified(occasion)
    refused("rated-hands", take, reference, "dial", "zhao")  # the person rated
    refused("no-such-matter", take, reference, "call-back", "health-2", how="masked-call", heard="…")
    refused("not-called-back", take, reference, "find-valid", "zhou", opinion=OPINION)
    take(reference, "dial", "zhou")
    matters.drain(at=NOW)
    found = Rectification.objects.get()
    assert found.bridge.startswith("0700-95")
    assert found.bridge_until == NOW + timedelta(minutes=30)
    take(reference, "call-back", "zhou", how="masked-call", heard="每次去都说还差一样。")
    take(reference, "find-valid", "zhou", opinion=OPINION)
    found.refresh_from_db()
    assert (found.outcome, found.bridge, found.called_back_at) == ("valid", "", NOW)


def test_whoever_cannot_be_reached_is_tried_as_often_as_the_rule_asks(occasion, refused):
    reference = rectified(occasion)
    for _ in range(2):
        take(reference, "not-reached", "zhou")
    refused("not-called-back", take, reference, "find-partly", "zhou", opinion=OPINION)
    take(reference, "not-reached", "zhou")
    take(reference, "find-partly", "zhou", opinion=OPINION)


def test_it_is_mended_fed_back_signed_by_the_leader_and_published_without_a_name(occasion, refused):
    reference = rectified(occasion)
    take(reference, "call-back", "zhou", how="in-person", heard="属实。")
    take(reference, "find-valid", "zhou", opinion=OPINION)
    how = {"kind": "at-once", "measures": "已修订一次性告知单，并请评价人13800001111复核。"}
    refused("names-a-person", take, reference, "rectify", "zhou", **how)
    take(reference, "rectify", "zhou", **how | {"measures": "已修订一次性告知单。"})
    assert not queries.public_results(2026, date(2026, 9, 24))["rectifications"][0]["measures"]
    take(reference, "feed-back", "zhou", feedback="已向您道歉，并修订了告知单。")
    refused("not-allowed", take, reference, "sign", "zhou", opinion=OPINION)
    take(reference, "sign", "zheng", opinion="已核阅整改情况，同意办结。")
    matters.drain(at=NOW)
    shown = queries.public_results(2026, date(2026, 9, 24))
    assert shown["rectifications"][0]["measures"] == "已修订一次性告知单。"
    assert "林小满" not in str(shown)
    assert "跑了三趟" not in str(shown)
    assert Message.objects.get(kind="rating-answered").party_id == cast.person("林小满")
    assert queries.one_of_mine(cast.lin(), occasion.pk, NOW).answer == "已向您道歉，并修订了告知单。"


def test_the_rating_of_a_units_only_leader_is_signed_by_the_leader_above(occasion, refused):
    zheng = cast.staff("zheng")
    Occasion.objects.filter(pk=occasion.pk).update(handler_id=zheng.account_id)
    Post.objects.filter(organ_id=occasion.organ_id, role="leader").update(until_on=date(2026, 9, 1))
    reference = rectified(occasion)
    take(reference, "call-back", "zhou", how="in-person", heard="属实。")
    take(reference, "find-valid", "zhou", opinion=OPINION)
    take(reference, "rectify", "zhou", kind="at-once", measures="已修订一次性告知单。")
    refused("not-allowed no-such-matter", take, reference, "sign", "lu", opinion=OPINION)
    take(reference, "feed-back", "zhou", feedback="已向您道歉。")
    refused("rated-hands", take, reference, "sign", "zheng", opinion=OPINION)
    take(reference, "sign", "lu", opinion="已核阅整改情况，同意办结。")
    assert Rectification.objects.get().signed_by == cast.staff("lu").reference


def test_a_mistaken_rating_is_reviewed_by_the_supervisor_kept_and_left_out_of_the_figures(occasion, refused):
    reference = rectified(occasion)
    take(reference, "call-back", "zhou", how="masked-call", heard="点错了。")
    take(reference, "find-mistaken", "zhou", opinion="评价人说明是误点，应为满意。")
    refused("not-allowed", take, reference, "uphold", "zheng", opinion=OPINION)
    before = {one.id: one for one in queries.figures(SYSTEM, date(2026, 1, 1), date(2027, 1, 1))}
    take(reference, "uphold", "wu", opinion="经复核属误评，评价保留。")
    after = {one.id: one for one in queries.figures(SYSTEM, date(2026, 1, 1), date(2027, 1, 1))}
    assert [(one.numerator, one.denominator) for one in (before["bad"], after["bad"])] == [(1, 1), (0, 0)]
    assert (after["mended"].denominator, after["coverage"].numerator, Rating.objects.count()) == (0, 1, 1)


def test_a_review_that_fails_sends_it_to_be_mended(occasion):
    reference = rectified(occasion)
    take(reference, "call-back", "zhou", how="masked-call", heard="就是慢。")
    take(reference, "find-malicious", "zhou", opinion="认为是恶意差评，申请复核。")
    take(reference, "reject", "wu", opinion="没有恶意的证据，应当整改。", outcome="partly")
    found = Rectification.objects.select_related("matter").get()
    assert (found.matter.state, found.outcome, found.excluded) == ("rectifying", "partly", False)


def test_deadlines_run_and_a_late_call_back_gets_a_card(occasion):
    from yiwang.governance.supervision import actions as supervision
    from yiwang.governance.supervision.models import Card

    rectified(occasion)
    supervision.sweep(at=cast.at("2026-10-14", 9))
    about = Rectification.objects.get().matter
    assert list(Card.objects.filter(about=about, signal=2).values_list("code", "clock")) == [("R13", "verify")]


# -- who sees what ------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_words_escaped_and_not_who_wrote_them(occasion):
    reference = rectified(occasion)
    client = Client()
    client.force_login(Account.objects.get(username="zhou"))
    page = client.get(f"/desk/ratings/bad/{reference}/").content.decode()
    assert "让我跑了三趟" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "林小满" not in page


@pytest.fixture
def _walls(_county):
    """The database's roles and policies; before anything is written, a table with waiting triggers cannot be altered."""
    dbroles.apply(connection)


@contextmanager
def seeing(by, *, wide=False):
    """As the web process sees the database when this doer looks."""
    with connection.cursor() as cursor:
        cursor.execute(f"set role {dbroles.APP}")
        viewer.tell(viewer.as_settings(by, wide=wide))
        try:
            yield
        finally:
            viewer.tell(viewer.NOBODY)
            cursor.execute("reset role")


@pytest.mark.usefixtures("_walls")
def test_the_database_lets_the_evaluator_rate_and_hides_who_it_was_from_whoever_calls_back(occasion, refused):
    link = sent_link()
    wang, lin, wang_id = cast.citizen("王建国"), cast.lin(), cast.person("王建国")
    chen, zhou, li, at_a02 = cast.staff("chen"), cast.staff("zhou"), cast.staff("health-2"), cast.counter().pk
    with seeing(wang):
        refused("no-such-occasion", rate, occasion, by=wang)
    with seeing(STRANGER, wide=True):  # the page behind a link
        rate(occasion, 2, by=STRANGER, link=link)
    with seeing(lin):
        rate(occasion, 5, by=lin, text=SAID)
        assert (Guest.objects.count(), Voice.objects.count()) == (1, 2)
        assert queries.one_of_mine(lin, occasion.pk, NOW).given[1][0].words == SAID
    with seeing(chen):
        asked = {"kind": "visit", "ticket": "A7", "party_id": wang_id}
        actions.open_visit(counter_id=at_a02, **asked, by=chen, at=NOW)
    with seeing(zhou):
        assert (Guest.objects.count(), Voice.objects.count()) == (0, 2)
        shown = queries.bad_ones(zhou, date(2026, 9, 24))
        assert [one.words for one in shown] == [SAID]
    with seeing(li):
        assert (Guest.objects.count(), Voice.objects.count()) == (0, 0)
    assert Guest.objects.count() == 2


def test_the_page_of_a_link_needs_no_login_and_marks_the_staff_who_open_it(occasion):
    link, stranger, clerk = sent_link(), Client(), Client()
    clerk.force_login(Account.objects.get(username="zhao"))
    assert clerk.get(f"/rate/link/{link}/").status_code == 422
    assert Opening.objects.filter(account_id=cast.staff("zhao").account_id, link=True).count() == 1
    page = stranger.get(f"/rate/link/{link}/")
    assert page.status_code == 200
    assert " checked" not in page.content.decode()  # no level is chosen beforehand
    assert stranger.post(f"/rate/link/{link}/", {}).status_code == 422
    sent = {"level": "1", "labels": ["fast"], "text": "好"}
    assert stranger.post(f"/rate/link/{link}/", sent).status_code == 302
    assert stranger.post(f"/rate/link/{link}/", sent).status_code == 404
    assert Rating.objects.get().labels == ["fast"]


def test_the_api_rates_as_the_page_does_and_shows_the_results_to_everybody(occasion):
    client, path = Client(), f"/api/v1/my/ratings/{occasion.pk}"
    sent = {"data": {"level": 5, "labels": ["slow"], "text": SAID}, "content_type": "application/json"}
    assert client.post(path, **sent, headers={"Idempotency-Key": "rating-0001"}).status_code == 401
    client.force_login(account_of("王建国"))
    assert client.post(path, **sent, headers={"Idempotency-Key": "rating-0001"}).status_code == 404
    client.force_login(account_of("林小满"))
    faulty = sent | {"data": {"level": 0}}
    assert client.post(path, **faulty, headers={"Idempotency-Key": "rating-0002"}).status_code == 422
    for _ in range(2):  # sent twice, done once
        assert client.post(path, **sent, headers={"Idempotency-Key": "rating-0003"}).status_code == 201
    assert Rating.objects.count() == 1
    assert client.get("/api/v1/my/ratings").json()["items"][0]["level"] == 5
    shown = Client().get("/api/v1/ratings/results")
    assert {one["id"]: one["shown"] for one in shown.json()["figures"]}["bad"] == "100.00%"
    assert "三趟" not in shown.content.decode()


# -- figures and signs --------------------------------------------------------------------------------------------------


def foreign(number, level, origin="active"):
    return Foreign(str(number), "market", "食品经营许可", NOW, "online", level, origin)


def test_imported_ratings_keep_their_origin_and_open_nothing(refused):
    lines = [foreign(1, 1), foreign(2, 3, "default"), foreign(3, None), foreign(4, 5)]
    refused("not-allowed", actions.bring_in, source="省平台", lines=lines, by=cast.staff("zhao"), at=NOW)
    refused("import", actions.bring_in, source="省平台", lines=[foreign(1, 9)], by=cast.staff("wu"), at=NOW)
    refused("twice", actions.bring_in, source="省平台", lines=[lines[0], lines[0]], by=cast.staff("wu"), at=NOW)
    assert actions.bring_in(source="省平台", lines=lines, by=cast.staff("wu"), at=NOW) == 3
    assert actions.bring_in(source="省平台", lines=lines, by=cast.staff("wu"), at=NOW) == 0
    found = {
        one.id: (one.numerator, one.denominator) for one in queries.figures(SYSTEM, date(2026, 1, 1), date(2027, 1, 1))
    }
    assert found == {
        "coverage": (3, 4), "good": (2, 3), "bad": (1, 3), "mended": (0, 0), "called": (0, 0), "active": (2, 3),
        "score": (10 + 8 + 2, 3),
    }  # fmt: skip
    assert not Rectification.objects.exists()


HEADS = "办件编号,单位,事项,服务时间,服务方式,满意度,评价来源\n"


def table(*lines, **how):
    content = (HEADS + "\n".join(lines)).encode()
    by = how.pop("by", None) or cast.staff("wu")
    return actions.bring_in_table(source="大厅评价器", content=content, name="九月.csv", by=by, at=NOW, **how)


def test_a_table_with_one_faulty_line_is_told_row_by_row_and_nothing_of_it_is_kept(refused):
    good = "P1,云溪县市场监督管理局,食品经营许可,2026-09-01 10:00,现场,5,默认"
    bad = "P2,没有的局,食品经营许可,2027-01-01,空中,9,"
    refused("not-allowed", table, good, by=cast.staff("zhao"))
    refused("missing-columns", actions.bring_in_table, source="x", content=b"a,b\n1,2", name="a.csv",
            by=cast.staff("wu"), at=NOW)  # fmt: skip
    run = table(good, bad)
    told = {(fault.field, fault.says.partition("，")[0]) for fault in run.faults}
    assert not run.entered
    assert {column for column, _ in told} == {
        f"第3行　{c}" for c in ("单位", "服务时间", "服务方式", "满意度", "评价来源")
    }
    assert not table(good, best=5, dry_run=True).entered
    assert not Occasion.objects.exists()
    run = table(good, best=5)
    assert (run.entered, run.ratings, run.defaulted, table(good, best=5).known) == (True, 1, 1, 1)
    assert list(Rating.objects.values_list("level", "origin", "channel")) == [(1, "default", "import")]
    page = Client()
    page.force_login(Account.objects.get(username="wu"))
    sent = {"source": "大厅评价器", "best": "1", "enter": "1"}
    answer = page.post("/desk/ratings/import/", sent | {"file": SimpleUploadedFile("九月.csv", (HEADS + bad).encode())})
    assert answer.status_code == 422
    assert "没有“没有的局”这个单位" in answer.content.decode()


# -- the county's telephone system ------------------------------------------------------------------------------------


def phoned(key="demonstration", moment=None, **said):
    """One message to the door of the telephone system."""
    call = {"number": "T1", "kind": "consultation", "organ": "market", "served_at": cast.at(cast.DAY, 0).isoformat()}
    body, moment = json.dumps(call | said).encode(), str(moment or int(time.time()))
    headers = {"X-Yiwang-Timestamp": moment, "X-Yiwang-Signature": gateways.signed(key.encode(), moment, body)}
    return Client().post("/api/v1/switchboard/services", body, content_type="application/json", headers=headers)


def test_a_call_is_reported_once_by_the_telephone_system_that_signed_and_a_bad_one_is_mended_through_it(settings):
    settings.SWITCHBOARD_KEY, settings.SWITCHBOARD_NAME, settings.DEMO = "demonstration", "12345", True
    assert phoned(key="another").status_code == 401
    assert phoned(moment=int(time.time()) - 400).status_code == 401
    assert Client().post("/api/v1/switchboard/services", b"{}", content_type="application/json").status_code == 401
    faulty = phoned(organ="nobody", agent="chen", served_at="2027-01-01T09:00:00+08:00").json()
    assert {one["code"] for one in faulty["errors"]} == {"organ", "agent", "served_at"}
    assert not Occasion.objects.exists()
    assert phoned(agent="zhao").json()["rating"] is None  # nobody is rated by default
    assert phoned(agent="zhao", level=5, labels=["slow"], text=SAID).status_code == 201
    assert phoned(agent="zhao", level=5, labels=["slow"], text=SAID).json()["fresh"] is False
    assert phoned(level=1).status_code == 409
    rating = Rating.objects.select_related("occasion").get()
    assert (rating.channel, rating.level, rating.occasion.handler_id) == ("phone", 5, cast.staff("zhao").account_id)
    found = Rectification.objects.select_related("matter").get()
    take(found.matter.reference, "dispatch", "zheng", category="attitude")
    take(found.matter.reference, "dial", "zhou")
    matters.drain(at=NOW)
    found.refresh_from_db()
    assert found.bridge.startswith("0700-95")  # leads to the caller, whose telephone only the switchboard knows


def test_signs_of_made_up_ratings_come_with_their_evidence_and_are_judged_once(occasion, refused):
    link = sent_link()
    actions.note_opening(occasion=occasion, by=cast.staff("zhao"), terminal="t", at=NOW, through_link=True)
    rate(occasion, 1, by=STRANGER, link=link, text="服务态度特别好！", terminal="t", address="10.0.0.9")
    for number in range(1, 6):
        visit = actions.open_visit(
            counter_id=cast.counter().pk, kind="visit", ticket=f"A{number}", party_id=cast.person("王建国"),
            by=cast.staff("chen"), at=NOW,
        ).occasion  # fmt: skip
        rate(
            visit, 1, by=cast.citizen("王建国"), at=NOW + timedelta(minutes=number), terminal="t", address="10.0.0.9",
            text="服务态度特别好" if number < 4 else "",
        )  # fmt: skip
    actions.bring_in(source="省平台", lines=[foreign(n, 1) for n in range(120)], by=cast.staff("wu"), at=NOW)
    assert actions.look(at=NOW + timedelta(hours=1)) == 5
    assert actions.look(at=NOW + timedelta(hours=2)) == 0
    found = {(one.indicator, len(one.ratings)) for one in Sign.objects.all()}
    assert found == {("burst", 6), ("same-text", 4), ("praise", 0), ("by-staff", 1)}
    sign = Sign.objects.get(indicator="by-staff")
    shown = {one.sign.pk: one.evidence for one in queries.sign_rows(cast.staff("wu"), date(2026, 9, 24))}[sign.pk]
    assert [(who, through) for _, who, through in shown[0].opened] == [("赵建国", True)]
    assert (shown[0].words, shown[0].rating.occasion) == ("服务态度特别好！", occasion)
    judged = {"sign_id": sign.pk, "verdict": "true", "at": NOW}
    refused("no-such-sign", actions.judge, **judged, reason="属实", by=cast.staff("zhao"))
    refused("reason", actions.judge, **judged, reason=" ", by=cast.staff("wu"))
    actions.judge(**judged, reason="调取终端记录核实。", by=cast.staff("wu"))
    refused("judged-already", actions.judge, **judged, reason="再来", by=cast.staff("wu"))
    assert Rating.objects.filter(pk__in=sign.ratings).count() == 1


def test_a_case_entered_after_it_was_over_is_a_sign(occasion):
    rate(occasion, 1)
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")  # the ledger refuses it otherwise
        cursor.execute(
            "update ledger_entry set recorded_at = %s where subject = %s and ordinal = 1",
            [cast.at("2026-09-23"), f"matter:{occasion.reference}"],
        )
        cursor.execute("set local session_replication_role = default")
    assert actions.look(at=NOW) == 1
    assert Sign.objects.get().indicator == "afterwards"
