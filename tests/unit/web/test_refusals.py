"""One refusal, three faces: a page, a fragment for htmx, a problem document for machines."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from yiwang.kernel.refusal import Fault, NotAllowed, NotFound, Refusal, Stale
from yiwang.web.middleware import RefusalMiddleware


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page without the rooms that fill its shell: no database is needed to say no."""
    from yiwang.kernel import names

    monkeypatch.setattr(names, "slot", {})


def answer(refusal: Exception, *, path: str = "/desk/cases/", htmx: bool = False, **headers: str) -> HttpResponse:
    request = RequestFactory().get(path, headers=headers)
    request.htmx = htmx  # type: ignore[attr-defined]

    def view(_: HttpRequest) -> HttpResponse:
        raise refusal

    found = RefusalMiddleware(view).process_exception(request, refusal)
    assert found is not None
    return found


def test_an_error_that_is_no_refusal_stays_a_bug() -> None:
    request = RequestFactory().get("/")
    assert RefusalMiddleware(lambda _: HttpResponse()).process_exception(request, ValueError("x")) is None


@pytest.mark.parametrize(
    ("refusal", "status", "heading"),
    [
        (Refusal("材料不齐。"), 422, "未能办理"),
        (NotAllowed("您不是本单位的人。"), 422, "未能办理"),
        (NotFound("没有这个办件。"), 404, "没有找到"),
        (Stale("同事已先一步办理。"), 409, "已有更新"),
    ],
)
def test_a_page_says_in_its_heading_which_kind_of_no_it_is(
    refusal: Refusal, status: int, heading: str, shell: None
) -> None:
    page = answer(refusal)
    text = page.content.decode()
    assert page.status_code == status
    assert f"<h1>{heading}</h1>" in text
    assert refusal.says in text
    assert "<html" in text


def test_a_sentence_about_one_field_is_said_once(shell: None) -> None:
    text = answer(Refusal("联系电话应为11位数字。", field="phone")).content.decode()
    assert text.count("联系电话应为11位数字。") == 1


def test_faults_that_say_more_are_listed_below_the_sentence(shell: None) -> None:
    faults = [Fault("phone", "联系电话应为11位数字。"), Fault("area", "面积须大于0。"), Fault("x", "有两处要改。")]
    text = answer(Refusal("有两处要改。", faults=faults)).content.decode()
    assert "<li>联系电话应为11位数字。</li><li>面积须大于0。</li></ul>" in text
    assert text.count("有两处要改。") == 1


def test_what_somebody_typed_is_never_markup(shell: None) -> None:
    text = answer(Refusal("找不到“<script>alert(1)</script>”。")).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_htmx_gets_only_the_sentence_with_its_article(shell: None) -> None:
    found = answer(Refusal("不予受理须书面说明理由。", article="《行政许可法》第三十二条"), htmx=True)
    text = found.content.decode()
    assert found.status_code == 422
    assert 'role="alert"' in text
    assert "依据：《行政许可法》第三十二条" in text
    assert "<html" not in text


@pytest.mark.parametrize(("path", "accept"), [("/api/v1/matters/1", "*/*"), ("/desk/", "application/json")])
def test_a_machine_gets_a_problem_document(path: str, accept: str) -> None:
    refusal = Stale("同事已先一步办理。", code="taken", article="内部规程", faults=[Fault("version", "版本是旧的。")])
    found = answer(refusal, path=path, htmx=True, Accept=accept)
    assert found["Content-Type"] == "application/problem+json"
    assert found.status_code == 409
    assert json.loads(found.content) == {
        "type": "urn:yiwang:refusal:taken",
        "title": "不予办理此项请求",
        "status": 409,
        "detail": "同事已先一步办理。",
        "instance": path,
        "code": "taken",
        "article": "内部规程",
        "errors": [{"pointer": "version", "code": "invalid", "detail": "版本是旧的。"}],
    }


def test_a_problem_names_no_article_and_no_errors_it_does_not_have() -> None:
    body = json.loads(answer(Refusal("不行。"), path="/api/v1/x").content)
    assert "article" not in body
    assert "errors" not in body
    assert "不行" in body["detail"]


def test_an_address_the_api_does_not_have_is_answered_as_a_problem_and_not_as_a_page() -> None:
    from yiwang.web.views import not_found

    found = not_found(RequestFactory().get("/api/v1/nothing"))
    assert (found.status_code, found["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(found.content)["instance"] == "/api/v1/nothing"


@pytest.mark.django_db
def test_an_address_only_a_button_leads_to_says_so(client) -> None:
    typed = client.get("/text-size/")
    assert typed.status_code == 405
    assert typed["Allow"] == "POST"
    assert "请从页面上的按钮进入" in typed.content.decode()
    asked = client.delete("/api/v1/items")
    assert (asked.status_code, asked["Content-Type"]) == (405, "application/problem+json")
    assert asked.json()["code"] == "wrong-method"


@pytest.mark.django_db
def test_what_django_itself_will_not_read_is_refused_in_the_words_of_the_house(client) -> None:
    much = {f"field{number}": "1" for number in range(5_000)}
    answer_ = client.post("/text-size/", much, headers={"X-CSRFToken": "x"})
    assert answer_.status_code == 413
    assert "超过了系统一次能接收的大小" in answer_.content.decode()

    elsewhere = client.get("/", headers={"Host": "evil.example"})
    assert elsewhere.status_code == 400
    assert "请从政府网站的入口进入" in elsewhere.content.decode()
    assert "evil" not in elsewhere.content.decode()


def test_the_shell_says_what_was_refused_and_no_page_says_it_a_second_time():
    again = re.compile(r"(?<![.\w])refusal\.says")
    shells = re.compile(r'extends "web/(base|desk)\.html"')
    pages = {path: path.read_text(encoding="utf-8") for path in (settings.ROOT / "yiwang").rglob("templates/*/*.html")}
    assert len(pages) > 100
    assert [
        path.name
        for path, text in pages.items()
        if shells.search(text) and "block refusal" not in text and again.search(text)
    ] == []
