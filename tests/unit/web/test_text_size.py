"""Three text sizes, kept in a cookie."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from yiwang.kernel import names
from yiwang.kernel.refusal import Refusal
from yiwang.web import views
from yiwang.web.context import shell


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "slot", {})
    monkeypatch.setattr(names, "hook", {})


@pytest.mark.parametrize("size", ["", "huge", "standard;path=/"])
def test_a_size_nobody_offers_is_refused(size: str) -> None:
    with pytest.raises(Refusal) as refused:
        views.text_size(RequestFactory().post("/text-size/", {"size": size}))
    assert refused.value.code == "unknown-text-size"


def test_looking_at_the_address_changes_nothing() -> None:
    assert views.text_size(RequestFactory().get("/text-size/")).status_code == 405


def test_the_choice_is_kept_for_a_year_and_the_reader_returns_to_the_page() -> None:
    response = views.text_size(RequestFactory().post("/text-size/", {"size": "large", "next": "/items/"}))
    assert response["Location"] == "/items/"
    assert response.cookies["text-size"].value == "large"
    assert response.cookies["text-size"]["max-age"] == 365 * 24 * 3600


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(target: str) -> None:
    response = views.text_size(RequestFactory().post("/text-size/", {"size": "large", "next": target}))
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    ("cookie", "shown"), [("large", "large"), ("larger", "larger"), ("x", "standard"), (None, "standard")]
)
def test_a_page_is_shown_in_the_size_of_the_cookie(cookie: str | None, shown: str) -> None:
    request = RequestFactory().get("/")
    if cookie:
        request.COOKIES["text-size"] = cookie
    assert shell(request)["text_size"] == shown
