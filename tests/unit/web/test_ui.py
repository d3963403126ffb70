"""The components every template uses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template

from yiwang.web.templatetags import ui


class Asking(forms.Form):
    phone = forms.CharField(label="联系电话", help_text="11位手机号", max_length=11)
    agreed = forms.BooleanField(label="本人承诺属实")
    way = forms.ChoiceField(label="领取方式", choices=[("post", "邮寄"), ("collect", "窗口领取")])
    door = forms.ChoiceField(label="窗口", choices=[("1", "一号")], widget=forms.RadioSelect)


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_a_fault_stands_beside_its_field_and_is_read_out_with_it() -> None:
    form = Asking({"phone": ""})
    text = rendered("{% field form.phone %}", form=form)
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="id_phone-hint id_phone-fault"' in text
    assert 'id="id_phone-fault"' in text
    assert 'id="id_phone-hint"' in text
    assert "联系电话" in text


def test_a_field_without_fault_is_not_marked() -> None:
    text = rendered("{% field form.phone %}", form=Asking())
    assert "aria-invalid" not in text
    assert 'aria-describedby="id_phone-hint"' in text
    assert "11位手机号" in text


def test_each_kind_of_field_gets_its_own_looks() -> None:
    form = Asking()
    assert "form-check-input" in rendered("{% field form.agreed %}", form=form)
    assert "form-select" in rendered("{% field form.way %}", form=form)
    group = rendered("{% field form.door %}", form=form)
    assert "<fieldset" in group
    assert "<legend" in group


def test_what_a_citizen_typed_comes_back_as_text() -> None:
    text = rendered("{% field form.phone %}", form=Asking({"phone": '"><script>'}))
    assert "<script>" not in text


def test_marks_escape_what_they_show() -> None:
    assert "&lt;b&gt;" in ui.pill("<b>", "late")
    assert 'class="pill late"' in ui.pill("超期", "late")


def test_an_icon_is_decoration_for_screen_readers() -> None:
    assert 'aria-hidden="true"' in ui.icon("house")
    assert "#house" in ui.icon("house")


def test_two_forms_never_share_a_key() -> None:
    assert ui.idempotency_key() != ui.idempotency_key()


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_day_is_shown_as_nothing(nothing: object) -> None:
    assert ui.day(nothing) == ui.short_day(nothing) == ui.moment(nothing) == ""  # type: ignore[arg-type]


def test_a_day_of_another_year_says_which() -> None:
    assert ui.short_day(date(2013, 1, 8)) == "2013年1月8日"
    assert ui.short_day(date(2026, 1, 8)) == "1月8日"
    assert ui.moment(datetime(2026, 12, 31, 16, 5, tzinfo=UTC)) == "2027年1月1日 00:05"


def test_days_are_shanghai_days() -> None:
    late = datetime(2026, 9, 24, 16, 5, tzinfo=UTC)
    assert ui.day(late) == "2026年9月25日"
    assert ui.day(date(2026, 9, 4)) == "2026年9月4日"
    assert ui.short_day(late) == "9月25日"
    assert ui.moment(late) == "9月25日 00:05"
