"""What is refused is said in plain words, on the face where it happened, with the way back."""

from tests.browser.conftest import LIN
from tests.factories import cases


def test_an_address_that_is_none_and_a_case_of_somebody_else_look_the_same(visitor, house):
    with house.inside():
        reference = cases.received("2026-09-23", party_id=cases.person("王建国")).matter.reference
    lin = visitor(LIN, phone=True)
    lin.go("/no/such/page/", status=404)
    lin.go(f"/my/cases/{reference}/", status=404)
    lin.see("没有这个办理编号，或者您无权查看")
    lin.press("返回")


def test_a_clerk_keeps_the_desk_around_a_refusal(visitor):
    zhao = visitor("zhao")
    zhao.go("/desk/cases/?phase=nonsense", status=422)
    assert zhao.page.get_by_role("navigation", name="工作台导航").is_visible()
    zhao.press("返回")
    assert zhao.page.url.endswith("/desk/inbox/")
    zhao.go("/desk/cases/2026-999999/", status=404)
    zhao.go("/desk/counter/")
    zhao.see("您今天没有安排在任何窗口")


def test_of_two_who_press_at_once_the_second_is_told_that_it_was_done(visitor, house):
    with house.inside():
        case = cases.submitted("2026-09-23")
        cases.checked(case, "2026-09-23", layout="", rules="", lease="")
    reference = case.matter.reference
    first, second = visitor("zhou"), visitor("zhou")
    for each in (first, second):
        each.go(f"/desk/cases/{reference}/")
    first.lead(lambda: first.page.keyboard.press("F4"))
    second.lead(lambda: second.page.keyboard.press("F4"), status=409)
    second.see("审查中")


def test_an_expired_form_says_so_and_does_nothing(visitor, house):
    with house.inside():
        reference = cases.submitted("2026-09-23").matter.reference
    zhou = visitor("zhou")
    zhou.go(f"/desk/cases/{reference}/")
    zhou.context.clear_cookies(name="csrftoken")
    zhou.lead(lambda: zhou.page.keyboard.press("F4"), status=403)
    zhou.see("页面已过期")


def test_a_wrong_password_is_told_without_telling_which_half_was_wrong(visitor):
    somebody = visitor()
    somebody.go("/desk/inbox/")
    assert "/accounts/login/" in somebody.page.url
    somebody.fill("登录名", "he")
    somebody.fill("密码", "wrong")
    somebody.press(somebody.page.get_by_role("main").get_by_role("button", name="登录"), status=422)
    assert somebody.page.locator(".field-fault, .refusal").first.is_visible()
