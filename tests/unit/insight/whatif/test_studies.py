"""A study from its question to its page: who may ask, what is refused, interrupted and taken up, the same numbers again."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import cases as cast
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs.models import Account
from yiwang.insight.facts import reading as facts
from yiwang.insight.facts import writing
from yiwang.insight.whatif import actions, offering
from yiwang.insight.whatif import asked as history_asked
from yiwang.insight.whatif.models import Study
from yiwang.insight.whatif.queries import year_before
from yiwang.kernel.permissions import STRANGER
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal

CUT = {"kind": "limit", "clock": "promised", "days": 3}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Where the facts lie: written by whichever test comes first, and files stay when its rows are gone."""
    return tmp_path_factory.mktemp("whatif")


@pytest.fixture
def history(county, kept, monkeypatch):
    """Three decided cases of the market bureau and one that waits, in the facts of the day after."""
    monkeypatch.setattr(settings, "VAR", kept)
    monkeypatch.setattr(settings, "TODAY", cast.at("2026-09-25").date())
    if not (kept / "facts").exists():
        for _ in range(3):
            cast.walked(cast.submitted(), "accept", "review", "grant")
        cast.walked(cast.submitted(), "accept")
        writing.write(at=cast.at("2026-09-25", 8))


staff = cast.staff


def at():
    return cast.at("2026-09-25", 9)


def asked(who="zhao", change=CUT, **more):
    given = {"process": "services.licence", "organ": "market", "rounds": 5, "seed": 7, **more}
    return actions.ask(change=change, by=staff(who), at=at(), **given)


def page(username, address, data=None):
    client = Client()
    client.force_login(Account.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client.get(address) if data is None else client.post(address, data)


def test_a_study_is_asked_by_staff_for_their_own_organ_and_by_who_supervises_for_all(history):
    with pytest.raises(NotFound):
        asked(organ="health")
    assert asked(organ="").organ == "market"  # his own is what he is offered
    with pytest.raises(NotFound):
        actions.ask(process="services.licence", organ="market", change=CUT, by=STRANGER, at=at())
    with pytest.raises(NotFound):
        asked(process="services.nonsense")
    whole = asked("wu", organ="")
    assert whole.organ == ""
    assert page("wu", "/desk/whatif/").status_code == 200
    assert page("zhao", "/desk/whatif/?scope=health").status_code == 404
    assert page("zhao", f"/desk/whatif/{whole.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("change", "more", "field"),
    [
        ({"kind": "limit", "clock": "hearing", "days": 3}, {}, "clock"),
        ({"kind": "parallel", "first": "grant", "second": "review"}, {}, "pair"),
        ({"kind": "clerks", "step": "nonsense", "number": -1}, {}, "step"),
        (CUT, {"rounds": 4}, "rounds"),
        (CUT, {"seed": 2**31}, "seed"),
    ],
)
def test_what_this_process_has_not_is_refused_by_its_field_and_nothing_is_kept(history, change, more, field):
    with pytest.raises(Refusal) as refused:
        asked(change=change, **more)
    assert [fault.field for fault in refused.value.faults] == [field]
    assert not Study.objects.exists()


def test_a_process_is_offered_with_what_it_received_in_the_year_a_study_learns_from(history):
    kept, day = facts.current(), at().date()
    assert ("services.licence", 4) in offering.processes(kept, "market", *year_before(day))
    assert offering.processes(kept, "market", day, day.replace(year=day.year + 1)) == []


def test_an_interrupted_study_goes_on_where_it_was_and_gives_the_numbers_it_would_have_given(history):
    whole, cut = asked(), asked()
    assert actions.work_on(whole.pk, at=at) is True
    whole.refresh_from_db()
    assert whole.says == ""
    assert actions.work_on(cut.pk, at=at, most=2) is False
    cut.refresh_from_db()
    assert (cut.state, cut.done, cut.total) == (
        "running",
        2,
        5,
    )  # too few cases for a trial: the rounds of the change only
    actions.stop(study_id=cut.pk, by=staff("zhao"), at=at())
    assert actions.work_on(cut.pk, at=at) is False
    with pytest.raises(NotAllowed):
        actions.proceed(study_id=cut.pk, by=staff("sun"), at=at())
    actions.proceed(study_id=cut.pk, by=staff("zhao"), at=at())
    assert actions.work(at=at) == 1
    whole.refresh_from_db()
    cut.refresh_from_db()
    assert (cut.state, cut.answer) == ("done", whole.answer)
    events = LedgerEntry.objects.filter(subject=f"whatif:{cut.pk}").order_by("ordinal").values_list("event", flat=True)
    assert list(events) == ["whatif.asked", "whatif.stopped", "whatif.continued", "whatif.answered"]
    with pytest.raises(Refusal, match="已经结束"):
        actions.stop(study_id=cut.pk, by=staff("zhao"), at=at())
    assert asked(seed=8).seed == 8


def test_a_page_says_plainly_that_three_cases_are_too_few(history):
    found = asked(change={"kind": "parallel", "first": "accept", "second": "review"})
    shown = page("zhao", f"/desk/whatif/{found.pk}/").content.decode()
    assert "正在读取办件" in shown
    assert "暂停" in shown
    assert actions.work_on(found.pk, at=at)
    assert page("zhao", f"/desk/whatif/{found.pk}/?part=progress")["HX-Refresh"] == "true"
    shown = page("zhao", f"/desk/whatif/{found.pk}/").content.decode()
    for said in ("样本不足", "不能作为依据", "仅供讨论", "同时办", "当年实际", "等在哪里"):
        assert said in shown
    found.refresh_from_db()
    assert found.answer["real"]["cases"] == 3
    assert found.answer["trial"]["verdict"] == "too-few"


def test_the_last_pair_of_hands_cannot_be_taken_away_and_the_study_says_why(history):
    found = asked(change={"kind": "clerks", "step": "review", "number": -1})
    assert actions.work_on(found.pk, at=at)
    found.refresh_from_db()
    assert (found.state, found.answer) == ("refused", {})
    assert "没有人办了" in page("zhao", f"/desk/whatif/{found.pk}/").content.decode()


def test_a_form_with_faults_comes_back_with_the_fault_beside_its_field(history):
    sent = page(
        "zhao",
        "/desk/whatif/?process=services.licence&scope=market",
        {"kind": "limit", "days": "三", "rounds": 5, "seed": 1},
    )
    assert sent.status_code == 422
    assert "请填整数" in sent.content.decode()
    sent = page(
        "zhao",
        "/desk/whatif/?process=services.licence&scope=market",
        {"kind": "limit", "clock": "promised", "days": "3", "rounds": 5, "seed": 1},
    )
    assert sent.status_code == 302
    assert Study.objects.get().change == CUT


def test_hands_are_codes_and_only_what_was_known_by_then_is_learned(history):
    rows = facts.current().rows("select distinct hand from steps where who = 'staff'")
    assert rows
    assert all(hand.startswith("h") and len(hand) == 11 for (hand,) in rows)
    assert facts.current().rows("select count(*) from steps where who <> 'staff' and hand is not null") == [(0,)]
    days = (cast.at("2026-09-01").date(), cast.at("2026-09-25").date())
    for cut_off, many in ((cast.at(hour=0), 0), (cast.at("2026-09-25", 8), 4)):
        given = history_asked.Asked("services.licence", "market", *days, cut_off)
        assert facts.current().rows(f"select count(*) from ({history_asked.OWN})", given.given) == [(many,)]
