"""Packs are read strictly: every fault of every file, with its line."""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from yiwang.kernel import names, packs
from yiwang.kernel.refusal import Fault


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Lamp(packs.Rule):
    days: int
    colours: frozenset[Colour] = frozenset()
    note: str = ""
    since: date | None = None


class TownRow(packs.Row):
    code: str
    name: str
    people: int = 0


def flow(data: dict[str, Any], where: Any) -> tuple[Any, list[Fault]]:
    return (data, []) if "step" in data else (None, [Fault(where("step"), "缺少 step", "missing")])


@pytest.fixture
def house(monkeypatch, tmp_path) -> Path:
    """An empty pack and three declared kinds, none of the real house's."""
    monkeypatch.setattr(packs, "KINDS", {})
    monkeypatch.setattr(packs, "REGISTERS", {})
    guards: names.Registry[Any] = names.Registry("守卫")
    guards("lamps.is-lit")(lambda ctx: None)
    packs.kind("lamp", folder="lamps", schema=Lamp)
    packs.kind("flow", folder="flows", parse=flow, names={"step.guards": guards}, refers={"opens": "flow"})
    packs.register("towns", "towns.csv", row=TownRow, key=("code",))
    root = tmp_path / "demo"
    write(root, "pack.toml", 'id = "demo"\ntitle = "示例"\n')
    return root


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def lamp(version: str = "2026.1", period: str = "from = 2020-01-01", more: str = "days = 5") -> str:
    return f'id = "street"\nversion = "{version}"\nin_force = {{ {period} }}\ntitle = "路灯"\n{more}\n'


def said(root: Path) -> list[str]:
    return [f"{fault.field} {fault.code}" for fault in packs.read([root]).faults]


def test_a_good_rule_is_read_with_its_period_and_a_digest_that_ignores_layout(house):
    write(house, "lamps/street.toml", lamp(more='days = 5\ncolours = ["red"]'))
    first = packs.read_or_refuse([house]).of("lamp")[0]
    write(house, "lamps/street.toml", "# 说明\n" + lamp(more='colours = [\n  "red",\n]\ndays = 5'))
    second = packs.read_or_refuse([house]).of("lamp")[0]
    assert first.value.colours == {Colour.RED}
    assert (first.from_on, first.until_on) == (date(2020, 1, 1), None)
    assert first.digest == second.digest
    assert packs.revive("lamp", packs.kept(first.content)) == first.value
    assert list(json.loads(packs.kept(first.content)))[-2:] == [
        "days",
        "colours",
    ]  # people read choices in the file's order


def test_all_faults_of_all_files_are_named_with_their_lines(house):
    write(house, "lamps/street.toml", lamp(more='days = "5"\ncolour = ["red"]\ncolours = [\n  "red",\n  "blue"]'))
    write(house, "lamps/broken.toml", 'id = "broken"\nversion = \n')
    write(house, "towns.csv", "code,name,people\n1,东镇,many\n2,西镇,3,4\n")
    assert said(house) == [
        "packs/demo/lamps/broken.toml:2 syntax",
        "packs/demo/lamps/street.toml:5 wrong-type",
        "packs/demo/lamps/street.toml:6 unknown-key",
        "packs/demo/lamps/street.toml:9 invalid",
        "packs/demo/towns.csv:2 invalid",
        "packs/demo/towns.csv:3 ragged",
    ]
    with pytest.raises(packs.Broken) as refused:
        packs.read_or_refuse([house])
    assert len(refused.value.faults) == 6
    assert "是否应为 colours？" in next(f.says for f in refused.value.faults if f.code == "unknown-key")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("days = true", "wrong-type"),
        ("days = 5.0", "wrong-type"),
        ("days = 5\nnote = 2026-01-01", "wrong-type"),
        ("note = ''", "missing"),
    ],
)
def test_a_value_of_another_type_is_refused_even_if_it_looks_alike(house, more, code):
    write(house, "lamps/street.toml", lamp(more=more))
    assert [entry.split()[1] for entry in said(house)] == [code]


def test_a_file_is_named_by_its_id(house):
    write(house, "lamps/other.toml", lamp())
    assert said(house) == ["packs/demo/lamps/other.toml:1 wrong-name"]


def test_two_versions_may_follow_each_other_but_never_overlap(house):
    write(house, "lamps/street.toml", lamp("2026.1", "from = 2026-01-01"))
    write(house, "lamps/street@2020.1.toml", lamp("2020.1", "from = 2020-01-01, until = 2026-01-01"))
    assert said(house) == []
    write(house, "lamps/street@2020.1.toml", lamp("2020.1", "from = 2020-01-01"))  # open until the next one
    assert said(house) == []
    write(house, "lamps/street@2020.1.toml", lamp("2020.1", "from = 2020-01-01, until = 2026-01-02"))
    assert said(house) == ["packs/demo/lamps/street.toml:3 overlap"]


