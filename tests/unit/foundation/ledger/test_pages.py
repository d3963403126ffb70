"""Anybody may look at the checkpoints and prove an entry; nobody reads there what an entry says."""

import json

import pytest
from django.core.management import CommandError, call_command

from yiwang.foundation.ledger import publishing, rules
from yiwang.foundation.ledger.models import LedgerEntry


@pytest.fixture
def sealed(write, seal):
    number = write("organ:7", detail={"secret-code": "440-1"})
    seal()
    return LedgerEntry.objects.get(number=number)


def test_the_list_of_checkpoints_is_public(client, sealed):
    page = client.get("/ledger/checkpoints/").content.decode()
    assert "第 1 号" in page
    assert "未签章" in page or "已签章" in page


def test_an_empty_list_says_what_will_come(client, db):
    assert "还没有存证" in client.get("/ledger/checkpoints/?before=99999999999999").content.decode()


def test_a_checkpoint_shows_the_text_that_was_signed(client, sealed):
    page = client.get("/ledger/checkpoints/1/").content.decode()
    assert "RFC6962-SM3" in page
    assert client.get("/ledger/checkpoints/2/").status_code == 404
    assert client.get("/ledger/checkpoints/99999999999999999999/").status_code == 404


def test_an_entry_waits_for_its_checkpoint_and_then_shows_its_path(client, sealed, write, seal):
    number = write("organ:8", detail={"secret-code": "440-2"})
    digest = bytes(LedgerEntry.objects.get(number=number).digest).hex()
    assert "待存证" in client.get(f"/ledger/entries/{digest}/").content.decode()
    problem = client.get(f"/api/v1/ledger/entries/{digest}/proof")
    assert (problem.status_code, problem.json()["code"]) == (404, "not-sealed-yet")
    seal()
    page = client.get(f"/ledger/entries/{digest}/").content.decode()
    assert "已存证" in page
    assert "440-2" not in page
    proof = rules.Proof.from_dict(client.get(f"/api/v1/ledger/entries/{digest}/proof").json())
    assert rules.verify_proof(proof)


@pytest.mark.parametrize("digest", ["ab" * 32, "x", "%00", "9" * 64])
def test_an_unknown_entry_is_not_found(client, db, digest):
    assert client.get(f"/ledger/entries/{digest}/").status_code == 404


@pytest.mark.parametrize(
    "path", ["entries/xyz/proof", "checkpoints/0", "checkpoints?before=0", "checkpoints?limit=501"]
)
def test_malformed_requests_are_told_so(client, db, path):
    assert client.get(f"/api/v1/ledger/{path}").status_code == 422


def test_the_api_pages_through_checkpoints(client, write, seal):
    for i in range(3):
        write(f"organ:{i}")
        seal()
    first = client.get("/api/v1/ledger/checkpoints?limit=2").json()
    assert [one["number"] for one in first["checkpoints"]] == [3, 2]
    second = client.get(f"/api/v1/ledger/checkpoints?limit=2&before={first['next_before']}").json()
    assert [one["number"] for one in second["checkpoints"]] == [1]
    assert second["next_before"] is None
    texts = [one["checkpoint"] for one in second["checkpoints"] + first["checkpoints"][::-1]]
    assert rules.consistent(texts) is None
    assert client.get("/api/v1/ledger/checkpoints/3").json() == first["checkpoints"][0]


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR = tmp_path
    return tmp_path


def test_the_command_seals_publishes_proves_and_verifies(write, var, capsys):
    number = write("organ:7")
    call_command("ledger", "checkpoint", patience=30)
    assert "第 1 号存证：1 条" in capsys.readouterr().out
    assert len(list(publishing.published(var / "checkpoints"))) == 1
    call_command("ledger", "proof", str(number))
    assert rules.verify_proof(rules.Proof.from_dict(json.loads(capsys.readouterr().out)))
    call_command("ledger", "verify", workers=0)
    said = capsys.readouterr()
    assert "台账完好" in said.out
    assert "已核验 1 / 1" in said.err


def test_the_command_names_the_first_entry_that_does_not_fit(write, var, superuser, capsys):
    numbers = [write("organ:7") for _ in range(3)]
    call_command("ledger", "checkpoint", patience=30)
    superuser(f"update ledger_entry set actor = 'staff:2' where number >= {numbers[1]}")
    with pytest.raises(
        CommandError, match=rf"第一条不符的记录：台账第 {numbers[1]} 号（organ:7 第 2 条）：正文与各列不一致"
    ):
        call_command("ledger", "verify", workers=0)


def test_the_command_finds_a_ledger_older_than_what_was_published(write, var, superuser):
    write("organ:7")
    call_command("ledger", "checkpoint", patience=30)
    superuser("truncate ledger_leaf, ledger_checkpoint")
    with pytest.raises(CommandError, match="公布过的第 1 号存证（纪元 1）在库中不存在"):
        call_command("ledger", "verify", workers=0)


def test_no_proof_of_what_is_not_there(db, var):
    with pytest.raises(CommandError, match="台账里没有这一条"):
        call_command("ledger", "proof", "77")


def test_the_worker_seals_and_publishes_at_least_once_a_minute(write, var, seal):
    from procrastinate.contrib.django import app

    from yiwang.config import tasks

    write("organ:7")
    seal()
    tasks.checkpoint(timestamp=0)
    assert len(list(publishing.published(var / "checkpoints"))) == 1
    (periodic,) = (p for p in app.periodic_registry.periodic_tasks.values() if p.task.name == "ledger.checkpoint")
    first, second = (periodic.croniter.get_next(float, start_time=1_000_000.0 + 30 * i) for i in range(2))
    assert 0 < second - first <= 60
