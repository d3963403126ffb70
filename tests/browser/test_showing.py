"""林 shows her licence on her phone, 周 scans it at his desk, and she reads who looked and objects."""

from tests.browser.conftest import LIN
from tests.factories import cases, certificates


def test_a_code_scanned_opens_the_least_only_after_the_holder_agrees_and_she_reads_who_looked(visitor, house):
    with house.inside():
        reference = cases.submitted("2026-09-23").matter.reference
        certificates.business_licence(cases.noodle_shop(), at=cases.at("2026-09-23"))
    lin = visitor(LIN, phone=True)
    lin.go("/me/certificates/")
    lin.press("亮码")
    code = lin.page.locator("#code .text-break").inner_text()
    assert lin.page.locator("#code img").evaluate("e => e.complete && e.naturalWidth > 0")
    zhou = visitor("zhou")
    zhou.go(f"/desk/cases/{reference}/")
    zhou.press("扫亮码、查看申请人的证照")
    zhou.page.get_by_label("扫描持证人的亮码").fill(code)
    zhou.lead(lambda: zhou.page.keyboard.press("Enter"))
    zhou.see("等待持证人同意")
    assert not zhou.page.get_by_text("餐饮服务").count()
    lin.see("您同意吗")  # it came by itself
    lin.see(reference)
    lin.look()
    zhou.lead(lambda: lin.press(lin.page.get_by_role("button", name="同意", exact=True)))
    zhou.see("餐饮服务")
    zhou.go(f"/desk/certificates/cases/{reference}/")
    zhou.page.get_by_label("扫描持证人的亮码").fill(code)
    zhou.lead(lambda: zhou.page.keyboard.press("Enter"), status=422)
    zhou.see("已经扫过")
    lin.go("/me/uses/")
    lin.see("云溪县市场监督管理局")
    lin.see(reference)
    lin.page.get_by_text("我觉得不该看，提出异议").first.click()
    lin.page.get_by_label("为什么觉得不该看").first.fill("我没有在办这件事。")
    lin.press("提出异议")
    lin.see("正在等单位答复")
