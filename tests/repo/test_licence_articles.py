"""The table of the licence procedure cannot rot: what a row names exists, its tests exist and carry the article's number."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from functools import cache

import pytest
from django.urls import resolve

from tests.repo import tree
from yiwang.kernel import names

PAGE = "docs/explanation/licence.md"
# Articles of 行政许可法 that bind a procedure; clauses are rows of their own where they bind differently.
BINDING = {5, 8, 22, 23, 24, 26, 27, 29, 30, 31, 32, 33, 34, 35, 36, 38, 39, 40, 42, 43, 44, 45, 46, 47, 48, 49, 50}
BINDING |= {53, 54, 55, 56, 57, 58, 69, 70, 72, 78, 79, 82}
PARTS = ("step", "state", "clock", "term")
LINKED = re.compile(r"\[`(\w+)`\]\(\.\./\.\./([\w/.-]+)\)")


def rows() -> list[tuple[str, list[str], list[tuple[str, str]]]]:
    """(article, names, tests) of every row."""
    found = []
    for line in tree.texts()[PAGE].splitlines():
        if re.match(r"\| \d", line):
            article, _, where, tests = (cell.strip() for cell in line.strip("|").split("|"))
            found.append(
                (article, re.findall(r"`([^`]+)`", where), [(path, name) for name, path in LINKED.findall(tests)])
            )
    return found


ROWS = rows()


@cache
def declared(kind: str, name: str) -> frozenset[str] | None:
    """Names a declaration of the national pack has inside it; ``None`` if there is no such declaration."""
    text = tree.texts().get(f"packs/national/{kind}/{name}.toml")
    if text is None:
        return None
    data = tomllib.loads(text)
    return frozenset(row.get("name", row.get("id", "")) for part in PARTS for row in data.get(part, ()))


def exists(name: str) -> bool:
    """True if what a cell names is there."""
    kind, _, rest = name.partition(" ")
    folders = {"process": "processes", "letter": "letters", "rule": "supervision"}
    if kind in folders:
        return declared(folders[kind], rest) is not None
    if kind == "gate":
        return f'"{rest}"' in tree.texts()["yiwang/services/catalogue/gate.py"]
    if name.startswith("/"):
        return bool(resolve(name))
    if "#" in name:
        process, _, inside = name.partition("#")
        return inside in (declared("processes", process) or ())
    if name.startswith("cases."):
        return name in names.guard
    module, _, attribute = name.partition(":")
    return not attribute or hasattr(importlib.import_module(module), attribute)


@cache
def functions(path: str) -> frozenset[str]:
    return frozenset(one.name for one in ast.parse(tree.texts()[path]).body if isinstance(one, ast.FunctionDef))


def numbers(text: str) -> set[int]:
    """Article numbers in a test's name or its file's: what stands after ``article``, ranges included."""
    found: set[int] = set()
    for said in re.findall(r"articles?_((?:\d+_|and_|to_)+)", f"{text}_"):
        found |= {int(one) for one in re.findall(r"\d+", said)}
        for first, last in re.findall(r"(\d+)_to_(\d+)", said):
            found |= set(range(int(first), int(last) + 1))
    return found


def articles(cell: str) -> list[int]:
    """``32(4)`` → 32; ``35, 43`` → both."""
    return [int(re.match(r"\d+", one.strip())[0]) for one in cell.split(",")]


def test_no_binding_article_is_missing_and_none_is_made_up():
    assert {number for cell, _, _ in ROWS for number in articles(cell)} == BINDING


@pytest.mark.parametrize("row", ROWS, ids=[f"{article}-{number}" for number, (article, _, _) in enumerate(ROWS)])
def test_what_a_row_names_is_there_and_its_tests_carry_the_article(row):
    cell, named, tests = row
    assert named, cell
    assert [name for name in named if not exists(name)] == []
    assert tests, cell
    texts = tree.texts()
    assert [f"{path}::{name}" for path, name in tests if path not in texts or name not in functions(path)] == []
    told = set().union(*(numbers(name) | numbers(path) for path, name in tests))
    assert set(articles(cell)) <= told


def test_every_guard_of_the_licence_is_in_the_table_or_no_rule_of_this_law():
    """Who adds a guard to the procedure says here which article it keeps."""
    elsewhere = {
        "cases.made-good",  # 广东省优化营商环境条例
        "cases.promises-stand",
        "cases.counter-may-refuse",  # as cases.counter-may-accept
        "cases.counter-may-decide",
        "cases.stands-at-the-counter",
        "cases.says-why",
        "cases.days-said",
        "cases.wants-online",
        "cases.three-different-hands",  # the chain of approval is the guide's
        "cases.several-departments",  # as cases.departments-heard
        "cases.view-grounded",
        "cases.certificate-stands",  # what articles 69 and 70 ended is not handed out; their rows name the deeds
    }
    data = tomllib.loads(tree.texts()["packs/national/processes/services.licence.toml"])
    used = {name for step in data["step"] for name in step.get("guards", ())}
    assert used - elsewhere == used & {name for _, named, _ in ROWS for name in named}
