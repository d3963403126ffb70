"""What becomes of a card in the demo county: told, answered, appealed, ruled, printed, counted."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.test import Client

from tests.factories import cases
from tests.factories.cases import at, staff, submitted, walked
from tests.factories.supervision import swept
from yiwang.config.year import cards as year
from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Letter, Message
from yiwang.foundation.organs.models import Account, Organ
from yiwang.governance.supervision import actions, queries
from yiwang.governance.supervision.models import Card, Clue, Notice
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters.models import Matter, MatterClock

pytestmark = pytest.mark.usefixtures("county")
RECEIVED = "2026-08-03"
ANSWER = {"cause": "staff", "explanation": "审核人员公出，未及时移交。", "measures": "已指定代理人，按周检查临期办件。"}
APPEAL = {
    "ground": "pause",
    "procedure": "expert-review",
    "from": "2026-08-05",
    "until": "2026-08-28",
    "document": "云市监特字〔2026〕3号",
    "explanation": "专家评审期间已书面告知申请人，系统没有停止计时。",
}


@pytest.fixture
def late():
    """A restaurant licence accepted on 3 August and still with its reviewer in September; 赵 holds the seat."""
    case = walked(submitted(RECEIVED), "accept", day=RECEIVED)
    from yiwang.matters import actions as matters

    matters.claim(reference=case.matter.reference, seat="reviewer", by=staff("zhao"), at=at(RECEIVED, 12))
    return case


@pytest.fixture
def card(late):
    """Its red card: the limit of the law was exceeded, and the promise, which ended on the same day."""
    due = MatterClock.objects.get(matter_id=late.pk, clock="legal").due_on
    swept((due).isoformat(), 9)
    swept("2026-08-28")
    return Card.objects.get(about_id=late.pk, code="R05")


def people(which):
    return set(
        Account.objects.filter(pk__in=Notice.objects.filter(card=which).values("account_id")).values_list(
            "username", flat=True
        )
    )


def page(username):
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def state(card):
    return Matter.objects.get(pk=card.matter_id).state


def test_the_handler_the_section_head_and_the_leader_are_told_and_nobody_else(card, late):
    assert people(card) == {"zhao", "sun", "feng"}
    warning = Card.objects.get(about_id=late.pk, code="R03")
    assert "zhao" in people(warning)
    assert queries.unread(staff("zhao")) == 2
    assert queries.unread(staff("health-2")) == 0


def test_each_of_them_gets_one_message_a_sweep(card, late):
    told = Message.objects.filter(kind="supervision", account__username="sun")
    assert sorted(message.text[:14] for message in told) == [
        "效能监督提醒：红牌1件，涉及",
        "效能监督提醒：预警1件，涉及",
    ]
    assert all(late.matter.reference in message.text for message in told)
    swept("2026-08-28")
    assert told.count() == 2


def test_only_whoever_was_told_can_mark_it_read(card):
    notice = Notice.objects.get(card=card, account_id=staff("zhao").account_id)
    with pytest.raises(NotFound):
        actions.acknowledge(notice_id=notice.pk, by=staff("sun"), at=at("2026-08-28"))
    actions.acknowledge(notice_id=notice.pk, by=staff("zhao"), at=at("2026-08-28"))
    assert queries.rows_of([card], date(2026, 8, 28))[0].read.startswith("1/")


def test_another_department_sees_no_card_and_answers_none(card):
    stranger = staff("health-2", "2026-08-28")
    with pytest.raises(NotFound):
        queries.card(stranger, card.matter.reference)
    with pytest.raises(NotFound):
        actions.take(reference=card.matter.reference, step="answer", by=stranger, at=at("2026-08-31"), values=ANSWER)
    assert queries.board(stranger, date(2026, 8, 28))[0] == []


def test_the_department_answers_and_the_supervisor_settles_or_returns(card):
    reference = card.matter.reference
    with pytest.raises(NotAllowed):
        actions.take(reference=reference, step="answer", by=staff("wu"), at=at("2026-08-31"), values=ANSWER)
    actions.take(reference=reference, step="answer", by=staff("zhao"), at=at("2026-08-31"), values=ANSWER)
    opinion = {"opinion": "没有写明今后如何避免，请补充。"}
    actions.take(reference=reference, step="return-answer", by=staff("wu"), at=at("2026-08-31"), values=opinion)
    assert state(card) == "must-answer"
    actions.take(reference=reference, step="answer", by=staff("sun"), at=at("2026-09-01"), values=ANSWER)
    with pytest.raises(NotAllowed):
        actions.take(
            reference=reference, step="settle", by=staff("sun"), at=at("2026-09-01"), values={"opinion": "自己核销。"}
        )
    words = {"opinion": "整改措施可行，予以核销。"}
    actions.take(reference=reference, step="settle", by=staff("wu"), at=at("2026-09-01"), values=words)
    assert state(card) == "settled"
    assert Card.objects.filter(pk=card.pk).exists()  # closed by explanation and review, never deleted


@pytest.mark.parametrize(
    "wrong",
    [
        {"ground": "unfair"},
        {"procedure": ""},
        {"until": ""},
        {"until": "2026-08-04"},
        {"from": "2027-01-05"},
        {"document": ""},
        {"ground": "seat"},
        {"ground": "seat", "unit": "market"},
        {"ground": "seat", "unit": "nowhere"},
    ],
)
def test_an_appeal_rests_on_a_closed_list_of_grounds_each_with_its_days_and_document(card, wrong):
    with pytest.raises(Refusal):
        actions.take(
            reference=card.matter.reference,
            step="appeal",
            by=staff("zhao"),
            at=at("2026-08-31"),
            values={key: value for key, value in (APPEAL | wrong).items() if value},
        )


def test_an_upheld_appeal_corrects_the_clock_and_the_card_falls_with_it(card, late):
    before = MatterClock.objects.get(matter_id=late.pk, clock="legal").due_on
    actions.take(reference=card.matter.reference, step="appeal", by=staff("zhao"), at=at("2026-08-31"), values=APPEAL)
    words = {"opinion": "通知书真实，申诉成立。"}
    with pytest.raises(NotAllowed):
        actions.take(reference=card.matter.reference, step="uphold", by=staff("sun"), at=at("2026-08-31"), values=words)
    actions.take(reference=card.matter.reference, step="uphold", by=staff("wu"), at=at("2026-08-31"), values=words)
    promised = MatterClock.objects.get(matter_id=late.pk, clock="promised")
    assert promised.pauses == [["2026-08-05", "2026-08-28", "expert-review", APPEAL["document"]]]
    assert promised.due_on > date(2026, 8, 28)
    assert MatterClock.objects.get(matter_id=late.pk, clock="legal").due_on > before
    assert state(card) == "revoked"
    assert (
        LedgerEntry.objects.filter(subject=f"matter:{late.matter.reference}", event="matters.clock-corrected").count()
        == 2
    )
    assert any("云市监特字" in each for each in queries_of_clock(late))
    assert queries.public_counts(2026, date(2026, 8, 31))["red"] == 0
    assert queries.bulletin(staff("wu"), date(2026, 8, 1), date(2026, 8, 31))[0].revoked == 1


def test_with_the_corrected_clock_every_other_card_resting_on_it_falls_too(card, late):
    other = Card.objects.get(pk=card.pk)
    other.pk, other.organ_id = None, Organ.objects.get(code="health").pk
    from yiwang.governance.supervision.actions import writing

    writing.write([writing.Found(other, matters_of(late))], at("2026-08-28"), writing.Raised())
    other = Card.objects.get(pk=other.pk)
    with pytest.raises(Refusal) as refused:
        actions.take(reference=card.matter.reference, step="appeal", by=staff("zhao"), at=at("2026-08-31"), values={})
    assert refused.value.faults
    actions.take(reference=card.matter.reference, step="appeal", by=staff("zhao"), at=at("2026-08-31"), values=APPEAL)
    words = {"opinion": "通知书真实，申诉成立。"}
    actions.take(reference=card.matter.reference, step="uphold", by=staff("wu"), at=at("2026-08-31"), values=words)
    assert (state(card), state(other)) == ("revoked", "revoked")
    assert MatterClock.objects.filter(matter_id=other.matter_id, stopped_on=None).count() == 0
    line = LedgerEntry.objects.get(subject=f"matter:{other.matter.reference}", event="governance.card.fall")
    assert card.matter.reference in line.body


@pytest.fixture
def settled(card, late):
    """The bureau's red card, answered and settled; the same overrun is charged to the health bureau besides, which has
    not answered yet."""
    other = Card.objects.get(pk=card.pk)
    other.pk, other.organ_id = None, Organ.objects.get(code="health").pk
    from yiwang.governance.supervision.actions import writing

    writing.write([writing.Found(other, matters_of(late))], at("2026-08-28"), writing.Raised())
    reference, words = card.matter.reference, {"opinion": "已说明原因并整改，予以核销。"}
    actions.take(reference=reference, step="answer", by=staff("zhao"), at=at("2026-08-31"), values=ANSWER)
    actions.take(reference=reference, step="settle", by=staff("wu"), at=at("2026-08-31"), values=words)
    return card, Card.objects.get(pk=other.pk)


def lines(card, event):
    return [one.body for one in LedgerEntry.objects.filter(subject=f"matter:{card.matter.reference}", event=event)]


def test_a_settled_card_is_taken_back_when_another_unit_s_appeal_corrects_its_clock(settled):
    mine, other = settled
    month = queries.bulletin(staff("wu"), date(2026, 8, 1), date(2026, 8, 31))
    assert sum(row.red for row in month) == 2
    reference, words = other.matter.reference, {"opinion": "通知书真实，申诉成立。"}
    actions.take(reference=reference, step="appeal", by=staff("health-2"), at=at("2026-09-01"), values=APPEAL)
    actions.take(reference=reference, step="uphold", by=staff("wu"), at=at("2026-09-01"), values=words)
    mine.refresh_from_db()
    assert (state(mine), state(other)) == ("settled", "revoked")  # it was settled, and is no card any more
    assert (mine.withdrawn_for, mine.withdrawn_at) == (reference, at("2026-09-01"))
    assert [reference in body for body in lines(mine, "supervision.card-withdrawn")] == [True]
    counted = queries.bulletin(staff("wu"), date(2026, 8, 1), date(2026, 8, 31))
    assert sum(row.red for row in counted) == 0
    assert (sum(row.revoked for row in counted), sum(row.settled for row in counted)) == (2, 0)
    assert queries.public_counts(2026, date(2026, 9, 1))["red"] == 0
    assert "已核销后撤回" in page("zhao").get(f"/desk/cards/{mine.matter.reference}/").content.decode()
    assert swept("2026-09-01").red == 0


def test_a_card_over_a_clock_that_is_still_exceeded_says_the_corrected_day(settled, late):
    from yiwang.governance.supervision.actions import following
    from yiwang.matters import actions as matters

    mine, other = settled
    was = mine.due_on
    pause = matters.Correction("云市监特字〔2026〕3号", "expert-review", date(2026, 8, 5), date(2026, 8, 6))
    after = matters.correct_clock(
        reference=late.matter.reference, clock="legal", correction=pause,
        cause=other.matter.reference, by=staff("wu"), at=at("2026-09-01"),
    )  # fmt: skip
    following.follow(card=other, about=after, touched=["legal"], cause=other.matter.reference, at=at("2026-09-01"))
    mine.refresh_from_db()
    assert mine.withdrawn_at is None
    assert mine.due_on == MatterClock.objects.get(matter_id=late.pk, clock="legal").due_on > was
    assert any("专家评审" in sentence for sentence in mine.proof)
    assert [was.isoformat() in body for body in lines(mine, "supervision.card-corrected")] == [True]
    red = Card.objects.filter(about_id=late.pk, code="R05", organ_id=mine.organ_id)
    swept("2026-09-01")
    assert red.count() == 1  # the same overrun is not charged again under its new day


def matters_of(case):
    from yiwang.matters import queries as matter_queries

    return matter_queries.matter(staff("wu"), case.matter.reference)


def test_a_step_that_was_another_units_moves_the_card_to_that_unit_and_leaves_the_clock_alone(card, late):
    before = MatterClock.objects.get(matter_id=late.pk, clock="legal").due_on
    claim = {
        "ground": "seat", "unit": "health", "from": "2026-08-10", "document": "云市监移〔2026〕1号",
        "explanation": "现场核查环节已书面移交卫健局，由其办理至期满。",
    }  # fmt: skip
    actions.take(reference=card.matter.reference, step="appeal", by=staff("zhao"), at=at("2026-08-31"), values=claim)
    assert "卫生健康局" in page("wu").get(f"/desk/cards/{card.matter.reference}/").content.decode()
    words = {"opinion": "移交凭证真实，申诉成立。"}
    actions.take(reference=card.matter.reference, step="uphold", by=staff("wu"), at=at("2026-08-31"), values=words)
    assert MatterClock.objects.get(matter_id=late.pk, clock="legal").due_on == before
    instead = Card.objects.exclude(pk=card.pk).get(about_id=late.pk, code="R05")
    assert (state(card), state(instead)) == ("revoked", "issued")
    assert instead.organ_id == Organ.objects.get(code="health").pk
    assert card.matter.reference in instead.proof[-1]
    counted = queries.public_counts(2026, date(2026, 8, 31))
    assert [(row["organ"], row["red"]) for row in counted["organs"]] == [("云溪县卫生健康局", 1)]
    assert swept("2026-08-31").red == 0  # said already


def queries_of_clock(case):
    from yiwang.matters import queries as matter_queries

    standing = matter_queries.matter(staff("wu"), case.matter.reference)
    return [
        sentence
        for clock in matter_queries.explanations(staff("wu"), standing, date(2026, 8, 31))
        for sentence in clock.sentences
    ]


def test_an_appeal_that_leaves_the_clock_exceeded_cannot_be_upheld_and_changes_nothing(card, late):
    short = APPEAL | {"until": "2026-08-06"}
    actions.take(reference=card.matter.reference, step="appeal", by=staff("zhao"), at=at("2026-08-31"), values=short)
    words = {"opinion": "通知书真实，申诉成立。"}
    with pytest.raises(actions.StillExceeded):
        actions.take(reference=card.matter.reference, step="uphold", by=staff("wu"), at=at("2026-08-31"), values=words)
    assert MatterClock.objects.get(matter_id=late.pk, clock="promised").pauses == []
    words = {"opinion": "更正后仍超期，申诉不成立。"}
    actions.take(reference=card.matter.reference, step="reject", by=staff("wu"), at=at("2026-08-31"), values=words)
    assert state(card) == "must-answer"
    with pytest.raises(Refusal):  # heard once
        actions.take(
            reference=card.matter.reference, step="appeal", by=staff("zhao"), at=at("2026-08-31"), values=short
        )


def test_no_other_page_upholds_an_appeal_without_correcting_the_clock(card):
    from yiwang.matters import actions as matters

    actions.take(reference=card.matter.reference, step="appeal", by=staff("zhao"), at=at("2026-08-31"), values=APPEAL)
    with pytest.raises(Refusal) as refused:
        matters.take(
            reference=card.matter.reference,
            step="uphold",
            by=staff("wu"),
            at=at("2026-08-31"),
            values={"opinion": "申诉成立，予以撤销。"},
        )
    assert refused.value.code == "on-its-page"


def test_reminder_and_order_are_numbered_letters_with_the_clocks_explanation(card, late):
    with pytest.raises(NotAllowed):
        actions.print_slip(card_id=card.pk, kind="order", by=staff("sun"), at=at("2026-08-31"))
    warning = Card.objects.get(about_id=late.pk, code="R03")
    with pytest.raises(Refusal):
        actions.print_slip(card_id=warning.pk, kind="order", by=staff("wu"), at=at("2026-08-31"))
    for signal, kind, title in ((warning, "reminder", "效能提醒单"), (card, "order", "督办单")):
        letter = actions.print_slip(card_id=signal.pk, kind=kind, by=staff("wu"), at=at("2026-08-31"))
        assert (letter.title, letter.status) == (title, Letter.Status.RENDERING)
        assert letter.data["proof"] == signal.proof != []
        sealed = letters.render(letter_id=letter.pk, at=at("2026-08-31"))
        assert sealed.status == Letter.Status.SEALED
        assert (sealed.seal.organ.code, sealed.seal.kind) == ("data-bureau", "official")
    seen = page("zhao").get(f"/desk/letters/{letter.pk}/")
    assert seen.status_code == 200


def test_the_supervisor_opens_an_order_by_hand_and_the_department_cannot(late):
    reference = late.matter.reference
    with pytest.raises(NotAllowed):
        actions.order(reference=reference, opinion="请尽快。", by=staff("sun"), at=at("2026-08-05"))
    opened = actions.order(
        reference=reference, opinion="群众来信反映办理缓慢，请核实办理。", by=staff("wu"), at=at("2026-08-05")
    )
    card = Card.objects.get(matter__reference=opened.reference)
    assert (card.signal, card.organ_id, card.holder_id) == (4, late.organ_id, staff("zhao").account_id)


def test_pages_show_the_card_to_the_unit_and_the_figures_to_the_supervisor(card, late):
    reference = card.matter.reference
    for who in ("zhao", "wu"):
        assert page(who).get("/desk/cards/").status_code == 200
        shown = page(who).get(f"/desk/cards/{reference}/").content.decode()
        assert "超过法定期限" in shown
        assert card.proof[0] in shown
    assert page("health-2").get(f"/desk/cards/{reference}/").status_code == 404
    for show in queries.SHOW:
        assert page("wu").get(f"/desk/cards/?show={show}").status_code == 200
    assert page("zhao").get("/desk/cards/bulletin/").status_code == 404
    assert page("zhao").get("/desk/cards/clues/").status_code == 404
    assert "市场监督管理局" in page("wu").get("/desk/cards/bulletin/?month=2026-08").content.decode()
    answer = page("wu").get("/desk/cards/bulletin/?month=2026-08&format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = {row[0]: row[1:4] for row in sheet.iter_rows(min_row=6, values_only=True)}
    assert rows[cases.organs.organ_name(late.organ_id, date(2026, 8, 31))][0] == 1
    public = Client().get("/supervision/?year=2026").content.decode()
    assert "市场监督管理局" in public
    assert reference not in public
    answered = page("zhao").post(
        f"/desk/cards/{reference}/steps/answer/",
        {**{f"f-{name}": value for name, value in ANSWER.items()}, "idempotency_key": "k1"},
    )
    assert answered.status_code == 302
    assert state(card) == "answered"
    told = page("zhao").get(f"/desk/cards/{reference}/").content.decode()
    assert "staff:" not in told
    assert '<span class="muted">系统</span>' in told


def test_a_refused_answer_comes_back_with_what_was_typed(card):
    answer = page("zhao").post(
        f"/desk/cards/{card.matter.reference}/steps/answer/",
        {"f-explanation": "审核人员公出，未及时移交。", "idempotency_key": "k2"},
    )
    assert answer.status_code == 422
    assert "审核人员公出" in answer.content.decode()


def test_a_special_procedure_the_guide_does_not_publish_is_yellow_and_a_published_one_is_not(late):
    site = cases.WORDS["begin-special"] | {"ground": "site-visit"}
    cases.take(late, "begin-special", "2026-08-04", values=site)
    assert swept("2026-08-04").yellow == 0
    cases.take(late, "end-special", "2026-08-05")
    cases.take(late, "begin-special", "2026-08-05")
    assert swept("2026-08-05").yellow == 1
    assert Card.objects.get(about_id=late.pk, code="R12").proof == ["特别程序“专家评审”不在该事项公布的特别程序之列。"]


def test_a_built_year_s_sweep_of_a_past_morning_dates_no_card_before_its_deed(late):
    cases.take(late, "begin-special", "2026-08-05")
    year.read_what_is_here(at("2026-08-05", 18))  # without it the sweep below gives this card a day in 2023
    assert swept("2023-01-01").yellow == 0
    card = Card.objects.get(about_id=late.pk, code="R12")
    assert day_of(card.raised_at) >= card.fell_on


def test_a_clue_is_looked_into_once_by_the_supervisor(late):
    clue = Clue.objects.create(
        about_id=late.pk,
        rule="supervision.c01",
        code="C01",
        occasion="line:3",
        organ_id=late.organ_id,
        actor="staff:1",
        says="9月1日到期，8月31日停止计时。",
        on=date(2026, 8, 31),
        found_at=at("2026-08-31"),
    )
    with pytest.raises(NotFound):
        actions.judge(clue_id=clue.pk, verdict="true", by=staff("sun"), at=at("2026-08-31"))
    listed = page("wu").get("/desk/cards/clues/").content.decode()
    assert f"/desk/cards/clues/{clue.pk}/" in listed
    assert page("sun").get(f"/desk/cards/clues/{clue.pk}/").status_code == 404
    assert clue.says in page("wu").get(f"/desk/cards/clues/{clue.pk}/").content.decode()
    actions.judge(clue_id=clue.pk, verdict="true", by=staff("wu"), at=at("2026-08-31"))
    with pytest.raises(Refusal):
        actions.judge(clue_id=clue.pk, verdict="false", by=staff("wu"), at=at("2026-08-31"))


def test_the_bureau_itself_is_the_organ_that_supervises(card):
    assert (
        Matter.objects.get(pk=card.matter_id).settings["organs"]["supervising"]
        == Organ.objects.get(code="data-bureau").pk
    )
