"""A year's report of the demo county on its way: facts in memory, the bureau's cast, an Excel batch and a unit's evidence.

苏 drafts, 邓 edits, 宋 (justice bureau) advises, 潘 leads, 方 signs, 顾 looks at secrecy.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from tests.factories import documents
from tests.factories.cases import at, staff
from tests.factories.indicators import Tables, declared, table
from yiwang.foundation.organs.models import Organ
from yiwang.insight.reports import actions, queries
from yiwang.insight.reports.models import Report, Return, Snapshot, Template
from yiwang.kernel import facts
from yiwang.matters.standing import Standing

DAY, HOUR = "2026-09-24", 15
NOW = at(DAY, HOUR)
EXPLAINED = "本年前三季度数据，年底补报。"


def case(reference: str, accepted: str, closed: str = "") -> dict[str, Any]:
    """A case of the bureau of market supervision as its fact has it, recorded on the day."""
    row: dict[str, Any] = {"reference": reference, "organ": "market"}
    row["on_time"] = True if closed else None
    for moment, day in (("accepted", accepted), ("decided", closed), ("closed", closed)):
        if day:
            row |= {f"{moment}_on": date.fromisoformat(day), f"{moment}_at": at(day), f"{moment}_recorded_at": at(day)}
    return row


CASES = (
    case("2026-000001", "2026-03-02", "2026-03-05"),
    case("2026-000002", "2026-08-30"),
    case("2026-000003", "2026-09-01"),
    case("2026-000004", "2026-09-25"),  # after the cut-off
)


def in_memory(**given: Sequence[Mapping[str, Any]]) -> Tables:
    """Every published fact as a table: three cases by the cut-off, and of what other rates are taken from the rows of the
    packs' own examples."""
    shares = (
        "services.rectified-rate",
        "supervision.claim-rate",
        "supervision.lists-rate",
        "supervision.coverage-rate",
        "orders.closing-rate",
    )
    examples = {declared()[one].fact: declared()[one].examples[0].rows for one in shares}
    rows: dict[str, Any] = {"cases": CASES, **examples, **given}
    return Tables({fact.id: table(fact, rows.get(fact.id, ())) for fact in facts.published()})


def workbook(*rows: Sequence[object]) -> bytes:
    """An Excel file with these rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, cell)
            else:
                sheet.write(number, place, cell)
    book.close()
    return out.getvalue()


def opened(rule: str = "law-government") -> Standing:
    template = Template.objects.get(rule=rule)
    return actions.open_report(template_id=template.pk, year=2026, by=staff("su"), at=NOW)


def batch(name: str = "2026-Q3", *rows: Sequence[object]) -> Snapshot:
    """A batch of the city's hotline, by default its totals."""
    given = rows or (("指标", "数值", "分子", "分母"), ("受理", 120), ("办结", 114), ("办结率", "95.00%", 114, 120))
    return actions.take_in(
        organ_id=Organ.objects.get(code="data-bureau").pk,
        source="市12345平台",
        batch=name,
        title="前三季度工单",
        from_on=date(2026, 1, 1),
        until_on=date(2027, 1, 1),
        cut_off=NOW,
        content=workbook(*given),
        name="工单.xlsx",
        by=staff("su"),
        at=NOW,
    )


def returned(reference: str) -> None:
    """Both units fill in what they are asked, their heads sign, 苏 adopts."""
    actions.ask_units(reference=reference, by=staff("su"), at=NOW)
    for filler, signer, code in (("su", "fang", "data-bureau"), ("song", "tang", "justice")):
        task = Return.objects.get(organ_id=Organ.objects.get(code=code).pk, report__matter__reference=reference)
        named = task.matter.reference
        given = {name: {"value": "2"} for name in task.names} | {"exam_rate": {"numerator": "36", "denominator": "36"}}
        paper = {"evidence": documents.png(), "evidence_name": "统计表.png"}
        actions.fill(reference=named, given=given, **paper, by=staff(filler), at=NOW)
        actions.take_return(reference=named, step="sign", by=staff(signer), at=NOW)
        actions.take_return(reference=named, step="adopt", by=staff("su"), at=NOW)


def complete(reference: str) -> None:
    """Every figure taken, filled and confirmed, every finding explained that can be."""
    su: dict[str, Any] = {"reference": reference, "by": staff("su"), "at": NOW}
    actions.take_figures(**su)
    returned(reference)
    given = batch()
    for name, total in (("hotline", "受理"), ("hotline_closed", "办结"), ("hotline_rate", "办结率")):
        actions.use_snapshot(**su, name=name, snapshot_id=given.pk, total=total)
    actions.confirm(**su, names=())
    found = Report.objects.get(matter__reference=reference)
    checked = queries.checked(found, queries.draft_of(found, NOW.date()))
    for one in checked.standing_in_the_way:
        if one.weight == "explain":
            actions.explain(**su, key=one.key, text=EXPLAINED)


STEPS = (
    ("gather", "su", {}),
    ("submit", "su", {}),
    ("edit", "deng", {"opinion": "文字、数据已逐项核对，同意送审。"}),
    ("advise", "song", {"opinion": "内容合法，未见不当表述。"}),
    ("deliberate", "pan", {"opinion": "党组会审议通过。", "met-on": DAY, "minutes": "云政数党组纪〔2026〕9号"}),
    ("sign", "fang", {"opinion": "同意报送。"}),
    ("number", "deng", {}),
    ("deliver", "su", {"way": "exchange"}),
    ("clear", "gu", {"opinion": "不涉密，可以公开。"}),
)


def walked(reference: str, last: str) -> Standing:
    """The report taken on its way up to and with that step."""
    for step, who, values in STEPS:
        after = actions.take(reference=reference, step=step, by=staff(who), at=NOW, values=values)
        if step == last:
            return after
    raise AssertionError(last)
