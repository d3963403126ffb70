"""The publish gate: what may not be published, and that all of it is said at once."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.services.catalogue.guide_parts import TODAY, all_demo, changed, codes, demo, surroundings
from yiwang.kernel.workdays import Unit
from yiwang.services.catalogue import gate
from yiwang.services.catalogue.declarations import Limit, read

RESTAURANT = "food-licence"


def material(guide, code, /, **fields):
    """The guide with one material changed."""
    data = guide.as_data()["materials"]
    return changed(guide, materials=[one | fields if one["id"] == code else one for one in data])


def test_a_promise_of_more_days_than_the_law_allows_is_refused_with_the_days_named():
    guide = demo(RESTAURANT)
    late = changed(guide, limits=guide.as_data()["limits"] | {"promised": {"days": 12}})
    fault = next(f for f in gate.faults(late, surroundings()) if f.code == "promise-later-than-law")
    assert fault.field == "limits.promised"
    assert "12个工作日晚于法定时限10个工作日" in fault.says


def test_three_working_days_are_later_than_seven_natural_days_over_the_national_day():
    guide = demo("construction-permit")
    limits = guide.as_data()["limits"] | {"promised": {"days": 3}}
    fault = next(f for f in gate.faults(changed(guide, limits=limits), surroundings()) if "later" in f.code)
    # received 30 September: seven natural days end on the 8th, three working days on the 10th (a working Saturday)
    assert "9月30日受理" in fault.says
    assert "承诺到10月10日，法定最迟10月8日" in fault.says


def test_three_working_days_are_in_time_where_no_holiday_lies_in_between():
    guide = demo("construction-permit")
    limits = guide.as_data()["limits"] | {"promised": {"days": 3}}
    quiet = {"first": date(2026, 7, 1), "last": date(2026, 8, 31)}
    assert ("limits.promised", "promise-later-than-law") not in codes(changed(guide, limits=limits), **quiet)


def test_the_source_promise_of_twelve_days_for_health_food_does_not_pass():
    guide = demo("food-licence-health")
    assert codes(guide) == []
    limits = guide.as_data()["limits"] | {"promised": {"days": 12}}
    assert ("limits.promised", "promise-later-than-law") in codes(changed(guide, limits=limits))


def test_a_situation_may_not_promise_later_than_the_law_either():
    guide = demo(RESTAURANT)
    situations = guide.as_data()["situations"]
    situations[0] = situations[0] | {"promised": {"days": 30}}
    assert (f"situations.{situations[0]['id']}.promised", "promise-later-than-law") in codes(
        changed(guide, situations=situations)
    )


@given(
    st.integers(1, 30),
    st.integers(1, 60),
    st.sampled_from(["working-day", "natural-day"]),
    st.sampled_from(["working-day", "natural-day"]),
)
def test_what_passes_is_in_time_on_every_single_day(promised, legal, promised_unit, legal_unit):
    around = surroundings()
    ours, law = Limit(days=promised, unit=promised_unit), Limit(days=legal, unit=legal_unit)
    late = gate.later_on(ours, law, around)
    day = around.first
    overruns = []
    while day <= around.last:
        due = around.table.due(day, promised, Unit(promised_unit))
        if due > around.table.due(day, legal, Unit(legal_unit)):
            overruns.append(day)
        day = date.fromordinal(day.toordinal() + 1)
    if late is None:
        assert overruns == []
    elif overruns:
        assert late[0] in overruns


def test_article_27_a_material_without_basis_or_source_is_named_twice():
    guide = material(demo(RESTAURANT), "layout", bases=[], source=None)
    assert ("materials.layout.bases", "material-without-basis") in codes(guide)
    assert ("materials.layout.source", "material-without-source") in codes(guide)


def test_article_58_a_fee_needs_a_basis():
    fee = {"name": "证书工本费", "standard": "每本10元", "amount_fen": 1000}
    assert ("fees.0.bases", "fee-without-basis") in codes(changed(demo(RESTAURANT), fees=[fee]))
    lawful = fee | {"bases": ["《中华人民共和国行政许可法》第五十九条"]}
    assert codes(changed(demo(RESTAURANT), fees=[lawful])) == []


@pytest.mark.parametrize("field", sorted(set(gate.ELEMENTS) - {"item_code"}))  # without an item it is no declaration
def test_article_30_every_missing_element_is_named(field):
    guide = demo(RESTAURANT)
    data = guide.as_data()
    empty = {"level": "", "body_kind": ""}
    if field.startswith("limits."):
        data["limits"] = {key: value for key, value in data["limits"].items() if key != field.partition(".")[2]}
    elif field == "fees":
        data["fee_says"] = ""
    elif field in empty:
        data[field] = ""
    else:
        data.pop(field)
    assert (field, "missing-element") in codes(read(data))


def test_materials_that_differ_only_in_brackets_and_copies_are_one():
    guide = demo(RESTAURANT)
    twin = next(one for one in guide.as_data()["materials"] if one["id"] == "layout") | {
        "id": "layout-again",
        "name": "《主要设备设施、经营布局和操作流程图》（原件）",
    }
    doubled = changed(guide, materials=[*guide.as_data()["materials"], twin])
    assert ("materials.layout-again", "material-twice") in codes(doubled)


def test_two_materials_of_one_name_nobody_is_asked_for_together_are_fine():
    guide = demo(RESTAURANT)
    layout = next(one for one in guide.as_data()["materials"] if one["id"] == "layout")
    others = [one for one in guide.as_data()["materials"] if one["id"] != "layout"]
    apart = [
        layout | {"when": {"area": ["small"]}},
        layout | {"id": "big-layout", "when": {"area": ["medium", "large"]}},
    ]
    assert codes(changed(guide, materials=[*others, *apart])) == []


def test_what_does_not_resolve_in_the_law_register_is_named_where_it_is_cited():
    def resolve(citation):
        return "没有第三十五条。" if "第三十五条" in citation else None

    found = codes(demo(RESTAURANT), resolve=resolve)
    assert ("bases.0", "basis-unresolved") in found
    assert ("materials.layout.bases", "basis-unresolved") in found


def test_unknown_process_and_role_are_refused():
    guide = demo(RESTAURANT)
    assert ("process", "unknown-process") in codes(guide, processes={"hotline.order"})
    assert ("limits.extension.approver", "unknown-role") in codes(
        guide, roles=dict.fromkeys(("acceptor", "reviewer", "decider"), "")
    )


def test_three_hands_need_three_different_people():
    one_person = {"acceptor": {"1"}, "reviewer": {"1"}, "decider": {"1", "2"}}
    assert ("chain", "too-few-hands") in codes(demo(RESTAURANT), hands=lambda role: one_person[role])
    three = {"acceptor": {"1"}, "reviewer": {"1", "2"}, "decider": {"2", "3"}}
    assert codes(demo(RESTAURANT), hands=lambda role: three[role]) == []


def test_a_chain_of_two_needs_a_reviewing_and_a_deciding_step():
    guide = demo("soil-plan")
    steps = [one for one in guide.as_data()["steps"] if one.get("role") != "decider"]
    assert ("chain", "chain-incomplete") in codes(changed(guide, steps=steps))


def test_a_form_asks_nothing_twice():
    guide = demo(RESTAURANT)
    extra = {"title": "再问一次", "fields": [{"id": "again", "label": "联系手机", "kind": "phone"}]}
    assert ("form.again", "field-twice") in codes(changed(guide, form=[*guide.as_data()["form"], extra]))


def test_answers_that_reach_no_material_are_named():
    guide = demo("banner")
    materials = [one | {"when": {"kind": ["public"]}} for one in guide.as_data()["materials"]]
    found = [f for f in gate.faults(changed(guide, materials=materials), surroundings()) if f.field == "situations"]
    assert [f.code for f in found] == ["situation-without-materials"]
    assert "开业、促销" in found[0].says


def test_a_situation_nobody_can_reach_and_an_unknown_answer_are_named():
    guide = demo("banner")
    extra = {"id": "never", "name": "没有人选得到", "when": {"kind": ["art"]}}
    found = codes(changed(guide, situations=[*guide.as_data()["situations"], extra]))
    assert ("situations.never.when", "unknown-answer") in found
    assert ("situations.never", "situation-unreachable") in found


def test_what_the_government_holds_may_not_be_asked_for_on_paper():
    guide = demo(RESTAURANT)
    assert ("materials.licence", "held-asked-as-paper") in codes(material(guide, "licence", copies=1))
    disguised = material(guide, "licence", name="营业执照副本复印件", source={"of": "applicant"}, copies=1)
    assert ("materials.licence", "held-asked-as-paper") in codes(disguised)
    # electronic or not, what is held is not the applicant's to bring
    asked = material(guide, "licence", source={"of": "applicant"})
    assert ("materials.licence.source", "held-asked") in codes(asked)
    # a ground for paper does not make it the applicant's
    shifted = material(guide, "licence", source={"of": "applicant"}, copies=1, paper_ground="original-by-law")
    assert ("materials.licence.source", "held-asked") in codes(shifted)
    ground = material(guide, "licence", copies=1, paper_ground="hand-back-old")
    assert codes(ground) == []


def test_versions_in_force_may_not_overlap():
    guide = demo(RESTAURANT)
    other = [("2025.1", date(2025, 1, 1), None)]
    assert ("in_force", "versions-overlap") in codes(guide, others=other)
    assert codes(guide, others=[("2025.1", date(2025, 1, 1), date(2026, 1, 1))]) == []


def test_stages_may_not_add_up_to_more_than_the_promise():
    guide = demo("water-renewal")
    steps = [one | {"days": 5} if one["name"] == "审批" else one for one in guide.as_data()["steps"]]
    assert ("steps", "stages-exceed-promise") in codes(changed(guide, steps=steps))


def test_a_main_material_cannot_be_supplied_later():
    guide = material(demo(RESTAURANT), "layout", need="deferrable")
    assert ("materials.layout.need", "main-deferred") in codes(guide)


def test_all_faults_are_named_at_once():
    guide = demo(RESTAURANT)
    broken = changed(
        material(guide, "layout", bases=[]),
        limits=guide.as_data()["limits"] | {"promised": {"days": 40}},
        fees=[{"name": "手续费", "standard": "面议"}],
        process="services.unheard-of",
        phones=[],
    )
    found = {code for _, code in codes(broken)}
    assert found >= {
        "promise-later-than-law",
        "material-without-basis",
        "fee-without-basis",
        "unknown-process",
        "missing-element",
    }


@pytest.mark.parametrize("guide", all_demo(), ids=lambda guide: guide.id)
def test_every_demo_guide_passes_the_gate_on_the_demo_day(guide):
    assert [f"{f.field} {f.says}" for f in gate.faults(guide, surroundings(first=TODAY))] == []


LICENSING_LAW = "《中华人民共和国行政许可法》第四十二条第一款"


def test_article_42_twenty_days_and_ten_more_or_forty_five_and_fifteen_together():
    guide = demo("labour-dispatch")
    extension = {"days": 15, "approver": "head", "basis": LICENSING_LAW}
    limits = guide.as_data()["limits"] | {"legal": {"days": 45}, "legal_basis": LICENSING_LAW, "extension": extension}
    found = codes(changed(guide, limits=limits))
    assert {("limits.legal.days", "legal-too-long"), ("limits.extension.days", "extension-too-long")} <= set(found)
    joint = codes(changed(guide, limits=limits, joint_organs=["云溪县公安局"]))
    assert not {"legal-too-long", "extension-too-long"} & {code for _, code in joint}
    limits |= {"legal": {"days": 46}, "extension": extension | {"days": 16}}
    more = {code for _, code in codes(changed(guide, limits=limits, joint_organs=["云溪县公安局"]))}
    assert {"legal-too-long", "extension-too-long"} <= more


def test_article_24_an_entrusted_organ_says_under_which_document_it_acts_and_nobody_else_does():
    guide = demo("labour-dispatch")
    paper = {
        "organ": "health",
        "document": "云政〔2026〕1号 委托书",
        "announced_on": "2026-01-05",
        "from": "2026-02-01",
    }
    assert ("entrustment", "entrustment") in codes(changed(guide, body_kind="entrusted"))
    assert ("entrustment", "entrustment") in codes(changed(guide, entrustment=paper))
    assert ("entrustment", "entrustment") not in codes(changed(guide, body_kind="entrusted", entrustment=paper))


def test_a_correction_has_an_end():
    guide = demo("labour-dispatch")
    limits = {name: value for name, value in guide.as_data()["limits"].items() if name != "correction"}
    assert ("limits.correction", "no-correction-term") in codes(changed(guide, limits=limits))
