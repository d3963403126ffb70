"""Files at rest: encrypted, owned, trusted by rule, disposed by rule."""

from __future__ import annotations

import os
import tomllib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, transaction

from tests.factories import documents, organs, rules
from yiwang.foundation.files import actions, blobs, queries
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.files.queries import NoSuchFile
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel import keystore, names
from yiwang.kernel.permissions import STRANGER, SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LIN = Doer(reference="person:9", kind="citizen", person_id=9)
OTHER = Doer(reference="person:10", kind="citizen", person_id=10)


@pytest.fixture(autouse=True)
def _own_storage(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "VAR", tmp_path)


def upload(by=LIN, **changes):
    wanted = {"content": documents.pdf(), "name": "申请表.pdf", "by": by, "at": NOW}
    return actions.store(**wanted | changes)


def clerk(organ, *permissions, **fields):
    account = organs.staff(organ, **fields)
    grants = frozenset((p, organ.pk) for p in permissions)
    return Doer(f"staff:{account.pk}", "staff", account_id=account.pk, organ_id=organ.pk, grants=grants)


def marks():
    """The words of the marks, as the national pack declares them."""
    declared = (settings.ROOT / "packs/national/trust-marks/levels.toml").read_text(encoding="utf-8")
    rules.store(tomllib.loads(declared), kind="trust-marks")


def test_a_stranger_stores_nothing():
    with pytest.raises(NotAllowed):
        upload(by=STRANGER)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("trust", ["A", "B"])
def test_nobody_gives_an_upload_a_level_it_has_not_earned(trust):
    with pytest.raises(NotAllowed):
        upload(trust=trust)


def test_a_bad_upload_leaves_neither_row_nor_blob():
    with pytest.raises(Refusal):
        upload(content=b"MZ program", name="a.pdf")
    assert not StoredFile.objects.exists()
    assert not list(blobs.folder().rglob("*.*")) if blobs.folder().exists() else True


def test_what_is_stored_comes_back_and_lies_encrypted():
    content = documents.pdf()
    file = upload(content=content)
    assert queries.open_file(LIN, file.pk) == content
    raw = blobs.path_of(file.blob).read_bytes()
    assert content[:20] not in raw
    assert b"files.0001" in raw[:20]  # the key's id beside the ciphertext
    assert blobs.path_of(file.blob).stat().st_mode & 0o777 == 0o600
    assert (file.trust, file.size, file.name) == ("C", len(content), "申请表.pdf")


def test_the_ledger_holds_the_digest_and_no_name():
    file = upload(name="林某某身份证.pdf")
    entry = LedgerEntry.objects.get(subject=f"file:{file.pk}")
    assert file.digest in entry.body
    assert "林" not in entry.body


def test_the_same_form_uploaded_twice_shares_a_digest_but_no_blob():
    one, two = upload(), upload(by=OTHER)
    assert one.digest == two.digest
    assert one.blob != two.blob


def test_somebody_elses_file_is_not_there():
    file = upload()
    for viewer in (OTHER, STRANGER, clerk(organs.organ(), Permission.CASE_SEE)):
        with pytest.raises(NoSuchFile):
            queries.open_file(viewer, file.pk)
    with pytest.raises(NoSuchFile):
        queries.open_file(LIN, file.pk + 1)


def test_staff_of_the_organ_the_party_and_its_agent_open_it():
    organ = organs.organ()
    file = upload(by=SYSTEM, organ_id=organ.pk, party_id=9)
    assert queries.open_file(clerk(organ, Permission.CASE_SEE), file.pk)
    with pytest.raises(NoSuchFile):
        queries.open_file(clerk(organ), file.pk)
    agent = Doer(reference="person:11", kind="citizen", person_id=11, delegations=frozenset({9}))
    assert queries.open_file(LIN, file.pk)
    assert queries.open_file(agent, file.pk)
    with pytest.raises(NoSuchFile):
        queries.open_file(OTHER, file.pk)


def test_a_room_above_may_add_its_reason_to_see(monkeypatch):
    file = upload()
    monkeypatch.setitem(names.hook._functions, "files.may-see.cases", lambda viewer, file_id: viewer is OTHER)
    assert queries.open_file(OTHER, file.pk)


def test_an_altered_blob_and_a_swapped_one_are_found():
    one, two = upload(), upload(content=documents.xlsx(), name="表.xlsx")
    path = blobs.path_of(one.blob)
    raw = bytearray(path.read_bytes())
    path.write_bytes(blobs.path_of(two.blob).read_bytes())
    with pytest.raises(blobs.Damaged):
        queries.open_file(LIN, one.pk)
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(blobs.Damaged):
        queries.open_file(LIN, one.pk)
    path.unlink()
    with pytest.raises(blobs.Damaged):
        queries.open_file(LIN, one.pk)


