"""Loading packs: rules become immutable rows, registers get the rows they lack."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction

from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.packs import actions, queries
from yiwang.foundation.packs.models import RuleVersion
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import STRANGER, SYSTEM
from yiwang.kernel.refusal import NotAllowed

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 24, 9, 0, tzinfo=UTC)


class Lamp(packs.Rule):
    days: int
    since: date | None = None


class TownRow(packs.Row):
    code: str


@pytest.fixture
def house(monkeypatch, tmp_path, settings) -> Path:
    monkeypatch.setattr(packs, "KINDS", {})
    monkeypatch.setattr(packs, "REGISTERS", {})
    monkeypatch.setattr(names.hook, "_functions", {})
    queries._parsed.cache_clear()
    packs.kind("lamp", folder="lamps", schema=Lamp)
    root = tmp_path / "demo"
    write(root, "pack.toml", 'id = "demo"\ntitle = "示例"\n')
    settings.PACKS = [root]
    return root


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def lamp(root: Path, version: str, period: str, days: int = 5) -> None:
    text = f'id = "street"\nversion = "{version}"\nin_force = {{ {period} }}\ntitle = "路灯"\ndays = {days}\nsince = 2001-02-03\n'
    write(root, f"lamps/street@{version}.toml", text)


def load(root: Path) -> actions.LoadReport:
    return actions.load(reading=packs.read([root]), by=SYSTEM, at=AT)


def test_only_the_system_loads_packs(house):
    with pytest.raises(NotAllowed):
        actions.load(reading=packs.read([house]), by=STRANGER, at=AT)


def test_a_rule_is_stored_once_and_each_version_runs_in_its_own_days(house):
    lamp(house, "2020.1", "from = 2020-01-01", days=5)
    assert load(house).rules_added == ["lamp street@2020.1"]
    lamp(house, "2026.1", "from = 2026-10-01", days=3)
    assert load(house).rules_added == ["lamp street@2026.1"]
    assert load(house).rules_added == []
    assert queries.rule("lamp", "street", date(2026, 9, 30)).value.days == 5
    assert queries.rule("lamp", "street", date(2026, 10, 1)).value == Lamp.model_validate(
        {
            "id": "street",
            "version": "2026.1",
            "in_force": {"from": date(2026, 10, 1)},
            "title": "路灯",
            "days": 3,
            "since": date(2001, 2, 3),
        }
    )
    assert queries.rule_version("lamp", "street", "2020.1").value.days == 5
    assert queries.rules("lamp", date(2026, 10, 1))["street"].version == "2026.1"
    assert LedgerEntry.objects.filter(event="packs.rule-loaded").count() == 2


def test_no_rule_is_in_force_before_its_first_day_or_after_a_written_end(house):
    lamp(house, "2020.1", "from = 2020-01-01, until = 2021-01-01")
    load(house)
    assert queries.rule("lamp", "street", date(2020, 12, 31)).version == "2020.1"
    for day in (date(2019, 12, 31), date(2021, 1, 1)):
        with pytest.raises(queries.NoSuchRule):
            queries.rule("lamp", "street", day)
    assert queries.rules("lamp", date(2021, 1, 1)) == {}


def test_the_same_version_with_other_content_is_refused_and_stores_nothing(house):
    lamp(house, "2020.1", "from = 2020-01-01", days=5)
    load(house)
    lamp(house, "2020.1", "from = 2020-01-01", days=6)
    lamp(house, "2026.1", "from = 2026-10-01")
    with pytest.raises(packs.Broken) as refused:
        load(house)
    assert [(f.field, f.code) for f in refused.value.faults] == [
        ("packs/demo/lamps/street@2020.1.toml:2", "changed-version")
    ]
    assert RuleVersion.objects.count() == 1


def test_a_new_period_cannot_reach_into_a_stored_one(house):
    lamp(house, "2020.1", "from = 2020-01-01, until = 2026-01-01")
    load(house)
    (house / "lamps/street@2020.1.toml").unlink()
    lamp(house, "2025.1", "from = 2025-06-01")
    with pytest.raises(packs.Broken) as refused:
        load(house)
    assert [fault.code for fault in refused.value.faults] == ["overlap"]


def test_the_database_itself_refuses_to_change_delete_or_overlap_a_rule(house):
    lamp(house, "2020.1", "from = 2020-01-01, until = 2026-01-01")
    load(house)
    row = RuleVersion.objects.get()
    for deed in (
        lambda: RuleVersion.objects.update(title="改"),
        lambda: RuleVersion.objects.all().delete(),
        lambda: RuleVersion.objects.create(
            kind="lamp",
            rule_id="street",
            version="2025.1",
            title="x",
            from_on=date(2025, 6, 1),
            content="{}",
            digest="0",
            pack="demo",
            loaded_at=AT,
            loaded_by="system",
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    assert RuleVersion.objects.get() == row


def test_a_guard_that_open_matters_still_name_cannot_be_dropped(house):
    names.hook("packs.names-in-use")(lambda: [("guard", "cases.long-gone")])
    with pytest.raises(packs.Broken) as refused:
        load(house)
    assert [fault.field for fault in refused.value.faults] == ["guard:cases.long-gone"]


def test_a_register_is_seeded_where_rows_are_absent_and_drift_is_reported(house, capsys):
    kept: dict[str, str] = {}
    packs.register("towns", "towns.csv", row=TownRow, key=("code",))

    @names.hook("packs.seed.towns")
    def seed(entries, *, by, at):
        fresh = [entry for entry in entries if entry.value.code not in kept]
        kept.update({entry.value.code: "" for entry in fresh})
        return packs.SeedReport(len(fresh), len(entries) - len(fresh))

    @names.hook("packs.diff.towns")
    def diff(entries):
        return [
            packs.Drift("towns", entry.value.code, "", "有", "缺", entry.where)
            for entry in entries
            if entry.value.code not in kept
        ]

    write(house, "towns.csv", "code\n1\n2\n")
    lamp(house, "2020.1", "from = 2020-01-01")
    with pytest.raises(CommandError, match="共有 3 处差异"):
        call_command("packs", "diff")
    assert "towns 2 包中有，库中缺  packs/demo/towns.csv:3" in capsys.readouterr().out
    call_command("packs", "load")
    call_command("packs", "load")
    assert "登记 towns：补入 0 行，已有 2 行。" in capsys.readouterr().out
    call_command("packs", "diff")
    assert LedgerEntry.objects.filter(event="packs.register-seeded").count() == 1


def test_a_register_without_a_seed_function_is_refused(house):
    packs.register("towns", "towns.csv", row=TownRow)
    with pytest.raises(packs.Broken) as refused:
        load(house)
    assert [fault.code for fault in refused.value.faults] == ["no-seed"]


def test_the_check_command_prints_every_fault_and_fails(house, capsys):
    lamp(house, "2020.1", "from = 2020-01-01")
    write(house, "lamps/broken.toml", "a = \n")
    write(house, "towns.csv", "code\n")
    with pytest.raises(CommandError) as failed:
        call_command("packs", "check")
    printed = capsys.readouterr().err
    assert failed.value.returncode == 1
    assert "packs/demo/lamps/broken.toml:1" in printed
    assert "packs/demo/towns.csv:1" in printed


def test_a_stored_rule_this_release_cannot_read_is_refused_by_name(house):
    RuleVersion.objects.create(
        kind="lamp",
        rule_id="old",
        version="2019.1",
        title="x",
        from_on=date(2019, 1, 1),
        pack="demo",
        digest="1",
        content='{"id":"old","version":"2019.1","in_force":{"from":{"$day":"2019-01-01"}},"title":"x","hours":4}',
        loaded_at=AT,
        loaded_by="system",
    )
    with pytest.raises(packs.Broken, match="不相容"):
        queries.rule_version("lamp", "old", "2019.1")
