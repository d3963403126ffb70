"""王建国 opens a restaurant in one go: one submission, three cases in order, the whole and what holds it up."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories import cases as cast
from tests.factories import documents, themes
from tests.factories.themes import ANSWERS, THEME
from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people.models import Mandate
from yiwang.matters import actions as matters
from yiwang.matters.models import Matter
from yiwang.services.cases.models import Case, CaseMaterial
from yiwang.services.cases.sealing import open_form
from yiwang.services.themes import actions, queries
from yiwang.services.themes.models import ThemeDraft, ThemeItem

DAY = "2026-09-21"


@pytest.fixture(autouse=True)
def _county(county):
    """Guides, staff, people, seals."""


def wang(day=DAY):
    return cast.citizen("王建国", day)


def form():
    return themes.form("王建国", "449931196802030115")


def draft(without=(), said=None):
    return themes.draft(wang(), day=DAY, without=without, said=form() if said is None else said)


def submitted():
    return themes.submitted(wang(), day=DAY, said=form())


def items(reference):
    return {one.code: one for one in ThemeItem.objects.filter(matter__reference=reference).select_related("child")}


def drain(day):
    done = matters.drain(at=cast.at(day, 23))
    assert done.failed == 0
    assert done.waiting == 0


def register_done(reference, day="2026-09-22"):
    case = items(reference)["register"].child.reference
    for step in ("grant-on-the-spot", "issue"):
        cast.take(case, step, day, by="zhou", values={"opinion": "材料齐全，当场准予。"} if step != "issue" else {})
    drain(day)


# -- refusals -----------------------------------------------------------------------------------------------------------


def test_nobody_begins_for_somebody_else(refused):
    lin = cast.citizen("林小满", DAY)
    refused(
        "no-mandate", actions.start, theme_id=THEME, party_id=wang().person_id, answers=ANSWERS, by=lin, at=cast.at(DAY)
    )
    refused(
        "not-verified",
        actions.start,
        theme_id=THEME,
        party_id=1,
        answers=ANSWERS,
        by=cast.staff("chen"),
        at=cast.at(DAY),
    )


def test_an_agent_for_one_of_the_items_does_not_submit_them_all(refused):
    lin = cast.citizen("林小满", DAY)
    Mandate.objects.create(
        principal_id=wang().person_id, agent_id=lin.person_id, scope="items", item_codes=[cast.FOOD],
        from_on=date(2026, 1, 1), until_on=date(2027, 1, 1), given_at=cast.at(DAY), given_by="test",
    )  # fmt: skip
    refused(
        "no-mandate", actions.start, theme_id=THEME, party_id=wang().person_id, answers=ANSWERS, by=lin, at=cast.at(DAY)
    )


def test_an_open_question_is_refused(refused):
    answers = {name: value for name, value in ANSWERS.items() if name != "place"}
    refused(
        "unanswered",
        actions.start,
        theme_id=THEME,
        party_id=wang().person_id,
        answers=answers,
        by=wang(),
        at=cast.at(DAY),
    )


def test_a_draft_is_its_owners(refused):
    made = draft()
    lin = cast.citizen("林小满", DAY)
    refused("no-such-draft", actions.submit, draft_id=made.pk, delivery="collect", by=lin, at=cast.at(DAY))
    refused(
        "no-such-draft",
        actions.attach,
        draft=made,
        key="register-lease",
        content=b"",
        name="x",
        by=lin,
        at=cast.at(DAY),
    )


def test_paper_offered_freely_for_what_the_government_holds_is_taken():
    made = draft()
    actions.attach(
        draft=made,
        key="register-identity",
        content=documents.png(),
        name="x.png",
        by=wang(),
        at=cast.at(DAY),
    )
    assert list(made.uploads.values_list("key", flat=True).filter(key="register-identity")) == ["register-identity"]


def test_every_fault_of_every_item_is_named_before_anything_opens(refused):
    said = form()
    del said["food_licence__workers"], said["sewer__volume"]
    made = draft(without={"lease"}, said=said)
    refusal = refused(
        "application-incomplete", actions.submit, draft_id=made.pk, delivery="collect", by=wang(), at=cast.at(DAY)
    )
    assert [(fault.field, fault.code) for fault in refusal.faults] == [
        ("material-lease", "material-missing"),  # needed by two items, said once
        ("food_licence__workers", "form"),
        ("sewer__volume", "form"),
    ]
    assert not Matter.objects.filter(process_id="services.theme").exists()


# -- the story ----------------------------------------------------------------------------------------------------------


def test_one_submission_opens_the_first_item_and_freezes_the_others():
    theme = submitted()
    found = items(theme.reference)
    assert {code: item.state for code, item in found.items()} == {
        "register": "open", "food-licence": "waiting", "sewer": "waiting",
    }  # fmt: skip
    assert found["register"].child.parent_id == theme.id
    assert Case.objects.count() == 1
    assert not ThemeDraft.objects.exists()


def test_the_next_items_open_with_their_share_when_the_licence_is_made():
    theme = submitted()
    case = items(theme.reference)["register"].child.reference
    cast.take(case, "grant-on-the-spot", "2026-09-22", by="zhou", values={"opinion": "材料齐全，当场准予。"})
    drain("2026-09-22")
    assert items(theme.reference)["food-licence"].state == "waiting"  # granted, but the licence is not made yet
    cast.take(case, "issue", "2026-09-22", by="zhou", values={})
    drain("2026-09-22")
    found = items(theme.reference)
    assert {code: item.state for code, item in found.items()} == {
        "register": "done", "food-licence": "open", "sewer": "open",
    }  # fmt: skip
    food = Case.objects.get(matter=found["food-licence"].child)
    assert food.party_id == wang().person_id
    said = open_form(food.form, about=f"case:{food.pk}")
    assert said["premises"] == form()["register__premises"]
    lease = CaseMaterial.objects.get(matter=food.matter, code="lease")
    first = CaseMaterial.objects.get(matter=found["register"].child, code="lease")
    assert lease.state == "uploaded"
    assert list(lease.files.all()) == list(first.files.all())
    assert food.matter.counted_on == date(2026, 9, 22)


def test_hearing_of_the_same_step_twice_opens_nothing_twice():
    theme = submitted()
    register_done(theme.reference)
    actions.advance(reference=theme.reference, at=cast.at("2026-09-22", 23))
    assert Case.objects.count() == 3


def test_a_refused_registration_lets_the_others_fall_away_and_ends_the_whole():
    theme = submitted()
    case = items(theme.reference)["register"].child.reference
    cast.take(case, "deny", "2026-09-22", by="zhou")
    drain("2026-09-22")
    assert [item.state for item in items(theme.reference).values()] == ["failed", "dropped", "dropped"]
    assert Matter.objects.get(pk=theme.id).state == "ended"


def test_the_whole_is_complete_when_every_result_is_made():
    theme = submitted()
    register_done(theme.reference)
    found = items(theme.reference)
    for code in ("food-licence", "sewer"):
        Case.objects.filter(matter=found[code].child).update(outcome="granted", decided_on=date(2026, 9, 28))
        child = found[code].child
        child.steps += "issue=staff:1\n"
        child.save(update_fields=["steps"])
    actions.advance(reference=theme.reference, at=cast.at("2026-09-28"))
    assert Matter.objects.get(pk=theme.id).state == "completed"


def test_a_mandate_that_ended_holds_the_next_item_up_until_the_helper_tries_again():
    lin = cast.citizen("林小满", DAY)
    mandate = Mandate.objects.create(
        principal_id=wang().person_id, agent_id=lin.person_id, scope="all",
        from_on=date(2026, 1, 1), until_on=date(2026, 9, 22), given_at=cast.at(DAY), given_by="test",
    )  # fmt: skip
    lin = cast.citizen("林小满", DAY)
    made = draft()
    ThemeDraft.objects.filter(pk=made.pk).update(account_id=lin.account_id)
    theme = actions.submit(draft_id=made.pk, delivery="collect", by=lin, at=cast.at(DAY))
    register_done(theme.reference)
    assert "委托" in items(theme.reference)["food-licence"].held_up
    Mandate.objects.filter(pk=mandate.pk).update(until_on=date(2027, 1, 1))
    actions.try_again(reference=theme.reference, by=cast.staff("chen", "2026-09-23"), at=cast.at("2026-09-23"))
    found = items(theme.reference)["food-licence"]
    assert (found.state, found.held_up) == ("open", "")


def test_only_a_helper_of_the_hall_writes_the_record(refused):
    theme = submitted()
    words = {"reference": theme.reference, "opinion": "已电话提醒登记注册股。", "at": cast.at(DAY, 15)}
    refused("not-allowed no-such-matter", actions.follow_up, by=cast.staff("zhao", DAY), **words)
    refused("values", actions.follow_up, by=cast.staff("chen", DAY), **words | {"opinion": "同意"})
    assert actions.follow_up(by=cast.staff("chen", DAY), **words).version > theme.version


def test_withdrawing_the_whole_withdraws_what_is_open_and_drops_what_waits(refused):
    theme = submitted()
    refused(
        "not-allowed no-such-matter",
        actions.withdraw,
        reference=theme.reference,
        by=cast.citizen("李志强", DAY),
        at=cast.at(DAY, 15),
    )
    actions.withdraw(reference=theme.reference, by=wang(), at=cast.at(DAY, 15))
    drain(DAY)
    found = items(theme.reference)
    assert [item.state for item in found.values()] == ["failed", "dropped", "dropped"]
    assert found["register"].child.state == "withdrawn"
    assert Matter.objects.get(pk=theme.id).state == "withdrawn"


# -- what the page shows -------------------------------------------------------------------------------------------------


def test_the_page_names_the_whole_and_what_holds_it_up(refused):
    theme = submitted()
    refused("no-such-matter", queries.overview, cast.citizen("李志强", DAY), theme.reference, cast.at(DAY, 12))
    shown = queries.overview(wang(), theme.reference, cast.at(DAY, 12))
    assert shown.bottleneck.title == "个体工商户设立登记"
    register_done(theme.reference)
    shown = queries.overview(wang("2026-09-22"), theme.reference, cast.at("2026-09-22", 12))
    food = items(theme.reference)["food-licence"]
    assert shown.bottleneck.title == "食品经营许可（核发）"
    assert shown.bottleneck.ends_on == shown.whole.ends_on == calendar.table().add(date(2026, 9, 22), food.days)
    assert shown.done == 1


def test_every_organ_that_takes_part_sees_the_whole_but_only_its_own_case():
    theme = submitted()
    register_done(theme.reference)
    shown = queries.overview(cast.staff("zhao", DAY), theme.reference, cast.at("2026-09-22", 12))
    opened = {line.title: bool(line.reference) for line in shown.lines}
    assert opened == {
        "个体工商户设立登记": True, "食品经营许可（核发）": True, "城镇污水排入排水管网许可": False,
    }  # fmt: skip
    assert [line.reference for line in queries.desk(cast.staff("zhao", DAY), cast.at("2026-09-22"))] == [
        theme.reference
    ]


def test_a_stranger_reads_the_way_and_is_asked_to_log_in_before_applying(client):
    page = client.get(f"/themes/{THEME}/", ANSWERS)
    assert page.status_code == 200
    assert "全程最多" in page.content.decode()
    assert "餐厨垃圾" in page.content.decode()
    assert client.post(f"/themes/{THEME}/", ANSWERS).headers["Location"].startswith("/accounts/phone/")
    assert client.get("/themes/castle/").status_code == 404
    assert client.get(f"/themes/{THEME}/", {"licence": "perhaps"}).status_code == 422


def test_the_pages_lead_from_the_question_to_the_whole(client):
    client.force_login(Account.objects.get(person__name="王建国"))
    begun = client.post(f"/themes/{THEME}/", ANSWERS)
    page = client.get(begun.headers["Location"])
    assert "个体工商户设立登记" in page.content.decode()
    said = form()
    assert client.post(begun.headers["Location"], said | {"sewer__volume": ""}).status_code == 422
    assert client.post(begun.headers["Location"], said).headers["Location"].endswith("/materials/")
    listed = client.get(f"{begun.headers['Location']}materials/")
    assert (
        listed.content.decode().count('type="file"') == 6
    )  # lease, layout, rules, drains, pretreat, licence: each once
    refused = client.post(
        f"{begun.headers['Location']}materials/", {"delivery": "collect", "idempotency_key": "k" * 12}
    )
    assert refused.status_code == 422
    assert "还不能提交" in refused.content.decode()
    theme = actions.submit(draft_id=draft().pk, delivery="collect", by=wang(), at=cast.at(DAY, 10))
    assert "现在卡在" in client.get(f"/my/themes/{theme.reference}/").content.decode()
    assert theme.reference in client.get("/my/themes/").content.decode()
    client.force_login(Account.objects.get(username="chen"))
    assert "跟进记录" in client.get(f"/desk/themes/{theme.reference}/").content.decode()
    assert theme.reference in client.get("/desk/themes/").content.decode()
