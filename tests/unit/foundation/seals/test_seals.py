"""Who may make, keep and use a seal; every use is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from tests.factories import organs, seals
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.seals import actions, queries
from yiwang.foundation.seals.models import Seal, SealUse
from yiwang.kernel import names
from yiwang.kernel.permissions import STRANGER, SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LATER = NOW + timedelta(days=3)


@pytest.fixture
def market():
    return organs.organ("market", name="云溪县市场监督管理局")


def staff(organ, *permissions, role="acceptor", account=None):
    account = account or organs.staff(organ)
    return Doer(
        reference=f"staff:{account.pk}",
        kind="staff",
        account_id=account.pk,
        organ_id=organ.pk,
        posts=frozenset({(organ.pk, role)}),
        grants=frozenset((p, organ.pk) for p in permissions),
    )


def test_a_stranger_makes_no_seal(market):
    actions.found(name="云溪县", by=SYSTEM, at=NOW)
    with pytest.raises(NotAllowed):
        actions.make(organ_id=market.pk, kind="approval", by=STRANGER, at=NOW)


def test_a_keeper_of_another_organ_makes_no_seal_here(market):
    actions.found(name="云溪县", by=SYSTEM, at=NOW)
    with pytest.raises(NotAllowed):
        actions.make(organ_id=market.pk, kind="approval", by=staff(organs.organ(), Permission.SEAL_KEEP), at=NOW)


def test_only_the_system_founds_the_authority_and_only_once():
    with pytest.raises(NotAllowed):
        actions.found(name="云溪县", by=STRANGER, at=NOW)
    assert actions.found(name="云溪县", by=SYSTEM, at=NOW) == actions.found(name="云溪县", by=SYSTEM, at=LATER)


def test_a_second_seal_of_the_same_kind_is_refused(market):
    seals.seal(market, NOW)
    with pytest.raises(Refusal) as refused:
        actions.make(organ_id=market.pk, kind="approval", by=SYSTEM, at=LATER)
    assert refused.value.code == "seal-exists"


def test_the_system_does_not_seal_without_a_standing_authorisation(market):
    seal = seals.seal(market, NOW, standing=False)
    with pytest.raises(NotAllowed) as refused:
        actions.sign(seal=seal, data=b"x", by=SYSTEM, at=NOW)
    assert refused.value.code == "no-seal-authority"
    assert not SealUse.objects.exists()


def test_holding_the_permission_is_not_enough_without_an_authorisation(market):
    seal = seals.seal(market, NOW)
    with pytest.raises(NotAllowed):
        actions.sign(seal=seal, data=b"x", by=staff(market, Permission.SEAL_USE), at=NOW)


def test_an_authorisation_is_not_enough_without_the_permission(market):
    seal = seals.seal(market, NOW, role="acceptor")
    with pytest.raises(NotAllowed):
        actions.sign(seal=seal, data=b"x", by=staff(market), at=NOW)


def test_a_role_authorised_in_one_organ_does_not_seal_for_another(market):
    seal = seals.seal(market, NOW, role="acceptor")
    other = organs.organ()
    both = replace(staff(other, Permission.SEAL_USE), grants=frozenset({(Permission.SEAL_USE, None)}))
    with pytest.raises(NotAllowed):
        actions.sign(seal=seal, data=b"x", by=both, at=NOW)


def test_an_authorisation_for_one_kind_of_letter_covers_no_other(market):
    seal = seals.seal(market, NOW, standing=False)
    actions.authorise(
        organ_id=market.pk,
        kind="approval",
        standing=True,
        letters=["acceptance"],
        document="云溪府办〔2026〕3号",
        from_on=date(2026, 1, 1),
        by=SYSTEM,
        at=NOW,
    )
    with pytest.raises(NotAllowed):
        actions.sign(seal=seal, data=b"x", by=SYSTEM, at=NOW, letter_kind="refusal")
    assert actions.sign(seal=seal, data=b"x", by=SYSTEM, at=NOW, letter_kind="acceptance")


def test_an_ended_authorisation_no_longer_holds(market):
    seal = seals.seal(market, NOW)
    granted = market.seal_authorisations.get()
    actions.end_authorisation(authorisation_id=granted.pk, by=SYSTEM, at=LATER)
    with pytest.raises(NotAllowed):
        actions.sign(seal=seal, data=b"x", by=SYSTEM, at=LATER + timedelta(days=1))


@pytest.mark.parametrize(
    "wrong", [{}, {"role": "acceptor", "standing": True}, {"role": "acceptor", "document": " "}], ids=str
)
def test_an_authorisation_names_one_grantee_and_a_document(market, wrong):
    wanted = {"organ_id": market.pk, "kind": "approval", "document": "文件", "from_on": date(2026, 1, 1)} | wrong
    with pytest.raises(Refusal):
        actions.authorise(**wanted, by=SYSTEM, at=NOW)


def test_a_stopped_seal_signs_nothing_more(market):
    seal = seals.seal(market, NOW)
    stopped = actions.stop(seal_id=seal.pk, by=SYSTEM, at=LATER, reason="机构更名")
    with pytest.raises(actions.Unsealable):
        actions.sign(seal=stopped, data=b"x", by=SYSTEM, at=LATER)
    assert queries.in_use(market.pk, "approval", LATER) is None
    assert queries.in_use(market.pk, "approval", NOW) == seal


def test_a_use_is_signed_recorded_and_told(market):
    seal = seals.seal(market, NOW, role="acceptor")
    by = staff(market, Permission.SEAL_USE)
    signature = actions.sign(seal=seal, data=b"letter", by=by, at=NOW, purpose="云市监受〔2026〕1号")
    assert queries.verify(signature, sm3(b"letter")).valid
    use = SealUse.objects.get()
    assert (use.used_by, use.purpose, bytes(use.digest)) == (by.reference, "云市监受〔2026〕1号", sm3(b"letter"))
    assert use.authorisation.role == "acceptor"
    entry = LedgerEntry.objects.get(number=use.ledger_number)
    assert entry.event == "seals.used"
    assert sm3(b"letter").hex() in entry.body


def test_the_keeper_uses_the_seal_without_a_further_authorisation(market):
    seal = seals.seal(market, NOW, standing=False)
    by = staff(market, Permission.SEAL_USE, role="seal-keeper")
    actions.appoint_keeper(
        organ_id=market.pk, kind="approval", account_id=by.account_id, from_on=date(2026, 1, 1), by=SYSTEM, at=NOW
    )
    assert actions.sign(seal=seal, data=b"x", by=by, at=NOW)
    assert SealUse.objects.get().authorisation is None


def test_a_renewed_seal_has_a_new_key_and_old_letters_stay_valid(market):
    old = seals.seal(market, NOW)
    before = actions.sign(seal=old, data=b"x", by=SYSTEM, at=NOW)
    new = actions.renew(seal_id=old.pk, by=SYSTEM, at=LATER)
    assert new.certificate.key_id != old.certificate.key_id
    assert queries.in_use(market.pk, "approval", LATER) == new
    assert queries.verify(before, sm3(b"x")).valid
    assert queries.verify(actions.sign(seal=new, data=b"y", by=SYSTEM, at=LATER), sm3(b"y")).valid


def test_the_keys_command_renews_every_seal_in_use_and_old_letters_stay_valid(market, capsys):
    old = seals.seal(market, NOW)
    before = actions.sign(seal=old, data=b"x", by=SYSTEM, at=NOW)
    call_command("keys", "rotate", "--seals")
    assert "1 枚已更换" in capsys.readouterr().out
    old.refresh_from_db()
    assert old.stopped_at is not None
    assert Seal.objects.filter(stopped_at=None).get().certificate.key_id != old.certificate.key_id
    assert queries.verify(before, sm3(b"x")).valid


def test_a_seal_is_seen_only_where_one_keeps_seals(market):
    seal = seals.seal(market, NOW)
    elsewhere = staff(organs.organ(), Permission.SEAL_KEEP)
    with pytest.raises(NotFound):
        queries.seal(elsewhere, seal.pk)
    with pytest.raises(NotAllowed):
        queries.seals(STRANGER)
    assert queries.seal(staff(market, Permission.SEAL_KEEP), seal.pk) == seal


def test_seal_name_and_certificate_say_it_is_a_test(market):
    seal = seals.seal(market, NOW, kind=Seal.Kind.OFFICIAL)
    assert seal.name == "云溪县市场监督管理局（测试用）"
    assert seal.certificate.is_test


def test_a_checkpoint_is_not_signed_without_the_bureaus_seal_and_leave():
    sign = names.hook["ledger.sign-root"]
    with pytest.raises(Refusal) as refused:
        sign(data=b"root", at=NOW)
    assert refused.value.code == "no-seal"
    bureau = organs.organ("bureau", name="云溪县政务服务和数据管理局", kind="bureau")
    seals.seal(bureau, NOW, kind=Seal.Kind.OFFICIAL, standing=False)
    with pytest.raises(Refusal) as refused:
        sign(data=b"root", at=NOW)
    assert refused.value.code == "no-seal-authority"


def test_a_checkpoint_is_signed_with_the_bureaus_seal_without_feeding_the_ledger():
    bureau = organs.organ("bureau", name="云溪县政务服务和数据管理局", kind="bureau")
    seal = seals.seal(bureau, NOW, kind=Seal.Kind.OFFICIAL)
    before = LedgerEntry.objects.count()
    reference, signature = names.hook["ledger.sign-root"](data=b"root", at=NOW)
    assert LedgerEntry.objects.count() == before
    verify = names.hook["ledger.verify-root"]
    assert reference == f"seal:{seal.es_id}"
    assert verify(data=b"root", signature=signature, seal=reference) is None
    assert "原文摘要" in verify(data=b"other", signature=signature, seal=reference)
    assert verify(data=b"root", signature=signature, seal="seal:other")
