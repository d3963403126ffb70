"""Whose duty, what is alike and what a reply says, on the demo county's own orders."""

from __future__ import annotations

import json

import pytest

from tests.factories import cases as cast
from tests.factories import hotline
from tests.factories.hotline import ANSWER, CITY, DAY, DISPATCHER, OPERATOR, RULER, order, take
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.governance.hotline import actions as orders_actions
from yiwang.governance.hotline import queries as orders
from yiwang.governance.hotline.duty import queries as duty
from yiwang.governance.hotline.duty.models import Unlisted
from yiwang.governance.hotline.replies import queries as replies
from yiwang.governance.hotline.replies.models import ReplyReading
from yiwang.governance.hotline.similar import actions as traces
from yiwang.governance.hotline.similar import queries as similar
from yiwang.governance.hotline.views import asking
from yiwang.kernel import names
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import actions as matters

ON = day_of(cast.at(DAY))
EMPTY = "您好，您反映的问题我单位高度重视，正在处理中，感谢您的来电。"


@pytest.fixture(autouse=True)
def _county(county):
    """The hotline's office, departments with handlers of orders."""


def staff(who):
    return cast.staff(who, DAY)


def proposed(reference, who=DISPATCHER):
    return duty.proposals(staff(who), order(reference), on=ON)


def drained(day=DAY):
    matters.drain(at=cast.at(day, 18))


# -- whose duty -----------------------------------------------------------------------------------------------------------


def test_a_unit_sees_no_proposals_and_the_dispatcher_sees_them_with_reasons():
    reference = hotline.dispatched()
    with pytest.raises(NotFound):
        proposed(reference, CITY)
    first = proposed(reference).found[0]
    assert first.code == "urban-management"
    assert "城区生活垃圾清运" in first.reasons[0].says
    assert first.references.startswith("proposed:1 duty:yunxi.duties/waste-town")


def test_the_same_words_in_a_village_are_the_town_s_duty():
    reference = hotline.recorded(
        town="449931101", title="村口垃圾堆放无人清理", content="村口垃圾池堆满了三天没人清。", place="桥东村"
    )
    assert proposed(reference).found[0].code == "shiqiao"


def test_a_ruling_routes_the_next_order_of_its_kind_and_not_another():
    first = hotline.dispatched(
        topic="other", title="河边栏杆断了", content="沿江路亲水平台的栏杆断了两根，小孩容易掉下去。"
    )
    take(first, "return", CITY, ground="duty", opinion="亲水平台不是我局管理。", basis="三定方案")
    take(first, "to-ruling", DISPATCHER, opinion="两家都说不是自己的，提请裁定。")
    take(first, "designate", RULER, organ="water", opinion="亲水平台属堤防附属设施。", basis="县水务局“三定”规定")
    drained()
    again = hotline.recorded(topic="other", title="亲水平台栏杆坏了", content="沿江路亲水平台的栏杆又断了一根。")
    found = proposed(again).found[0]
    assert (found.code, found.precedent) == ("water", order(first).rulings.get().pk)
    other = hotline.recorded(topic="other", title="学校门口没有斑马线", content="文化路小学门口没有斑马线。")
    assert all(one.precedent is None for one in proposed(other).found)


def test_a_unit_that_gave_the_order_back_is_not_proposed_again():
    reference = hotline.dispatched()
    take(reference, "return", CITY, ground="duty", opinion="道路清扫由住建局负责。", basis="三定方案")
    found = proposed(reference)
    assert "urban-management" not in [one.code for one in found.found]
    assert found.left_out == ["云溪县城市管理和综合执法局"]
    take(reference, "to-ruling", DISPATCHER, opinion="两家都说不是自己的，提请裁定。")
    first = proposed(reference, RULER).found[0]
    assert (first.code, first.returned) == ("urban-management", True), "who rules sees what speaks for it"


def test_the_list_of_powers_and_items_speaks_by_name():
    reference = hotline.recorded(
        topic="other", title="城市道路挖掘没有许可", content="有人占用、挖掘城市道路，没有办城市道路占用挖掘审批。"
    )
    sources = {reason.source for one in proposed(reference).found for reason in one.reasons}
    assert sources & {"power", "item"}


def test_what_no_list_names_is_noted_for_the_establishment_office_without_a_caller_s_words():
    reference = hotline.recorded(
        topic="other", town="", title="外星人降落", content="山顶有外星人降落，请管一管。", place=""
    )
    assert proposed(reference).unlisted
    take(reference, "dispatch", OPERATOR, organ="urban-management")
    listed = hotline.dispatched()
    drained()
    assert set(Unlisted.objects.values_list("matter__reference", "ground")) == {(reference, "found")}
    assert listed not in Unlisted.objects.values_list("matter__reference", flat=True)
    gaps = duty.unlisted(staff("bian"), on=ON)
    assert [(gap.topic, gap.count) for gap in gaps] == [("其他", 1)]
    assert "外星人" not in str(gaps)
    with pytest.raises(NotFound):
        duty.unlisted(staff(CITY), on=ON)


