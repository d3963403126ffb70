"""Text, figures and checks of a report, without a database."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.insight.reports.kinds import ReportRule
from yiwang.insight.reports.rules import checking, declared, findings, form, printing, tables, wording
from yiwang.insight.reports.rules.cards import Card
from yiwang.insight.reports.rules.checking import Asked, Draft
from yiwang.kernel.refusal import Refusal

PACKS = Path(__file__).resolve().parents[4] / "packs" / "national" / "reports"
SIGNED = date(2024, 1, 31)
ASKED = Asked("报告", "厅字〔2019〕28号", date(2024, 3, 1))
TEXT = "全年共受理业务{{ accepted }}宗，办结{{ closed }}宗，办结率{{ rate }}。"


def card(name, value, unit="宗", places=0, **more):
    given = {"kind": "computed", "from_on": date(2023, 1, 1), "until_on": date(2024, 1, 1), "confirmed_by": "staff:1"}
    given |= {"title": name, "cut_off": datetime(2023, 12, 31, 23, tzinfo=SHANGHAI), "indicator": name}
    return Card(name=name, value=None if value is None else Decimal(value), unit=unit, places=places, **(given | more))


def draft(text=TEXT, cards=(), **more):
    given = {
        "title": "云溪县某局2023年法治政府建设年度报告",
        "year": 2023,
        "organ": "云溪县某局",
        "main": ("县委", "县政府"),
    }
    given |= {"copies": ("县委依法治县办", "市某局"), "signed_on": SIGNED, "cut_off_on": date(2023, 12, 31)}
    parts = (wording.Part("measures", "主要举措和成效", text, True),)
    return Draft(parts=parts, cards={one.name: one for one in cards}, **(given | more))


SEED = (card("accepted", 159524), card("closed", 159138), card("rate", "99.758", "%", 1, of=("closed", "accepted")))


def found(one, asked=ASKED):
    return [each.code for each in checking.findings(one, asked)]


def test_a_report_whose_figures_all_have_records_and_fit_is_found_without_fault():
    assert found(draft(cards=SEED)) == []


@pytest.mark.parametrize(
    ("value", "unit", "places", "scale", "said"),
    [
        ("159524", "宗", 0, 1, "159524"),
        ("99.758", "%", 1, 1, "99.8%"),
        ("99.998", "%", 2, 1, "99.99%"),  # short of a hundred is never printed as a hundred
        ("100", "%", 2, 1, "100%"),
        ("242200", "笔", 2, 10_000, "24.22万"),
        ("0.125", "%", 2, 1, "0.13%"),
    ],
)
def test_a_figure_is_printed_half_up_and_read_back(value, unit, places, scale, said):
    assert printing.printed(Decimal(value), unit=unit, places=places, scale=scale) == said
    assert abs(printing.number(said) - Decimal(value)) <= printing.step(places=places, scale=scale)


def test_a_number_nobody_stands_behind_is_found_and_a_day_a_law_and_a_hotline_are_not():
    quiet = "按照厅字〔2019〕28号文件，2023年12月31日前开通12345热线，学习《条例》第十条。"
    assert found(draft(quiet)) == []
    loud = checking.findings(draft(f"{quiet}公布事项3921项。"), ASKED)
    assert [(one.code, one.quote) for one in loud] == [("unbound", "3921项")]


def test_a_note_keeps_to_its_finding_while_the_sentence_stays_and_not_to_another_number():
    first = checking.findings(draft("公布事项3921项。"), ASKED)
    again = checking.findings(draft("其他的话都改了。\n公布事项3921项。"), ASKED)
    other = checking.findings(draft("公布事项3922项。"), ASKED)
    noted = {first[0].key}
    assert findings.left(again, noted) == []
    assert findings.left(other, noted) == other


def test_only_the_name_of_a_known_figure_may_stand_in_braces():
    for bad in (
        "{{ accepted|upper }}",
        "{{ accepted.__class__ }}",
        "{% if 1 %}",
        "{{ 7*7 }}",
        "{{ nobody }}",
        "{# x #}",
    ):
        with pytest.raises(Refusal):
            wording.refuse_unknown(bad, ["accepted"])
    wording.refuse_unknown("{{accepted}}、{{ year }}", ["accepted"])


def test_parts_that_do_not_add_up_and_rates_their_parts_do_not_give_must_be_mended():
    cards = (
        card("claimed", 822, "项", parts=("own", "not_own")),
        card("own", 263, "项"),
        card("not_own", 560, "项"),
        card("coverage", "98.0", "%", 1, of=("own", "claimed")),
    )
    text = "应认领{{ claimed }}项，其中本级监管{{ own }}项、不监管{{ not_own }}项，占{{ coverage }}。"
    wrong = [one for one in checking.findings(draft(text, cards), ASKED) if one.weight == findings.MUST]
    assert {one.code for one in wrong} == {"parts", "rate"}
    assert any("263+560=823" in one.says for one in wrong)


def test_a_rate_with_a_numerator_above_its_denominator_is_impossible():
    cards = (card("rate", "100", "%", 2, numerator=Decimal(12), denominator=Decimal(11)),)
    assert found(draft("好评率{{ rate }}。", cards)) == ["infeasible"]


def test_data_newer_than_the_day_of_signing_cannot_be_signed():
    late = card("published", 128, "条", cut_off=datetime(2024, 2, 1, 0, tzinfo=SHANGHAI))
    assert found(draft("发布信息{{ published }}条。", (late,))) == ["cut-off"]


def test_a_jump_against_last_year_needs_a_note_in_percent_or_in_points():
    grown, shrunk = card("a", 130, last_value=Decimal(100)), card("b", "95", "%", 2, last_value=Decimal("97.5"))
    text = "受理{{ a }}宗，按时率{{ b }}。"
    assert found(draft(text, (grown, shrunk))) == ["jump", "jump"]
    noted = (replace(grown, last_note="新增镇街窗口"), replace(shrunk, last_note="台风停办五天"))
    assert found(draft(text, noted)) == []
    [coarse] = checking.findings(
        draft("按时率{{ b }}。", (card("b", "95.24", "%", 0, last_value=Decimal("80.1")),)), ASKED
    )
    assert "95%，上年同一截止日为80%，上升15个百分点" in coarse.says  # no finer than the figures are printed
    assert found(draft("受理{{ a }}宗。", (card("a", 115, last_value=Decimal(100)),))) == []


def test_the_same_indicator_with_two_values_asks_why():
    cards = (card("a", 1406, "项", indicator="items.total"), card("b", 1465, "项", indicator="items.total"))
    assert found(draft("可办{{ a }}项，应用{{ b }}项。", cards)) == ["two-values"]
    elsewhere = (cards[0], replace(cards[1], scope="market"))
    assert found(draft("可办{{ a }}项，应用{{ b }}项。", elsewhere)) == []


def test_what_is_missing_is_named_figure_confirmation_section_and_recipient():
    wanted = (
        form.Recipient("本级人民政府", "main", "政府$"),
        form.Recipient("依法治县办", "copy", "依法治.{1,4}办$"),
    )
    one = draft(
        "受理{{ a }}宗，办结{{ b }}宗。", (card("a", None), card("b", 3, confirmed_by="")), main=("县委",), copies=()
    )
    one = replace(one, parts=(*one.parts, wording.Part("next", "下一年度安排", " \n", True)))
    asked = replace(ASKED, recipients=wanted, forbidden=("请批示",))
    assert sorted(found(one, asked)) == ["doubtful", "recipient", "recipient", "section", "unfilled"]
    asks = draft("以上报告，妥否，请批示。")
    assert "word" in found(asks, asked)


def test_a_report_signed_on_the_first_of_march_is_late_and_one_before_the_year_is_over_says_so():
    assert found(draft(cards=SEED, signed_on=date(2024, 2, 29))) == []
    assert found(draft(cards=SEED, signed_on=date(2024, 3, 1))) == ["late"]
    early = tuple(replace(one, cut_off=datetime(2023, 11, 1, tzinfo=SHANGHAI)) for one in SEED)
    assert found(draft(cards=early, signed_on=date(2023, 11, 5))) == ["late"]


def test_a_unit_word_other_than_the_card_s_is_asked_about():
    assert found(draft("受理{{ accepted }}件。", (card("accepted", 12),))) == ["unit"]


def test_the_checker_s_own_findings_come_too():
    assert "text" in found(
        draft("共出现黄牌{{ a }}宗（其中甲局{{ b }}宗、乙局{{ c }}宗）。", (card("a", 17), card("b", 9), card("c", 7)))
    )


def test_a_table_adds_up_its_rows_and_columns_and_its_balance_is_held_in_every_column():
    table = tables.Table(
        "t", "s", "收到和处理申请", "件",
        columns=(tables.Line("person", "自然人"), tables.Line("firm", "法人"), tables.Line("all", "总计", ("person", "firm"))),
        rows=(
            tables.Line("new", "本年新收"), tables.Line("carried", "上年结转"), tables.Line("open", "予以公开"),
            tables.Line("none", "不予公开"), tables.Line("done", "总计", ("open", "none")), tables.Line("next", "结转下年"),
        ),
        balances=((("new", "carried"), ("done", "next"), "收到等于办理加结转"),),
    )  # fmt: skip
    given = {"new_person": 5, "new_firm": 2, "carried_person": 1, "carried_firm": 0, "open_person": 3, "open_firm": 2}
    given |= {"none_person": 2, "none_firm": 0, "next_person": 1, "next_firm": 1}
    values = tables.summed(table, {f"t_{name}": Decimal(value) for name, value in given.items()})
    assert (values["t_done_person"], values["t_done_all"], values["t_new_all"]) == (5, 7, 7)
    cards = {name: card(name, value, "件") for name, value in values.items()}
    wrong = tables.balances([table], cards)
    assert [one.says.split("”")[0][-2:] for one in wrong] == ["法人", "总计"]  # 2 received, 2 answered and 1 carried on


def test_a_template_that_names_what_it_does_not_declare_is_refused_with_every_fault():
    rows = [
        {"name": "a", "title": "甲", "kind": "computed", "indicator": "cases.none"},
        {"name": "A b", "title": "乙", "kind": "reported", "asks": "x"},
        {"name": "c", "title": "丙", "kind": "imported", "parts": ["d"]},
        {"name": "e", "title": "丁", "kind": "reported"},
    ]
    with pytest.raises(Refusal) as refused:
        declared.read(rows, indicators=["cases.accepted"])
    assert len(refused.value.faults) == 4


LAW = ReportRule(**tomllib.loads((PACKS / "law-government.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("main", "copies", "missing"),
    [
        (["中共鹤山市委", "鹤山市人民政府"], ["市委依法治市办", "江门市政数局"], []),
        (["区委", "区政府"], ["区委依法治区办"], ["上一级政府有关部门"]),
        (["市政府"], ["省政务服务数据管理局"], ["本级党委", "党委全面依法治县（市、区）委员会办公室"]),
        (["英德市委"], [], ["本级人民政府", "上一级政府有关部门", "党委全面依法治县（市、区）委员会办公室"]),
    ],
)
def test_recipients_are_those_the_regulation_names(main, copies, missing):
    wanted = LAW.asked(2023).recipients
    assert [
        one.says for one in form.recipients(wanted, main, copies) if not any(name in one.says for name in missing)
    ] == []
    assert len(form.recipients(wanted, main, copies)) == len(missing)


def test_the_yearly_table_of_openness_adds_up_as_the_declared_rows_say():
    rule = ReportRule(**tomllib.loads((PACKS / "openness.toml").read_text(encoding="utf-8")))
    requests = next(table for table in rule.shapes() if table.id == "t4")
    values = tables.summed(requests, dict.fromkeys(requests.asked(), Decimal(1)))
    assert (values["t4_denied_person"], values["t4_done_person"], values["t4_done_all"]) == (8, 21, 126)
    cards = {name: card(name, value, "件") for name, value in values.items()}
    assert len(tables.balances([requests], cards)) == 7  # two come in, twenty-two go out, in every column
