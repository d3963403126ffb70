"""A year's report from its notice to its next version, in the demo county."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from docx import Document
from pypdf import PdfReader

from tests.factories import documents, reports
from tests.factories.cases import staff
from tests.factories.reports import EXPLAINED, NOW, batch, complete, opened, walked
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.ledger import sealing
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters import checking
from yiwang.foundation.letters import queries as letter_queries
from yiwang.foundation.letters.models import Letter, Message
from yiwang.foundation.organs.models import Account, Organ
from yiwang.foundation.seals import queries as seals
from yiwang.insight.facts import reading
from yiwang.insight.reports import actions, queries, verifying
from yiwang.insight.reports.models import BoundFigure, Frozen, FrozenRows, Report, Return
from yiwang.insight.reports.queries import comparing, returns
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal, Stale

pytestmark = pytest.mark.usefixtures("county")


@pytest.fixture(autouse=True)
def counted(monkeypatch):
    """Facts in memory instead of the installation's file."""
    kept = reports.in_memory()
    monkeypatch.setattr(reading, "current", lambda: kept)
    return kept


def test_only_the_bureau_s_drafter_opens_one_a_year_and_nobody_else_sees_it():
    template = queries.templates(staff("su"))[0]
    for who in ("health-2", "chen", "fang"):
        with pytest.raises(NotFound):
            actions.open_report(template_id=template.pk, year=2026, by=staff(who), at=NOW)
    made = opened()
    with pytest.raises(Refusal, match="已经有这份报告"):
        opened()
    with pytest.raises(NotFound):
        queries.report(staff("health-2"), made.reference)
    with pytest.raises(NotFound):
        queries.report(staff("chen"), made.reference)
    with pytest.raises(NotFound):
        queries.report(staff("song"), made.reference)  # advises later, once it has come to the justice bureau
    assert queries.report(staff("fang"), made.reference)[0].year == 2026


def test_a_figure_is_taken_with_its_records_and_confirmed_by_somebody():
    reference = opened().reference
    su = {"reference": reference, "by": staff("su"), "at": NOW}
    taken, faults = actions.take_figures(**su)
    rows = {row.name: row for row in BoundFigure.objects.filter(report__matter__reference=reference)}
    assert (taken, faults) == (38, [])
    assert [int(rows[name].value) for name in ("accepted", "closed", "closing_rate")] == [3, 1, 33]
    assert rows["accepted"].rows == 3
    assert len(rows["accepted"].rows_digest) == 64
    assert "期内受理" in rows["closing_rate"].note
    assert queries.opened(rows["accepted"].report, "accepted").same
    with pytest.raises(Refusal, match="还没有数据"):
        actions.confirm(**su, names=["law_lessons"])
    assert actions.confirm(**su, names=["accepted"]) == 1
    actions.take_figures(**su, names=["accepted"])  # the same records again: still confirmed
    rows["accepted"].refresh_from_db()
    assert rows["accepted"].confirmed_by == staff("su").reference


def test_text_is_edited_by_name_and_over_an_older_text_is_refused():
    reference = opened().reference
    su = {"reference": reference, "code": "thought", "by": staff("su"), "at": NOW}
    with pytest.raises(Refusal, match="没有名称为 nobody"):
        actions.edit_section(**su, text="学习{{ nobody }}次。")
    with pytest.raises(NotAllowed):
        actions.edit_section(**(su | {"by": staff("pan")}), text="学习。")
    first = actions.edit_section(**su, text=" 学习{{ law_lessons }}场次。\n\n", seen=1)
    assert (first.text, first.version) == ("学习{{ law_lessons }}场次。", 2)
    with pytest.raises(Stale):
        actions.edit_section(**su, text="另一人的文字。", seen=1)