# -- what is alike ----------------------------------------------------------------------------------------------------------


def test_an_open_order_about_the_same_is_found_while_typing_and_nothing_personal_is_shown():
    reference = hotline.recorded()
    hotline.recorded(title="小区停水", content="春江花园从早上起停水。", topic="water", place="")
    drained()
    found = similar.alike(staff(OPERATOR), "文明路菜市场垃圾没人清", on=ON, town="449931001")
    assert [one.reference for one in found] == [reference]
    assert "文明路菜市场" in found[0].words
    assert "黄" not in str(found)
    assert "3900007711" not in str(found)


def test_a_dispatcher_is_offered_the_order_alike_to_merge_into_and_never_the_order_itself():
    first = hotline.recorded()
    again = hotline.recorded(name="吴宏达", phone="13900007712")
    drained()
    assert [one["reference"] for one in asking.alike(order(again), staff(DISPATCHER), cast.at(DAY, 18))] == [first]
    assert asking.alike(order(again), staff(CITY), cast.at(DAY, 18)) == []


def test_orders_alike_are_shown_to_who_takes_orders_only_and_closed_ones_to_nobody():
    hotline.recorded()
    drained()
    with pytest.raises(NotFound):
        similar.alike(staff(CITY), "文明路菜市场垃圾没人清", on=ON)
    assert (
        names.hook["hotline.similar"](
            title="文明路菜市场垃圾", content="", town="", topic="", by=staff("chen"), at=cast.at(DAY)
        )
        == []
    )
    done = hotline.calling_back(title="菜市场屋顶漏水", content="城东菜市场屋顶漏水，地面湿滑。")
    take(done, "satisfied", "hotline-3", "2026-09-22", level="good")
    drained("2026-09-22")
    assert done not in [one.reference for one in similar.alike(staff(OPERATOR), "城东菜市场屋顶漏水", on=ON)]


def test_a_trace_is_left_once_and_counted_terms_change_no_answer():
    reference = hotline.recorded()
    drained()
    assert traces.catch_up() == 0
    before = similar.alike(staff(OPERATOR), "文明路菜市场垃圾没人清", on=ON)
    hotline.recorded(title="停电", content="一下雨就停电。", topic="power")
    assert traces.catch_up() == 1
    traces.count_terms()
    assert (
        [one.reference for one in similar.alike(staff(OPERATOR), "文明路菜市场垃圾没人清", on=ON)]
        == [one.reference for one in before]
        == [reference]
    )


def test_many_orders_from_one_place_in_a_week_are_a_hot_spot():
    for n in range(6):
        hotline.recorded(topic="water", title="停水", content=f"春江花园{n}栋停水。")
    hotline.recorded(topic="power", title="停电", content="一下雨就停电。")
    traces.catch_up()
    with pytest.raises(NotFound):
        similar.hot(staff(CITY), ON)
    found = similar.hot(staff(DISPATCHER), ON)
    assert [(spot.town, spot.topic, spot.count) for spot in found.found] == [("城关街道", "供水", 6)]
    assert sum(count for _, count in found.found[0].days) == 6


# -- what a reply says ------------------------------------------------------------------------------------------------------


def test_a_reply_that_says_nothing_does_not_go_out_without_a_reason():
    reference = hotline.handling()
    with pytest.raises(Refusal) as caught:
        take(reference, "reply", CITY, hour=15, answer=EMPTY, result="solved", overrule="")
    assert caught.value.code == "reply-findings"
    assert {fault.code for fault in caught.value.faults} >= {"done", "when", "vague", "next"}
    with pytest.raises(Refusal, match="请修改"):
        take(reference, "reply", CITY, hour=15, answer=EMPTY, result="solved", overrule="没有")
    assert not ReplyReading.objects.exists()


def test_a_reply_sent_with_a_reason_is_counted_and_stands_in_the_ledger_by_codes():
    reference = hotline.handling()
    take(reference, "reply", CITY, hour=15, answer=EMPTY, result="solved", overrule="来电人要求先简单回复。")
    reading = ReplyReading.objects.get()
    assert (reading.vague, reading.overruled) == (True, True)
    line = LedgerEntry.objects.get(subject=f"matter:{reference}", event="governance.hotline.reply")
    assert reading.ordinal == line.ordinal
    detail = json.loads(line.body)["detail"]
    assert detail["overruled"] is True
    assert "vague" in detail["findings"]
    assert "来电人" not in line.body
    unit = replies.by_unit(staff(DISPATCHER), since=ON, until=ON)[0]
    assert (unit.organ, unit.replies, unit.vague, unit.small) == ("云溪县城市管理和综合执法局", 1, 1, True)
    shown = names.hook["hotline.findings"](order=order(reference), by=staff(DISPATCHER), at=cast.at(DAY))
    assert "空话" in shown


def test_a_reply_copied_from_another_caller_s_is_told_and_one_s_own_second_reply_is_not():
    hotline.replied()
    second = hotline.handling(title="文明路垃圾又堆了", content="文明路菜市场门口垃圾又堆起来了。")
    found = replies.read(staff(CITY), second, ANSWER, at=cast.at(DAY, 17))
    assert [one.code for one in found] == ["copied"]
    with pytest.raises(NotFound):
        replies.read(staff("housing-1"), second, ANSWER, at=cast.at(DAY, 17))


