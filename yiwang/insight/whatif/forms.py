"""What the page asks: one change, how many rounds, the seed. What makes no sense the deed says, by its field."""

from __future__ import annotations

from typing import Any

from django import forms

from yiwang.insight.whatif.queries import Offer
from yiwang.insight.whatif.rules.scenarios import CLERKS, LIMIT, MOST_CLERKS, MOST_DAYS, PARALLEL

WHOLE = {"invalid": "请填整数。"}


def whole(label: str, hint: str, least: int, most: int, *, required: bool = False) -> forms.IntegerField:
    """A whole number; the bounds are the deed's to explain, and the browser's to hint at."""
    return forms.IntegerField(
        label=label,
        required=required,
        help_text=hint,
        error_messages={**WHOLE, "required": "请填写。"},
        widget=forms.NumberInput(attrs={"min": least, "max": most, "inputmode": "numeric"}),
    )


class StudyForm(forms.Form):
    """One change of three kinds; only the fields of the chosen kind are read."""

    kind = forms.ChoiceField(
        label="要推演的改变",
        choices=[(LIMIT, "缩短一个期限"), (PARALLEL, "两个环节同时办"), (CLERKS, "某个环节增减人手")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择要推演的改变。", "invalid_choice": "请选择要推演的改变。"},
    )
    clock = forms.ChoiceField(label="缩短哪个期限", required=False)
    days = whole("缩短到几天", "原来更短的不变", 1, MOST_DAYS)
    pair = forms.ChoiceField(label="哪两个环节同时办", required=False)
    step = forms.ChoiceField(label="哪个环节的人手", required=False)
    number = whole("增减几人", "减少填负数，如 -1；增加填正数", -MOST_CLERKS, MOST_CLERKS)
    rounds = whole("推演几轮", "轮数越多区间越准，时间也越长", 5, 1000, required=True)
    seed = whole("随机种子", "同一种子得到同样的结果，用来复核", 0, 2**31 - 1, required=True)

    def __init__(self, data: Any = None, *, offer: Offer, **more: Any) -> None:
        super().__init__(data, **more)
        for field, choices in (("clock", offer.clocks), ("pair", offer.pairs), ("step", offer.steps)):
            self.fields[field].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]
            self.fields[field].error_messages["invalid_choice"] = "这个流程没有这一项，请从列表中选。"

    def change(self) -> dict[str, Any]:
        """What the deed takes."""
        given = self.cleaned_data
        first, _, second = given["pair"].partition("+")
        return {
            "kind": given["kind"],
            "clock": given["clock"],
            "days": given["days"],
            "first": first,
            "second": second,
            "step": given["step"],
            "number": given["number"],
        }
