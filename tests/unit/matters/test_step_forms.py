"""The form of a step: a field chosen from a list its room knows stays a list when the step was refused."""

from __future__ import annotations

from types import SimpleNamespace

from django.http import QueryDict
from django.test import RequestFactory

from yiwang.kernel.process import Field
from yiwang.kernel.refusal import Refusal
from yiwang.matters.stepping import with_forms

STEP = SimpleNamespace(name="tell", fields=(Field("unit", "责任单位", "reference"),), opinion="none")


def test_what_was_refused_is_chosen_from_the_list_again_with_the_fault_beside_it():
    request = RequestFactory().post("/")
    request.POST = QueryDict("f-unit=water")
    refused = Refusal("请选择另一个单位。", field="unit")
    [(_, form)] = with_forms(request, [SimpleNamespace(step=STEP)], refused, "tell")
    form.choose("unit", lambda: [("water", "水务局"), ("market", "市场监督管理局")])
    shown = str(form["f-unit"])
    assert shown.startswith("<select")
    assert '<option value="water" selected>水务局' in shown
    assert "required" in shown
    assert form["f-unit"].errors == ["请选择另一个单位。"]
