"""Whoever petitions hears of each step, reads the own petition and nobody else's; the accused learns nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from tests.factories import cases as cast
from tests.factories import petitions
from tests.factories.database import as_role
from tests.factories.petitions import CHIEF, CITY, CLERK, DAY, DECIDED, REVIEWER, petition, take
from yiwang.config import dbroles
from yiwang.foundation.letters.models import Letter, Message
from yiwang.governance.petitions import actions, papers, queries
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import actions as matters


@pytest.fixture(autouse=True)
def _county(county):
    """The petition office, units, the organ that reviews."""


def lin():
    return cast.lin(DAY)


def drained(day=DAY):
    matters.drain(at=cast.at(day, 18))


def told(reference):
    return list(Message.objects.filter(matter_reference=reference).order_by("pk").values_list("kind", flat=True))


def written(reference):
    return list(Letter.objects.filter(matter_reference=reference).order_by("pk").values_list("title", "organ__code"))


def test_each_answer_reaches_whoever_petitions_once_and_in_the_name_of_who_gave_it():
    reference = petitions.handling(party_id=lin().person_id)
    with pytest.raises(Refusal) as late:  # what is over is not lengthened into being in time
        take(reference, "lengthen", CHIEF, "2026-08-03", days="20", opinion="需要委托评估。")
    assert late.value.code == "over-its-term"
    take(reference, "lengthen", CHIEF, "2026-07-20", days="20", opinion="需要委托评估。")
    take(reference, "decide", CITY, "2026-08-10", **DECIDED)
    take(reference, "ask-review", CLERK, "2026-08-20", opinion="认为评估价偏低。")
    take(reference, "review-decide", REVIEWER, "2026-09-10", outcome="upheld", decision="评估程序合法，予以维持。")
    drained("2026-09-10")
    papers.inform(petition(reference), 1)  # the same line again
    assert told(reference) == [f"petition-{one}" for one in ("registered", "told", "extended", "decided", "reviewed")]
    assert written(reference) == [
        ("信访事项受理告知书", "government-office"),
        ("信访事项延长办理期限告知书", "government-office"),
        ("信访事项处理意见书", "urban-management"),
        ("信访事项复查意见书", "county-government"),
    ]
    extended = Message.objects.get(matter_reference=reference, kind="petition-extended").text
    assert "2026年8月20日" in extended  # sixty days of 1 June are over on 31 July, and twenty more
    opinion = Letter.objects.get(matter_reference=reference, title="信访事项处理意见书")
    assert "30日内请求上一级机关、单位复查" in opinion.data["remedies"]
    assert opinion.data["basis"] == DECIDED["law"]  # 第三十二条: an opinion says on which law it stands
    assert {one.error for one in Letter.objects.filter(matter_reference=reference)} == {""}  # each finds its seal


def test_one_refused_is_told_the_ground_and_who_has_no_account_is_written_to_without_a_name():
    reference = petitions.registered()
    take(reference, "refuse-petition", CLERK, ground="litigation", opinion="该征收决定正在行政复议。")
    drained()
    [letter] = Letter.objects.filter(matter_reference=reference)
    assert told(reference) == []
    assert (letter.data["addressee"], letter.party_id) == ("信访人", None)
    assert "行政复议" in letter.data["says"]
    assert petitions.SAID.name not in str(letter.data)


def test_what_answers_an_accusation_goes_out_in_the_office_s_name_alone():
    reference = petitions.handling(purpose="accusation", party_id=lin().person_id)
    with pytest.raises(Refusal) as caught:  # 处理意见书 is the answer to an appeal
        take(reference, "decide", CITY, "2026-06-20", **DECIDED)
    assert caught.value.code == "no-appeal"
    take(reference, "reply", CITY, "2026-06-20", outcome="untrue", decision="经核查，反映的情况不属实。")
    drained("2026-06-20")
    assert written(reference)[-1][0] == "信访事项回复书"
    assert {organ for _, organ in written(reference)} == {"government-office"}
    assert petition(reference).matter.state == "petition-ended"


def test_a_petitioner_follows_the_own_petition_and_nobody_else_s(client):
    reference = petitions.handling(party_id=lin().person_id)
    shown = queries.mine_one(lin(), reference, cast.at(DAY).date())
    assert (shown.unit, f"{shown.due_on}") == ("云溪县城市管理和综合执法局", "2026-07-31")
    assert [one.matter.reference for one in queries.mine(lin())] == [reference]
    with pytest.raises(NotFound):
        queries.petition(lin(), reference)  # the desk's page is not the petitioner's
    stranger = replace(lin(), person_id=lin().person_id + 1)
    for nobody in (stranger, cast.staff(CITY, DAY)):
        with pytest.raises(NotFound):
            queries.mine_one(nobody, reference, cast.at(DAY).date())
    assert queries.mine(stranger) == []


def test_the_card_seen_at_the_counter_joins_the_petition_to_the_account_of_that_number_and_name():
    number, named = "449931199105200223", {"name": "林小满", "phone": ""}
    with pytest.raises(Refusal) as caught:
        petitions.registered(id_number=number[:-1], **named)
    assert [one.field for one in caught.value.faults] == ["id_number"]
    assert petition(petitions.registered(id_number=number, name="何来访")).party_id is None
    assert queries.mine(lin()) == []
    reference = petitions.registered(id_number=number, **named)
    assert [one.matter.reference for one in queries.mine(lin())] == [reference]
    with connection.cursor() as cursor:
        for table in ("petitions_petition", "matter", "matter_text", "ledger_entry"):
            cursor.execute(f"select 1 from {table} t where t::text like %s", [f"%{number}%"])
            assert cursor.fetchone() is None, table


def test_whoever_petitions_asks_for_a_review_online_within_the_term_and_reads_the_day_after_it():
    reference = petitions.handling(party_id=lin().person_id)

    def ask(by, day, step="ask-review", opinion="评估价偏低，请求重新评估。"):
        at, values = cast.at(day, 11), {"opinion": opinion}
        return actions.take_own(reference=reference, step=step, by=by, at=at, values=values)

    take(reference, "decide", CITY, "2026-06-15", **DECIDED)
    matters.sweep(at=cast.at("2026-07-16", 9))  # thirty days after it was written, and not yet served
    petitions.serve(reference, "2026-07-20")
    with pytest.raises(NotFound):
        ask(replace(lin(), person_id=lin().person_id + 1), "2026-07-01")
    with pytest.raises(NotFound):
        ask(lin(), "2026-07-01", step="settle")
    with pytest.raises(Refusal) as caught:
        ask(lin(), "2026-08-20")
    assert (caught.value.code, "2026年08月19日" in caught.value.says) == ("asked-too-late", True)
    assert [one.step.name for one in queries.mine_one(lin(), reference, cast.at("2026-08-19").date()).steps] == [
        "ask-review"
    ]
    ask(lin(), "2026-08-19")
    assert petition(reference).matter.state == "reviewing"
    take(reference, "review-decide", REVIEWER, "2026-08-28", outcome="upheld", decision="评估程序合法，予以维持。")
    petitions.serve(reference, "2026-08-31")
    matters.sweep(at=cast.at("2026-10-09", 9))
    assert petition(reference).matter.state == "petition-ended"
    with pytest.raises(Refusal) as caught:
        ask(lin(), "2026-10-09", step="ask-recheck")
    assert (caught.value.code, "2026年09月30日" in caught.value.says) == ("asked-too-late", True)


def test_behind_the_wall_the_office_reads_what_the_unit_wrote_and_an_accused_unit_no_letter_of_the_petitioner():
    dbroles.apply(connection)  # before any row is written: a table with pending triggers cannot be altered
    appeal = petitions.handling(party_id=lin().person_id)
    take(appeal, "decide", CITY, "2026-06-20", **DECIDED)
    accusation = petitions.handling(purpose="accusation", party_id=lin().person_id)
    drained("2026-06-20")

    def seen(who):
        with as_role("yw_app", organs=[cast.staff(who, DAY).organ_id]):
            return {one: Letter.objects.filter(matter_reference=one).count() for one in (appeal, accusation)}

    assert seen(CLERK) == {appeal: 2, accusation: 1}
    assert seen(CITY) == {appeal: 2, accusation: 0}
    assert seen("health-1") == {appeal: 0, accusation: 0}
