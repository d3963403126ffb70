"""Checks of identifiers against the published vectors and against what people mistype."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import numbers
from yiwang.foundation.identifiers import masking, rules


def code_of(check, text, **more) -> str:
    with pytest.raises(rules.BadIdentifier) as refused:
        check(text, **more)
    assert refused.value.faults[0].code == refused.value.code
    return refused.value.code


@pytest.mark.parametrize(
    "code", ["91110000600037341L", "11441602MB2D29650A", "11440100007483172Q", "11370800MB28559184"]
)
def test_real_credit_codes_are_accepted(code):
    assert rules.check_uscc(code) == code


def test_a_credit_code_may_begin_with_a_letter():
    body = "N2441602MB2D29650"
    assert rules.check_uscc(body + rules.uscc_check_character(body))


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("", "uscc-length"),
        ("91110000600037341", "uscc-length"),
        ("91110000600037341O", "uscc-character"),
        ("9111000A600037341L", "uscc-division"),
        ("91110000600037314L", "uscc-check"),
    ],
)
def test_a_wrong_credit_code_is_refused_by_its_rule(code, rule):
    assert code_of(rules.check_uscc, code) == rule


def test_full_width_and_spaced_input_is_understood():
    assert rules.check_uscc("９１１１００００ 6000 3734 1l") == "91110000600037341L"
    assert rules.check_id_number(" 36042619910101007 1") == "360426199101010071"


@given(st.integers(0, 9_999_999), st.integers(0, 16), st.sampled_from(rules.USCC_ALPHABET))
def test_one_mistyped_character_of_a_credit_code_is_always_found(serial, position, typed):
    good = numbers.uscc(serial)
    bad = good[:position] + typed + good[position + 1 :]
    if bad != good:
        with pytest.raises(rules.BadIdentifier):
            rules.check_uscc(bad)


def test_the_published_id_number_is_accepted_and_read():
    number = rules.check_id_number("360426199101010071", on=date(2026, 9, 24))
    assert (rules.birthday(number), rules.sex(number)) == (date(1991, 1, 1), "男")


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("360426910101007", "id-number-old"),
        ("3604261991010100", "id-number-length"),
        ("36042619910101007A", "id-number-character"),
        ("²60426199101010071", "id-number-division"),
        ("٣60426199101010071", "id-number-character"),
        ("990426199101010071", "id-number-division"),
        ("360426199102300071", "id-number-birthday"),
        ("360426188001010071", "id-number-birthday"),
        ("360426199101010072", "id-number-check"),
    ],
)
def test_a_wrong_id_number_is_refused_by_its_rule(number, rule):
    assert code_of(rules.check_id_number, number) == rule


def test_nobody_is_born_tomorrow():
    tomorrow = numbers.id_number(date(2026, 9, 25))
    assert code_of(rules.check_id_number, tomorrow, on=date(2026, 9, 24)) == "id-number-birthday"
    assert rules.check_id_number(tomorrow, on=date(2026, 9, 25))


@given(st.dates(date(1900, 1, 1), date(2026, 9, 24)), st.integers(0, 999))
def test_invented_numbers_pass_every_check_and_are_known_as_invented(born, serial):
    number = numbers.id_number(born, serial)
    assert rules.check_id_number(number, on=date(2026, 9, 24)) == number
    assert rules.is_invented(number)
    assert rules.is_invented(rules.check_uscc(numbers.uscc(serial)))
    assert not rules.is_invented("360426199101010071")


@pytest.mark.parametrize("code", ["449931001002", "441602001001"])
def test_a_village_code_has_twelve_digits(code):
    assert rules.check_division_code(code) == code


@pytest.mark.parametrize(
    ("code", "rule"),
    [("449931", "division-length"), ("44993100100A", "division-length"), ("994931001002", "division-province")],
)
def test_a_wrong_division_code_is_refused(code, rule):
    assert code_of(rules.check_division_code, code) == rule


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0000 1111", "13800001111"),
        ("+86 138-0000-1111", "13800001111"),
        ("０７６２－３３８８１２３", "0762-3388123"),
        ("(020)83123456", "020-83123456"),
    ],
)
def test_a_phone_number_is_kept_in_one_form(typed, kept):
    assert rules.check_phone(typed) == kept


@pytest.mark.parametrize("typed", ["12800001111", "1380000111", "138000011112", "3388123", "0762-1388123", "一三八"])
def test_a_wrong_phone_number_is_refused(typed):
    assert code_of(rules.check_phone, typed) == "phone"


def test_a_landline_is_refused_where_a_message_must_arrive():
    assert code_of(rules.check_phone, "0762-3388123", mobile=True) == "phone-mobile"


@pytest.mark.parametrize(
    ("identifier", "fits"),
    [
        ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U", True),
        ("1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9", True),
        ("1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0", True),
        ("1.2.156.3005.2.11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M", False),
    ],
)
def test_certificate_identifiers_are_taken_apart_and_a_wrong_check_is_marked(identifier, fits):
    assert rules.certificate_identifier(identifier).check_fits is fits
    assert str(rules.certificate_identifier(identifier)) == identifier


def test_a_certificate_identifier_of_another_shape_is_refused():
    assert code_of(rules.certificate_identifier, "1.2.156.3005.2.111.222.333.001.U") == "certificate-shape"


def test_a_new_certificate_identifier_carries_the_published_check_character():
    made = rules.make_certificate_identifier(
        type_code="11100000000013338W011", issuer="11430000006122244L", serial="20230000403"
    )
    assert made.endswith(".001.U")


def test_item_codes_of_three_lengths_are_taken_apart():
    code = rules.item_code("11440100007483172Q344010604300101")
    assert (code.organ, code.level, code.basic, code.handling) == ("11440100007483172Q", "3", "440106043001", "01")
    assert (code.province, code.item_type) == ("44", "01")
    assert rules.item_code("11440100007483172Q3440106043001").handling == ""
    assert rules.item_code("440106043001").organ == ""
    assert rules.check_item_code("11370800MB285591843370117002011")


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("44010604300", "item-code-length"),
        ("990106043001", "item-code-province"),
        ("441506043001", "item-code-type"),
        ("44010604300A", "item-code-serial"),
        ("11440100007483172Q8440106043001", "item-code-level"),
        ("11440100007483172A3440106043001", "uscc-check"),
    ],
)
def test_a_wrong_item_code_is_refused_by_its_rule(code, rule):
    assert code_of(rules.item_code, code) == rule


@pytest.mark.parametrize(
    ("mask", "whole", "seen"),
    [
        (masking.id_number, "449931199001011234", "4****************4"),
        (masking.phone, "13800001111", "138****1111"),
        (masking.phone, "0762-3388123", "0762-*****23"),
        (masking.name, "林小满", "林**"),
        (masking.name, "林", "*"),
        (masking.name, "买买提·吐尔逊", "买**·***"),
        (masking.address, "云溪县云城镇西街8号", "云溪县云城镇****"),
        (masking.address, "西街8号3楼", "西街8****"),
        (masking.address, "", ""),
    ],
)
def test_personal_data_is_masked_as_counters_do(mask, whole, seen):
    assert mask(whole) == seen


def test_numbers_in_words_are_masked_as_people_write_them_and_nothing_else_is():
    assert masking.scrubbed("请打13800001111或138 0000 1111，证号449931199001011234。") == (
        "请打138****1111或138****1111，证号4****************4。"
    )
    assert masking.scrubbed("工单202609240000123，电话0762-3388123") == "工单202609240000123，电话0762-3388123"
