"""What each kind of matter took, counted from the files that declare and run it: for whoever wants to add one.

A kind is a process with a detail table and a page of its own. Counted are lines with something on them; of TOML and templates
without comments, of Python with docstrings. A view counts with whatever of its own module it calls.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.template import loader
from django.urls import Resolver404, ResolverMatch, resolve

from yiwang.kernel import names, packs
from yiwang.kernel.process import Process
from yiwang.matters import needs

TEMPLATE = re.compile(r'"([a-z_]+/[a-z_]+\.html)"')
SOME = "2026-000001"  # an address is looked up with a reference; nothing is read


@dataclass(frozen=True, slots=True)
class Cost:
    """Lines of one kind. ``named``: guards, effects, needs and after-jobs of its room that its pack names; ``views``: list, page
    and step, with ``templates``, what they render."""

    process: str
    title: str
    pack: int
    table: int
    named: int
    views: int
    templates: int

    @property
    def python(self) -> int:
        return self.table + self.named + self.views


def costs() -> list[Cost]:
    """Every kind of the packs in use, by its process."""
    found = [
        _cost(each.value, settings.ROOT / each.file)
        for each in packs.read(settings.PACKS).declarations
        if each.kind == "process" and each.value.detail and f"matters.page.{each.id}" in names.slot
    ]
    return sorted(found, key=lambda one: one.process)


def _cost(process: Process, declared: Path) -> Cost:
    [table] = [model for model in apps.get_models() if model._meta.db_table == process.detail]
    room = table.__module__.rpartition(".models")[0]
    page = str(names.slot[f"matters.page.{process.id}"](SOME))
    nodes = {(module.__name__, node): _text(module, node) for view in _views(page) for module, node in _parts(view)}
    rendered = {name for text in nodes.values() for name in TEMPLATE.findall(text)}
    return Cost(
        process=process.id,
        title=process.title,
        pack=_lines(declared.read_text(encoding="utf-8")),
        table=_lines(inspect.getsource(table)),
        named=sum(_lines(inspect.getsource(one)) for one in _named(process) if one.__module__.startswith(room)),
        views=sum(_lines(text) for text in nodes.values()),
        templates=sum(_lines(Path(_origin(name)).read_text(encoding="utf-8")) for name in rendered),
    )


def _lines(text: str) -> int:
    """Lines that say something."""
    return sum(1 for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def _named(process: Process) -> Iterator[Callable[..., Any]]:
    registries = {"guard": names.guard, "effect": names.effect, "after": names.after, "need": needs.need}
    for kind, found in process.names().items():
        yield from (registries[kind][name] for name in sorted(found))


def _views(page: str) -> Iterator[Callable[..., Any]]:
    """The page, the step on it where it has one, and the list: the nearest address above that is a page."""
    above = [page[: place.start() + 1] for place in re.finditer("/", page)][1:-1]
    matches = [_at(page), _at(f"{page}steps/some-step/")]
    matches += [match for address in reversed(above) if (match := _at(address)) and not match.kwargs][:1]
    yield from (match.func for match in matches if match)


def _at(address: str) -> ResolverMatch | None:
    try:
        return resolve(address)
    except Resolver404:
        return None


def _parts(view: Callable[..., Any]) -> Iterator[tuple[ModuleType, ast.stmt]]:
    """The statements of its module a view is made of: its own, and of those it names, again and again."""
    for module in [one for name, one in sorted(sys.modules.items()) if name.startswith("yiwang.") and ".views" in name]:
        top = _statements(module)
        todo = [name for name, value in vars(module).items() if value is view and name in top]
        seen: set[str] = set()
        while todo:
            if (name := todo.pop()) not in seen:
                seen.add(name)
                yield module, top[name]
                todo += [one.id for one in ast.walk(top[name]) if isinstance(one, ast.Name) and one.id in top]


@cache
def _statements(module: ModuleType) -> dict[str, ast.stmt]:
    """Name → the statement at the top of the module that binds it; imports left out."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] = node
            case ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = node
            case ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = node
    return found


def _text(module: ModuleType, node: ast.stmt) -> str:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    return "\n".join(inspect.getsource(module).splitlines()[first - 1 : node.end_lineno])


def _origin(name: str) -> str:
    return str(loader.get_template(name).origin.name)  # type: ignore[attr-defined]
