"""Forms of the login, staff and organ pages. They take input apart; deeds decide."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q

from yiwang.foundation.calendar import today
from yiwang.foundation.organs import queries, roles
from yiwang.foundation.organs.actions.absences import REASONS
from yiwang.foundation.organs.models import Account, Counter, CounterAuthorisation, Organ, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.kernel.permissions import Doer
from yiwang.web.inputs import DayInput

PASSWORD_HINT = "至少10位，同时含有字母和数字，不得包含登录名。"


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)  # a slip of the key leads no further


def day_field(label: str, **options: Any) -> forms.DateField:
    """A date entered with the browser's own picker, between 1900 and 2999."""
    within = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    widget = DayInput()
    return forms.DateField(label=label, widget=widget, validators=within, **options)


class Term(forms.Form):
    """From a first day to a last one, both within."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("from_on"), data.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "最后一天不能早于第一天。")
        return data


class AccountChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An account by name, title and login name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.title or obj.username}）"


class PostChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.account.name}：{_title(obj.role)}"


class StaffLogin(forms.Form):
    username = forms.CharField(
        label="登录名", max_length=64, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="密码", max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label="手机号码",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "autofocus": True}),
    )


class CodeForm(forms.Form):
    phone = forms.CharField(max_length=20, widget=forms.HiddenInput)
    code = forms.CharField(
        label="短信验证码",
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )


class SecondFactorForm(forms.Form):
    """Only for showing: the login library checks the code."""

    code = forms.CharField(
        label="动态口令",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )


class PasswordChange(forms.Form):
    old = forms.CharField(
        label="原密码", max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    password = forms.CharField(
        label="新密码",
        max_length=128,
        help_text=PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次新密码", max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") != cleaned.get("again"):
            self.add_error("again", "两次输入的新密码不一致。")
        return cleaned


class NewAccount(forms.Form):
    organ = forms.ModelChoiceField(label="机构", queryset=Organ.objects.none(), to_field_name="code")
    username = forms.CharField(label="登录名", max_length=32, help_text="小写字母开头，2至32位。")
    name = forms.CharField(label="姓名", max_length=60)
    title = forms.CharField(label="职务", max_length=40, required=False)
    password = forms.CharField(
        label="初始密码",
        max_length=128,
        help_text=f"{PASSWORD_HINT}首次登录时须修改。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, organs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names_of = queries.organ_names([organ.pk for organ in organs], today.today())
        field: Any = self.fields["organ"]
        field.queryset = organs
        field.label_from_instance = lambda organ: names_of.get(organ.pk, organ.code)
        if len(organs) == 1:
            field.initial = organs[0].code


class NewPassword(forms.Form):
    password = forms.CharField(
        label="新的初始密码",
        max_length=128,
        help_text=f"{PASSWORD_HINT}下次登录时须修改。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class NewPost(forms.Form):
    role = forms.ChoiceField(label="岗位")
    from_on = day_field("任职日")
    deputy_of = PostChoice(label="作为B岗代理（A岗）", queryset=Post.objects.none(), required=False)
    counter = forms.ModelChoiceField(label="所在窗口", queryset=Counter.objects.none(), required=False)

    def __init__(self, *args: Any, account: Account, by: Doer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = today.today()
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [(r.id, r.title) for r in queries.roles_to_give(by, account, on)]
        fields["from_on"].initial = on
        principals = Post.objects.filter(holding(on), organ=account.organ_id, deputy_of__isnull=True)
        fields["deputy_of"].queryset = principals.exclude(account=account).select_related("account").order_by("pk")
        fields["counter"].queryset = Counter.objects.filter(holding(on), organ=account.organ_id)


class AbsenceForm(Term):
    reason = forms.ChoiceField(label="离岗原因", choices=[(reason, reason) for reason in REASONS])
    from_on = day_field("离岗第一天")
    last_on = day_field("离岗最后一天", help_text="含当日；次日返岗。")
    deputy = AccountChoice(
        label="代理人",
        queryset=Account.objects.none(),
        required=False,
        help_text="离岗期间行使您的岗位权限；账号管理、印章保管等岗位须事先任命B岗，不随此代理。",
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deputy: Any = self.fields["deputy"]
        deputy.queryset = queries.colleagues(account)


class LeavingForm(forms.Form):
    reason = forms.CharField(label="停用原因", max_length=120, help_text="如：调离、退休、辞职。")
    placing = forms.ChoiceField(
        label="名下在办席位",
        required=False,
        choices=[("queue", "退回本机构待办队列"), ("successor", "移交承接人")],
        widget=forms.RadioSelect,
    )
    successor = AccountChoice(label="承接人", queryset=Account.objects.none(), required=False)

    def __init__(self, *args: Any, account: Account, holds_seats: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not holds_seats:
            del self.fields["placing"], self.fields["successor"]
            return
        successor: Any = self.fields["successor"]
        successor.queryset = queries.colleagues(account)


class TrainingForm(forms.Form):
    subject = forms.CharField(label="培训内容", max_length=120)
    on = day_field("培训日期")
    hours = forms.DecimalField(label="学时", max_digits=4, decimal_places=1, min_value=0)
    document = forms.CharField(label="培训证明", max_length=120, required=False)


class AuthorisationForm(Term):
    organ = forms.ModelChoiceField(label="授权机构", queryset=Organ.objects.none(), to_field_name="code")
    powers = forms.MultipleChoiceField(
        label="授权权限", choices=CounterAuthorisation.Power.choices, widget=forms.CheckboxSelectMultiple
    )
    all_items = forms.BooleanField(label="该机构全部事项", required=False)
    item_codes = forms.CharField(
        label="授权事项编码",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一个；授权全部事项时留空。",
    )
    from_on = day_field("授权起日")
    last_on = day_field("授权最后一天", help_text="含当日。")
    document = forms.CharField(label="授权委托书文号", max_length=120)

    def __init__(self, *args: Any, by: Doer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = today.today()
        organs = queries.organs_to_authorise(by, on)
        names_of = queries.organ_names(organs.values_list("pk", flat=True), on)
        field: Any = self.fields["organ"]
        field.queryset = organs
        field.label_from_instance = lambda organ: names_of.get(organ.pk, organ.code)


class RenameForm(forms.Form):
    name = forms.CharField(label="新名称", max_length=100)
    short_name = forms.CharField(label="新简称", max_length=40)
    from_on = day_field("启用日")
    document = forms.CharField(label="依据文件", max_length=120)


class SuccessionForm(forms.Form):
    new = forms.ModelChoiceField(label="承继机构", queryset=Organ.objects.none(), to_field_name="code")
    from_day = day_field("承继日")
    document = forms.CharField(label="依据文件", max_length=120)
    confirm = forms.BooleanField(label="已核对：原机构的全部账号、岗位、窗口和授权将移交承继机构，原机构撤销")

    def __init__(self, *args: Any, old: Organ, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = today.today()
        standing = (
            Organ.objects.filter(Q(until_on__isnull=True), from_on__lte=on).exclude(pk=old.pk).order_by("position")
        )
        names_of = queries.organ_names(standing.values_list("pk", flat=True), on)
        field: Any = self.fields["new"]
        field.queryset = standing
        field.label_from_instance = lambda organ: names_of.get(organ.pk, organ.code)


def _title(role_id: str) -> str:
    found = roles.declared(today.today()).get(role_id)
    return found.title if found else role_id