def test_a_unit_fills_in_with_evidence_another_hand_signs_and_the_drafter_adopts():
    reference = opened().reference
    actions.ask_units(reference=reference, by=staff("su"), at=NOW)
    with pytest.raises(Refusal, match="没有需要新发"):
        actions.ask_units(reference=reference, by=staff("su"), at=NOW)
    task = Return.objects.get(organ_id=Organ.objects.get(code="justice").pk)
    named, paper = task.matter.reference, {"evidence": reports.documents.png(), "evidence_name": "表.png"}
    given = {"law_events": {"value": "6"}, "exam_rate": {"numerator": "35", "denominator": "36", "value": "100"}}
    with pytest.raises(NotFound):
        actions.fill(reference=named, given=given, **paper, by=staff("health-2"), at=NOW)
    with pytest.raises(Refusal) as refused:
        actions.fill(reference=named, given=given, evidence=None, by=staff("song"), at=NOW)
    assert {fault.field for fault in refused.value.faults} == {"exam_rate.value", "evidence"}
    given["exam_rate"] = {"numerator": "35", "denominator": "36"}
    actions.fill(reference=named, given=given, **paper, by=staff("song"), at=NOW)
    with pytest.raises(NotAllowed):
        actions.take_return(reference=named, step="sign", by=staff("song"), at=NOW)
    actions.take_return(reference=named, step="sign", by=staff("tang"), at=NOW)
    actions.take_return(reference=named, step="adopt", by=staff("su"), at=NOW)
    row = BoundFigure.objects.get(report__matter__reference=reference, name="exam_rate")
    assert queries.draft_of(row.report, NOW.date()).cards["exam_rate"].printed == "97%"
    assert row.filled.signed_by == staff("tang").reference
    assert returns.may_see(staff("su"), row.filled)


def test_whoever_has_not_filled_in_is_reminded_once_a_day_from_two_days_before():
    reference = opened().reference
    actions.ask_units(reference=reference, by=staff("su"), at=NOW)
    assert actions.remind(at=NOW) == 0
    late = datetime(2026, 10, 20, 9, 10, tzinfo=SHANGHAI)
    told = actions.remind(at=late)
    assert told >= 2
    kept = Message.objects.filter(kind="report-return").count()
    actions.remind(at=late + timedelta(hours=1))
    assert Message.objects.filter(kind="report-return").count() == kept == told
    with pytest.raises(NotFound):
        actions.remind(at=late, by=staff("health-2"), reference=reference)


def test_their_list_is_compared_with_our_records_case_by_case():
    given = batch(
        "清单",
        ("工单统计", "", "", ""),
        ("办件编号", "受理日期", "单位", "申请人"),
        ("2026-000001", date(2026, 3, 2), "县市监局", "某人"),
        ("2026-000002", date(2026, 8, 31), "", "某人"),  # ours says the 30th
        ("2026-009999", date(2026, 4, 1), "", "某人"),
    )
    found = actions.compare(snapshot_id=given.pk, indicator="cases.accepted", by=staff("su"), at=NOW).compared
    assert [found[key] for key in ("matched", "ours", "theirs", "differing")] == [1, 1, 1, 1]
    assert found["theirs_shown"] == ["2026-009999"]
    assert b"\xe6\x9f\x90\xe4\xba\xba" not in bytes(given.rows)  # no name of an applicant was kept
    with pytest.raises(NotFound):
        actions.compare(snapshot_id=given.pk, indicator="cases.accepted", by=staff("health-2"), at=NOW)
    with pytest.raises(Refusal, match="已经登记"):
        batch("清单")


