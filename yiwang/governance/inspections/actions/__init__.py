"""Deeds of inspections: items and claims, implementation lists, who inspects whom, the year's plan, draws, visits."""

from yiwang.governance.inspections.actions.claiming import claim, keep_list, rule_claim
from yiwang.governance.inspections.actions.drawing import draw, freeze, replace
from yiwang.governance.inspections.actions.importing import bring_in
from yiwang.governance.inspections.actions.officers import (
    declare_interest,
    end_inspector,
    keep_inspector,
    register_inspector,
)
from yiwang.governance.inspections.actions.planning import make_line, publish_line
from yiwang.governance.inspections.actions.registering import end_item, keep_subject, register_items
from yiwang.governance.inspections.actions.visiting import assign, record, take

__all__ = [
    "assign",
    "bring_in",
    "claim",
    "declare_interest",
    "draw",
    "end_inspector",
    "end_item",
    "freeze",
    "keep_inspector",
    "keep_list",
    "keep_subject",
    "make_line",
    "publish_line",
    "record",
    "register_inspector",
    "register_items",
    "replace",
    "rule_claim",
    "take",
]
