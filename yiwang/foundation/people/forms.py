"""What is typed on the pages about people. The checks themselves stand in ``identifiers.rules`` and ``rules``."""

from __future__ import annotations

from typing import Any

from django import forms

from yiwang.foundation.people import rules
from yiwang.foundation.people.models import Firm, FirmOfficer
from yiwang.web.inputs import DayInput


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


def _number(label: str, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "maxlength": "40"})
    return forms.CharField(label=label, max_length=40, widget=widget, **more)


class Search(forms.Form):
    text = _number("完整号码", help_text="18 位身份证号码、11 位手机号码或 18 位统一社会信用代码；不能按姓名查询。")


class Look(forms.Form):
    field = forms.ChoiceField(label="查看内容", choices=list(rules.FIELDS.items()))
    purpose = forms.ChoiceField(
        label="用途", choices=[("", "请选择用途"), *((p.value, text) for p, text in rules.PURPOSES.items())]
    )


class Correct(forms.Form):
    """What is put right, to what, why, and against which document."""

    field = forms.ChoiceField(label="更正内容", choices=list(rules.CORRECTED.items()))
    value = forms.CharField(label="正确的内容", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    ground = forms.CharField(label="更正原因", max_length=200, help_text="如：登记时录入有误；本人已改名。")
    document = forms.CharField(
        label="核对的证件或证明", max_length=120, required=False, help_text="更正姓名、身份证号码必填，如“居民身份证”。"
    )


class Register(forms.Form):
    name = forms.CharField(label="姓名", max_length=60)
    id_number = _number("身份证号码")
    phone = _number("手机号码", required=False, help_text="没有手机可以不填。")
    address = forms.CharField(label="住址", max_length=200, required=False)


class RegisterFirm(forms.Form):
    """As the licence says it."""

    uscc = _number("统一社会信用代码")
    name = forms.CharField(label="单位名称", max_length=200, help_text="与营业执照一致")
    kind = forms.ChoiceField(label="单位类别", choices=Firm.Kind.choices)
    legal_representative = forms.CharField(label="法定代表人（经营者）", max_length=60)
    address = forms.CharField(label="登记住所", max_length=200, required=False)
    business = forms.CharField(
        label="经营范围", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NameOfficer(forms.Form):
    duty = forms.ChoiceField(
        label="身份",
        choices=list(reversed(FirmOfficer.Duty.choices)),
        help_text="法定代表人（经营者）须与执照登记的姓名一致。",
    )
    id_number = _number("身份证号码", help_text="本人须已登记；没有登记的，先登记群众。")
    until_on = _day("截止日", required=False, help_text="到这一天身份终止；长期的留空。")


class RealName(forms.Form):
    name = forms.CharField(label="姓名", max_length=60, help_text="与身份证一致")
    id_number = _number("身份证号码")
    agreed = forms.BooleanField(label="我已阅读并同意在线服务协议，同意核验本人身份信息", required=False)


class GiveMandate(forms.Form):
    principal_id = forms.TypedChoiceField(label="委托人", coerce=int)
    agent_name = forms.CharField(label="受托人姓名", max_length=60)
    agent_id_number = _number("受托人身份证号码", help_text="受托人须已完成实名登记。")
    until_on = _day("委托截止日", help_text="到这一天委托失效；最长三年。")
    item_codes = forms.CharField(
        label="只委托这些事项（事项编码，用空格分开）",
        max_length=500,
        required=False,
        help_text="不填表示委托全部办事事项。",
    )

    def __init__(self, *args: Any, principals: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choices: Any = principals
        self.fields["principal_id"].choices = choices  # type: ignore[attr-defined]


class Contact(forms.Form):
    phone = _number("联系手机", required=False)
    address = forms.CharField(label="住址", max_length=200, required=False)