def test_one_version_is_declared_once_over_all_packs(house, tmp_path):
    write(house, "lamps/street.toml", lamp())
    other = tmp_path / "second"
    write(other, "pack.toml", 'id = "second"\ntitle = "又一个"\n')
    write(other, "lamps/street.toml", lamp())
    assert [f"{f.field} {f.code}" for f in packs.read([house, other]).faults] == [
        "packs/second/lamps/street.toml:1 duplicate"
    ]


def test_a_period_that_ends_before_it_begins_is_refused(house):
    write(house, "lamps/street.toml", lamp(period="from = 2026-01-01, until = 2026-01-01"))
    assert said(house) == ["packs/demo/lamps/street.toml:3 invalid"]


def test_unknown_code_names_and_unknown_processes_are_refused_where_they_stand(house):
    text = 'id = "open"\nversion = "2026.1"\nin_force = { from = 2020-01-01 }\ntitle = "办理"\n'
    text += 'opens = ["open", "rating"]\n[[step]]\nguards = ["lamps.is-lit"]\n[[step]]\nguards = [\n"lamps.is-lift"]\n'
    write(house, "flows/open.toml", text)
    faults = packs.read([house]).faults
    assert [f"{fault.field} {fault.code}" for fault in faults] == [
        "packs/demo/flows/open.toml:5 unknown-id",
        "packs/demo/flows/open.toml:10 unknown-name",
    ]
    assert "是否应为 lamps.is-lit？" in faults[1].says


def test_a_rule_cannot_name_the_code_of_another_area():
    from yiwang.kernel.declarations.checks import within_reach

    assert within_reach("yiwang.services.cases.guards", "services.licence")
    assert within_reach("yiwang.matters.guards", "services.licence")
    assert within_reach("yiwang.foundation.letters.after", "services.licence")
    assert within_reach("yiwang.services.catalogue.guards", "catalogue.publication")
    assert not within_reach("yiwang.services.cases.guards", "catalogue.publication")
    assert not within_reach("yiwang.governance.hotline.guards", "services.licence")


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("", "empty-table"),
        ("code,nam\n", "unknown-key"),
        ("code\n", "missing"),
        ("code,name,code\n", "duplicate"),
        ("code,name\n1,东镇\n\n2,西镇\n", "blank-row"),
        ("code,name\n1, 东镇\n", "padded"),
        ('code,name\n1,"东镇\n', "syntax"),
        ("code,name\n1,\n", "missing"),
        ("code,name\n1,东镇\n1,西镇\n", "duplicate"),
        ("\ufeffcode,name\n", "encoding"),
    ],
)
def test_a_table_with_a_fault_is_refused(house, table, code):
    write(house, "towns.csv", table)
    assert code in [entry.split()[1] for entry in said(house)]


def test_lines_of_a_table_count_line_breaks_inside_cells(house):
    write(house, "towns.csv", 'code,name\n1,"东\n镇"\n2,西镇,x\n')
    assert said(house) == ["packs/demo/towns.csv:4 ragged"]


def test_a_file_that_nobody_reads_is_a_fault(house):
    write(house, "lamp/street.toml", "a = 1\n")
    write(house, "villages.csv", "a\n")
    assert said(house) == ["packs/demo/lamp/street.toml:1 unclaimed", "packs/demo/villages.csv:1 unclaimed"]


def test_a_file_in_another_encoding_is_a_fault(house):
    (house / "towns.csv").write_bytes("code,name\n1,东镇\n".encode("gb18030"))
    assert said(house) == ["packs/demo/towns.csv:1 encoding"]


def test_a_missing_pack_folder_or_pack_file_is_a_fault(house, tmp_path):
    (house / "pack.toml").unlink()
    assert [fault.code for fault in packs.read([house, tmp_path / "nowhere"]).faults] == ["missing", "missing"]


def test_registers_are_seeded_after_what_they_need(house):
    packs.register("villages", "villages.csv", row=TownRow, needs=("towns",))
    packs.register("areas", "areas.csv", row=TownRow, needs=("villages",))
    assert packs.seed_order() == ["towns", "villages", "areas"]
    packs.register("lost", "lost.csv", row=TownRow, needs=("nothing",))
    assert "unknown-register" in [fault.code for fault in packs.read([house]).faults]


def test_registers_in_a_circle_are_a_programming_error(house):
    packs.register("a", "a.csv", row=TownRow, needs=("b",))
    packs.register("b", "b.csv", row=TownRow, needs=("a",))
    with pytest.raises(ValueError, match="circle"):
        packs.seed_order()
