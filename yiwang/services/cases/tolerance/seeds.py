"""The list of 容缺受理 and 告知承诺 is a rule: published, versioned, in force on days."""

from __future__ import annotations

from yiwang.kernel import packs
from yiwang.services.cases.tolerance import rules

packs.kind(rules.KIND, folder="tolerance", schema=rules.Tolerance)
