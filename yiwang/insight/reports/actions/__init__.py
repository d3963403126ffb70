"""Deeds on reports: open one and its next version, edit text, bind and take figures, ask units, bring in batches, freeze."""

from yiwang.insight.reports.actions.editing import edit_front, edit_section, explain
from yiwang.insight.reports.actions.figures import bind, confirm, note_change, take_figures, unbind
from yiwang.insight.reports.actions.opening import open_report, revise
from yiwang.insight.reports.actions.returning import NUMBERS, ask_units, fill, remind, take_return
from yiwang.insight.reports.actions.snapshots import compare, take_in, use_snapshot
from yiwang.insight.reports.actions.steps import take
from yiwang.insight.reports.actions.templates import change_layout, change_template, from_document, keep_as_template

__all__ = [
    "NUMBERS",
    "ask_units",
    "bind",
    "change_layout",
    "change_template",
    "compare",
    "confirm",
    "edit_front",
    "edit_section",
    "explain",
    "fill",
    "from_document",
    "keep_as_template",
    "note_change",
    "open_report",
    "remind",
    "revise",
    "take",
    "take_figures",
    "take_in",
    "take_return",
    "unbind",
    "use_snapshot",
]
