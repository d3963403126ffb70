"""The watch itself: a page with faults is noticed, or the other tests would prove nothing."""

FAULTY = """<!doctype html><html><head><title>x</title></head><body>
<p style="color:#ccc;background:#fff">too pale</p><img src="https://elsewhere.example/x.png">
<div style="width:3000px">wide</div><script>console.error("broken")</script></body></html>"""


def test_a_pale_wide_page_that_calls_out_and_complains_is_noticed(visitor):
    person = visitor()
    person.page.set_content(FAULTY)
    person.look()
    found = "\n".join(person.troubles)
    person.troubles.clear()
    for sign in ("color-contrast", "image-alt", "3000", "elsewhere.example", "broken", "html-has-lang"):
        assert sign in found


def test_a_page_nobody_looked_at_is_noticed(visitor, house):
    person = visitor()
    person.page.goto(f"{house.base}/")
    person.go("/items/")
    assert any("without a look" in trouble for trouble in person.troubles)
    person.troubles.clear()


def test_a_violation_of_the_content_security_policy_is_noticed(visitor):
    person = visitor()
    person.go("/progress/")
    person.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    person.page.wait_for_function("document.querySelector('p[style]')")
    person.page.evaluate("1")
    assert any("Content Security Policy" in trouble or "CSP" in trouble for trouble in person.troubles)
    person.troubles.clear()
