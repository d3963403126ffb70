"""Lines of key paths in a TOML text."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.declarations.places import Places

TEXT = '''# 说明 [[step]]
id = "a = [b"  # ]
in_force = { from = 2019-04-23, until = 2020-01-01 }
list = [
  "x", # c ]
  "y",
  { a = 1, b = [
    2, 3] },
]
text = """
[[step]]
name = 1
"""
[[step]]
name = "n"
guards = ["a",
 "b"]
[step.inner]
k = 1
[[step]]
a.b = 2
  [[step.sub]]
  z = 1
'''


def test_every_key_path_answers_its_line():
    where = Places("f.toml", TEXT)
    expected = {
        ("id",): 2,
        ("in_force", "until"): 3,
        ("list", 1): 6,
        ("list", 2, "b", 1): 8,
        ("text",): 10,
        ("step", 0): 14,
        ("step", 0, "guards", 1): 17,
        ("step", 0, "inner", "k"): 19,
        ("step", 1, "a", "b"): 21,
        ("step", 1, "sub", 0, "z"): 23,
    }
    assert {path: where.line(*path) for path in expected} == expected


def test_an_absent_key_answers_its_nearest_parent():
    assert Places("f.toml", TEXT)("step", 1, "missing", 4) == "f.toml:20"
    assert Places("f.toml", TEXT)("missing") == "f.toml:1"


KEY = st.text(st.sampled_from("abc-_ .#[]\"'="), min_size=1, max_size=6)
VALUE = st.recursive(
    st.integers() | st.booleans() | st.text(st.sampled_from("ab\n\"'\\#[]{}=,"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3),
    max_leaves=8,
)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[\n" + ",\n".join(written(inner) for inner in value) + "\n]"
    return "{" + ", ".join(f"{quoted(key)} = {written(inner)}" for key, inner in value.items()) + "}"


@given(st.dictionaries(KEY, VALUE, max_size=4))
def test_any_text_that_toml_accepts_is_located_without_error(data):
    lines, at = [], 1
    expected = {}
    for key, value in data.items():
        expected[key] = at
        statement = f"{quoted(key)} = {written(value)}"
        lines.append(statement)
        at += statement.count("\n") + 1
    text = "\n".join(lines)
    assert tomllib.loads(text) == data
    where = Places("f.toml", text)
    assert {key: where.line(key) for key in data} == expected
