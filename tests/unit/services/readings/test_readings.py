"""谁看过我的信息: a person reads every look, objects to one, hears the answer; data put right keep what they said before."""

from __future__ import annotations

from datetime import timedelta

from tests.factories import cases as cast
from tests.factories import numbers
from tests.unit.services.certificates.test_showing import agree, code_of, licence, scan, shown
from yiwang.foundation.ledger import events
from yiwang.foundation.letters.models import Message
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import actions as people
from yiwang.foundation.people import queries as people_queries
from yiwang.foundation.people.models import Correction, Person
from yiwang.kernel.permissions import STRANGER, SYSTEM
from yiwang.kernel.refusal import NotAllowed
from yiwang.matters import actions as matters
from yiwang.services.readings import actions, queries, rules

NOON = cast.at(hour=12)


def unmasked(by="sun", purpose="case", matter=""):
    return people.unmask(
        party_id=cast.person("林小满"),
        field="phone",
        purpose=purpose,
        matter_reference=matter,
        by=cast.staff(by),
        at=cast.at(hour=11),
    )


def take(reference, step, by, **values):
    doer = by if not isinstance(by, str) else cast.staff(by)
    return matters.take(reference=reference, step=step, by=doer, at=NOON, values=values)


def test_every_kind_of_look_is_an_event_some_room_declares():
    assert [name for name in rules.KINDS if name not in events.SENTENCES] == []


def test_a_look_that_must_stay_secret_is_not_told():
    detail = {"field": "手机号码", "purpose": "办理本单位办件", "code": "case"}
    assert rules.told("people.unmasked", detail) == "查看您的完整手机号码（用途：办理本单位办件）"
    assert rules.told("people.unmasked", detail | {"code": "judicial"}) is None
    assert rules.told("people.contact-changed", detail) is None


def test_a_person_reads_each_look_with_organ_post_case_and_basis_and_nobody_else_does(county, refused):
    case = cast.submitted()
    certificate = licence()
    agree(scan(case, code_of(shown(certificate))))
    refused("no-seat", scan, case, code_of(shown(certificate)), by="sun")
    unmasked(matter=case.matter.reference)
    unmasked(purpose="judicial")
    found = queries.readings(cast.lin(), NOON)
    assert [line.says[:8] for line in found] == ["查看您的完整手机", "想查看证照 92", "查看证照 924"]
    phone, tried, looked = found
    assert (phone.organ, phone.matter) == ("云溪县市场监督管理局", case.matter.reference)
    assert phone.who == "审批决定人 孙**"
    assert "孙丽华" not in phone.who
    assert (tried.refused, looked.refused) == (True, False)
    assert "同意" in looked.basis
    assert queries.readings(cast.citizen("王建国"), NOON) == []
    for by in (STRANGER, cast.staff("zhao"), SYSTEM):
        refused("no-such-person", queries.readings, by, NOON)
    refused("no-such-reading", queries.reading, cast.citizen("王建国"), looked.number, NOON)


def test_an_objection_goes_to_the_organ_and_is_answered_by_other_hands(county, refused):
    unmasked()
    (line,) = queries.readings(cast.lin(), NOON)

    def object_to(**given):
        return actions.dispute(
            **{"number": line.number, "says": "我没有在办这件事。", "by": cast.lin(), "at": NOON} | given
        )

    refused("no-such-reading", object_to, by=cast.citizen("王建国"))
    refused("missing", object_to, says=" ")
    opened = object_to()
    refused("already-disputed", object_to)
    assert opened.organ_id == line.organ_id
    words = {"outcome": "wrong", "answer": "确属不应查看，已批评教育并收回权限。"}
    refused("same-hands", take, opened.reference, "answer", "sun", **words)
    refused("not-allowed no-such-matter wrong-role", take, opened.reference, "answer", "health-2", **words)
    take(opened.reference, "answer", "zheng", **words)
    matters.drain(at=NOON)
    (line,) = queries.readings(cast.lin(), NOON)
    assert line.dispute is not None
    assert line.dispute.answer == words["answer"]
    assert Message.objects.filter(key=f"{opened.reference}:answered").count() == 1


def test_what_is_put_right_keeps_what_it_said_before_and_the_person_reads_both(county, refused, client):
    person = Person.objects.get(name="林小满")
    chen = cast.staff("chen")

    def correct(**given):
        asked = {"party_id": person.pk, "field": "name", "value": "林晓满", "ground": "登记时录入有误"}
        return people.correct(**asked | {"document": "居民身份证", "by": chen, "at": NOON} | given)

    for by in (STRANGER, cast.citizen("王建国"), cast.lin(), cast.staff("sun")):
        refused("not-allowed", correct, by=by)
    refused("no-document", correct, document="")
    refused("no-ground", correct, ground=" ")
    refused("nothing-changed", correct, value="林小满")
    refused("unknown-field", correct, field="account")
    refused("number-taken", correct, field="id_number", value="449931196802030115")
    assert not Correction.objects.exists()
    correct()
    correct(field="id_number", value=numbers.id_number(serial=91))
    person.refresh_from_db()
    assert (person.name, person.account.name) == ("林晓满", "林晓满")
    assert people_queries.find(chen, numbers.id_number(serial=91), NOON.date())[0].party_id == person.pk
    people.change_phone(person=person, phone=numbers.phone(8), by=chen, at=NOON)
    by = cast.citizen("林晓满")
    told = people_queries.corrections_of(by, person.pk)
    assert [(one.title, one.organ != "") for one in told] == [
        ("手机号码", True),
        ("公民身份号码", True),
        ("姓名", True),
    ]
    assert "小满" not in told[2].old
    assert told[2].old.startswith("林")
    refused("no-such-party", people_queries.corrections_of, cast.citizen("王建国"), person.pk)
    assert people.reseal(by=SYSTEM, at=NOON + timedelta(days=1)) == 0
    client.force_login(Account.objects.get(pk=by.account_id))
    page = client.get("/me/uses/").content.decode()
    assert "登记时录入有误" in page, page[page.index("<main") :]
    client.force_login(Account.objects.get(username="chen"))
    address = f"/desk/people/{person.pk}/correct/"
    assert client.post(address, {"field": "address", "value": "人民路17号", "ground": ""}).status_code == 422
    assert client.post(address, {"field": "address", "value": "云溪县人民路17号", "ground": "搬家"}).status_code == 302
    client.force_login(Account.objects.get(username="sun"))
    assert client.get(address).status_code == NotAllowed.status


def test_the_page_takes_an_objection_without_script(county, client):
    unmasked()
    client.force_login(Account.objects.get(pk=cast.lin().account_id))
    (line,) = queries.readings(cast.lin(), NOON)
    page = client.get("/me/uses/").content.decode()
    assert f"/me/uses/{line.number}/dispute/" in page
    assert client.post(f"/me/uses/{line.number}/dispute/", {"says": ""}).status_code == 422
    assert client.post(f"/me/uses/{line.number}/dispute/", {"says": "不是我在办的事"}).status_code == 302
    assert "正在等单位答复" in client.get("/me/uses/").content.decode()
    assert client.post(f"/me/uses/{line.number + 100000}/dispute/", {"says": "x"}).status_code == 404
