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


def groups() -> list[list[re.Match[str]]]:
    text = (tree.ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    parts = [[found for line in part.splitlines() if (found := ROW.match(line))] for part in text.split("\n## ")]
    return [[row for row in part if row["chinese"] not in HEAD] for part in parts if part]


def test_every_word_of_code_and_packs_stands_in_the_glossary():
    known = {row["chinese"] for part in groups() for row in part}
    missing = {}
    for word, where in (*of_models(), *of_packs()):
        if word not in known:
            missing.setdefault(word, []).append(f"`{where}`")
    rows = [f"| {word} | … | {', '.join(where)} |" for word, where in sorted(missing.items())]
    assert not rows, "\n".join(["", "put into docs/glossary.md with an English word:", *rows])


def test_every_word_of_the_glossary_is_used():
    used = {word for word, _ in (*of_models(), *of_packs())}
    assert [row["chinese"] for part in groups() for row in part if row["chinese"] not in used] == []


def test_every_model_field_and_choice_has_a_chinese_word():
    assert [where for word, where in of_models() if not re.search(r"[一-鿿]", word)] == []


def test_words_stand_once_and_in_order():
    assert [
        word for word, times in Counter(row["chinese"] for part in groups() for row in part).items() if times > 1
    ] == []
    for part in groups():
        assert [row["chinese"] for row in part] == sorted(row["chinese"] for row in part)
        assert all(re.search("[A-Za-z]", row["english"]) for row in part)
