"""亮码: a code that changes every minute, scanned once, within a case, by whoever works on it, and nothing seen before the
holder agrees; everybody else is refused on record."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.factories import cases as cast
from tests.factories import documents
from tests.factories.certificates import VALUES
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.organs.models import Account
from yiwang.kernel.permissions import STRANGER, SYSTEM
from yiwang.services.certificates import actions, asking, codes, looking
from yiwang.services.certificates.models import Asking, Certificate, Use

TRADER = "511A0074300005"  # results in 营业执照, which the restaurant licence asks for
LICENCE = {"business": "餐饮服务；食品销售", "premises": "云溪县城关街道人民路16号"}
LIN = "449931199105200223"
OPENED = cast.at(hour=10, minute=30)


@pytest.fixture
def case(county):
    """林's restaurant licence, to be accepted by 周."""
    return cast.submitted()


def licence(party=None, *, until=None, item=TRADER, name="营业执照", values=LICENCE, number="92449931MA0000001W"):
    made = actions.record_existing(
        number=number,
        name=name,
        item_code=item,
        party_id=party or cast.noodle_shop(),
        valid_from=date(2024, 9, 23),
        valid_until=until,
        values=values,
        by=SYSTEM,
        at=cast.at(hour=9),
    )
    assert made.type_id, "the item's result has a declared type"
    return made


def shown(certificate, by=None):
    return actions.show(certificate_id=certificate.pk, by=by or cast.lin(), at=OPENED)


def code_of(showing, minute=0):
    return codes.write(showing.handle, minute, at=OPENED)


def scan(case, code, by="zhou", after=0):
    doer = cast.staff(by) if isinstance(by, str) else by
    reference = case if isinstance(case, str) else case.matter.reference
    return actions.scan(code=code, reference=reference, by=doer, at=OPENED + timedelta(seconds=after))


def agree(asked, by=None, after=1):
    at = asked.asked_at + timedelta(seconds=after)
    return actions.agree(asking_id=asked.pk, by=by or cast.lin(), at=at)


def decline(asked, by=None, after=1):
    at = asked.asked_at + timedelta(seconds=after)
    return actions.decline(asking_id=asked.pk, by=by or cast.lin(), at=at)


def lines(subject, event):
    return [json.loads(e.body) for e in LedgerEntry.objects.filter(subject=subject, event=event).order_by("ordinal")]


def refused_lines(certificate):
    found = lines(f"certificate:{certificate.pk}", "certificates.look-refused")
    return [line["detail"]["code"] for line in found]


def test_a_code_says_nothing_about_anybody_and_is_no_other_code_with_one_sign_changed(county):
    handle = codes.new_handle()
    code = codes.write(handle, 3, at=OPENED)
    assert codes.read(code) == codes.Code(handle, 3)
    assert codes.read(f" {code.lower()}\r\n") == codes.Code(handle, 3)  # as a scanner may type it
    for place in range(3, len(code)):
        forged = code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
        assert codes.read(forged) is None, place
    for text in ("", "LM-", code[:-1], code + "A", "LM-" + "8" * 32, "LM-" + "Ａ" * 32, "x" * 5000):
        assert codes.read(text) is None
    assert codes.write(handle, 4, at=OPENED)[3:20] != ""
    assert codes.write(handle, 4, at=OPENED) != code


