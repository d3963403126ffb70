"""A share of what tables decided is looked at by people, and a receipt is verified years later."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories import cases as cast
from tests.factories import filings
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.automatic import actions, queries
from yiwang.services.automatic.models import Audit, Defect, Receipt, TableVersion

NOTE = "经营场所是仓库，人工会先现场核实再备案。"


@pytest.fixture
def receipt():
    filings.published()
    made = filings.decide(filings.filed())
    actions.draw(by=SYSTEM, at=cast.at(hour=12))
    return made


def answered(receipt, *, agrees=True, note="", by="sun"):
    return actions.answer(
        audit_id=Audit.objects.get().pk, agrees=agrees, note=note, by=cast.staff(by), at=cast.at(hour=14)
    )


def test_nobody_picks_the_sample(refused):
    refused("not-allowed", actions.draw, by=cast.staff("wu"), at=cast.at())


def test_a_day_with_decisions_is_never_left_unchecked_and_a_second_draw_draws_nothing(receipt):
    assert Audit.objects.get().receipt == receipt
    assert actions.draw(by=SYSTEM, at=cast.at(hour=13)) == 0


def test_what_was_handed_over_is_not_drawn():
    filings.published()
    filings.decide(filings.filed(kinds=["health"]))
    assert actions.draw(by=SYSTEM, at=cast.at(hour=12)) == 0


@pytest.mark.parametrize("who", ["zhao", "chen", "ma"])
def test_only_the_organ_s_auditors_answer(refused, receipt, who):
    refused("not-allowed no-such-table", answered, receipt, by=who)


def test_disagreeing_needs_a_reason(refused, receipt):
    refused("no-reasons", answered, receipt, agrees=False, note="不对")
    assert Audit.objects.get().verdict == "open"


def test_disagreement_opens_a_defect_of_that_version(receipt):
    answered(receipt, agrees=False, note=NOTE)
    defect = Defect.objects.get()
    assert (defect.version, defect.closed_at) == (receipt.version, None)


def test_agreement_opens_none_and_is_said_once(refused, receipt):
    answered(receipt)
    assert not Defect.objects.exists()
    refused("already-audited", answered, receipt)


def test_whoever_published_the_table_does_not_audit_it(refused, receipt):
    TableVersion.objects.filter(pk=receipt.version_id).update(published_by=cast.staff("sun").reference)
    refused("same-hands", answered, receipt)


def test_a_defect_is_closed_with_what_was_done(refused, receipt):
    answered(receipt, agrees=False, note=NOTE)
    close = {"defect_id": Defect.objects.get().pk, "by": cast.staff("zhao"), "at": cast.at(hour=15)}
    refused("no-resolution", actions.close_defect, resolution="好", **close)
    actions.close_defect(resolution="第二版起仓库地址转人工，原备案已补核。", **close)
    assert Defect.objects.get().closed_at is not None


def verify(what):
    out = io.StringIO()
    call_command("receipt", "verify", str(what), stdout=out)
    return out.getvalue()


def test_a_receipt_is_verified_by_its_number_and_by_its_file(receipt, tmp_path):
    assert "凭证有效" in verify(receipt.number)
    file = Path(tmp_path / "receipt.json")
    file.write_text(receipt.text)
    assert "凭证有效" in verify(file)


def test_a_receipt_still_replays_when_its_table_has_long_been_replaced(receipt):
    data = queries.declared(receipt.version).model_dump(mode="json", exclude_defaults=True)
    data["rows"][-2]["when"]["online"] = {"any_of": ["yes"]}
    version = actions.draft(data=data, by=cast.staff("zhao"), at=cast.at("2026-09-25", 9))
    actions.try_out(code=filings.TABLE, number=version.number, by=cast.staff("zhao"), at=cast.at("2026-09-25", 9))
    actions.publish(
        code=filings.TABLE, number=version.number, by=cast.staff(filings.SONG), at=cast.at("2026-09-25", 10), accepts_flips=True
    )  # fmt: skip
    assert "命中行 shop" in verify(receipt.number)


@pytest.mark.parametrize(
    ("old", "new"), [('"open"', '"closed"'), ('"row":"shop"', '"row":"twice"'), ("第三十五条", "第三十六条")]
)
def test_a_file_somebody_changed_is_not_verified(receipt, tmp_path, old, new):
    file = Path(tmp_path / "receipt.json")
    assert old in receipt.text
    file.write_text(receipt.text.replace(old, new))
    with pytest.raises(CommandError, match="不符"):
        verify(file)


@pytest.mark.parametrize("what", ["ZD2026-999999", "nothing.json"])
def test_what_is_not_there_is_said(receipt, what):
    with pytest.raises(CommandError, match="没有"):
        verify(what)


def test_party_and_staff_of_the_organ_see_a_receipt_and_nobody_else(refused, receipt):
    for viewer in (cast.lin(), cast.staff("zhou"), cast.staff("wu")):
        assert queries.receipt(viewer, receipt.number).row == receipt
    for viewer in (cast.citizen("王建国"), cast.staff("ma")):
        refused("no-such-receipt", queries.receipt, viewer, receipt.number)
    assert Receipt.objects.count() == 1
