"""Events of the ledger: what code writes is declared with a sentence, what is declared is written."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

from tests.repo import tree
from yiwang.foundation.ledger import events

NAME = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")


def words(node: ast.expr) -> Iterator[str]:
    """The literal names an expression can be: a string, or either end of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from words(node.body)
        yield from words(node.orelse)
    elif isinstance(node, ast.Subscript):  # {"a": "x.done", "b": "x.undone"}[how]
        for one in ast.walk(node.value):
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and NAME.fullmatch(one.value):
                yield one.value


def written() -> dict[str, str]:
    """Event name → where it is written: the ``event`` of a call, by name or in the place of a parameter so called."""
    found: dict[str, str] = {}
    for name, module in tree.sources("yiwang/"):
        places = {
            node.name: [argument.arg for argument in node.args.args].index("event")
            for node in ast.walk(module)
            if isinstance(node, ast.FunctionDef) and "event" in [argument.arg for argument in node.args.args]
        }
        for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
            given = [word.value for word in call.keywords if word.arg == "event"]
            called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if called in places and len(call.args) > places[called]:
                given.append(call.args[places[called]])
            for one in given:
                found |= dict.fromkeys(words(one), f"{name}:{call.lineno}")
    return {event: place for event, place in found.items() if NAME.fullmatch(event)}


def test_every_event_code_writes_is_declared_with_its_sentence():
    assert len(written()) > 50  # or the search above finds nothing any more
    assert {event: place for event, place in written().items() if event not in events.SENTENCES} == {}


def test_every_declared_event_is_written_somewhere():
    code = "\n".join(
        text
        for name, text in tree.texts().items()
        if name.startswith("yiwang/") and name.endswith(".py") and not name.endswith("/events.py")
    )
    assert [event for event in events.SENTENCES if f'"{event}"' not in code] == []


def test_every_sentence_is_chinese_and_its_braces_are_names():
    for event, sentence in events.SENTENCES.items():
        assert NAME.fullmatch(event), event
        assert re.search(r"[一-鿿]", sentence), event
        for _, field, _, _ in string.Formatter().parse(sentence):
            assert field is None or field.isidentifier() or field.replace("-", "_").isidentifier(), (event, field)