def test_the_clerk_sees_the_least_his_item_needs_and_both_sides_have_it_on_record(case):
    certificate = licence()
    asked = scan(case, code_of(shown(certificate)))
    assert not lines(f"certificate:{certificate.pk}", "certificates.looked-at"), "nobody agreed yet"
    use = agree(asked)
    assert (use.way, use.consent, use.material, use.fields) == ("code", "agreed", "营业执照", ["business", "premises"])
    assert use.used_by == cast.staff("zhou").reference
    zhou, matter = cast.staff("zhou"), looking.in_hand(cast.staff("zhou"), case.matter.reference, OPENED)
    seen = looking.seen(zhou, matter, use.pk, OPENED + timedelta(minutes=1))
    assert seen.lines == [("经营范围", LICENCE["business"]), ("住所", LICENCE["premises"])]
    assert (seen.status, seen.holder) == ("有效", "云溪县城关街道小满面馆")
    assert looking.seen(zhou, matter, use.pk, OPENED + timedelta(minutes=11)).lines == []
    (one,) = lines(f"certificate:{certificate.pk}", "certificates.looked-at")
    (other,) = lines(f"matter:{case.matter.reference}", "certificates.used")
    assert one["detail"]["matter"] == case.matter.reference
    assert other["detail"]["certificate"] == f"certificate:{certificate.pk}"
    assert one["actor"] == other["actor"] == zhou.reference
    assert "人民路" not in repr((one, other))
    cast.take(case, "accept")  # the line moved nothing and nobody's step is in its way


def test_replayed_old_closed_and_foreign_codes_are_refused_and_each_is_on_record(case, refused):
    certificate = licence()
    first = shown(certificate)
    refused("code-expired", scan, case, code_of(first), after=60)
    refused("code-expired", scan, case, code_of(first, 1))  # a minute that has not come
    scan(case, code_of(first), after=59)
    refused("code-replayed", scan, case, code_of(first), after=59)
    scan(case, code_of(first, 1), after=61)
    actions.put_away(handle=first.handle, by=cast.lin(), at=OPENED + timedelta(seconds=90))
    refused("code-closed", scan, case, code_of(first, 1), after=95)
    second = shown(certificate)
    refused("code-closed", scan, case, code_of(second, 10), after=600)
    third = shown(certificate)
    refused("code-closed", scan, case, code_of(second), after=1)  # showing again puts the earlier one away
    assert refused_lines(certificate) == [
        "code-expired", "code-expired", "code-replayed", "code-closed", "code-closed", "code-closed",
    ]  # fmt: skip
    whole = code_of(third)
    for forged in ("LM-" + "A" * 32, whole[:-1] + ("A" if whole[-1] != "A" else "B"), "https://example.test/"):
        refused("foreign-code", scan, case, forged)
    assert len(lines("certificates:attempts", "certificates.look-refused")) == 3
    assert Asking.objects.count() == 2
    assert not Use.objects.exists()


def test_the_clerk_sees_nothing_unless_whoever_shows_the_certificate_agrees_in_time(case, refused):
    certificate = licence()
    showing, minutes = shown(certificate), iter(range(10))

    def asked(by="zhou"):
        minute = next(minutes)
        return scan(case, code_of(showing, minute), by=by, after=60 * minute)

    first = asked()
    for stranger in (cast.citizen("王建国"), cast.staff("zhou"), STRANGER):
        refused("no-such-asking", agree, first, by=stranger)
        refused("no-such-asking", decline, first, by=stranger)
    (told,) = looking.showing(cast.lin(), showing.handle, first.asked_at).asked
    assert (told.organ, told.clerk, told.case) == ("云溪县市场监督管理局", "周**", case.matter.title)
    assert {"经营范围", "住所", "有效期"} <= set(told.shows)
    refused("asking-over", agree, first, after=120)
    declined = decline(asked())
    refused("asking-over", agree, declined, after=2)
    assert asking.state(declined, declined.asked_at) == asking.DECLINED
    assert lines(f"matter:{case.matter.reference}", "certificates.look-declined")
    late = asked()
    assert [asking.state(late, late.asked_at + timedelta(seconds=n)) for n in (0, 119, 120)] == [
        "waiting",
        "waiting",
        "late",
    ]
    cast.take(case, "accept")  # 周 has it no longer
    refused("clerk-left", agree, late)
    assert not Use.objects.exists()
    actions.put_away(handle=showing.handle, by=cast.lin(), at=late.asked_at)
    refused("asking-over", agree, late)
    assert not looking.showing(cast.lin(), showing.handle, late.asked_at).asked


