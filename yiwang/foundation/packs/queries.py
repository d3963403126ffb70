"""Rules in force. Values are parsed once a process and kept by digest: a stored version never changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from yiwang.foundation.packs.models import RuleVersion
from yiwang.kernel import names, packs
from yiwang.kernel.refusal import NotFound


class InForce(NamedTuple):
    """A rule's version and its parsed value (the kind's schema instance, or what its parser answers)."""

    version: str
    digest: str
    value: Any


class NoSuchRule(NotFound):
    """No version of this rule is in force on that day."""

    code = "no-such-rule"


@lru_cache(maxsize=4096)
def _parsed(kind: str, digest: str, content: str) -> Any:
    return packs.revive(kind, content)


def _in_force(row: RuleVersion) -> InForce:
    return InForce(row.version, row.digest, _parsed(row.kind, row.digest, row.content))


def rule(kind: str, rule_id: str, on: date) -> InForce:
    """The version of a rule in force on a legal day; one indexed read. ``NoSuchRule`` if there is none.

    The newest version that has begun decides; if its written end has passed, none is in force.
    """
    row = RuleVersion.objects.filter(kind=kind, rule_id=rule_id, from_on__lte=on).order_by("-from_on").first()
    if row is None or (row.until_on is not None and on >= row.until_on):
        raise NoSuchRule(f"{on:%Y年%m月%d日}没有施行中的规则 {kind} {rule_id}。")
    return _in_force(row)


def versions(kind: str, rule_id: str, days: Iterable[date]) -> dict[date, str]:
    """The version in force on each of these days, as ``rule`` finds it; one read for all of them."""
    rows = RuleVersion.objects.filter(kind=kind, rule_id=rule_id).order_by("-from_on")
    spans = list(rows.values_list("from_on", "until_on", "version"))
    found = {}
    for on in days:
        span = next((span for span in spans if span[0] <= on), None)
        if span is None or (span[1] is not None and on >= span[1]):
            raise NoSuchRule(f"{on:%Y年%m月%d日}没有施行中的规则 {kind} {rule_id}。")
        found[on] = span[2]
    return found


def rule_version(kind: str, rule_id: str, version: str) -> InForce:
    """A named version, in force or not: open matters end under the version they began with."""
    row = RuleVersion.objects.filter(kind=kind, rule_id=rule_id, version=version).first()
    if row is None:
        raise NoSuchRule(f"没有载入规则 {kind} {rule_id} 的版本 {version}。")
    return _in_force(row)


def rules(kind: str, on: date) -> dict[str, InForce]:
    """Every rule of a kind in force on a legal day, by id; one read."""
    rows = RuleVersion.objects.filter(kind=kind, from_on__lte=on).order_by("rule_id", "-from_on").distinct("rule_id")
    return {row.rule_id: _in_force(row) for row in rows if row.until_on is None or on < row.until_on}


def stored() -> Iterator[tuple[str, str, str, str]]:
    """(kind, id, version, digest) of every stored rule."""
    rows = RuleVersion.objects.order_by("kind", "rule_id", "from_on")
    return rows.values_list("kind", "rule_id", "version", "digest").iterator()


def names_in_use() -> set[tuple[str, str]]:
    """("guard" | "effect" | "after", name) of every version an open matter runs under, as ``matters`` reports it."""
    if "packs.names-in-use" not in names.hook:
        return set()
    return set(names.hook["packs.names-in-use"]())