def test_c_does_not_become_b_without_the_original():
    organ = organs.organ()
    file = upload(organ_id=organ.pk)
    by = clerk(organ, Permission.CASE_SEE, Permission.CASE_RECEIVE)
    with pytest.raises(Refusal) as refused:
        actions.verify_file(file_id=file.pk, original_seen=False, by=by, at=NOW)
    assert refused.value.code == "original-not-seen"


def test_only_counter_staff_check_originals():
    organ = organs.organ()
    file = upload(organ_id=organ.pk)
    for by in (LIN, clerk(organ, Permission.CASE_SEE)):
        with pytest.raises(NotAllowed):
            actions.verify_file(file_id=file.pk, original_seen=True, by=by, at=NOW)


def test_c_becomes_b_with_verifier_time_and_original():
    organ = organs.organ()
    file = upload(organ_id=organ.pk)
    by = clerk(organ, Permission.CASE_SEE, Permission.CASE_RECEIVE)
    checked = actions.verify_file(file_id=file.pk, original_seen=True, by=by, at=NOW)
    assert (checked.trust, checked.verified_by, checked.verified_at) == ("B", by.reference, NOW)
    with pytest.raises(Refusal, match="C 级"):
        actions.verify_file(file_id=file.pk, original_seen=True, by=by, at=NOW)


def test_the_database_itself_refuses_b_without_the_original():
    file = upload()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(trust="B")


def test_a_file_is_not_disposed_of_before_its_day_nor_by_a_person():
    file = upload(dispose_on=date(2036, 9, 24))
    with pytest.raises(Refusal) as refused:
        actions.dispose(file_id=file.pk, by=SYSTEM, at=NOW)
    assert refused.value.code == "kept-longer"
    with pytest.raises(NotAllowed):
        actions.dispose(file_id=file.pk, by=LIN, at=NOW)


def test_disposal_leaves_the_digest(django_capture_on_commit_callbacks):
    file = upload(dispose_on=date(2026, 9, 24))
    with django_capture_on_commit_callbacks(execute=True):
        actions.dispose(file_id=file.pk, by=SYSTEM, at=NOW)
    assert not blobs.path_of(file.blob).exists()
    with pytest.raises(NoSuchFile, match="保管期满"):
        queries.open_file(LIN, file.pk)
    assert StoredFile.objects.get(pk=file.pk).digest == file.digest


def test_a_new_key_takes_over_and_every_file_stays_readable():
    files = [upload() for _ in range(3)]
    later = NOW + timedelta(hours=1)
    keystore.at(settings.VAR / "keys").rotate(blobs.KEYS, kind="sm4", valid_from=later)
    assert queries.open_file(LIN, files[0].pk)
    assert actions.re_encrypt(at=later, batch=2) == 2
    assert actions.re_encrypt(at=later, batch=2) == 1
    assert actions.re_encrypt(at=later, batch=2) == 0
    for file in files:
        file.refresh_from_db()
        assert file.key_id == "files.0002"
        assert b"files.0002" in blobs.path_of(file.blob).read_bytes()[:20]
        assert queries.open_file(LIN, file.pk) == documents.pdf()


def test_an_orphan_of_a_rolled_back_upload_is_swept_and_live_files_stay():
    kept = upload()
    with transaction.atomic():
        orphan = upload()
        transaction.set_rollback(True)
    for path in blobs.folder().glob("??/??/*"):
        os.utime(path, (0, 0))
    assert actions.sweep_orphans() == 1
    assert not blobs.path_of(orphan.blob).exists()
    assert queries.open_file(LIN, kept.pk)


def test_a_young_orphan_may_belong_to_a_transaction_in_flight():
    blobs.write("ab" * 32, b"x", at=NOW)
    assert actions.sweep_orphans() == 0


