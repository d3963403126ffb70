"""The repository as a whole: it speaks of itself alone, of nobody alive, and of no particular machine."""

from __future__ import annotations

import ast
import re

from django.core.management import call_command

from tests.repo import tree

LONGEST = 400  # lines; a module above says more than one thing
# Modules that are one thing although they are longer, each with its reason.
LONGER = {
    "yiwang/services/catalogue/declarations.py": "one declaration, field by field",
    "yiwang/services/catalogue/gate.py": "the publish gate's rules, each a few lines, in the order of the guide",
}
# Numbers of nobody: the published examples of GB 11643, the same with one thing wrong, and those of tests of refusals.
PUBLISHED = re.compile(r"(360426|990426)1991(0101|0230)007[12]")
ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
INVENTED = "449931"
OUTSIDE = re.compile(
    r"(practice|domain|architecture|product|anchors)\." + "md|domain\\.? ?§|\\bspikes?\\b|\\bissue #?\\d|issues show",
    re.I,
)
PLACES = re.compile(r"(?<![\w.])/(work|root|home/[a-z]+|Users)/(?!\{)|[A-Z]:\\\\Users")
HOSTS = re.compile(
    "registry" + r"\.npmjs|pypi" + r"\.org|pythonhosted|npmmirror|(?:index|registry)-?url\s*=|--index-url", re.I
)


def found(pattern: re.Pattern[str], *, besides: tuple[str, ...] = ("tests/repo/test_tree.py",)) -> list[str]:
    return [
        f"{place} {line.strip()[:120]}"
        for place, line in tree.lines()
        if pattern.search(line) and not place.startswith(besides)
    ]


def test_nothing_refers_to_papers_a_reader_does_not_have():
    assert found(OUTSIDE) == []


def test_no_file_names_a_folder_of_somebody_s_machine():
    assert found(PLACES) == []


def test_no_file_names_the_host_of_a_package_registry():
    assert found(HOSTS) == []


def test_every_id_number_is_under_the_invented_division_or_a_published_example():
    foreign = [
        f"{place} {number}"
        for place, line in tree.lines()
        for number in ID_NUMBER.findall(line)
        if not number.startswith(INVENTED) and not PUBLISHED.fullmatch(number)
    ]
    assert foreign == []


def test_no_module_outgrows_its_subject_without_a_reason():
    sizes = {
        name: len(text.splitlines())
        for name, text in tree.texts().items()
        if name.startswith(("yiwang/", "bench/")) and name.endswith(".py") and "/migrations/" not in name
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST and name not in LONGER} == {}
    assert [name for name in LONGER if sizes.get(name, 0) <= LONGEST] == []


def test_no_module_has_a_name_that_says_nothing():
    nameless = {"utils", "helpers", "manager", "managers", "common", "misc", "base"}
    assert [name for name, _ in tree.sources("yiwang/") if nameless & set(name.removesuffix(".py").split("/"))] == []


def test_every_test_has_a_sentence_for_a_name():
    short = [
        f"{name}: {node.name}"
        for name, module in tree.sources("tests/")
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and len(node.name.split("_")) < 4
    ]
    assert short == []


def test_every_module_says_what_it_is_for():
    apps = [name.removesuffix("apps.py") for name in tree.texts() if name.endswith("/apps.py")]
    docstrings = {name: ast.get_docstring(module) for name, module in tree.sources("yiwang/")}
    assert [folder for folder in apps if not docstrings[f"{folder}__init__.py"]] == []


def test_migrations_say_what_the_models_say(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
