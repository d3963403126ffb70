"""One table between the words on screen and the names in code: nothing missing, nothing left over, sorted."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator

from django.apps import apps

from tests.repo import tree

ROW = re.compile(r"^\| (?P<chinese>[^|]+) \| (?P<english>[^|]+) \| (?P<where>[^|]+) \|$")
HEAD = {"中文", "---"}
FIELD = "The field"  # words of the trade that no model or pack declares


def of_models() -> Iterator[tuple[str, str]]:
    """(word, where) of every model, field and choice."""
    for model in apps.get_models():
        if model.__module__.startswith("yiwang."):
            yield str(model._meta.verbose_name), model._meta.label
            for field in model._meta.get_fields():
                if field.auto_created or not hasattr(field, "verbose_name"):
                    continue
                yield str(field.verbose_name), f"{model._meta.label}.{field.name}"
                for value, word in field.choices or ():
                    yield str(word), f"{model._meta.label}.{field.name} = {value}"


def of_packs() -> Iterator[tuple[str, str]]:
    """(word, where) of every role, process, state, step, clock and kind of letter that is shipped for everybody."""
    for name, text in tree.texts().items():
        if not name.startswith("packs/national/") or not name.endswith(".toml") or name.endswith("pack.toml"):
            continue
        declared = tomllib.loads(text)
        kind = name.split("/")[2]
        if kind in {"roles", "letters", "processes"}:
            yield declared["title"], declared["id"]
        if kind == "processes":
            for part, key in (("state", "name"), ("step", "name"), ("clock", "id")):
                for one in declared.get(part, ()):
                    yield one["title"], f"{declared['id']}: {one[key]}"


def groups() -> dict[str, list[re.Match[str]]]:
    """Title of a group → its rows."""
    _, *parts = (tree.ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").split("\n## ")
    found = {}
    for part in parts:
        title, *lines = part.splitlines()
        rows = [row for line in lines if (row := ROW.match(line))]
        found[title] = [row for row in rows if row["chinese"] not in HEAD]
    return found


def words() -> list[str]:
    return [row["chinese"] for rows in groups().values() for row in rows]


def test_every_word_of_code_and_packs_stands_in_the_glossary():
    known = set(words())
    missing = {}
    for word, where in (*of_models(), *of_packs()):
        if word not in known:
            missing.setdefault(word, []).append(f"`{where}`")
    rows = [f"| {word} | … | {', '.join(where)} |" for word, where in sorted(missing.items())]
    assert not rows, "\n".join(["", "put into docs/glossary.md with an English word:", *rows])


def test_every_word_of_the_glossary_is_used():
    used = {word for word, _ in (*of_models(), *of_packs())}
    listed = {row["chinese"]: title for title, rows in groups().items() for row in rows}
    assert [word for word, title in listed.items() if word not in used and title != FIELD] == []


def test_every_model_field_and_choice_has_a_chinese_word():
    assert [where for word, where in of_models() if not re.search(r"[一-鿿]", word)] == []


def test_words_stand_once_and_in_order():
    assert [word for word, times in Counter(words()).items() if times > 1] == []
    for rows in groups().values():
        assert [row["chinese"] for row in rows] == sorted(row["chinese"] for row in rows)
        assert all(re.search("[A-Za-z]", row["english"]) for row in rows)
