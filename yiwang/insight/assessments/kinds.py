"""What a monthly assessment names is a rule: versioned, not edited on a screen."""

from __future__ import annotations

from yiwang.insight.assessments import rules
from yiwang.kernel import packs

packs.kind(
    rules.KIND,
    folder="assessments",
    schema=rules.AssessmentRule,
    refers={
        "unit.indicator": "indicator",
        "unit.beside": "indicator",
        "counter.indicator": "indicator",
        "counter.beside": "indicator",
    },
)
