"""Pages of guides: what a citizen reads, what an editor writes, what a reviewer decides."""

from __future__ import annotations

import html
from datetime import date

import pytest
from django.test import Client

from tests.factories.calendar import announced_table
from tests.unit.services.catalogue.guide_parts import TODAY, demo, stock
from yiwang.foundation.organs.models import Account
from yiwang.kernel.refusal import Refusal
from yiwang.services.catalogue import guide_forms, guides, printing, publication, reading
from yiwang.services.catalogue.declarations import read
from yiwang.services.catalogue.models import Guide, Item

SMALL = {"business": "catering", "cold": "no", "area": "small", "place": "own", "agent": "self"}


def sheet(answers, stem="food-licence"):
    return printing.sheet(demo(stem), answers, on=TODAY, table=announced_table())


def test_an_unknown_answer_is_refused_and_an_unknown_question_ignored():
    with pytest.raises(Refusal):
        sheet({"cold": "lukewarm"})
    assert sheet({"utm_source": "x"}).answers == {}


def test_the_sheet_parts_what_to_bring_from_what_the_government_holds():
    found = sheet(SMALL)
    assert [line.material.id for line in found.bring] == ["layout", "rules"]
    assert [line.material.id for line in found.held] == ["licence", "deed"]
    assert [line.material.id for line in found.made] == ["application"]
    # ten working days from 24 September over the National Day
    assert found.latest_on == date(2026, 10, 15)
    assert not found.provisional


def test_an_open_question_says_when_a_material_is_asked_for():
    lines = {line.material.id: line for line in sheet({}).bring}
    assert lines["lease"].depends == "租赁或者借用时才要"
    assert lines["layout"].depends == ""


def test_a_notice_says_every_material_with_copies_place_and_phone():
    data = sheet(SMALL).as_data()
    assert [one["name"] for one in data["materials"] if one["how"] == "要您准备"] == [
        "主要设备设施、经营布局和操作流程图",
        "食品安全规章制度目录清单",
    ]
    assert data["materials"][0]["copies"] == "原件1份"
    assert data["phones"]
    assert data["places"][0]["hours"]


@pytest.mark.parametrize("stem", ["food-licence", "construction-permit", "public-place"])
def test_a_guide_shown_in_the_editor_and_saved_unchanged_is_the_same_guide(stem):
    guide = demo(stem)
    form = guide_forms.GuideForm(None, declaration=guide)
    bound = guide_forms.GuideForm(posted(form), declaration=guide)
    assert bound.is_valid(), bound.errors
    assert read(bound.data_of()) == guide


def posted(form):
    """What a browser sends when somebody presses save without touching anything."""
    data = {}
    for one in (form, *(row for rows in form.tables.values() for row in rows.forms)):
        for field in one:
            value = field.value()
            if value is not None and value is not False and value != "":
                data[field.html_name] = value
    for formset in form.tables.values():
        data |= {
            f"{formset.prefix}-TOTAL_FORMS": formset.total_form_count(),
            f"{formset.prefix}-INITIAL_FORMS": formset.initial_form_count(),
        }
    return data


def test_the_editor_refuses_a_number_that_is_none_and_notation_that_is_none():
    guide = demo("banner")
    data = posted(guide_forms.GuideForm(None, declaration=guide))
    broken = guide_forms.GuideForm(data | {"legal_days": "二十", "structure": "[[form]\n"}, declaration=guide)
    assert not broken.is_valid()
    assert set(broken.errors) == {"legal_days", "structure"}


def test_two_versions_are_compared_in_words():
    before = demo("banner")
    data = before.as_data()
    data["materials"][0]["originals"] = 3
    data["steps"] = data["steps"][:-1]
    (materials, steps) = reading.differences(before, read(data))
    assert materials[0] == "材料"
    assert len(materials[1]) == len(materials[2]) == 1
    assert "原件3份" in materials[2][0]
    assert (steps[0], len(steps[1])) == ("环节", 1)
    assert reading.differences(before, before) == []


def test_a_deleted_material_is_gone_and_a_new_one_gets_a_number():
    guide = demo("banner")
    form = guide_forms.GuideForm(None, declaration=guide)
    new = {
        "materials-3-name": "安全承诺书",
        "materials-3-source": "applicant",
        "materials-3-bases": "《城市市容和环境卫生管理条例》第十七条",
    }
    bound = guide_forms.GuideForm(posted(form) | {"materials-1-DELETE": "on"} | new, declaration=guide)
    assert bound.is_valid(), bound.errors
    assert [one.id for one in read(bound.data_of()).materials] == ["application", "licence", "material-4"]


@pytest.fixture
def county(db):
    stock(guides=("food-licence", "banner", "sole-trader", "sewer"))


def page(client, url, status=200, **data):
    response = client.get(url, data)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_the_guide_page_answers_in_the_citizens_words(county, client):
    text = page(client, "/items/YX-SJ-0001/guide/", **SMALL)
    assert "今天受理最迟10月15日" in text
    assert "政府已有，不用交" in text
    assert "/apply/YX-SJ-0001/" in text
    assert "专间或专用操作区说明" not in text
    assert "专间或专用操作区说明" in page(client, "/items/YX-SJ-0001/guide/", **SMALL | {"cold": "yes"})
    assert "打印日期2026年9月24日" in page(client, "/items/YX-SJ-0001/guide/print/", **SMALL)


