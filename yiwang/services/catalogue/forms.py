"""Forms of the catalogue's registers."""

from __future__ import annotations

from django import forms

from yiwang.services.catalogue.actions import MOST_ARTICLES
from yiwang.web.inputs import DayInput

CATEGORIES = [
    "法律",
    "行政法规",
    "国务院文件",
    "部门规章",
    "广东地方性法规",
    "地方政府规章",
    "规范性文件",
]


class LawForm(forms.Form):
    """A law to enter. What makes it checkable by others is required: number of articles and source."""

    title = forms.CharField(label="法规全称", max_length=200, help_text="如：食品经营许可和备案管理办法")
    category = forms.ChoiceField(label="效力类别", choices=[("", "请选择"), *((name, name) for name in CATEGORIES)])
    document_number = forms.CharField(label="文号", max_length=80, required=False)
    version_on = forms.DateField(label="公布或修正日期", required=False, widget=DayInput())
    articles = forms.IntegerField(
        label="条文数", min_value=0, max_value=MOST_ARTICLES, help_text="最后一条的序号；只知道标题时填0"
    )
    source = forms.CharField(label="出处", max_length=300, help_text="公报期号或网址，供他人核对")


class ItemFilter(forms.Form):
    """What a list of items may be narrowed by. Anything else in the address is ignored."""

    q = forms.CharField(required=False, max_length=60)
    type = forms.RegexField(r"^[0-9]{2}$", required=False)
    organ = forms.SlugField(required=False, max_length=60)
    theme = forms.SlugField(required=False, max_length=40)
    place = forms.SlugField(required=False, max_length=60)
    state = forms.ChoiceField(
        required=False, choices=[("", ""), ("in-use", "在用"), ("suspended", "暂停"), ("cancelled", "取消")]
    )

    def chosen(self) -> dict[str, str]:
        """The filters given, cleaned; a filter that cannot be right is left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
