"""Evidence is weighed into proposals that say why; the division of duties reads words, topics and places."""

from __future__ import annotations

import tomllib

import pytest
from django.conf import settings

from yiwang.governance.hotline.duty import rules
from yiwang.governance.hotline.duty.kinds import Duties, Duty, Weighing

PACKS = settings.ROOT / "packs"
WEIGHING = Weighing.model_validate(tomllib.loads((PACKS / "national/duty/hotline.duty.toml").read_text()))
DUTIES = Duties.model_validate(tomllib.loads((PACKS / "demo-county/duties/yunxi.duties.toml").read_text()))


def evidence(source: str, organ: str, strength: float = 1.0) -> rules.Evidence:
    return rules.Evidence(source, organ, strength, "因为", f"{source}:{organ}")


def duty(**more: object) -> Duty:
    return Duty.model_validate(
        {"id": "lamp", "title": "路灯", "organ": "works", "words": ["路灯"], "basis": "三定", **more}
    )


def by(one: Duty, **more: str) -> list[rules.Evidence]:
    asked = {"title": "路灯不亮", "content": "", "topic": "", "town": "449931101", "town_organ": "shiqiao", **more}
    return rules.by_duties([("d", one)], **asked)


def test_without_evidence_nobody_is_proposed():
    assert rules.weigh([], WEIGHING) == []


def test_the_place_alone_is_no_reason_to_send_an_order_there():
    assert rules.weigh([evidence("place", "shiqiao")], WEIGHING) == []


def test_a_ruling_outweighs_what_was_done_before():
    found = rules.weigh([evidence("past", "a"), evidence("learned", "a"), evidence("ruling", "b")], WEIGHING)
    assert [one.organ for one in found] == ["b", "a"]


def test_a_source_speaks_once_for_an_organ_however_often_it_is_heard():
    once = rules.weigh([evidence("past", "a")], WEIGHING)[0]
    often = rules.weigh([evidence("past", "a", 0.4), evidence("past", "a"), evidence("past", "a")], WEIGHING)[0]
    assert often.weight == once.weight


def test_an_organ_whose_return_was_agreed_to_is_not_proposed_again():
    found = rules.weigh([evidence("duty", "a"), evidence("power", "b")], WEIGHING, besides={"a": "已退单"})
    assert [one.organ for one in found] == ["b"]


def test_more_reasons_never_weigh_less():
    one = rules.weigh([evidence("power", "a")], WEIGHING)[0]
    two = rules.weigh([evidence("power", "a"), evidence("place", "a")], WEIGHING)[0]
    assert two.weight > one.weight


def test_what_only_was_done_before_is_a_matter_no_list_names():
    assert rules.unlisted([evidence("past", "a"), evidence("learned", "a"), evidence("ruling", "a")])
    assert not rules.unlisted([evidence("past", "a"), evidence("power", "b")])


def test_a_duty_is_kept_away_from_other_places_and_from_what_it_excludes():
    assert by(duty(towns=["449931001"])) == []
    assert by(duty(unless=["国道"]), content="国道边") == []
    assert by(duty(), title="垃圾没有清运") == []
    assert by(duty(topics=["waste"], words=[]), topic="street-light") == []


def test_the_government_of_the_place_stands_for_the_place():
    assert [one.organ for one in by(duty(organ="@town"))] == ["shiqiao"]
    assert by(duty(organ="@town"), town_organ="") == []


def test_a_word_in_the_title_tells_more_than_one_in_the_content_and_that_more_than_a_topic():
    title = by(duty())[0].strength
    content = by(duty(), title="夜里很黑", content="路灯坏了")[0].strength
    topic = by(duty(words=[], topics=["street-light"]), title="夜里很黑", topic="street-light")[0].strength
    assert title > content > topic


def test_a_name_of_which_little_is_said_is_no_evidence():
    listed = rules.Listed("power", "QL-1", "对损坏路灯的处罚", "works", ("路灯", "损坏"), 0.5)
    assert [one.reference for one in rules.by_list([listed])] == ["power:QL-1"]
    single = rules.Listed("power", "QL-2", "纳税信用修复", "tax", ("修复",), 0.5)
    assert rules.by_list([single]) == []
    weak = rules.Listed("power", "QL-1", "对损坏路灯等市政公用设施行为的处罚", "works", ("路灯",), 0.2)
    assert rules.by_list([weak]) == []
    parted = rules.Listed("item", "SX-1", "机动车维修经营备案", "transport", ("机动车", "机动", "动车"), 0.5)
    assert rules.by_list([parted]) == []


def test_a_word_of_a_duty_in_an_order_about_something_else_is_a_weak_reason():
    school = duty(words=["学校"], topics=["school"])
    about, beside = by(school, title="学校乱收费", topic="school"), by(school, title="学校门口占道", topic="stalls")
    assert rules.weigh(about, WEIGHING)[0].weight >= 0.8
    assert rules.weigh(beside, WEIGHING)[0].weight < 0.5


def test_one_order_handled_before_weighs_less_than_five():
    few = rules.by_past([rules.Past("a", 0.6, "HL-1")])
    many = rules.by_past([rules.Past("a", 0.6, f"HL-{n}") for n in range(5)])
    assert few[0].strength < many[0].strength
    assert "HL-0" in many[0].says


@pytest.mark.parametrize(
    ("title", "topic", "town", "organ"),
    [
        ("解放路路灯不亮", "street-light", "449931001", "urban-management"),
        ("村口路灯不亮", "street-light", "449931101", "shiqiao"),
        ("小区停水一天", "water", "449931001", "water-supply"),
        ("省道边坡塌方，公路堵了", "road", "449931102", "transport"),
        ("村道路面坑洼", "road", "449931102", "baihe"),
        ("楼上邻居装修太吵", "noise", "449931001", "police"),
        ("加工厂夜间切割", "noise", "449931106", "ecology"),
        ("工地拖欠工资", "wages", "449931001", "human-resources"),
        ("医院看病医保不给报销", "medical-insurance", "449931001", "medical-insurance"),
        ("电梯困人没人管", "safety", "449931001", "market"),
        ("养老院收费太贵", "welfare", "449931001", "civil-affairs"),
        ("河涌发黑发臭", "pollution", "449931103", "water"),
    ],
)
def test_the_demo_county_s_division_names_the_organ_a_dispatcher_would(title: str, topic: str, town: str, organ: str):
    town_organ = {"449931101": "shiqiao", "449931102": "baihe", "449931001": "chengguan"}.get(town, "town")
    duties = [("yunxi.duties", one) for one in DUTIES.duty]
    found = rules.by_duties(duties, title=title, content="", topic=topic, town=town, town_organ=town_organ)
    assert rules.weigh(found, WEIGHING)[0].organ == organ


def test_every_organ_of_the_division_stands_in_the_county():
    there = {line.split(",")[0] for line in (PACKS / "demo-county/organs/organs.csv").read_text().splitlines()}
    assert {one.organ for one in DUTIES.duty} - there <= {"@town"}
    orders = tomllib.loads((PACKS / "national/hotline/hotline.orders.toml").read_text())
    assert orders["overseer"] in there
