"""The calendar's pages and its API, as a stranger, a clerk and the keeper of the calendar meet them."""

from __future__ import annotations

import pytest

from tests.unit.foundation.calendar.test_entering import notice_2027
from yiwang.foundation.calendar.models import CalendarNotice
from yiwang.kernel import names
from yiwang.kernel.permissions import STRANGER

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_doer(monkeypatch):
    def become(doer):
        monkeypatch.setitem(names.hook._functions, "organs.doer", lambda request: doer)

    become(STRANGER)
    return become


@pytest.fixture
def november_today(settings, november):
    settings.TODAY = november.date()


def posted(deed: str, **changes: object) -> dict[str, str]:
    """The form as a browser sends it, filled in from the notice of 2027."""
    notice = notice_2027()
    rows: dict[str, dict[str, str]] = {}
    for day, name in notice["off"].items():
        row = rows.setdefault(name, {"name": name, "first_on": day.isoformat()})
        row["last_on"] = day.isoformat()
    for day, name in notice["makeup"].items():
        row = rows[name]
        row[f"work_{1 + sum(key.startswith('work_') for key in row)}"] = day.isoformat()
    form = {
        "deed": deed,
        "year": "2027",
        "title": notice["title"],
        "document_number": notice["document_number"],
        "issued_on": notice["issued_on"].isoformat(),
        "source": notice["source"],
        "holiday-TOTAL_FORMS": str(len(rows) + 1),
        "holiday-INITIAL_FORMS": "0",
    }
    for number, row in enumerate(rows.values()):
        form |= {f"holiday-{number}-{key}": value for key, value in row.items()}
    return {**form, **{key: str(value) for key, value in changes.items()}}


def test_a_clerk_is_refused_the_entry_form_in_chinese(client, as_doer, clerk):
    as_doer(clerk)
    answer = client.get("/desk/calendar/enter/")
    assert answer.status_code == 422
    assert "没有办理此项操作的权限" in answer.content.decode()
    assert client.post("/desk/calendar/enter/", posted("enter")).status_code == 422
    assert not CalendarNotice.objects.filter(year=2027).exists()


def test_an_empty_form_names_what_is_missing(client, as_doer, keeper):
    as_doer(keeper)
    answer = client.post("/desk/calendar/enter/", {"deed": "preview"})
    assert answer.status_code == 422
    assert "请填写年度" in answer.content.decode()


@pytest.mark.parametrize("year", ["二〇二七", "-1", "99999999999999999999", "2027.5", ""])
def test_a_year_that_is_no_year_is_refused_beside_its_field(client, as_doer, keeper, year):
    as_doer(keeper)
    answer = client.post("/desk/calendar/enter/", posted("enter", year=year))
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"holiday-0-last_on": "2026-12-31"}, "放假末日不得早于首日"),
        ({"holiday-0-last_on": "9999-12-31"}, "放假末日不得早于首日"),
        ({"holiday-0-first_on": "2027-02-30"}, "请填写有效日期"),
        ({"holiday-0-name": ""}, "请填写节日名称"),
        ({"holiday-7-work_1": "2027-10-09"}, "请填写放假首日"),
        ({"holiday-0-work_1": "2027-10-09"}, "填写了两次"),
        ({"holiday-TOTAL_FORMS": "100000"}, "12"),
    ],
)
def test_days_that_make_no_sense_are_refused_on_the_form(client, as_doer, keeper, november_today, changes, says):
    as_doer(keeper)
    answer = client.post("/desk/calendar/enter/", posted("enter", **changes))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not CalendarNotice.objects.filter(year=2027).exists()


def test_what_the_notice_may_not_say_comes_back_as_a_list_with_the_form_filled(client, as_doer, keeper, november_today):
    as_doer(keeper)
    answer = client.post("/desk/calendar/enter/", posted("enter", **{"holiday-1-work_1": "2027-02-15"}))
    assert answer.status_code == 422
    assert "本来就上班，不能列为调休上班" in answer.content.decode()
    assert "国办发明电〔2026〕9号" in answer.content.decode()


def test_the_keeper_previews_what_would_move_and_then_enters_it(client, as_doer, keeper, november_today):
    as_doer(keeper)
    assert "2027" in client.get("/desk/calendar/enter/").content.decode()
    preview = client.post("/desk/calendar/enter/", posted("preview"))
    page = preview.content.decode()
    assert preview.status_code == 200
    assert "2027年2月9日（周二）" in page
    assert "核对无误，录入" in page
    assert not CalendarNotice.objects.filter(year=2027).exists()
    entered = client.post("/desk/calendar/enter/", posted("enter"))
    assert entered.status_code == 302
    assert entered.url == "/desk/calendar/2027/"
    year = client.get(entered.url).content.decode()
    assert "国办发明电〔2026〕9号" in year
    assert "已公布" in year


def test_pressing_twice_enters_once(client, as_doer, keeper, november_today):
    as_doer(keeper)
    assert client.post("/desk/calendar/enter/", posted("enter")).status_code == 302
    again = client.post("/desk/calendar/enter/", posted("enter"))
    assert again.status_code == 422
    assert "已经录入" in again.content.decode()
    assert CalendarNotice.objects.filter(year=2027).count() == 1


def test_the_year_shows_twelve_months_with_rest_and_make_up_days_told_by_word(client, as_doer, clerk):
    as_doer(clerk)
    page = client.get("/desk/calendar/").content.decode()
    assert page.count("<caption>") == 12
    assert "国庆节调休上班" in page
    assert page.count("<small>班<span") == 6
    assert "录入放假通知" not in page
    assert 'aria-current="date"' in page


def test_a_year_nobody_has_announced_is_shown_as_provisional(client, as_doer, clerk):
    as_doer(clerk)
    page = client.get("/desk/calendar/2027/").content.decode()
    assert "暂定" in page
    assert "不得作为确定日期对外告知" in page


def test_the_desk_is_alarmed_in_november(client, as_doer, clerk, november_today):
    as_doer(clerk)
    assert "2027年放假安排尚未录入" in client.get("/desk/calendar/").content.decode()


@pytest.mark.parametrize("year", [0, 1999, 2061, 99999999999999999999])
def test_a_year_outside_the_calendar_is_not_found(client, as_doer, year):
    assert client.get(f"/desk/calendar/{year}/").status_code == 404
    assert client.get(f"/api/v1/calendar/{year}").status_code == 422


def test_a_page_costs_a_bounded_number_of_queries(client, as_doer, clerk, django_assert_max_num_queries):
    as_doer(clerk)
    client.get("/desk/calendar/")
    with django_assert_max_num_queries(12):
        client.get("/desk/calendar/")


def test_machines_read_a_year_without_logging_in(client):
    answer = client.get("/api/v1/calendar/2026").json()
    assert answer["announced"] is True
    assert answer["working_days"] == 248
    assert {"day": "2026-10-10", "name": "国庆节"} in answer["makeup"]
    assert answer["notices"][0]["document_number"] == "国办发明电〔2025〕7号"
    unknown = client.get("/api/v1/calendar/2027").json()
    assert (unknown["announced"], unknown["makeup"], unknown["notices"]) == (False, [], [])
