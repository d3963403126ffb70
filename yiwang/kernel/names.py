"""Registered names: how a lower room reaches a higher one, and how a pack names code.

A registry maps a dotted name (``cases.every-missing-item-listed``) to a plain function. A name is registered once;
registering it again with another function is a programming error, raised at import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Registry(Generic[F]):
    """Names of one kind. ``kind`` is the Chinese word used when a pack names something unknown."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._functions: dict[str, F] = {}
        self._titles: dict[str, str] = {}

    def __call__(self, name: str, title: str = "") -> Callable[[F], F]:
        """Register under ``name``; ``title`` is what a clerk reads where the name would be shown."""

        def register(function: F) -> F:
            if self._functions.get(name, function) is not function:
                raise ValueError(f"{self.kind} {name} is registered twice")
            self._functions[name] = function
            self._titles[name] = title
            return function

        return register

    def __getitem__(self, name: str) -> F:
        return self._functions[name]

    def get(self, name: str, otherwise: F) -> F:
        """What stands under the name; ``otherwise`` where nobody registered it."""
        return self._functions.get(name, otherwise)

    def __contains__(self, name: object) -> bool:
        return name in self._functions

    def title(self, name: str) -> str:
        """What a clerk reads for it; the name itself where nobody gave a title."""
        return self._titles.get(name) or name

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._functions))


guard: Registry[Callable[..., Any]] = Registry("守卫")
effect: Registry[Callable[..., Any]] = Registry("效果")
after: Registry[Callable[..., Any]] = Registry("后续任务")
fact: Registry[Callable[..., Any]] = Registry("事实")
slot: Registry[Callable[..., Any]] = Registry("页面槽位")
hook: Registry[Callable[..., Any]] = Registry("挂接点")
# limits in minutes or hours that a module keeps itself (a clock knows days): see kernel.overruns
promise: Registry[Callable[..., Any]] = Registry("时限承诺")