def test_signing_is_refused_while_anything_stands_in_the_way_and_freezes_what_is_signed(counted, monkeypatch):
    reference = opened().reference
    su = {"reference": reference, "by": staff("su"), "at": NOW}
    with pytest.raises(Refusal, match="待填"):
        walked(reference, "submit")
    actions.take(reference=reference, step="abandon", by=staff("su"), at=NOW, values={"opinion": "重新开办一份。"})
    reference = opened().reference
    su["reference"] = reference
    complete(reference)
    actions.edit_section(**su, code="study", text="开展宣讲44场次。")
    walked(reference, "deliberate")
    assert queries.report(staff("song"), reference)  # who advised on it, though of another organ, may still read it
    with pytest.raises(Refusal, match="没有说明") as refused:
        actions.take(reference=reference, step="sign", by=staff("fang"), at=NOW, values={"opinion": "同意报送。"})
    assert "44场次" in refused.value.faults[0].says
    actions.take(reference=reference, step="send-back", by=staff("fang"), at=NOW, values={"opinion": "请改第一节。"})
    actions.edit_section(**su, code="study", text="认真学习。")
    walked_again = [("submit", "su", {}), *reports.STEPS[2:5]]
    for step, who, values in walked_again:
        actions.take(reference=reference, step=step, by=staff(who), at=NOW, values=values)

    other = reports.in_memory(cases=())
    monkeypatch.setattr(reading, "current", lambda: other)
    with pytest.raises(Refusal, match="与取数时不同"):  # the records are not those the value came from
        actions.take(reference=reference, step="sign", by=staff("fang"), at=NOW, values={"opinion": "同意报送。"})
    monkeypatch.setattr(reading, "current", lambda: counted)

    actions.take(reference=reference, step="sign", by=staff("fang"), at=NOW, values={"opinion": "同意报送。"})
    frozen = Frozen.objects.get(report__matter__reference=reference)
    line = LedgerEntry.objects.get(subject=f"matter:{reference}", event="insight.report.sign")
    detail = json.loads(line.body)["detail"]
    assert detail["manifest"] == frozen.digest
    assert detail["figures"]["accepted"] == FrozenRows.objects.get(frozen=frozen, name="accepted").digest
    with pytest.raises(Refusal, match="另立新版"):
        actions.edit_section(**su, code="study", text="改一改。")
    assert _verified(reference, frozen.digest) > 20


def _verified(reference: str, digest: str) -> int:
    """The fact file as the page gives it, re-added; how many checks there were."""
    client = Client()
    client.force_login(Account.objects.get(username="su"))
    data = client.get(f"/desk/annual/{reference}/files/facts/").content
    _, lines = verifying.verify(data, digest=digest)
    assert [line for line in lines if not line.passed] == []
    return len(lines)


