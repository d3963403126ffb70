"""Electronic certificates: issued with the decision, changed, suspended, expired; forged and altered ones found out."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from tests.factories import cases as cast
from tests.factories.certificates import ROW as GOOD
from tests.factories.certificates import VALUES, table
from tests.unit.foundation.ofd.test_ofd import repacked
from yiwang.foundation.files import queries as files
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters.models import Message
from yiwang.foundation.ofd import reading
from yiwang.foundation.people.models import Firm, Person
from yiwang.foundation.seals import actions as seals
from yiwang.foundation.seals import queries as seal_queries
from yiwang.foundation.seals.models import SealUse
from yiwang.kernel.permissions import STRANGER, SYSTEM
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.services.catalogue.models import Item
from yiwang.services.certificates import actions, checking, faces, queries
from yiwang.services.certificates.models import Certificate, Issuance, Standing

ON = date(2026, 9, 24)


@pytest.fixture(autouse=True)
def _county(county):
    """The demo county."""


def recorded(number="JY24499310000001", until=date(2029, 9, 22), values=VALUES, party=None, **more):
    return actions.record_existing(
        number=number,
        name="食品经营许可证",
        item_code=cast.FOOD,
        party_id=party or cast.noodle_shop(),
        valid_from=more.pop("since", date(2024, 9, 23)),
        valid_until=until,
        values=values,
        by=cast.staff("zhao"),
        at=more.pop("at", cast.at()),
    )


def sealed(certificate, at=None):
    """The two files of the present version."""
    made = certificate.issuances.get(version=certificate.version)
    made = actions.render(issuance_id=made.pk, at=at or cast.at(hour=11))
    assert made.state == Issuance.State.SEALED, made.error
    return files.open_file(SYSTEM, made.pdf_id), files.open_file(SYSTEM, made.ofd_id)


def examined(content, on=ON):
    return checking.examine(content, roots=seal_queries.roots(), stands=queries.state_on, on=on)


def published(at=None):
    return bytes(actions.publish_list(by=SYSTEM, at=at or cast.at(hour=12)).content)


def test_a_certificate_of_a_declared_type_is_issued_as_sealed_pdf_and_ofd_with_its_metadata():
    certificate = recorded()
    pdf, ofd = sealed(certificate)
    made = certificate.issuances.get()
    assert made.identifier.startswith("1.2.156.3005.2.11449931MB4Y00260Y001.11449931MB4Y00260Y.2024")
    for content in (pdf, ofd):
        found = examined(content)
        assert found.valid, found.says
        assert found.identifier == made.identifier
        assert "云溪县城关街道小满面馆" not in repr(found.public)
    document = reading.read(ofd)
    assert document.custom["证照标识"] == made.identifier
    assert document.custom["持证主体代码"] == "92449931MA0000001W"
    assert document.custom["持证主体代码类型代码"] == faces.FIRM
    read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    text = "".join(read.split())  # a long identifier is read with a break wherever its line ends
    for word in ("食品经营许可证", "云溪县城关街道小满面馆", "热食类食品制售", made.identifier, "JY24499310000001"):
        assert word in text, word
        assert word in "".join(document.text), word
    assert b"pdfaid:part>2<" in PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_object().get_data()
    assert SealUse.objects.filter(purpose=made.identifier).count() == 2
    bodies = "".join(LedgerEntry.objects.filter(subject=f"certificate:{certificate.pk}").values_list("body", flat=True))
    assert "林小满" not in bodies
    assert "人民路" not in bodies


def test_the_number_of_a_natural_person_is_masked_in_the_file():
    person = Person.objects.get(name="林小满")
    _, ofd = sealed(recorded(party=person.pk))
    custom = reading.read(ofd).custom
    assert custom["持证主体代码"] == "4****************3"
    assert custom["持证主体代码类型代码"] == faces.PERSON


def test_altered_forged_and_foreign_files_are_refused_with_the_reason(monkeypatch):
    certificate = recorded()
    pdf, ofd = sealed(certificate)
    for content, says in (
        (b"", "不是"),
        (pdf + b"x", "追加"),
        (ofd + b"x", "附加"),
        (pdf.replace(b"/Type/Page", b"/Type/Pagf", 1) if b"/Type/Page" in pdf else pdf[:900] + b"~" + pdf[901:], ""),
        (repacked(ofd, {"OFD.xml": lambda data: data.replace("小满面馆".encode(), "大满面馆".encode())}), "被改动"),
        (repacked(ofd, add={"Doc_0/x.xml": b"<x/>"}), "未受签章保护"),
    ):
        found = examined(content)
        assert not found.valid
        assert says in found.says
    for place in range(200, len(pdf), len(pdf) // 12):
        touched = bytearray(pdf)
        touched[place] ^= 1
        assert not examined(bytes(touched)).valid, place
    other = checking.examine(ofd, roots=[], stands=queries.state_on, on=ON)
    assert "受信任" in other.says


def test_a_letter_under_a_true_seal_is_no_certificate(monkeypatch):
    certificate = recorded()
    monkeypatch.setattr(faces, "extensions", lambda face: {})
    pdf, _ = sealed(certificate)
    assert "不是电子证照" in examined(pdf).says


def test_metadata_that_do_not_match_the_seal_are_refused(monkeypatch):
    true = faces.extensions
    monkeypatch.setattr(faces, "extensions", lambda face: true(face) | {faces.IDENTIFIER: b"1.2.156.3005.2.OTHER"})
    _, ofd = sealed(recorded())
    assert "证照标识与签章所载不符" in examined(ofd).says


def test_a_certificate_nobody_registered_is_refused_though_its_seal_is_true():
    certificate = recorded()
    _, ofd = sealed(certificate)
    listed = published()
    found = checking.offline(ofd, listed=listed, roots=seal_queries.roots(), on=ON)
    assert found.valid, found.says
    Standing.objects.all().delete()
    assert "没有这份证照" in examined(ofd).says


def test_a_change_makes_a_new_version_and_ends_the_one_before():
    certificate = recorded()
    _, first = sealed(certificate)
    sun = cast.staff("sun")
    with pytest.raises(Refusal) as caught:
        actions.change(
            certificate_id=certificate.pk, values={"premises": VALUES["premises"]}, document="X", by=sun, at=cast.at()
        )
    assert caught.value.code == "nothing-changed"
    with pytest.raises(Refusal) as caught:
        actions.change(certificate_id=certificate.pk, values={"nothing": "x"}, document="X", by=sun, at=cast.at())
    assert caught.value.code == "unknown-field"
    actions.change(
        certificate_id=certificate.pk,
        values={"premises": "云溪县城关街道解放路2号"},
        document="云市监变〔2026〕1号",
        by=sun,
        at=cast.at(hour=12),
    )
    certificate.refresh_from_db()
    assert certificate.version == 2
    _, second = sealed(certificate, cast.at(hour=13))
    assert examined(second).valid
    assert "由新版本取代" in examined(first).says
    assert ".002." in examined(second).identifier
    assert "解放路2号" in "".join(reading.read(second).text)
    assert queries.values_of(certificate.issuances.get(version=2))["operations"] == VALUES["operations"]


def test_a_suspended_certificate_does_not_count_until_it_is_resumed():
    certificate = recorded(at=cast.at("2026-09-21"))
    _, ofd = sealed(certificate, cast.at("2026-09-21", 11))
    zhao, sun = cast.staff("zhao"), cast.staff("sun")
    for deed in (actions.suspend, actions.resume):
        with pytest.raises(NotAllowed):
            deed(certificate_id=certificate.pk, document="X", by=zhao, at=cast.at())
    with pytest.raises(Refusal) as caught:
        actions.suspend(certificate_id=certificate.pk, document=" ", by=sun, at=cast.at())
    assert caught.value.code == "missing-document"
    actions.suspend(certificate_id=certificate.pk, document="云市监停〔2026〕1号", by=sun, at=cast.at("2026-09-22"))
    actions.resume(certificate_id=certificate.pk, document="云市监复〔2026〕1号", by=sun, at=cast.at())
    listed = published()

    def on(day):
        return checking.offline(ofd, listed=listed, roots=seal_queries.roots(), on=date.fromisoformat(day))

    assert [on(day).valid for day in ("2026-09-21", "2026-09-22", "2026-09-23", "2026-09-24")] == [
        True,
        False,
        False,
        True,
    ]
    assert "已暂停" in on("2026-09-23").says
    assert "尚未签发" in on("2026-09-20").says
    with pytest.raises(Refusal) as caught:
        actions.resume(certificate_id=certificate.pk, document="X", by=sun, at=cast.at())
    assert caught.value.code == "not-suspended"


def test_what_ran_out_is_expired_once_unless_its_renewal_is_open():
    certificate = recorded(until=date(2026, 9, 22))
    _, ofd = sealed(certificate)
    with pytest.raises(NotAllowed):
        actions.expire_due(by=cast.staff("sun"), at=cast.at())
    assert actions.expire_due(by=SYSTEM, at=cast.at()) == 1
    assert actions.expire_due(by=SYSTEM, at=cast.at()) == 0
    certificate.refresh_from_db()
    assert (certificate.status, certificate.ended_on) == ("expired", date(2026, 9, 23))
    assert "已过期" in examined(ofd).says
    assert "过期" in checking.examine(ofd, roots=seal_queries.roots(), stands=lambda *_: "V", on=ON).says


def test_a_revoked_certificate_is_refused_from_that_day_on():
    certificate = recorded(at=cast.at("2026-09-22"))
    pdf, _ = sealed(certificate, cast.at("2026-09-22", 11))
    from yiwang.services.certificates.actions import issuing

    issuing._end(certificate, Certificate.Status.REVOKED, "2026-000009", SYSTEM, cast.at())
    assert "已撤销" in examined(pdf).says
    assert examined(pdf, date(2026, 9, 23)).valid


def test_a_new_key_keeps_old_certificates_valid_and_seals_the_next_ones():
    certificate = recorded()
    pdf, ofd = sealed(certificate)
    seal = certificate.issuances.get().seal
    seals.renew(seal_id=seal.pk, by=SYSTEM, at=cast.at(hour=12))
    assert examined(pdf).valid
    assert examined(ofd).valid
    with pytest.raises(seals.Unsealable):
        actions.render(issuance_id=recorded("JY2").issuances.get().pk and _issued_before(seal), at=cast.at(hour=13))
    next_one = recorded("JY3", at=cast.at(hour=13))
    assert examined(sealed(next_one, cast.at(hour=14))[0]).valid


def _issued_before(seal):
    made = Issuance.objects.order_by("-pk").first()
    made.seal = seal
    made.save(update_fields=["seal"])
    return made.pk


def test_a_character_without_a_glyph_is_named_and_nothing_is_sealed():
    certificate = recorded(values=VALUES | {"premises": "云溪县\U0002ffff路"})
    made = certificate.issuances.get()
    with pytest.raises(Refusal, match="U\\+2FFFF"):
        actions.render(issuance_id=made.pk, at=cast.at())
    made = actions.fail(issuance_id=made.pk, why="字库没有的字", code="missing-glyph", at=cast.at())
    assert (made.state, made.pdf_id) == ("failed", None)


def test_a_lacking_particular_or_seal_leaves_the_decision_standing_and_says_why():
    certificate = recorded(values={"operations": "热食类食品制售"})
    made = certificate.issuances.get()
    assert made.state == "failed"
    assert "经营场所" in made.error
    with pytest.raises(Refusal) as caught:
        actions.retry(certificate_id=certificate.pk, by=cast.staff("zhao"), at=cast.at())
    assert caught.value.code == "face-incomplete"
    assert certificate.status == "valid"


def test_a_penalty_strikes_a_certificate_which_is_cancelled_after_and_never_resumed():
    certificate = recorded(at=cast.at("2026-09-21"))
    _, ofd = sealed(certificate, cast.at("2026-09-21", 11))
    sun, document = cast.staff("sun"), "云市监罚〔2026〕18号"
    with pytest.raises(NotAllowed):
        actions.strike(certificate_id=certificate.pk, document=document, by=cast.staff("zhao"), at=cast.at())
    with pytest.raises(Refusal) as caught:
        actions.strike(certificate_id=certificate.pk, document="", by=sun, at=cast.at())
    assert (caught.value.code, caught.value.faults[0].field) == ("missing-document", "document")
    struck = actions.strike(certificate_id=certificate.pk, document=document, by=sun, at=cast.at())
    assert (struck.get_status_display(), struck.ended_on) == ("已吊销", ON)
    found = checking.offline(ofd, listed=published(), roots=seal_queries.roots(), on=ON)
    assert not found.valid
    assert "已吊销" in found.says
    for deed in (actions.strike, actions.resume):
        with pytest.raises(Refusal):
            deed(certificate_id=certificate.pk, document=document, by=sun, at=cast.at())
    zhao, said = cast.staff("zhao"), {"ground": "taken-back", "facts": "食品经营许可证依法被吊销。"}
    with pytest.raises(Refusal):
        actions.propose(
            certificate_id=certificate.pk, process="certificates.revocation", values=said, by=zhao, at=cast.at()
        )
    actions.propose(
        certificate_id=certificate.pk, process="certificates.cancellation", values=said, by=zhao, at=cast.at()
    )


def test_holders_are_reminded_ninety_and_thirty_days_before_and_never_twice():
    certificate = recorded(until=ON + timedelta(days=90), since=date(2022, 1, 1))
    assert actions.remind_due(by=SYSTEM, at=cast.at()) == 1
    assert actions.remind_due(by=SYSTEM, at=cast.at("2026-09-25")) == 0
    message = Message.objects.get(kind="certificate-expiring")
    assert "还有90天" in message.text
    assert "小满" not in message.text
    assert actions.remind_due(by=SYSTEM, at=cast.at("2026-11-23")) == 1
    assert "还有30天" in Message.objects.order_by("-pk").first().text
    assert message.party_id == certificate.party_id
    with pytest.raises(NotAllowed):
        actions.remind_due(by=STRANGER, at=cast.at())


def test_a_forged_old_or_damaged_list_proves_nothing():
    _, ofd = sealed(recorded())
    listed = published()
    roots = seal_queries.roots()
    for touched, says in (
        (listed.replace(b" V\n", b" R\n", 1), "被改动"),
        (listed[:-44], "条数"),
        (listed.replace(b'"good_until":"2026-10', b'"good_until":"2027-10'), "内容在签章后被改动"),
        (listed.replace(b"SEAL ", b"SEAl ", 1), "损坏"),
        (b"x", "不是证照状态名录"),
    ):
        assert re.search(says, checking.offline(ofd, listed=touched, roots=roots, on=ON).says)
    assert "只能用到" in checking.offline(ofd, listed=listed, roots=roots, on=ON + timedelta(days=8)).says
    with pytest.raises(NotAllowed):
        actions.publish_list(by=cast.staff("sun"), at=cast.at())
    assert published(cast.at(hour=15)) == listed  # nothing happened: the same list


def test_the_command_verifies_offline_and_refuses_what_is_not_in_force(tmp_path, capsys, client):
    certificate = recorded()
    pdf, ofd = sealed(certificate)
    (tmp_path / "list.txt").write_bytes(published())
    (tmp_path / "roots.pem").write_bytes(client.get("/certificates/trust/").content)
    assert client.get("/certificates/status-list/").content == (tmp_path / "list.txt").read_bytes()
    rest = ["--list", str(tmp_path / "list.txt"), "--roots", str(tmp_path / "roots.pem"), "--on", "2026-09-24"]
    for name, content in (("a.pdf", pdf), ("a.ofd", ofd)):
        (tmp_path / name).write_bytes(content)
        call_command("certificate", "verify", str(tmp_path / name), *rest)
        assert "证照有效" in capsys.readouterr().out
        (tmp_path / name).write_bytes(content + b"x")
        with pytest.raises(CommandError, match="查验未通过"):
            call_command("certificate", "verify", str(tmp_path / name), *rest)
    (tmp_path / "a.pdf").write_bytes(pdf)
    with pytest.raises(CommandError, match="尚未签发"):
        call_command("certificate", "verify", str(tmp_path / "a.pdf"), *rest[:-1], "2026-09-20")


def test_anybody_verifies_by_code_or_file_and_sees_no_person(client):
    person = Person.objects.get(name="林小满")
    certificate = recorded(party=person.pk)
    pdf, _ = sealed(certificate)
    made = certificate.issuances.get()
    for given in ({"code": "AAAABBBBCCCC"}, {"code": made.code, "number": "JY-OTHER"}):
        assert client.post("/certificates/verify/", given).status_code == 404
    assert client.post("/certificates/verify/", {"number": "x"}).status_code == 422
    page = client.post("/certificates/verify/", {"code": made.code, "number": certificate.number}).content.decode()
    pages = [page, client.get(f"/certificates/verify/?code={made.code}").content.decode()]
    upload = io.BytesIO(pdf)
    upload.name = "a.pdf"
    pages.append(client.post("/certificates/verify/", {"file": upload}).content.decode())
    for page in pages:
        assert "林" not in page
        assert "人民路" not in page
        assert "4499319" not in page
        assert made.identifier in page
    assert "查验通过" in pages[2]


def test_only_the_holder_and_the_organ_s_desk_open_the_files():
    certificate = recorded()
    pdf, ofd = sealed(certificate)
    for by in (cast.lin(), cast.staff("zhao")):
        assert queries.file_of(by, certificate.pk, "pdf")[0] == pdf
        assert queries.file_of(by, certificate.pk, "ofd")[0] == ofd
    for by in (STRANGER, cast.citizen("王建国"), cast.staff("health-2")):
        with pytest.raises(NotFound):
            queries.file_of(by, certificate.pk, "pdf")
    with pytest.raises(NotFound):
        queries.file_of(cast.lin(), certificate.pk, "exe")
    assert [line.certificate for line in queries.of_holder(cast.lin(), ON)] == [certificate]
    assert queries.held_by(certificate.party_id, "food-licence", ON) == [certificate]
    assert queries.held_by(certificate.party_id, "food-licence", date(2029, 9, 23)) == []


def test_coverage_counts_types_that_are_registered_and_hung_up():
    rows = {row.type_id: row for row in queries.coverage(cast.staff("zhao"), ON)}
    assert len(rows) == 7
    assert not any(row.hung for row in rows.values())
    sealed(recorded())
    recorded("JY2")
    food = {row.type_id: row for row in queries.coverage(cast.staff("zhao"), ON)}["food-licence"]
    assert (food.registered, food.electronic, food.living, food.hung) == (2, 1, 2, True)
    assert food.items >= 1
    with pytest.raises(NotFound):
        queries.coverage(cast.lin(), ON)


def taken(content, *, dry_run=False, by="zhao", name="a.csv", item=cast.FOOD, type_id="food-licence"):
    return actions.take_in(
        item_code=item, type_id=type_id, content=content, name=name, dry_run=dry_run, by=cast.staff(by), at=cast.at()
    )


def test_a_table_is_refused_from_strangers_of_another_type_and_without_its_columns():
    with pytest.raises(NotAllowed):
        taken(table(GOOD), by="health-2")
    for changes, code in (
        ({"type_id": "nothing"}, "no-type"),
        ({"type_id": "water-permit"}, "other-type"),
        ({"name": "a.exe"}, "import-unreadable"),
    ):
        with pytest.raises(Refusal) as caught:
            taken(table(GOOD), **changes)
        assert caught.value.code == code
    with pytest.raises(Refusal, match="证照编号"):
        taken("甲,乙\n1,2".encode())


def test_every_fault_is_reported_with_its_row_and_a_second_run_changes_nothing():
    rows = [
        GOOD,
        GOOD,
        "JY003,云溪县城关街道大满面馆,92449931MA0000001W,,2024-09-23,2029-09-22,人民路16号,热食,",
        "JY004,云溪县城关街道小满面馆,92449931MA0000001W,,2027-01-01,2026-01-01,人民路16号,,",
        "JY005,云溪县城关街道小满面馆,92449931MA0000001W,,2024-02-30,长期,人民路\U0002ffff号,热食,",
        "JY006,云溪县城关街道小满面馆,92449931MA0000001W,,2024-09-23,2034-09-22,人民路16号,热食,",
        "JY007,林小满,449931199105200223,,2024-09-23,2029-09-22,人民路16号,热食,",
    ]
    look = taken(table(*rows), dry_run=True)
    assert Certificate.objects.count() == 0
    run = taken(table(*rows))
    assert run.report == look.report
    said = {(fault["row"], fault["column"]): fault["says"] for fault in run.report}
    assert set(said) == {
        (3, "证照编号"),
        (4, "持证主体代码"),
        (5, "有效期起"),
        (5, "有效期至"),
        (5, "经营项目"),
        (6, "有效期起"),
        (6, "经营场所"),
        (7, "有效期至"),
    }
    assert "U+2FFFF" in said[6, "经营场所"]
    assert (run.rows, run.made, run.known) == (7, 2, 0)
    assert sorted(Certificate.objects.values_list("number", flat=True)) == ["JY001", "JY007"]
    assert Issuance.objects.filter(origin="recorded").count() == 2
    again = taken(table(*rows))
    assert (again.made, again.known, Certificate.objects.count()) == (0, 2, 2)
    changed = taken(table(GOOD.replace("2029/9/22", "2028-09-22")))
    assert "不一致" in changed.report[0]["says"]
    assert Firm.objects.filter(name__contains="大满").count() == 0


def test_the_desk_page_of_an_intake_shows_the_report(client):
    client.force_login(cast.Account.objects.get(username="zhao"))
    upload = io.BytesIO(table(GOOD, GOOD))
    upload.name = "a.csv"
    page = client.post(
        "/desk/certificates/intake/", {"kind": f"{cast.FOOD}|food-licence", "file": upload}
    ).content.decode()
    assert "还没有导入" in page
    assert "与第2行重复" in page
    assert client.post("/desk/certificates/intake/", {}).status_code == 422
    assert "食品经营许可证" in client.get("/desk/certificates/coverage/").content.decode()
    certificate = recorded()
    address = f"/desk/certificates/{certificate.pk}/"
    assert "林**" in client.get(address).content.decode()
    assert client.post(f"{address}stand/", {"deed": "suspend", "document": "X"}).status_code == 422
    client.force_login(cast.Account.objects.get(username="sun"))
    assert client.post(f"{address}stand/", {"deed": "suspend", "document": ""}).status_code == 422
    assert client.post(f"{address}stand/", {"deed": "suspend", "document": "云市监停〔2026〕1号"}).status_code == 302
    assert Item.objects.filter(code=cast.FOOD).exists()
