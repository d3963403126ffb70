"""Whatever somebody with every right does to the tables, the verifier names the first entry that no longer fits."""

import json

import pytest

from yiwang.foundation.ledger import audit, queries, rules
from yiwang.foundation.ledger.models import LedgerCheckpoint, LedgerEntry


@pytest.fixture
def history(write, seal):
    """Eight sealed entries of two subjects under two checkpoints, and two entries still waiting."""
    numbers = [write("organ:7" if i % 2 else "organ:8", detail={"i": i}) for i in range(4)]
    seal()
    numbers += [write("organ:7" if i % 2 else "organ:8", detail={"i": i}) for i in range(4, 8)]
    seal()
    return [*numbers, write("organ:8"), write("organ:9")]


def test_an_untouched_ledger_fits(history, verify, conninfo):
    assert verify() is None
    seen = audit.audit(conninfo, heads=queries.heads(), workers=0)
    assert (seen.entries, seen.leaves, seen.checkpoints, seen.waiting, seen.weakened) == (10, 8, 2, 2, [])


def test_two_processes_say_the_same_as_one(history, verify, superuser):
    assert verify(workers=2) is None
    superuser(f"update ledger_entry set actor = 'staff:2' where number = {history[6]}")
    assert verify(workers=2) == verify(workers=0)
    assert verify(workers=2).number == history[6]


@pytest.mark.parametrize(
    "column",
    [
        "actor = 'staff:2'",
        "event = 'organs.organ-closed'",
        "organ = 'organ:1'",
        "at = at + interval '1 microsecond'",
        "recorded_at = recorded_at - interval '1 day'",
    ],
)
def test_a_changed_column_is_found(history, verify, superuser, column):
    superuser(f"update ledger_entry set {column} where number = {history[2]}")
    assert (verify().number, verify().code) == (history[2], "columns")


def test_a_column_cannot_hide_behind_quotes_of_its_own(write, verify, superuser):
    """The text holds `"event":"a"},"event":"b"`: a column saying `a"},"event":"b` would give the same characters."""
    number = write("organ:7", event="b", detail={"event": "a", "x": {"event": "a"}})
    assert verify() is None
    superuser(f"""update ledger_entry set event = 'a"}}}},"event":"b' where number = {number}""")
    assert (verify().number, verify().code) == (number, "columns")


def test_a_text_with_quotes_and_backslashes_fits(write, verify):
    write('organ:"7"\\', event="a\\b", organ='"')
    write('organ:"7"\\', event="a\\b", organ='"')
    assert verify() is None


def test_a_changed_text_is_found(history, verify, superuser):
    superuser(f"update ledger_entry set body = replace(body, '\"i\":3', '\"i\":9') where number = {history[3]}")
    assert (verify().number, verify().code) == (history[3], "digest")


def rewritten(number, **changes):
    """SQL that rewrites an entry so that it fits in itself: text, columns and digest agree."""
    entry = LedgerEntry.objects.get(number=number)
    line = {key: getattr(entry, key) for key in ("subject", "ordinal", "at", "recorded_at", "event", "actor", "organ")}
    line |= changes
    body = rules.canonical(**line, detail=json.loads(entry.body)["detail"])
    digest = rules.digest(bytes(entry.previous), body).hex()
    return (
        f"update ledger_entry set actor = '{line['actor']}', body = '{body}', digest = '\\x{digest}'"
        f" where number = {number}"
    ), digest


def test_a_rewritten_entry_betrays_itself_by_its_leaf(history, verify, superuser):
    superuser(rewritten(history[4], actor="staff:2")[0])
    assert (verify().number, verify().code) == (history[4], "leaf")


def test_a_rewritten_entry_with_its_leaf_betrays_itself_by_the_chain(history, verify, superuser):
    sql, digest = rewritten(history[4], actor="staff:2")
    superuser(sql, f"update ledger_leaf set digest = '\\x{digest}' where entry = {history[4]}")
    found = verify()
    assert (found.number, found.code) == (history[6], "chain")
    assert f"第 {history[4]} 号" in found.why  # one of the two was changed, and both are named


def test_a_rewritten_last_entry_with_leaf_and_head_betrays_itself_by_the_root(history, verify, superuser):
    sql, digest = rewritten(history[6], actor="staff:2")
    superuser(
        f"delete from ledger_entry where number = {history[8]}",
        sql,
        f"update ledger_leaf set digest = '\\x{digest}' where entry = {history[6]}",
        f"update ledger_head set ordinal = ordinal - 1, digest = '\\x{digest}' where subject = 'organ:8'",
    )
    found = verify()
    assert (found.number, found.until, found.code) == (history[4], history[7], "checkpoint")
    assert "树根" in found.why


def test_a_rewritten_entry_still_waiting_breaks_the_chain_or_its_head(history, verify, superuser):
    sql, _ = rewritten(history[8], actor="staff:2")
    superuser(sql)
    assert (verify().number, verify().code) == (history[8], "head")


