"""What documents promise: links lead somewhere, commands and settings exist, generated pages are fresh, twins agree."""

from __future__ import annotations

import re

from django.core.management import call_command

from tests.repo import tree

LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"\./yw ([a-z]+(?:-[a-z]+)*)(?: ([a-z]+))?")
VARIABLE = re.compile(r"\bYW_[A-Z_]+\b")


def documents() -> dict[str, str]:
    return {name: text for name, text in tree.texts().items() if name.endswith(".md") and not name.startswith("packs/")}


def commands() -> set[str]:
    """First words that ``./yw`` understands."""
    text = tree.texts()["yw"]
    cases = re.findall(r"^    ([a-z |-]+)\)$", text, re.M)
    return {word for case in cases for word in case.replace("|", " ").split()}


def test_every_link_between_documents_leads_to_a_file():
    broken = []
    for name, text in documents().items():
        for target in LINK.findall(text):
            if "://" not in target and not ((tree.ROOT / name).parent / target).exists():
                broken.append(f"{name}: {target}")
    assert broken == []


def test_every_document_is_reached_from_the_table_of_documents():
    table = tree.texts()["docs/README.md"]
    pages = [
        name.removeprefix("docs/") for name in documents() if name.startswith(("docs/how-to", "docs/tu", "docs/exp"))
    ]
    pages += [name.removeprefix("docs/") for name in documents() if name.startswith("docs/reference/")]
    assert [page for page in pages if f"({page})" not in table] == []


def test_every_command_a_document_names_exists():
    known = commands()
    assert known >= {"demo", "test", "check", "bench", "packs", "restore"}
    said = {(name, command) for name, text in documents().items() for command, _ in COMMAND.findall(text)}
    assert sorted((name, command) for name, command in said if command not in known) == []


def test_every_command_is_told_by_the_usage():
    usage = tree.texts()["yw"].split("TEXT")[1]
    told = set(re.findall(r"^  ([a-z]+(?:-[a-z]+)*) ", usage, re.M))
    assert {one for one in commands() if not one.startswith("-")} - {"help"} == told


def test_every_setting_stands_in_the_table_of_settings():
    read = {
        variable
        for name, text in tree.texts().items()
        if name.startswith(("yiwang/", "bench/", "tests/", "yw")) and not name.endswith(".md")
        for variable in VARIABLE.findall(text)
    }
    told = set(VARIABLE.findall(tree.texts()["docs/how-to/settings.md"]))
    assert read - told == set()
    assert told - read == set()


def test_the_two_front_pages_say_the_same():
    english, chinese = tree.texts()["README.md"], tree.texts()["README.zh-CN.md"]
    for pattern in (r"^#+ ", r"^- ", r"^\d\. ", r"^\|", r"^!\["):
        assert len(re.findall(pattern, english, re.M)) == len(re.findall(pattern, chinese, re.M)), pattern
    assert [link for link in LINK.findall(english) if "README" not in link] == [
        link for link in LINK.findall(chinese) if "README" not in link
    ]
    assert set(COMMAND.findall(english)) == set(COMMAND.findall(chinese))


def test_generated_pages_are_as_the_packs_and_the_code_declare():
    call_command("reference", check=True)