def test_an_item_nobody_knows_is_404_and_a_wrong_answer_422(county, client):
    page(client, "/items/NO-SUCH/guide/", 404)
    page(client, "/items/YX-SJ-0001/guide/", 422, cold="lukewarm")


def test_the_questions_work_as_plain_links(county, client):
    assert "开饭店" in page(client, "/guide-me/")
    assert "有没有营业执照" in page(client, "/guide-me/open-restaurant/")
    text = page(client, "/guide-me/open-restaurant/", licence="no", what="catering", area="small", cold="no")
    assert "要办3件事" in text
    assert "前一步办出来的" in text
    page(client, "/guide-me/open-moon-base/", 404)


def staff(username):
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_strangers_and_other_staff_do_not_find_the_desk_pages(county, client):
    guide = Guide.objects.get(item__code="511A17033003")
    for who in (client, staff("zhao")):
        page(who, "/desk/catalogue/511A17033003/guides/", 404)
        page(who, f"/desk/catalogue/guides/{guide.pk}/", 404)


def test_an_editor_drafts_mends_submits_and_two_reviewers_publish(county):
    editor, establishment, legal = staff("su"), staff("bian"), staff("song")
    made = editor.post("/desk/catalogue/511A17033003/guides/draft/")
    url = made["Location"]
    text = page(editor, url)
    assert "缺少必备要素：施行期间" in text  # a copy has no day of its own
    row = Guide.objects.get(pk=int(url.rstrip("/").rsplit("/", 1)[1]))
    data = posted(guide_forms.GuideForm(None, declaration=guides.declared(row)))
    refused = editor.post(f"{url}submit/")
    assert refused.status_code == 422
    saved = editor.post(url, data | {"in_force_from": "2026-10-01", "quota": "每条街不超过十条"})
    assert saved.status_code == 302, saved.content.decode()[:3000]
    assert 'value="2026-10-01"' in page(editor, url), "a day in Chinese words would be lost by the next save"
    assert editor.post(f"{url}submit/").status_code == 302
    reference = publication.matter_of(row).reference
    assert f"/desk/catalogue/publications/{reference}/" in page(establishment, "/desk/inbox/")
    assert establishment.get(f"/desk/catalogue/publications/{reference}/")["Location"] == url
    page(staff("zhao"), f"/desk/catalogue/publications/{reference}/", 404)
    reviewed = page(establishment, url)
    assert "编制审核通过" in reviewed
    assert '<th scope="row">数量限制</th>' in reviewed
    assert "每条街不超过十条" in reviewed
    assert "services." not in reviewed, "a reviewer reads titles, not ids"
    shown = {line.label: line.says for line in reading.lines(guides.declared(row))}
    assert all(
        say in html.unescape(reviewed) for label in ("办理地点和时间", "结果", "救济途径") for say in shown[label]
    )
    assert establishment.post(f"{url}review/", {"step": "pass-establishment", "opinion": ""}).status_code == 422
    opinion = "要素齐全，依据明确，同意。"
    assert establishment.post(f"{url}review/", {"step": "pass-establishment", "opinion": opinion}).status_code == 302
    assert legal.post(f"{url}review/", {"step": "publish", "opinion": opinion}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.in_force.lower, row.document["quota"]) == (
        "published",
        date(2026, 10, 1),
        "每条街不超过十条",
    )


def test_a_guide_begun_from_nothing_is_completed_in_the_editor_alone(county):
    item = Item.objects.get(code="511A17033003")
    item.pk, item.code, item.handle_code = None, "511A17033099", ""
    item.save()
    editor = staff("su")
    answer = editor.post("/desk/catalogue/511A17033099/guides/draft/", follow=True)
    text = answer.content.decode()
    assert "请填写各项要素" in text
    url = answer.redirect_chain[0][0]
    row = Guide.objects.get(pk=int(url.rstrip("/").rsplit("/", 1)[1]))
    faults = publication.faults_of(row, TODAY)
    for fault in faults:  # whatever the gate asks of an empty guide has its place on this page
        place = guide_forms.mended_in(fault.field)
        assert f'<a href="#{place}">{fault.says}</a>' in text, fault
        assert f'id="{place}"' in text, fault
    form = guide_forms.GuideForm(None, declaration=guides.declared(row))
    filled = posted(guide_forms.GuideForm(None, declaration=demo("banner"))) | {"in_force_from": "2026-10-01"}
    seen = answer.context["seen"]
    assert form.declaration.item_code == "511A17033099"
    assert editor.post(url, filled | {"name": form["name"].value(), "seen": seen}).status_code == 302
    row.refresh_from_db()
    assert publication.faults_of(row, TODAY) == []


def test_a_stale_editor_is_told_and_nothing_is_overwritten(county):
    editor = staff("su")
    url = editor.post("/desk/catalogue/511A17033003/guides/draft/")["Location"]
    row = Guide.objects.get(state="draft")
    data = posted(guide_forms.GuideForm(None, declaration=guides.declared(row)))
    answer = editor.post(url, data | {"seen": "0" * 16, "quota": "覆盖"})
    assert answer.status_code in (409, 422)
    row.refresh_from_db()
    assert row.document["quota"] != "覆盖"
