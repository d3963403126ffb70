"""Loading packs: rules become immutable rows, registers get the rows they lack."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.packs import queries
from yiwang.foundation.packs.models import RuleVersion
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, NotAllowed

REGISTRIES = {"guard": names.guard, "effect": names.effect, "after": names.after}


@dataclass(slots=True)
class LoadReport:
    """What a load did: rules added and already present, and each register's seeding."""

    rules_added: list[str] = field(default_factory=list)
    rules_present: int = 0
    seeded: dict[str, packs.SeedReport] = field(default_factory=dict)


@transaction.atomic
def load(*, reading: packs.Reading, by: Doer, at: datetime, seed: bool = True) -> LoadReport:
    """Store every declared rule that is not stored yet and seed every register, all or nothing.

    Refuses with ``packs.Broken`` naming all faults: anything wrong in the files, a stored version whose content has
    changed, a period reaching into a stored one, or code names an open matter's version still uses.
    Only the system (command line, start-up) loads packs.
    """
    if by.kind != "system":
        raise NotAllowed("规则只能由系统管理员在命令行从配置包载入。")
    faults = [*reading.faults, *changed(reading.declarations), *dropped()]
    if seed:
        faults += [
            Fault(packs.REGISTERS[name].pattern, f"登记 {name} 没有补入函数 packs.seed.{name}", "no-seed")
            for name in packs.seed_order()
            if f"packs.seed.{name}" not in names.hook
        ]
    if faults:
        raise packs.Broken(f"配置包有 {len(faults)} 处错误，未载入任何内容。", faults=faults)
    report = LoadReport()
    stored = {(kind, rule_id, version) for kind, rule_id, version, _ in queries.stored()}
    for each in sorted(reading.declarations, key=lambda each: (each.kind, each.id, each.from_on)):
        if (each.kind, each.id, each.version) in stored:
            report.rules_present += 1
            continue
        _store(each, by=by, at=at)
        report.rules_added.append(f"{each.kind} {each.id}@{each.version}")
    if seed:
        for register in packs.seed_order():
            report.seeded[register] = _seed(register, reading, by=by, at=at)
    return report


def _store(each: packs.Declaration, *, by: Doer, at: datetime) -> None:
    RuleVersion.objects.create(
        kind=each.kind,
        rule_id=each.id,
        version=each.version,
        title=each.title,
        from_on=each.from_on,
        until_on=each.until_on,
        content=packs.kept(each.content),
        digest=each.digest,
        pack=each.pack,
        loaded_at=at,
        loaded_by=by.reference,
    )
    ledger.record(
        subject=f"rule:{each.kind}/{each.id}"[:80],
        event="packs.rule-loaded",
        by=by,
        at=at,
        detail={"kind": each.kind, "rule": each.id, "version": each.version, "digest": each.digest, "pack": each.pack},
    )


def _seed(register: str, reading: packs.Reading, *, by: Doer, at: datetime) -> packs.SeedReport:
    report: packs.SeedReport = names.hook[f"packs.seed.{register}"](reading.entries[register], by=by, at=at)
    if report.added:
        ledger.record(
            subject=f"register:{register}",
            event="packs.register-seeded",
            by=by,
            at=at,
            detail={"register": register, "added": report.added, "present": report.present},
        )
    return report


def changed(declarations: Iterable[packs.Declaration]) -> list[Fault]:
    """Stored versions that a pack now says differently, and new periods that reach into stored ones."""
    stored = {(row.kind, row.rule_id, row.version): row for row in RuleVersion.objects.defer("content")}
    faults = []
    for each in declarations:
        row = stored.get((each.kind, each.id, each.version))
        if row is not None and row.digest != each.digest:
            says = f"{each.id} 版本 {each.version} 已载入且内容不同（摘要 {row.digest[:8]}…），请另立新版本"
            faults.append(Fault(each.where("version"), says, "changed-version"))
        elif row is None:
            faults += [
                Fault(
                    each.where("in_force"),
                    f"{each.id} 版本 {each.version} 的施行期与已载入版本 {old.version} 重叠",
                    "overlap",
                )
                for (kind, rule_id, _), old in stored.items()
                if (kind, rule_id) == (each.kind, each.id) and _overlap(each, old)
            ]
    return faults


def _overlap(new: packs.Declaration, old: RuleVersion) -> bool:
    if new.from_on == old.from_on:
        return True
    first, later_from = (new.until_on, old.from_on) if new.from_on < old.from_on else (old.until_on, new.from_on)
    return first is not None and first > later_from


def dropped() -> list[Fault]:
    """Guards, effects and after-jobs that open matters' versions name and this release no longer has."""
    return [
        Fault(f"{kind}:{name}", f"在办事项使用的{REGISTRIES[kind].kind} {name} 在本版程序中不存在", "dropped-name")
        for kind, name in sorted(queries.names_in_use())
        if kind in REGISTRIES and name not in REGISTRIES[kind]
    ]


def drift(*, reading: packs.Reading) -> list[packs.Drift]:
    """Where packs and registers differ, plus rules declared but not loaded or no longer declared. Changes nothing."""
    stored = {(kind, rule_id, version) for kind, rule_id, version, _ in queries.stored()}
    declared = {(each.kind, each.id, each.version): each for each in reading.declarations}
    found = [
        packs.Drift(
            f"rule {kind}", f"{rule_id}@{version}", "", "已声明", "未载入", declared[kind, rule_id, version].where()
        )
        for kind, rule_id, version in sorted(declared.keys() - stored)
    ]
    found += [
        packs.Drift(f"rule {kind}", f"{rule_id}@{version}", "", "未声明", "已载入", "")
        for kind, rule_id, version in sorted(stored - declared.keys())
    ]
    for register in packs.seed_order():
        if f"packs.diff.{register}" in names.hook:
            found += names.hook[f"packs.diff.{register}"](reading.entries[register])
    return found
