"""A letter is numbered in the step and set later; what is missing is said, never silently dropped."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.factories import letters, organs, seals
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters import actions, rules, tasks
from yiwang.foundation.letters.actions.issuing import WrongSeal
from yiwang.foundation.letters.models import Letter, LetterPrefix
from yiwang.foundation.packs.queries import NoSuchRule
from yiwang.foundation.seals.models import SealUse
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 24, 10, 0, tzinfo=SHANGHAI)


def staff(organ, *permissions, role="acceptor"):
    account = organs.staff(organ)
    return Doer(
        f"staff:{account.pk}",
        "staff",
        account_id=account.pk,
        organ_id=organ.pk,
        posts=frozenset({(organ.pk, role)}),
        grants=frozenset((p, organ.pk) for p in permissions),
    )


def test_a_kind_no_pack_declares_is_refused(market):
    with pytest.raises(NoSuchRule):
        letters.letter(market, NOW, kind="love-letter")


def test_missing_elements_are_all_named_and_no_number_is_taken(market):
    with pytest.raises(rules.Incomplete) as refused:
        letters.letter(market, NOW, kind="denial-decision", data={"item": "x", "reason": ["not a text"]})
    assert {fault.field for fault in refused.value.faults} == {"decided_on", "remedies", "basis", "reason"}
    assert letters.letter(market, NOW, kind="denial-decision").serial == 1


@pytest.mark.parametrize("kind", ["bureau", "hall"])
def test_a_decision_never_bears_the_bureaus_or_the_halls_seal(market, kind):
    bureau = organs.organ("bureau", name="云溪县政务服务和数据管理局", kind=kind)
    seals.seal(bureau, NOW)
    with pytest.raises(WrongSeal, match="作出决定的机关"):
        letters.letter(bureau, NOW, kind="grant-decision")


def test_numbers_run_by_organ_year_and_kind_and_a_rollback_leaves_no_gap(market):
    other = organs.organ("other")
    assert letters.letter(market, NOW).number == "market受〔2026〕1号"
    with transaction.atomic():
        assert letters.letter(market, NOW).serial == 2
        transaction.set_rollback(True)
    assert letters.letter(market, NOW).serial == 2
    assert letters.letter(market, NOW, kind="correction-notice").serial == 1
    assert letters.letter(other, NOW).serial == 1
    assert letters.letter(market, datetime(2027, 1, 1, 0, 30, tzinfo=SHANGHAI)).number == "market受〔2027〕1号"


def test_the_year_of_a_number_is_the_year_in_shanghai(market):
    assert letters.letter(market, datetime(2026, 12, 31, 16, 30, tzinfo=ZoneInfo("UTC"))).year == 2027


def test_a_number_begins_with_the_organs_own_word(market):
    LetterPrefix.objects.create(organ=market, prefix="云市监")
    assert letters.letter(market, NOW).number == "云市监受〔2026〕1号"


def test_the_job_and_the_ledger_line_belong_to_the_steps_transaction(market):
    before = ProcrastinateJob.objects.count()
    with transaction.atomic():
        letters.letter(market, NOW)
        transaction.set_rollback(True)
    assert ProcrastinateJob.objects.count() == before
    letter = letters.letter(market, NOW)
    job = ProcrastinateJob.objects.latest("id")
    assert (job.task_name, job.args) == ("letters.render", {"letter_id": letter.pk})
    entry = LedgerEntry.objects.get(subject=f"letter:{letter.pk}")
    assert bytes(entry.digest) == bytes(letter.ledger_digest)
    assert letters.ITEM not in entry.body


def test_without_a_seal_the_letter_waits_and_the_step_goes_on(bare, monkeypatch):
    heard = []
    monkeypatch.setitem(names.hook._functions, "letters.waiting", lambda **said: heard.append(said))
    letter = letters.letter(bare, NOW)
    assert (letter.status, letter.serial) == (Letter.Status.DRAFTED, 1)
    assert "没有在用" in letter.error
    assert heard[0]["letter_id"] == letter.pk
    assert actions.render(letter_id=letter.pk, at=NOW).file is None


def test_the_system_without_standing_leave_only_drafts(bare):
    seals.seal(bare, NOW, standing=False)
    letter = letters.letter(bare, NOW)
    assert letter.status == Letter.Status.DRAFTED
    assert "用印授权" in letter.error


def test_a_drafted_letter_is_not_released_by_whoever_has_no_leave(bare):
    seals.seal(bare, NOW, standing=False, role="decider")
    letter = letters.letter(bare, NOW)
    with pytest.raises(NotAllowed):
        actions.warrant(letter_id=letter.pk, by=staff(bare, Permission.LETTER_SEE, Permission.SEAL_USE), at=NOW)
    with pytest.raises(NotFound):
        actions.warrant(letter_id=letter.pk, by=staff(organs.organ(), Permission.LETTER_SEE), at=NOW)


def test_a_decider_releases_a_drafted_letter_and_answers_for_the_seal(bare):
    seals.seal(bare, NOW, standing=False, role="decider")
    letter = letters.letter(bare, NOW)
    by = staff(bare, Permission.LETTER_SEE, Permission.SEAL_USE, role="decider")
    actions.warrant(letter_id=letter.pk, by=by, at=NOW)
    assert actions.render(letter_id=letter.pk, at=NOW).status == Letter.Status.SEALED
    assert SealUse.objects.get().used_by == by.reference
    with pytest.raises(Refusal, match="待用印"):
        actions.warrant(letter_id=letter.pk, by=by, at=NOW)


def test_whoever_lawfully_takes_the_step_is_named_as_user_of_the_seal(market):
    by = staff(market, role="reviewer")
    letter = letters.letter(market, NOW, by=by)
    actions.render(letter_id=letter.pk, at=NOW)
    use = SealUse.objects.get()
    assert use.used_by == by.reference
    assert use.authorisation.standing


def test_a_receipt_needs_no_seal(bare):
    letter = letters.letter(bare, NOW, kind="material-receipt")
    assert letter.status == Letter.Status.RENDERING
    rendered = actions.render(letter_id=letter.pk, at=NOW)
    assert rendered.status == Letter.Status.SEALED
    assert rendered.seal is None


def test_codes_are_long_random_and_read_well(market):
    codes = {letters.letter(market, NOW).code for _ in range(5)}
    assert len(codes) == 5
    for code in codes:
        assert len(code) == 12
        assert not set(code) & set("01OIL")
        assert rules.plain_code(rules.shown_code(code).lower()) == code


def test_a_missing_glyph_fails_the_letter_and_names_the_character(market):
    letter = letters.letter(market, NOW, to_party=letters.person("林\U00020003").pk)
    tasks.render_letter(letter.pk)
    letter.refresh_from_db()
    assert letter.status == Letter.Status.FAILED
    assert "\U00020003" in letter.error
    assert "U+20003" in letter.error
    tasks.render_letter(letter.pk)  # the job again: one line in the ledger, not two
    assert LedgerEntry.objects.filter(subject=f"letter:{letter.pk}", event="letters.failed").count() == 1


def test_a_failed_letter_is_set_again_by_a_clerk_with_the_same_number(market):
    person = letters.person("林\U00020003")
    letter = letters.letter(market, NOW, to_party=person.pk)
    tasks.render_letter(letter.pk)
    person.name = "林溪"
    person.save()
    with pytest.raises(NotFound):
        actions.retry(letter_id=letter.pk, by=staff(organs.organ(), Permission.LETTER_SEE), at=NOW)
    actions.retry(letter_id=letter.pk, by=staff(market, Permission.LETTER_SEE), at=NOW)
    tasks.render_letter(letter.pk)
    again = Letter.objects.get(pk=letter.pk)
    assert (again.status, again.number, again.error) == (Letter.Status.SEALED, letter.number, "")


def test_a_bug_is_shown_and_tried_again(market, monkeypatch):
    letter = letters.letter(market, NOW)
    monkeypatch.setattr("yiwang.foundation.letters.pdfsign.sign", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.render_letter(letter.pk)
    letter.refresh_from_db()
    assert (letter.status, letter.error) == (Letter.Status.FAILED, "系统故障，正在自动重试")
    monkeypatch.undo()
    tasks.render_letter(letter.pk)
    letter.refresh_from_db()
    assert letter.status == Letter.Status.SEALED


def test_rendering_twice_makes_one_file_and_one_use_of_the_seal(market):
    letter = letters.letter(market, NOW)
    one = actions.render(letter_id=letter.pk, at=NOW)
    two = actions.render(letter_id=letter.pk, at=NOW)
    assert one.file_id == two.file_id
    assert SealUse.objects.count() == 1


def test_a_data_base_constraint_holds_that_sealed_means_a_file(market):
    letter = letters.letter(market, NOW)
    with pytest.raises(Exception, match="letters_letter_sealed_has_a_file"), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(status="sealed")
    assert connection.in_atomic_block


def test_every_kind_the_cases_write_stands_in_the_table_of_seals(market):
    from yiwang.foundation.letters import queries

    for kind in queries.letter_kinds(NOW.date()):
        assert queries.seal_row(kind, NOW.date()) is not None, kind