def test_a_write_that_fails_leaves_no_half_file(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        blobs.write("cd" * 32, b"x", at=NOW)
    assert not list(blobs.folder().glob("cd/cd/*"))


def test_a_file_opens_in_the_browser_only_for_whoever_may_see_it(client, monkeypatch):
    organ = organs.organ()
    file = upload(organ_id=organ.pk)
    assert client.get(f"/files/{file.pk}/").status_code == 404
    assert client.get(f"/files/{2**70}/").status_code == 404
    by = clerk(organ, Permission.CASE_SEE)
    monkeypatch.setattr("yiwang.foundation.files.views.doer", lambda request: by)
    response = client.get(f"/files/{file.pk}/")
    assert response.status_code == 200
    assert response.content == documents.pdf()
    assert response["Content-Disposition"].startswith("inline")


def test_nobody_but_the_system_starts_the_nightly_disposal():
    file = upload(dispose_on=date(2026, 9, 24))
    with pytest.raises(NotAllowed):
        actions.dispose_due(by=LIN, at=NOW)
    file.refresh_from_db()
    assert file.disposed_at is None


def test_one_night_disposes_of_what_is_due_once_and_leaves_the_rest():
    due, later = upload(dispose_on=date(2026, 9, 24)), upload(dispose_on=date(2036, 9, 24))
    assert actions.dispose_due(by=SYSTEM, at=NOW) == 1
    assert actions.dispose_due(by=SYSTEM, at=NOW) == 0
    due.refresh_from_db()
    later.refresh_from_db()
    assert due.disposed_at == NOW
    assert later.disposed_at is None
    assert LedgerEntry.objects.filter(event="files.disposed").count() == 1


def test_both_jobs_run_at_night_and_as_a_command(capsys):
    from procrastinate.contrib.django import app

    periodic = {one.task.name for one in app.periodic_registry.periodic_tasks.values()}
    assert {"files.dispose", "files.sweep"} <= periodic
    upload(dispose_on=date(2026, 9, 24))
    call_command("files", "dispose")
    call_command("files", "sweep")
    assert "保管期满的文件 1 个" in capsys.readouterr().out


def test_nobody_but_who_receives_there_or_took_it_in_compares(monkeypatch):
    department, hall = organs.organ(), organs.organ()
    file = upload(organ_id=department.pk)
    clerk_of_the_hall = clerk(hall, Permission.CASE_RECEIVE)
    monkeypatch.setitem(names.hook._functions, "files.may-see.cases", lambda viewer, file_id: True)
    monkeypatch.setitem(names.hook._functions, "files.may-compare.cases", lambda viewer, file_id: False)
    with pytest.raises(NoSuchFile):
        queries.to_compare(clerk_of_the_hall, file.pk)
    with pytest.raises(NotAllowed):
        actions.verify_file(file_id=file.pk, original_seen=True, by=clerk_of_the_hall, at=NOW)
    monkeypatch.setitem(names.hook._functions, "files.may-compare.cases", lambda viewer, file_id: True)
    assert queries.awaits_original(clerk_of_the_hall, queries.to_compare(clerk_of_the_hall, file.pk))
    assert actions.verify_file(file_id=file.pk, original_seen=True, by=clerk_of_the_hall, at=NOW).verified_organ == hall


def test_what_bears_no_mark_is_not_compared():
    organ = organs.organ()
    file = upload(content=documents.xlsx(), name="表.xlsx", organ_id=organ.pk)
    by = clerk(organ, Permission.CASE_SEE, Permission.CASE_RECEIVE)
    assert not queries.awaits_original(by, file)
    with pytest.raises(Refusal) as refused:
        actions.verify_file(file_id=file.pk, original_seen=True, by=by, at=NOW)
    assert refused.value.code == "kind-not-marked"


def test_a_compared_copy_is_shown_with_its_mark_and_stored_without():
    marks()
    organ = organs.organ(name="云溪县市场监督管理局")
    file = upload(content=documents.jpeg(800, 600), name="营业执照.jpg", organ_id=organ.pk)
    before = queries.open_file(LIN, file.pk)
    assert queries.shown_file(LIN, file.pk) == before
    by = clerk(organ, Permission.CASE_SEE, Permission.CASE_RECEIVE, name="陈小燕")
    checked = actions.verify_file(file_id=file.pk, original_seen=True, by=by, at=NOW)
    assert [text for text, _ in queries.mark_of(checked).lines()] == [
        "与原件核对无误",
        "此件经与原件核对无误，仅供办理政务服务事项时使用",
        "云溪县市场监督管理局",
        "核对人：陈小燕　2026年9月24日",
    ]
    assert queries.shown_file(LIN, file.pk) != before
    assert queries.open_file(LIN, file.pk) == before


def test_staff_see_what_an_authority_made_under_its_watermark_and_its_owner_the_sealed_bytes(monkeypatch):
    marks()
    organ = organs.organ(name="云溪县市场监督管理局")
    file = upload(by=SYSTEM, organ_id=organ.pk, party_id=LIN.person_id, trust="A")
    by = clerk(organ, Permission.CASE_SEE)
    assert queries.shown_file(LIN, file.pk) == queries.open_file(LIN, file.pk)
    assert queries.shown_file(by, file.pk) != queries.open_file(by, file.pk)
    assert queries.veil_of(by, file).text == "此件由云溪县市场监督管理局提供，仅供办理政务服务事项时使用，长期有效"
    monkeypatch.setitem(names.hook._functions, "files.until.tests", lambda *, file_id: date(2031, 9, 23))
    assert queries.veil_of(by, file).text.endswith("有效期至2031年9月23日")
    for plain in (upload(organ_id=organ.pk), upload(organ_id=organ.pk, trust="D")):
        assert queries.shown_file(by, plain.pk) == queries.open_file(by, plain.pk)