def test_a_signed_report_is_numbered_sealed_and_published_and_its_next_version_says_what_changed():
    reference = opened().reference
    complete(reference)
    template = queries.templates(staff("su"))[0]
    with pytest.raises(Refusal, match="缺少"):
        actions.change_layout(template_id=template.pk, content=documents.docx("{{ title }}"), by=staff("su"), at=NOW)
    own = documents.docx(
        "县版式",
        "{{ title }}{{ main }}{{ organ }}{{ signed_on }}",
        "{%p for line in body %}",
        "{{ line.text }}",
        "{%p endfor %}",
    )
    actions.change_layout(template_id=template.pk, content=own, name="县版式.docx", by=staff("su"), at=NOW)
    walked(reference, "number")
    actions.change_layout(template_id=template.pk, content=None, by=staff("su"), at=NOW)
    anybody, open_page = Client(), f"/reports/{reference}/"
    assert anybody.get(open_page).status_code == 404
    report = Report.objects.get(matter__reference=reference)
    letter = Letter.objects.get(pk=report.letter_id)
    assert letter.number == "云政数报〔2026〕1号"
    assert letter.status == Letter.Status.RENDERING, letter.error
    letters.render(letter_id=letter.pk, at=NOW)
    pdf = letter_queries.content(SYSTEM, letter.pk)
    assert checking.examine(pdf).valid
    text = "".join("".join(page.extract_text() for page in _pages(pdf)).split())  # wherever its lines end
    assert "县版式" in text  # on the bureau's own page, as it was signed
    assert "县委、县政府" in text
    assert "办结率33.3%" in text
    for step, who, values in reports.STEPS[7:]:
        actions.take(reference=reference, step=step, by=staff(who), at=NOW, values=values)
    done = actions.take(
        reference=reference, step="publish", by=staff("su"), at=NOW, values={"link": "https://example.gov/1"}
    )
    assert done.state == "published"
    shown = anybody.get(open_page).content.decode()
    assert report.frozen.digest in shown
    assert "33.3%" in shown
    assert reference in anybody.get("/reports/").content.decode()
    assert anybody.get(f"{open_page}files/pdf/").content == pdf
    word = Document(io.BytesIO(anybody.get(f"{open_page}files/docx/").content))
    assert word.paragraphs[0].text == "县版式"  # as it was signed, though the bureau went back to the house's page
    taken = b"".join(anybody.get(f"{open_page}files/facts/").streaming_content)
    _, lines = verifying.verify(taken, digest=report.frozen.digest)
    assert [line for line in lines if not line.passed] == []
    assert any(line.open for line in lines)  # the line of the signature waits for its checkpoint
    sealing.checkpoint(at=NOW, new_epoch=True)
    proven = b"".join(anybody.get(f"{open_page}files/facts/").streaming_content)
    _, lines = verifying.verify(proven, digest=report.frozen.digest, roots=seals.roots())
    assert [line for line in lines if not line.passed] == []
    assert [line.what for line in lines[:4]] == ["发文机关印章", "签发时的台账记录", "台账存证", "存证签章"]

    made = actions.revise(reference=reference, reason="热线数按市局更正", by=staff("su"), at=NOW)
    second = Report.objects.get(matter__reference=made.reference)
    assert (second.edition, second.previous) == (2, report)
    new = batch("更正", ("指标", "数值"), ("受理", 130))
    su = {"reference": made.reference, "by": staff("su"), "at": NOW}
    actions.use_snapshot(**su, name="hotline", snapshot_id=new.pk, total="受理")
    sheet = comparing.differences(second, NOW.date())
    assert [(one.title, one.before, one.after) for one in sheet.figures] == [("热线工单受理", "120", "130")]
    assert [sign for sign, _ in sheet.lines] == ["-", "+"]
    kept = Frozen.objects.get(report=report)
    assert kept.digest == sm3(kept.manifest.encode()).hex()  # what was signed stays as it was signed
    with pytest.raises(Refusal, match="后续版本"):
        actions.revise(reference=reference, reason="再改", by=staff("su"), at=NOW)


def _pages(pdf: bytes):
    return PdfReader(io.BytesIO(pdf)).pages


def test_a_finding_that_must_be_mended_cannot_be_explained_away():
    reference = opened().reference
    report = Report.objects.get(matter__reference=reference)
    found = queries.checked(report, queries.draft_of(report, NOW.date())).found
    must = next(one for one, _ in found if one.weight == "must")
    with pytest.raises(Refusal, match="必须改正"):
        actions.explain(reference=reference, key=must.key, text=EXPLAINED, by=staff("su"), at=NOW)
    with pytest.raises(NotFound):
        actions.explain(reference=reference, key="text:0", text=EXPLAINED, by=staff("su"), at=NOW)


