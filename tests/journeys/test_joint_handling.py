"""A restaurant licence that three departments decide together, clicked through as the web server answers: handed on, two
departments at their own desks, the head of the government, gathered, granted."""

from uuid import uuid4

import pytest

from tests.factories import cases as cast
from tests.journeys.test_web_role import as_web_process, browser
from tests.journeys.test_web_role import roles as roles  # the fixture that sets the row policies
from yiwang.services.cases import declared as kept
from yiwang.services.catalogue.models import Guide

FIRE, HOUSING = "云溪县消防救援大队", "云溪县住房和城乡建设局"


@pytest.fixture
def case(roles, monkeypatch):
    monkeypatch.setattr("yiwang.services.cases.views.desk.now", lambda: cast.at(hour=14))
    guide = Guide.objects.filter(item__code=cast.FOOD, state="published").latest("version")
    document = {**guide.document, "joint_organs": [FIRE, HOUSING]}
    Guide.objects.filter(pk=guide.pk).update(document=document)
    kept._parsed.clear()
    yield cast.walked(cast.submitted(), "accept")
    kept._parsed.clear()


def page(who, case):
    return browser(who).get(f"/desk/cases/{case.matter.reference}/")


def posted(who, case, step, **values):
    """The answer to the step's own form on the page, the refusal's included."""
    case.matter.refresh_from_db()
    body = {"version": case.matter.version, "idempotency_key": str(uuid4()), **values}
    url = f"/desk/cases/{case.matter.reference}/steps/{step}/"
    return browser(who).post(url, body, follow=True).content.decode()


def test_three_departments_decide_together(case):
    opinion = "经核对图纸和现场照片，符合要求。"
    file_id = cast.materials(case)["layout"].files.get().pk
    with as_web_process():
        before = page("zhao", case).content.decode()
        assert "转告有关部门" in before
        assert "行政许可法 第二十六条第二款" in before
        assert f"协办部门一（{FIRE}）" in before
        assert "协办部门三" not in before
        refused = posted("zhao", case, "review", opinion=opinion, recommendation="grant")
        assert "请先转告有关部门分别提出意见" in refused
        assert "已办理：转告有关部门" in posted("zhao", case, "ask-departments", matters="消防安全、房屋结构安全")
        # two desks at once; each sees the case and the files, and only its own seat
        fire, housing = page("fire-2", case).content.decode(), page("housing-2", case).content.decode()
        assert "提出意见（协办部门一）" in fire
        assert "提出意见（协办部门二）" not in fire
        assert "提出意见（协办部门二）" in housing
        assert browser("fire-2").get(f"/files/{file_id}/").status_code == 200
        assert browser("education-2").get(f"/files/{file_id}/").status_code == 404
        assert page("education-2", case).status_code == 404
        assert "须写明所依据的条款、标准" in posted("fire-2", case, "view-1", view="disagree", opinion=opinion)
        assert "已办理" in posted("fire-2", case, "view-1", view="agree", opinion=opinion)
        assert "汇总有关部门意见" not in page("zhao", case).content.decode()
        extended = posted("lu", case, "extend-joint", days="5", opinion="三个部门联合审查，事项复杂，同意延长。")
        assert "已办理：批准延期（联合办理）" in extended
        assert "已办理" in posted("housing-2", case, "view-2", view="agree", opinion=opinion)
        assert "已办理：汇总有关部门意见" in posted("zhao", case, "gather-views")
        assert "已办理：审核" in posted("zhao", case, "review", opinion=opinion, recommendation="grant")
        granted = posted("sun", case, "grant", opinion="有关部门均已同意，准予许可。")
        assert "已办理：同意（准予许可）" in granted
    case.refresh_from_db()
    assert case.outcome == "granted"
