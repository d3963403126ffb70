"""A restaurant licence on its way through the department: corrected, reviewed, decided, made, handed out."""

import pytest

from tests.browser.conftest import LIN
from tests.factories import cases, documents

BEFORE = "2026-09-23"  # cases of these stories came yesterday, whatever the hour of the run


@pytest.mark.slow
def test_zhou_asks_once_for_what_is_wrong_and_lin_mends_it_on_her_phone(visitor, house):
    with house.inside():
        reference = cases.submitted(BEFORE).matter.reference
    zhou = visitor("zhou")
    zhou.go("/desk/inbox/")
    zhou.press(f"签收{reference}")
    assert zhou.page.url.endswith(f"/desk/cases/{reference}/")
    zhou.in_first_screen(".clock", "#materials", "strong:has-text('小满面馆')", "text=受理 >> nth=0")

    page = zhou.page
    page.get_by_label("核对主要设备设施、经营布局和操作流程图").select_option("wrong")
    page.get_by_label("主要设备设施、经营布局和操作流程图的说明").fill("请标明餐具消毒区的位置。")
    zhou.lead(lambda: page.keyboard.press("F3"))
    page.keyboard.press("F7")  # opens the folded step and sends nothing
    asked = page.get_by_label("主要设备设施、经营布局和操作流程图", exact=True)
    assert asked.is_checked()
    asked.uncheck()
    page.get_by_label("食品安全规章制度目录清单", exact=True).check()
    page.get_by_label("食品安全规章制度目录清单怎样补正").fill("请补一页目录。")
    zhou.lead(lambda: page.keyboard.press("F7"), status=422)  # what was found wrong must be listed
    assert page.get_by_label("食品安全规章制度目录清单怎样补正").input_value() == "请补一页目录。"
    page.get_by_label("食品安全规章制度目录清单", exact=True).uncheck()
    page.get_by_label("主要设备设施、经营布局和操作流程图", exact=True).check()
    page.get_by_label("主要设备设施、经营布局和操作流程图怎样补正").fill("请标明餐具消毒区的位置。")
    zhou.lead(lambda: page.keyboard.press("F7"))
    zhou.see("待补正")

    _lin_corrects(visitor(LIN, phone=True), reference)

    zhou.go(f"/desk/cases/{reference}/")
    zhou.press("layout-new.jpg")
    assert page.locator("#preview img").evaluate("e => e.complete && e.naturalWidth > 0")
    page.get_by_label("核对主要设备设施、经营布局和操作流程图").select_option("right")
    zhou.lead(lambda: page.keyboard.press("F3"))
    zhou.lead(lambda: page.keyboard.press("F4"), status=422)
    zhou.see("还有2份材料没有核对")
    for box in page.locator("[name=checked]").all():
        box.check()
    zhou.lead(lambda: page.keyboard.press("F4"))
    zhou.see("审查中")


def _lin_corrects(lin, reference):
    lin.go("/")
    lin.see("等您处理")
    lin.go(f"/my/cases/{reference}/")
    lin.in_first_screen("main p.fs-5", "text=去补材料")
    lin.press("去补材料")
    lin.see("请标明餐具消毒区的位置")
    lin.press("补齐了，提交", status=422)
    lin.go(f"/my/cases/{reference}/correct/")
    photo = {"name": "layout-new.jpg", "mimeType": "image/jpeg", "buffer": documents.jpeg()}
    lin.page.locator("#material-layout input[type=file]").set_input_files(photo)
    lin.press(lin.page.locator("#material-layout button.btn"))
    lin.press("补齐了，提交")
    lin.see("材料已收到")


@pytest.mark.slow
def test_zhao_reviews_sun_decides_yu_makes_luo_hands_out_and_lin_reads_it(visitor, house):
    with house.inside():
        reference = cases.walked(cases.submitted(BEFORE), "accept", day=BEFORE).matter.reference
    where = f"/desk/cases/{reference}/"

    zhao = visitor("zhao")
    zhao.go(where)
    zhao.in_first_screen(
        ".clock >> nth=1", "#materials", "text=我的意见", "text=常用语", "text=之后交 审批决定人（孙丽华"
    )
    page = zhao.page
    page.get_by_label("审核结论").select_option("grant")
    page.get_by_role("button", name="经审核，申请材料齐全").click()
    assert page.get_by_label("我的意见").first.input_value().endswith("建议准予。")
    zhao.lead(lambda: page.keyboard.press("F4"))
    zhao.see("待决定")
    assert not page.get_by_role("button", name="同意（准予许可）").count(), "the reviewer is offered to decide"

    wu = visitor("wu")
    _wu_urges(wu, reference)
    _sun_decides(visitor("sun"), reference)

    yu = visitor("yu")
    yu.go(where)
    yu.lead(lambda: yu.page.keyboard.press("F4"))  # 制证
    yu.see("之后交 出件员")
    yu.lead(lambda: yu.page.keyboard.press("F4"))  # 移交出件窗口

    luo = visitor("luo")
    luo.go("/desk/hand-out/")
    luo.in_first_screen(".tile >> nth=2", "#find")
    luo.press(f"办理{reference}")
    luo.lead(lambda: luo.page.keyboard.press("F4"))  # 窗口接收
    luo.page.get_by_label("领取人").select_option("applicant")
    luo.lead(lambda: luo.page.keyboard.press("F4"))  # 领取
    luo.see("已办结")

    lin = visitor(LIN, phone=True)
    lin.go(f"/my/cases/{reference}/")
    lin.see("本件已经办完")
    assert not lin.page.get_by_text("物料流转凭证").count(), "the slip that travels between offices"
    for title in ("受理通知书", "准予行政许可决定书"):
        row = f"div:has(> span:has-text('{title}')) > a"
        lin.reload_until(row)
        assert lin.download(lin.page.locator(row).first.get_attribute("href")).startswith(b"%PDF-")

    wu.go("/wall/")
    wu.see("食品经营许可（核发）")
    wu.in_first_screen(".tile >> nth=4", "text=各单位在办", "text=最近办结", "text=截至")


def _wu_urges(wu, reference):
    wu.go("/desk/supervision/")
    wu.in_first_screen(".tile >> nth=3", "text=按单位", "text=导出 Excel")
    wu.press(f"催办{reference}")
    wu.see(f"已催办 {reference}")
    wu.see("催办（已1次）")


def _sun_decides(sun, reference):
    sun.go("/desk/inbox/")
    row = sun.page.locator(f"tr:has-text('{reference}')")
    assert "已催办" in row.inner_text()
    sun.press(f"签收{reference}")
    sun.in_first_screen(".clock >> nth=1", "text=已有意见", "text=建议准予", "text=我的意见 >> nth=0")
    sun.page.locator("#grant-opinion").fill("同意")
    sun.press("同意（准予许可）", status=422)
    assert sun.page.locator("#grant-opinion").input_value() == "同意"
    sun.page.locator("#grant-opinion").fill("同意审核意见，准予许可。")
    sun.press(sun.page.get_by_role("button", name="同意（准予许可）"))
    sun.see("待制证")
