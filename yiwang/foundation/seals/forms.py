"""Forms of the seal-keeper's pages. They take input apart; deeds decide."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs import roles
from yiwang.foundation.organs.forms import AccountChoice, day_field
from yiwang.foundation.organs.models import Account
from yiwang.foundation.seals import pictures, queries
from yiwang.foundation.seals.models import Seal
from yiwang.kernel.permissions import Permission

SHAPES = [(pictures.ROUND, "圆形"), (pictures.OVAL, "椭圆形")]


class SealForm(forms.Form):
    organ = forms.TypedChoiceField(label="用章机构", coerce=int)
    kind = forms.ChoiceField(label="印章类别", choices=Seal.Kind.choices)
    shape = forms.ChoiceField(label="印模形状", choices=SHAPES)

    def __init__(self, *args: Any, kept: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organ"].choices = list(kept.items())


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class KeeperForm(forms.Form):
    account = AccountChoice(label="保管员", queryset=Account.objects.none())
    from_on = day_field("起日")

    def __init__(self, *args: Any, organ_id: int, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["account"].queryset = organs.staff_of(organ_id)
        fields["from_on"].initial = on


class SealAuthorisationForm(forms.Form):
    """Exactly one of the three grantees; the deed refuses anything else."""

    standing = forms.BooleanField(
        label="系统自动用印", required=False, help_text="不经人手，由系统对下列文书盖章；须有机构负责人签发的授权文件。"
    )
    role = forms.ChoiceField(label="授权给岗位", required=False)
    account = AccountChoice(label="或者授权给人员", queryset=Account.objects.none(), required=False)
    letters = forms.MultipleChoiceField(
        label="可用于的文书", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选即全部文书。"
    )
    document = forms.CharField(label="授权文件名称或文号", max_length=120)
    from_on = day_field("起日")
    last_on = day_field("最后一天", required=False, help_text="含当日；长期有效的留空。")

    def __init__(self, *args: Any, organ_id: int, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        users = [(r.id, r.title) for r in roles.declared(on).values() if Permission.SEAL_USE in r.permissions]
        fields["role"].choices = [("", "—"), *users]
        fields["account"].queryset = organs.staff_of(organ_id)
        fields["letters"].choices = list(queries.letter_titles(on).items())
        fields["from_on"].initial = on

    def terms(self) -> dict[str, Any]:
        """What the deed takes; ``last_on`` becomes the first day that no longer counts."""
        data = dict(self.cleaned_data)
        last_on, account = data.pop("last_on"), data.pop("account")
        return data | {
            "account_id": account.pk if account else None,
            "until_on": last_on + timedelta(days=1) if last_on else None,
        }
