"""A checkpoint holds every entry that is history and none that could still be preceded by one in flight."""

import json
import threading
import time
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection, transaction

from yiwang.foundation.ledger import actions, merkle, publishing, queries, rules
from yiwang.foundation.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerLeaf
from yiwang.kernel import names
from yiwang.kernel.permissions import STRANGER, SYSTEM, Doer, Permission
from yiwang.kernel.refusal import Refusal

AT = datetime(2026, 9, 24, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def leaves():
    return set(LedgerLeaf.objects.values_list("entry", flat=True))


def insert(connection, subject):
    """A line as a matter's step writes it: by hand, in whatever transaction is open."""
    body = rules.canonical(
        subject=subject, ordinal=1, at=AT, recorded_at=AT, event="x", actor="system", organ="", detail={}
    )
    digest = rules.digest(rules.GENESIS, body)
    connection.execute("insert into ledger_head (subject, ordinal, digest) values (%s, 1, %s)", [subject, digest])
    return connection.execute(
        "insert into ledger_entry (subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest)"
        " values (%s, 1, %s, %s, 'x', 'system', '', %s, %s, %s) returning number",
        [subject, AT, AT, body, rules.GENESIS, digest],
    ).fetchone()[0]


def test_nothing_to_seal_makes_no_checkpoint(transactional_db):
    assert actions.checkpoint(at=AT) == []


def test_an_entry_of_an_open_transaction_waits_and_is_not_forgotten(write, seal, conninfo, verify):
    early = write("organ:1")
    slow = psycopg.connect(conninfo)  # has written its line and not yet committed
    waiting = insert(slow, "organ:2")
    late = write("organ:3")  # a higher number than the one in flight, committed before it
    actions.checkpoint(at=AT)
    assert leaves() <= {early}
    slow.commit()
    slow.close()
    seal()
    assert leaves() == {early, waiting, late}
    assert verify() is None


def test_its_own_transaction_is_in_flight_too(write):
    with transaction.atomic():
        number = write("organ:1")
        actions.checkpoint(at=AT)
        assert number not in leaves()


def test_no_checkpoint_under_real_concurrency_misses_or_doubles_an_entry(conninfo, seal, verify):
    """Eight writers commit in all orders while checkpoints are made; afterwards each entry has exactly one leaf."""
    stop, several, written = threading.Event(), threading.Event(), []
    failures = []

    def writer(k):
        try:
            with psycopg.connect(conninfo) as own:
                for i in count():
                    if i >= 25 and several.is_set():
                        break
                    number = insert(own, f"matter:{k}-{i}")
                    stop.wait(0.001 * ((k * 7 + i) % 5) + (0.1 if i >= 25 else 0))  # some stay open longer than others
                    own.commit()
                    written.append(number)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=writer, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    patience = time.monotonic() + 90  # another test's transaction on this server holds the horizon while it lasts
    while any(thread.is_alive() for thread in threads):
        actions.checkpoint(at=AT)
        if LedgerCheckpoint.objects.count() > 1 or time.monotonic() > patience:
            several.set()
    for thread in threads:
        thread.join()
    seal()
    assert not failures
    assert len(written) >= 200
    assert leaves() == set(written)  # entry is the key: none twice
    assert LedgerCheckpoint.objects.count() > 1
    assert verify() is None


def test_two_checkpoints_at_once_make_one_chain(write, transactional_db, conninfo, verify):
    for i in range(20):
        write(f"organ:{i}")
    failures = []

    def work():
        try:
            for _ in range(5):
                actions.checkpoint(at=AT)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert rules.consistent(queries.between(1, 99)) is None
    assert verify() is None


def test_checkpoints_name_their_predecessor(write, seal):
    for i in range(3):
        write(f"organ:{i}")
        seal()
    first, second, third = LedgerCheckpoint.objects.all()
    assert bytes(first.previous) == rules.GENESIS
    assert bytes(third.previous) == bytes(second.digest) == rules.sm3(second.body.encode())
    assert (third.size, third.total, third.epoch) == (1, 3, 1)
    assert rules.consistent(queries.between(1, 3)) is None
    assert rules.consistent([first.body, third.body]) == 1
    assert rules.consistent([first.body, second.body.replace('"total":2', '"total":3'), third.body]) == 1


def test_a_full_tree_leaves_the_rest_to_the_next(write, seal, monkeypatch, verify):
    monkeypatch.setattr("yiwang.foundation.ledger.sealing.MOST", 3)
    numbers = [write(f"organ:{i}") for i in range(7)]
    made = seal()
    assert [one.size for one in made] == [3, 3, 1]
    assert leaves() == set(numbers)
    assert verify() is None


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_entry_has_a_proof_that_a_stranger_can_check(write, seal, count):
    numbers = [write(f"organ:{i}") for i in range(count)]
    assert queries.proof(numbers[0]) is None  # 待存证
    seal()
    for number in numbers:
        entry = LedgerEntry.objects.get(number=number)
        proof = rules.Proof.from_dict(json.loads(json.dumps(queries.proof(bytes(entry.digest).hex()).as_dict())))
        assert rules.verify_proof(proof)
        assert rules.verify_proof(proof, previous=bytes(entry.previous), body=entry.body)
        assert not rules.verify_proof(proof, previous=bytes(entry.previous), body=entry.body + " ")
        if count > 1:
            assert not rules.verify_proof(rules.Proof.from_dict(proof.as_dict() | {"position": proof.position ^ 1}))
        assert not rules.verify_proof(rules.Proof.from_dict(proof.as_dict() | {"digest": "00" * 32}))
        assert not rules.verify_proof(rules.Proof.from_dict(proof.as_dict() | {"checkpoint": "{}"}))


def test_an_unknown_digest_is_not_found(transactional_db):
    for key in (1, "1", "ab" * 32, "kein digest", "9" * 30):
        with pytest.raises(queries.NoSuchEntry):
            queries.proof(key)


def test_an_unsealed_checkpoint_says_why_it_is_unsigned(write, seal, monkeypatch):
    monkeypatch.setattr(names.hook, "_functions", {})
    write()
    (made,) = seal()
    assert (bytes(made.signature), made.unsigned_why) == (b"", "没有配置存证用印")

    def refuse(**_):
        raise Refusal("局章已停用。")

    monkeypatch.setattr(names.hook, "_functions", {"ledger.sign-root": refuse})
    write()
    (made,) = seal()
    assert (bytes(made.signature), made.unsigned_why) == (b"", "局章已停用。")


def test_the_bureau_signs_the_text_of_the_checkpoint(write, seal, monkeypatch):
    seen = []

    def sign(*, data, at):
        seen.append((data, at))
        return "seal:1", b"signed"

    monkeypatch.setattr(names.hook, "_functions", {"ledger.sign-root": sign})
    write()
    (made,) = seal()
    assert seen == [(made.body.encode(), AT)]
    assert (made.seal, bytes(made.signature), made.unsigned_why) == ("seal:1", b"signed", "")


def test_published_lines_are_appended_once(write, seal, tmp_path):
    write()
    seal()
    assert publishing.publish(tmp_path) == 1
    assert publishing.publish(tmp_path) == 0
    write()
    seal()
    file = next(tmp_path.glob("*.jsonl"))
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"number": 2, "cut sh')  # a crash in the middle of a line
    assert [line["number"] for line in publishing.published(tmp_path)] == [1]
    assert publishing.publish(tmp_path) == 1
    lines = list(publishing.published(tmp_path))
    assert [line["number"] for line in lines] == [1, 2]
    assert rules.consistent([line["checkpoint"] for line in lines]) is None
    assert merkle.root([]) != bytes.fromhex(json.loads(lines[0]["checkpoint"])["root"])


def test_a_new_epoch_seals_what_was_left_whatever_its_transaction_number(write, seal, superuser, verify):
    write("organ:1")
    seal()
    write("organ:2")
    superuser("update ledger_entry set xid = '9000000000' where subject = 'organ:2'")  # as restored from elsewhere
    assert seal() == []
    (made,) = actions.open_epoch(by=SYSTEM, at=AT, detail={"last_checkpoint": 1, "standing": "与公布的一致"})
    assert (made.epoch, made.number, made.size) == (2, 2, 2)
    write("organ:3")
    (after,) = seal()
    assert (after.epoch, after.size) == (2, 1)
    assert verify() is None
    assert queries.story(SYSTEM, "ledger")[0].sentence.startswith("从备份恢复，开启台账新纪元（备份止于第 1 号存证")


def test_a_story_is_told_in_order_with_sentence_day_and_seal(write, seal):
    write("organ:7", detail={"name": "x"})
    seal()
    write("organ:7", recorded_at=AT + timedelta(days=40))
    told = queries.story(Doer("staff:1", kind="staff", grants=frozenset({(Permission.LEDGER_SEE, None)})), "organ:7")
    assert [(line.ordinal, line.late, line.sealed) for line in told] == [(1, False, "第 1 号存证"), (2, True, "待存证")]
    assert told[0].day.isoformat() == "2026-09-24"
    assert told[0].actor_name == "系统"


def test_a_stranger_hears_no_story(write):
    write("organ:7")
    with pytest.raises(queries.NoSuchEntry):
        queries.story(STRANGER, "organ:7")
    assert len(queries.story(STRANGER, "organ:7", seen=True)) == 1  # the page has decided
