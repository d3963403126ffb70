"""Places, their hours and counters: opened, changed and closed by the administrator; past days keep what held."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from tests.factories import organs
from tests.factories.organs import BEGINNING, counter, organ, place, post, staff
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs import actions, queries
from yiwang.foundation.organs.actions import Opening
from yiwang.foundation.organs.models import Counter, Place, PlaceHours
from yiwang.foundation.organs.queries import places
from yiwang.kernel.reception import Hours
from yiwang.kernel.refusal import NotAllowed, Refusal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 24, 9, 30, tzinfo=SHANGHAI)
TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
MORNING, EVENING = Opening(4, time(9), time(12)), Opening(4, time(17), time(19), True)


@pytest.fixture
def account():
    made = staff(organ("bureau"), "admin")
    post(made, "admin")
    return made


@pytest.fixture
def admin(account):
    return queries.doer_of(account, NOW)


@pytest.fixture
def hall():
    return place(organ("data-bureau"))


def refused(deed, **arguments):
    with pytest.raises(Refusal) as caught:
        deed(**arguments, at=NOW)
    return caught.value.code


def text(answer):
    return answer.content.decode()


def test_only_the_administrator_opens_and_closes_and_sets_hours(hall):
    zhao = staff(hall.organ)
    post(zhao, "organ-admin")
    by = queries.doer_of(zhao, NOW)
    window = counter(hall)
    new = {"kind": "hall", "name": "分厅", "organ": hall.organ, "division": hall.division, "address": "文明路2号"}
    with pytest.raises(NotAllowed):
        actions.open_place(code="second", from_on=TODAY, **new, by=by, at=NOW)
    with pytest.raises(NotAllowed):
        actions.close_place(place=hall, on=TODAY, reason="搬迁", by=by, at=NOW)
    with pytest.raises(NotAllowed):
        actions.set_hours(place=hall, openings=[MORNING], from_on=TOMORROW, by=by, at=NOW)
    with pytest.raises(NotAllowed):
        actions.close_counter(counter=window, on=TODAY, reason="撤并", by=by, at=NOW)


def test_wrong_hours_are_refused_each_for_its_reason(admin, hall):
    def code(*openings, from_on=TOMORROW):
        return refused(actions.set_hours, place=hall, openings=openings, from_on=from_on, by=admin)

    assert code(MORNING, from_on=TODAY) == "backdated"
    assert code() == "missing"
    assert code(Opening(8, time(9), time(12))) == "unknown-weekday"
    assert code(Opening(4, time(12), time(9))) == "runs-backwards"
    assert code(Opening(4, time(11), time(13)), MORNING) == "overlapping-hours"
    assert not PlaceHours.objects.exists()


def test_changed_hours_hold_from_their_day_and_earlier_days_keep_theirs(admin, hall):
    PlaceHours.objects.create(place=hall, from_on=BEGINNING, **EVENING._asdict())
    next_thursday = NOW + timedelta(days=7)
    evening = next_thursday.replace(hour=18)
    assert queries.is_extended(hall, evening)
    actions.set_hours(place=hall, openings=[MORNING], from_on=TOMORROW, by=admin, at=NOW)
    assert not queries.is_extended(hall, evening)
    assert queries.is_extended(hall, NOW.replace(hour=18))
    actions.set_hours(place=hall, openings=[MORNING, EVENING], from_on=TOMORROW, by=admin, at=NOW)  # corrected at once
    assert queries.is_extended(hall, evening)
    assert LedgerEntry.objects.filter(event="organs.hours-set").count() == 2


def test_a_counter_keeps_its_places_hours_until_it_has_its_own_and_gives_them_up_again(admin, hall):
    weekend, plain = counter(hall), counter(hall, "A9")
    PlaceHours.objects.create(place=hall, from_on=BEGINNING, **MORNING._asdict())
    sunday = Opening(7, time(9), time(12), True)
    next_thursday, next_sunday = NOW + timedelta(days=7), NOW + timedelta(days=10)
    own = {"place": hall, "counter": weekend, "from_on": TOMORROW, "by": admin}
    assert refused(actions.set_hours, **own | {"place": place(hall.organ, "town-1")}, openings=[sunday]) == "closed"
    assert refused(actions.set_hours, **own, openings=[sunday, sunday]) == "overlapping-hours"
    actions.set_hours(**own, openings=[sunday], open_on_rest_days=True, at=NOW)
    weekend.refresh_from_db()
    assert places.business_hours(weekend, next_thursday) == Hours()  # closed: its own hours leave Thursday out
    assert places.business_hours(weekend, next_sunday) == Hours(extended=((time(9), time(12)),))
    assert places.business_hours(plain, next_thursday) == Hours(regular=((time(9), time(12)),))
    assert (weekend.open_on_rest_days, list(places.hours_to_come(hall, TODAY))) == (True, [])
    actions.set_hours(**own, openings=[], open_on_rest_days=True, at=NOW)
    weekend.refresh_from_db()
    assert places.business_hours(weekend, next_thursday) == places.business_hours(plain, next_thursday)
    assert not weekend.open_on_rest_days


def test_a_place_is_not_closed_while_a_counter_is_open(admin, hall):
    window = counter(hall)
    assert refused(actions.close_place, place=hall, on=TODAY, reason="搬迁", by=admin) == "counters-open"
    assert refused(actions.close_counter, counter=window, on=TODAY, reason=" ", by=admin) == "missing-reason"
    assert refused(actions.close_counter, counter=window, on=date(2026, 9, 1), reason="撤并", by=admin) == "backdated"
    actions.close_counter(counter=window, on=TODAY, reason="撤并", by=admin, at=NOW)
    actions.close_place(place=hall, on=TODAY, reason="搬迁", by=admin, at=NOW)
    assert refused(actions.close_place, place=hall, on=TODAY, reason="搬迁", by=admin) == "already-ended"
    hall.refresh_from_db()
    assert hall.until_on == TODAY


def test_a_counter_somebody_sits_at_stays_open(admin, hall):
    window, chen = counter(hall), staff(hall.organ, name="陈玉")
    held = post(chen, "receiver", counter=window)
    with pytest.raises(Refusal, match="陈玉的岗位还在该窗口"):
        actions.close_counter(counter=window, on=TODAY, reason="撤并", by=admin, at=NOW)
    held.until_on = TODAY
    held.save()
    actions.close_counter(counter=window, on=TODAY, reason="撤并", by=admin, at=NOW)


def test_what_a_counter_was_authorised_to_do_ends_with_it(admin, hall):
    window = counter(hall)
    given = actions.authorise_counter(
        counter=window, organ=hall.organ, powers=["accept"], all_items=True, from_on=TODAY,
        until_on=date(2027, 1, 1), document="授权1号", by=admin, at=NOW,
    )  # fmt: skip
    actions.close_counter(counter=window, on=TOMORROW, reason="撤并", by=admin, at=NOW)
    given.refresh_from_db()
    assert given.until_on == TOMORROW


def test_a_number_is_given_once_and_a_closed_place_opens_no_counter(admin, hall):
    new = {"place": hall, "name": "企业专窗", "kind": "department", "organ": hall.organ, "by": admin}
    actions.open_counter(number="B01", from_on=TODAY, **new, at=NOW)
    assert refused(actions.open_counter, number="B01", from_on=TODAY, **new) == "already-recorded"
    assert refused(actions.open_counter, number="B02", from_on=date(2018, 1, 1), **new) == "too-early"
    Counter.objects.update(until_on=TODAY)
    actions.close_place(place=hall, on=TODAY, reason="搬迁", by=admin, at=NOW)
    hall.refresh_from_db()
    assert refused(actions.open_counter, number="B02", from_on=TODAY, **new) == "closed"


def test_the_pages_of_change_do_not_exist_for_others_and_everybody_on_staff_reads_the_hours(client, hall):
    PlaceHours.objects.create(place=hall, from_on=BEGINNING, **EVENING._asdict())
    client.force_login(staff(hall.organ))
    for path in ("new", "hall/close", "hall/hours", "hall/counters"):
        assert client.get(f"/desk/organs/places/{path}/").status_code == 404
    shown = text(client.get("/desk/organs/places/hall/"))
    assert "周四 17:00—19:00（延时服务）" in shown
    assert "停用场所" not in shown


def test_an_administrator_opens_a_hall_with_hours_and_a_counter_and_closes_them_again(client, account):
    client.force_login(account)
    new = {"kind": "town", "code": "river", "name": "河畔便民服务中心", "organ": "bureau", "address": "河畔路1号"}
    new |= {"division": organs.division().pk, "from_on": "2026-09-24"}
    assert client.post("/desk/organs/places/new/", new | {"address": ""}).status_code == 422
    assert client.post("/desk/organs/places/new/", new).url == "/desk/organs/places/river/"
    lines = {"opening-TOTAL_FORMS": "2", "opening-INITIAL_FORMS": "0", "from_on": "2026-09-25"}
    half = lines | {"opening-0-weekday": "4", "opening-0-opens_at": "09:00"}
    assert "请填齐这一行" in text(client.post("/desk/organs/places/river/hours/", half))
    client.post("/desk/organs/places/river/hours/", half | {"opening-0-closes_at": "12:00"})
    shown = text(client.get("/desk/organs/places/river/"))
    assert "2026年9月25日起" in shown
    assert "周四 09:00—12:00" in shown
    window = {"number": "A01", "name": "综合窗口", "kind": "comprehensive", "organ": "bureau", "from_on": "2026-09-24"}
    client.post("/desk/organs/places/river/counters/", window)
    closing = {"on": "2026-09-24", "reason": "撤并"}
    still = client.post("/desk/organs/places/river/close/", closing)
    assert "该场所还有窗口在用（A01）" in text(still)
    client.post(f"/desk/organs/counters/{Counter.objects.get().pk}/close/", closing)
    client.post("/desk/organs/places/river/close/", closing)
    assert Place.objects.get(code="river").until_on == TODAY
    assert client.get("/desk/organs/places/?format=xlsx").headers["Content-Type"].endswith("sheet")
