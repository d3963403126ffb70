"""Process versions as stored: immutable, so each is parsed once a process and kept."""

from __future__ import annotations

from yiwang.foundation.packs import queries as packs
from yiwang.kernel.process import Process

_kept: dict[tuple[str, str], Process] = {}


def bound(process_id: str, version: str) -> Process:
    """The version a matter runs under, in force or not. ``NoSuchRule`` (404) if it was never loaded."""
    found = _kept.get((process_id, version))
    if found is None:
        found = packs.rule_version("process", process_id, version).value
        _kept[process_id, version] = found
    return found


def every() -> list[Process]:
    """Every stored version of every process: matters run under old ones too."""
    known = [(rule_id, version) for kind, rule_id, version, _ in packs.stored() if kind == "process"]
    return [bound(rule_id, version) for rule_id, version in known]


def forget() -> None:
    """Drop what is kept: only tests store another content under a version they have used."""
    _kept.clear()
