"""Every page in anybody's navigation, and what lies one press behind it, at the width it is used at."""

import pytest

from tests.browser.conftest import LIN

BEHIND = {
    "su": ["/desk/catalogue/YX-SJ-0001/guides/", "/desk/catalogue/imports/"],
    "deng": ["/desk/calendar/2026/", "/desk/calendar/enter/"],
    "chen": ["/desk/people/new/"],
}


@pytest.fixture(scope="module")
def walked():
    """The pages somebody of the staff has already been at."""
    return set()


@pytest.mark.parametrize("who", ["zhou", "chen", "luo", "wu", "su", "song", "deng", "pan", "yu"])
def test_the_navigation_of_one_of_the_staff(visitor, walked, who):
    desk = visitor(who)
    desk.go("/desk/inbox/")
    links = desk.page.locator("nav[aria-label=工作台导航] a").evaluate_all("all => all.map(a => a.pathname)")
    assert len(links) >= 2
    for path in [*links, *BEHIND.get(who, [])]:
        if path in walked and path != "/desk/inbox/":
            continue  # somebody else has looked at it; what each may do there is the table of permissions' subject
        walked.add(path)
        desk.go(path)
        assert desk.page.locator("h1").count() == 1, f"{path} has no heading of its own"


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_the_portal_of_a_stranger(visitor, phone):
    somebody = visitor(phone=phone)
    for path in (
        *("/", "/items/", "/items/YX-SJ-0001/", "/items/YX-SJ-0001/guide/", "/guide-me/", "/search/?q=开饭店"),
        *(
            "/search/?q=没有这种事",
            "/progress/",
            "/letters/",
            "/promises/",
            "/materials/asked/",
            "/accounts/phone/",
            "/accounts/login/",
        ),
        "/items/?theme=1",
    ):
        somebody.go(path)


def test_a_desk_on_a_phone_can_be_read(visitor):
    """An inspector outside, a director in a meeting."""
    wu = visitor("wu", phone=True)
    for path in ("/desk/inbox/", "/desk/supervision/", "/desk/cases/", "/wall/"):
        wu.go(path)


def test_the_pages_of_a_citizen(visitor):
    lin = visitor(LIN, phone=True)
    for path in ("/my/", "/me/", "/me/mandates/new/", "/my/letters/"):
        lin.go(path)