def test_whoever_has_no_business_with_the_case_sees_nothing_and_is_on_record(case, refused):
    certificate = licence()
    code = code_of(shown(certificate))
    refused("no-such-matter", scan, "2026-99999999", code)
    refused("no-such-matter", scan, case, code, by="health-2")  # another department
    refused("no-seat", scan, case, code, by="sun")  # decides in the same bureau, and it is not his turn
    refused("no-such-matter", scan, case, code, by=cast.lin())
    refused("no-such-matter", scan, case, code, by=STRANGER)
    assert refused_lines(certificate) == [
        "no-such-matter",
        "no-such-matter",
        "no-seat",
        "no-such-matter",
        "no-such-matter",
    ]
    assert not Use.objects.exists()
    use = agree(scan(case, code))
    matter = looking.in_hand(cast.staff("zhou"), case.matter.reference, OPENED)
    refused("no-such-use", looking.seen, cast.staff("sun"), matter, use.pk, OPENED)
    cast.take(case, "accept")
    refused("no-seat", looking.in_hand, cast.staff("zhou"), case.matter.reference, OPENED)


def test_only_the_holder_shows_and_only_what_the_item_needs_of_the_applicant_in_force(case, refused):
    certificate = licence()
    wang = cast.citizen("王建国")
    for by in (wang, STRANGER, cast.staff("zhou")):
        refused("no-such-certificate", actions.show, certificate_id=certificate.pk, by=by, at=OPENED)
    mine = shown(certificate)
    refused("no-such-showing", actions.put_away, handle=mine.handle, by=wang, at=OPENED)
    refused("no-such-showing", looking.showing, wang, mine.handle, OPENED)
    others = licence(cast.person("王建国"), number="92449931MA0000009W")
    refused("another-holder", scan, case, code_of(shown(others, wang)))
    food = licence(item=cast.FOOD, name="食品经营许可证", values=VALUES, number="JY1")
    refused("certificate-not-needed", scan, case, code_of(shown(food)))
    late = licence(until=date(2026, 9, 23), number="92449931MA0000002W")
    assert "已过期" in refused("certificate-not-in-force", scan, case, code_of(shown(late))).says
    Certificate.objects.filter(pk=late.pk).update(status="revoked", ended_on=date(2026, 9, 1))
    assert "已撤销" in refused("certificate-not-in-force", scan, case, code_of(shown(late))).says
    assert refused_lines(late) == ["certificate-not-in-force"] * 2
    assert not Use.objects.exists()


def test_without_a_telephone_card_and_consent_open_it_and_leave_the_same_lines(county, refused):
    case, certificate = cast.received(), licence()
    chen = cast.staff("chen")  # received it at the counter this morning

    def fetch(**given):
        asked = {"reference": case.matter.reference, "type_id": "business-licence", "id_number": LIN} | given
        return actions.fetch(**asked, by=given.pop("by", chen), at=cast.at(hour=11))

    refused("no-consent", fetch)
    refused("another-bearer", fetch, id_number="449931196802030115", ground="当面口头同意")
    refused("certificate-not-needed", fetch, type_id="food-licence", ground="当面口头同意")
    assert len(lines("certificates:attempts", "certificates.look-refused")) == 3
    witnessed = fetch(ground="手部受伤，当面口头同意")
    signed = fetch(signature=documents.png())
    assert (witnessed.consent, signed.consent) == ("witnessed", "signed")
    assert signed.signature is not None
    assert len(lines(f"certificate:{certificate.pk}", "certificates.looked-at")) == 2
    assert len(lines(f"matter:{case.matter.reference}", "certificates.used")) == 2
    Certificate.objects.filter(pk=certificate.pk).update(status="revoked", ended_on=date(2026, 9, 1))
    assert "已撤销" in refused("certificate-not-in-force", fetch, ground="当面口头同意").says
    cast.take(
        case, "accept", by="chen", hour=12
    )  # the seat is the bureau's now; the visit is still the counter's today
    looking.in_hand(chen, case.matter.reference, cast.at(hour=13))
    tomorrow = cast.at("2026-09-25")
    refused("no-seat", looking.in_hand, cast.staff("chen", "2026-09-25"), case.matter.reference, tomorrow)


