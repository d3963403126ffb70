"""Processes are rules: ``packs/<pack>/processes/<id>.toml``, stored by ``foundation.packs`` and run from there."""

from __future__ import annotations

from yiwang.kernel import names, packs
from yiwang.kernel.process_reading import parse
from yiwang.matters.needs import need

packs.kind(
    "process",
    folder="processes",
    parse=parse,
    names={"step.guards": names.guard, "step.effects": names.effect, "step.after": names.after, "step.needs": need},
    refers={"opens": "process", "state.seat.role": "role"},
)