def test_a_unit_sees_its_own_share_of_vague_replies_and_no_other_unit_s():
    hotline.replied()
    assert [one.organ for one in replies.by_unit(staff(CITY), since=ON, until=ON)] == ["云溪县城市管理和综合执法局"]
    assert replies.by_unit(staff("housing-1"), since=ON, until=ON) == []
    with pytest.raises(NotFound):
        replies.by_unit(cast.staff("chen", DAY), since=ON, until=ON)


def test_an_answer_at_once_a_closed_stage_and_a_part_s_answer_are_read_as_well_and_counted_with_whose_they_are():
    asked = hotline.recorded(kind="enquiry", title="问停水", content="请问城西社区什么时候恢复供水？")
    empty = "您反映的问题收悉，相关部门正在处理中。"
    with pytest.raises(Refusal) as caught:
        take(asked, "answer", OPERATOR, answer=empty, overrule="")
    assert {"question", "vague"} <= {fault.code for fault in caught.value.faults}
    assert "when" not in {fault.code for fault in caught.value.faults}  # nobody did anything yet
    take(asked, "answer", OPERATOR, answer=empty, overrule="来电人只要登记，不要答复。")
    staged = hotline.handling()
    with pytest.raises(Refusal, match="需要补充"):
        take(staged, "stage-close", CITY, hour=15, answer=EMPTY, until="2026-10-20", overrule="")
    take(
        staged, "stage-close", CITY, hour=15, answer=EMPTY, until="2026-10-20", overrule="来电人已知情，先作阶段答复。"
    )
    part = orders_actions.split(
        reference=staged,
        organ="housing",
        task="请核对垃圾房是否在规划红线内。",
        by=staff(DISPATCHER),
        at=cast.at(DAY, 16),
    ).reference
    given = {"reference": part, "step": "answer-part", "by": staff("housing-1"), "at": cast.at(DAY, 17)}
    with pytest.raises(Refusal) as caught:
        orders_actions.take_part(values={"answer": EMPTY}, **given)
    assert {"question", "vague"} <= {fault.code for fault in caught.value.faults}
    assert "next" not in {fault.code for fault in caught.value.faults}  # the lead unit reads it
    orders_actions.take_part(values={"answer": EMPTY, "overrule": "图纸在档案馆，先如实回复。"}, **given)
    readings = ReplyReading.objects.order_by("pk").values_list("way", "vague", "overruled")
    assert list(readings) == [("direct", True, True), ("stage", True, True), ("part", True, True)]
    units = {one.organ: (one.replies, one.vague) for one in replies.by_unit(staff(DISPATCHER), since=ON, until=ON)}
    assert sorted(units.values()) == [(1, 1)] * 3
    shown = names.hook["hotline.findings"](order=order(staged), by=staff(DISPATCHER), at=cast.at(DAY))
    assert "空话" in shown


# -- what the classifier learns from ----------------------------------------------------------------------------------------


def test_only_orders_people_handled_to_the_end_are_learned_from():
    from yiwang.governance.hotline.duty.actions import samples

    handled = hotline.calling_back()
    open_one = hotline.handling(title="还在办", content="还在办理的垃圾问题。")
    take(handled, "satisfied", "hotline-3", "2026-09-22", level="good")
    answered = hotline.recorded(title="问电话", content="请问城管局电话。")
    take(answered, "answer", OPERATOR, answer="您好，电话是0700-3310297。")
    found = samples(since=ON, until=ON)
    assert [(one.organ, one.topic) for one in found] == [("urban-management", "waste")]
    assert orders.order(staff(DISPATCHER), open_one).matter.closed_at is None


def test_a_draft_is_read_for_who_handles_the_order_and_not_even_an_empty_one_for_another_unit(client):
    from yiwang.foundation.organs.models import Account

    address = f"/desk/hotline/replies/{hotline.handling()}/"
    for who, text, status in (("housing-1", "", 404), (CITY, EMPTY, 200)):
        client.force_login(Account.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
        answer = client.post(address, {"f-answer": text})
        assert answer.status_code == status
    assert "没有写明做了什么" in answer.content.decode()


def test_what_a_refused_reply_lacks_stands_beside_its_field_with_what_was_typed(client):
    from yiwang.foundation.organs.models import Account

    reference = hotline.handling()
    client.force_login(Account.objects.get(username=CITY), backend="django.contrib.auth.backends.ModelBackend")
    typed = {"idempotency_key": "k" * 32, "version": order(reference).matter.version, "f-answer": EMPTY}
    answer = client.post(f"/desk/orders/{reference}/steps/reply/", {**typed, "f-result": "solved"})
    page = answer.content.decode()
    assert answer.status_code == 422
    beside = page.partition('id="reply-f-answer-fault"')[2].partition("</div>")[0]
    assert "没有写明做了什么" in beside
    assert EMPTY in page