def stranger_of(client):
    other = client.__class__()
    other.force_login(Account.objects.get(pk=cast.citizen("王建国").account_id))
    return other


def test_the_pages_of_holder_and_clerk_work_without_script(case, client, settings):
    certificate = licence()
    client.force_login(Account.objects.get(pk=cast.lin().account_id))
    assert "亮码" in client.get("/me/certificates/").content.decode()
    sent = client.post(f"/me/certificates/{certificate.pk}/show/")
    page = client.get(sent["Location"]).content.decode()
    assert '<noscript><meta http-equiv="refresh"' in page
    code = page[page.index("LM-") :][:35]
    assert client.get(sent["Location"], headers={"HX-Request": "true"}).content.decode().lstrip().startswith("<div")
    for secret in ("小满", certificate.number):
        assert secret not in code
    clerk = client.__class__()
    clerk.force_login(Account.objects.get(username="zhou"))
    address = f"/desk/certificates/cases/{case.matter.reference}/"
    assert 'name="code"' in clerk.get(address).content.decode()
    waiting = clerk.post(f"{address}scan/", {"code": code})
    assert waiting.status_code == 302, waiting.content.decode()
    page = clerk.get(waiting["Location"]).content.decode()
    assert "等待持证人同意" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert LICENCE["business"] not in page
    page = client.get(sent["Location"]).content.decode()
    assert "云溪县市场监督管理局" in page
    assert case.matter.reference in page
    quiet = {"HX-Request": "true"}
    known = str(Asking.objects.get().pk)
    assert client.get(f"{sent['Location']}?asked={known}", headers=quiet)["HX-Reswap"] == "none"
    assert "HX-Reswap" not in client.get(f"{sent['Location']}?asked=", headers=quiet)
    assert stranger_of(client).post(f"/me/showing/asked/{known}/", {"answer": "agree"}).status_code == 404
    client.post(f"/me/showing/asked/{known}/", {"answer": "agree"})
    assert "/desk/" in clerk.get(waiting["Location"], headers=quiet)["HX-Redirect"]
    found = clerk.get(waiting["Location"])
    seen = clerk.get(found["Location"]).content.decode()
    assert LICENCE["business"] in seen
    assert seen.count("此件由云溪县市场监督管理局提供，仅供办理政务服务事项时使用，长期有效") == 1
    assert '<img class="veil"' in seen
    again = clerk.post(f"{address}scan/", {"code": code})
    assert (again.status_code, "已经扫过" in again.content.decode()) == (422, True)
    assert clerk.post(f"{address}fetch/", {"type_id": "business-licence"}).status_code == 422
    assert "云溪县市场监督管理局" in client.get(sent["Location"]).content.decode()
    stranger = client.__class__()
    stranger.force_login(Account.objects.get(username="health-2"))
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}scan/", {"code": code}).status_code == 404
    assert refused_lines(certificate) == ["code-replayed", "no-such-matter"]


def test_a_holder_who_agreed_in_this_case_is_not_said_to_have_refused(case, refused):
    ground = {"licence": "consent-refused"}
    demanded = {"licence": "请提交营业执照副本一份。"}
    showing = shown(licence())
    agree(scan(case, code_of(showing)))
    refusal = refused("correction", cast.asked, case, grounds=ground, **demanded)
    assert [(fault.field, fault.code) for fault in refusal.faults] == [("licence", "ground-untrue")]
    decline(scan(case, code_of(showing, 1), after=61))
    assert cast.asked(case, grounds=ground, **demanded).state == "awaiting-correction"  # the last answer counts
