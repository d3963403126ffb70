"""The packs that are shipped: every file loads, and nothing in them is unread."""

from __future__ import annotations

import pytest
from django.conf import settings

from yiwang.foundation.packs import actions
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import SYSTEM


def test_every_pack_file_is_read_without_a_fault():
    roots = sorted(path.parent for path in (settings.ROOT / "packs").glob("*/pack.toml"))
    assert {root.name for root in roots} >= {"national", "demo-county"}
    assert [f"{fault.field} {fault.says}" for fault in packs.read(roots).faults] == []


def test_every_register_can_be_seeded_and_compared():
    for register in packs.REGISTERS:
        assert f"packs.seed.{register}" in names.hook, register
        assert f"packs.diff.{register}" in names.hook, register


@pytest.mark.django_db
def test_the_shipped_packs_load_twice_and_then_show_no_drift():
    from yiwang.foundation.calendar.today import now

    reading = packs.read_or_refuse(settings.PACKS)
    first = actions.load(reading=reading, by=SYSTEM, at=now())
    again = actions.load(reading=reading, by=SYSTEM, at=now())
    assert len(first.rules_added) == again.rules_present == len(reading.declarations)
    assert [name for name, seeded in again.seeded.items() if seeded.added] == []
    assert actions.drift(reading=reading) == []
