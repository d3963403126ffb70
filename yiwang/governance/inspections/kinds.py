"""Numbers of inspections are a rule: versioned, with their source; not edited on a screen."""

from __future__ import annotations

from yiwang.governance.inspections import rules
from yiwang.kernel import packs

packs.kind(rules.KIND, folder="inspections", schema=rules.InspectionRule)
