"""Levels, labels and limits of ratings are a rule: versioned, the same for all, not edited locally."""

from __future__ import annotations

from yiwang.kernel import packs
from yiwang.services.ratings import rules

packs.kind(rules.KIND, folder="ratings", schema=rules.RatingRule)