def test_the_desk_shows_text_card_records_and_every_export_and_saves_what_is_typed():
    reference = opened().reference
    actions.take_figures(reference=reference, by=staff("su"), at=NOW)
    client, base = Client(), f"/desk/annual/{reference}/"
    client.force_login(Account.objects.get(username="su"))
    shown = client.get(f"{base}?figure=closing_rate").content.decode()
    assert "33.3%" in shown
    assert "期内受理、期末已办结" in shown
    assert "打开 3 条记录" in client.get(f"{base}figures/accepted/").content.decode()
    assert "2026-000001" in client.get(f"{base}figures/accepted/records/").content.decode()
    for kind, start in (("docx", b"PK"), ("template", b"PK"), ("html", b"<!DOCTYPE")):
        assert client.get(f"{base}files/{kind}/").content.startswith(start)
    assert client.get(f"{base}files/facts/").status_code == 422
    tried = client.post(f"{base}sections/study/", {"text": "宣讲44场次。", "try": "1"}).content.decode()
    assert "44场次" in tried
    typed = client.post(f"{base}sections/study/", {"section": "study", "text": "{{ none }}", "seen": "1"})
    assert typed.status_code == 422
    assert "没有名称为 none" in typed.content.decode()
    assert "{{ none }}" in typed.content.decode()
    moved = client.post(f"{base}sections/study/", {"text": "认真学习。", "seen": "1"})
    assert moved.status_code == 302
    written = io.BytesIO(client.get(f"{base}files/template/").content)
    written.name = "模板.docx"
    back = client.post(f"{base}do/document/", {"file": written}, follow=True)
    assert "已更新0节" in back.content.decode()
    said = {"name": "lessons", "title": "学法", "kind": "reported", "unit": "次", "asks": "data-bureau"}
    period = {"from_on": "2026-01-01", "until_on": "2026-06-30"}  # the last day is meant, as a clerk writes it
    for far in ("9999-12-31", "2025-12-31"):
        assert client.post(f"{base}figures/bind/", said | period | {"until_on": far}).status_code == 422
    assert client.post(f"{base}figures/bind/", said | period).status_code == 302
    assert BoundFigure.objects.get(name="lessons").until_on == date(2026, 7, 1)
    assert 'value="2026-06-30"' in client.get(f"{base}figures/?name=lessons").content.decode()
    client.force_login(Account.objects.get(username="health-2"))
    for address in ("", "figures/accepted/", "figures/accepted/records/", "files/docx/", "figures/", "differences/"):
        assert client.get(base + address).status_code == 404


def test_the_yearly_table_of_openness_is_filled_in_as_a_table_and_adds_itself_up():
    reference = opened("openness").reference
    actions.ask_units(reference=reference, by=staff("su"), at=NOW)
    task = Return.objects.get(report__matter__reference=reference)
    client, base = Client(), f"/desk/annual/returns/{task.matter.reference}/"
    client.force_login(Account.objects.get(username="su"))
    shown = client.get(base).content.decode()
    assert 'aria-label="一、本年新收政府信息公开申请数量，自然人"' in shown
    assert "t4_new_all.value" not in shown  # a sum is filled in by nobody
    numbers = {f"{name}.value": "1" for name in task.names}
    evidence = io.BytesIO(reports.documents.png())
    evidence.name = "台账.png"
    assert client.post(f"{base}fill/", numbers | {"evidence": evidence, "t4_new_person.value": "-3"}).status_code == 422
    evidence.seek(0)
    numbers["t4_new_person.value"] = "21"
    assert client.post(f"{base}fill/", numbers | {"evidence": evidence}).status_code == 302
    actions.take_return(reference=task.matter.reference, step="sign", by=staff("fang"), at=NOW)
    actions.take_return(reference=task.matter.reference, step="adopt", by=staff("su"), at=NOW)
    report = Report.objects.get(matter__reference=reference)
    draft = queries.draft_of(report, NOW.date())
    assert (draft.cards["t4_new_all"].printed, draft.cards["t4_done_person"].printed) == ("26", "21")
    wrong = [one.says for one, _ in queries.checked(report, draft).found if one.code == "parts"]
    assert (
        len(wrong) == 6
    )  # natural persons: 21 and 1 come in, 21 are answered and 1 carried on; the others do not balance
    assert not any("“自然人”" in says for says in wrong)
    page = client.get(f"/desk/annual/{reference}/").content.decode()
    assert "新收政府信息公开申请" in page
    assert client.get(f"/desk/annual/{reference}/files/docx/").content.startswith(b"PK")