def test_a_deleted_sealed_entry_is_found_by_its_leaf(history, verify, superuser):
    superuser(f"delete from ledger_entry where number = {history[3]}")
    assert (verify().number, verify().code) == (history[3], "deleted")


def test_a_deleted_entry_without_its_leaf_leaves_a_gap(history, verify, superuser):
    superuser(
        f"delete from ledger_leaf where entry = {history[3]}", f"delete from ledger_entry where number = {history[3]}"
    )
    found = verify()
    assert (found.number, found.until) == (history[0], history[2])  # somewhere in this checkpoint a leaf is gone
    assert "应有 4 片叶" in found.why


def test_a_deleted_waiting_entry_leaves_a_gap(history, verify, superuser, write):
    write("organ:9")
    superuser(f"delete from ledger_entry where number = {history[9]}")
    found = verify()
    assert (found.code, found.subject, found.ordinal) == ("missing", "organ:9", 2)


def test_a_deleted_last_entry_is_missed_by_its_head(history, verify, superuser):
    superuser(f"delete from ledger_entry where number = {history[9]}")
    assert (verify().code, verify().subject, verify().ordinal) == ("missing", "organ:9", 1)


def test_an_entry_slipped_in_with_an_old_transaction_number_is_found(history, verify, superuser):
    superuser(
        "insert into ledger_entry (subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest, xid)"
        f" select 'organ:66', 1, at, recorded_at, event, actor, organ, replace(body, 'organ:8', 'organ:66'), previous,"
        f" digest, xid from ledger_entry where number = {history[0]}",
    )
    number = LedgerEntry.objects.get(subject="organ:66").number
    assert (verify().number, verify().code) == (number, "inserted")


def test_an_entry_slipped_in_beside_the_deeds_is_found(history, verify, superuser):
    like = LedgerEntry.objects.get(number=history[0])
    copied = {key: getattr(like, key) for key in ("at", "recorded_at", "event", "actor", "organ")}
    forged = rules.canonical(**copied, subject="organ:66", ordinal=1, detail={})
    superuser(
        "insert into ledger_entry (subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest)"
        f" select 'organ:66', 1, at, recorded_at, event, actor, organ, '{forged}', previous,"
        f" '\\x{rules.digest(rules.GENESIS, forged).hex()}' from ledger_entry where number = {history[0]}",
    )
    found = verify()
    assert (found.code, found.subject) == ("head", "organ:66")


@pytest.mark.parametrize("what", ["root = '\\x00'", "at = at + interval '1 second'", "total = total + 1", "epoch = 9"])
def test_a_changed_checkpoint_is_found(history, verify, superuser, what):
    superuser(f"update ledger_checkpoint set {what} where number = 2")
    assert (verify().number, verify().code) == (history[4], "checkpoint")


def test_a_deleted_checkpoint_is_found(history, verify, superuser):
    superuser("alter table ledger_leaf drop constraint if exists x", "set session_replication_role = replica")
    superuser("delete from ledger_checkpoint where number = 1")
    superuser("set session_replication_role = origin")
    found = verify()
    assert found.code == "checkpoint"
    assert "缺第 1 号存证" in found.why


def test_a_checkpoint_that_differs_from_the_published_one_is_a_fork(history, verify):
    from yiwang.foundation.ledger import publishing

    lines = [publishing.as_published(c) for c in LedgerCheckpoint.objects.all()]
    assert verify(published=lines) is None
    lines[1]["checkpoint"] = lines[1]["checkpoint"].replace('"size":4', '"size":5')
    assert (verify(published=lines).number, verify(published=lines).code) == (history[4], "fork")
    lines[1]["checkpoint"] = lines[1]["checkpoint"].replace('"number":2', '"number":3')
    assert "不存在" in verify(published=lines).why


def test_a_false_signature_is_found(history, conninfo):
    said = audit.audit(conninfo, heads=queries.heads(), workers=0, signature_fault=lambda *_: "签章不符")
    assert said.misfit is None  # unsigned checkpoints are counted, not judged
    assert said.unsigned == 2


def test_switched_off_protection_is_told(history, conninfo):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("alter table ledger_entry disable trigger ledger_entry_append_only")
        try:
            assert any("已被停用" in line for line in audit.audit(conninfo, heads=queries.heads(), workers=0).weakened)
        finally:
            cursor.execute("alter table ledger_entry enable trigger ledger_entry_append_only")


def test_an_interrupted_verification_goes_on_where_it_stopped(history, conninfo, tmp_path):
    mark = audit.Bookmark(tmp_path / "verify.json")
    mark.write(history[5])
    seen = audit.audit(conninfo, heads=queries.heads(), workers=0, bookmark=mark)
    assert seen.entries == 5
    assert not mark.path.exists()
