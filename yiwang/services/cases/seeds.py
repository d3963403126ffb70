"""What packs may declare and name about promises: the published list, and the guards and after-jobs of its steps."""

from __future__ import annotations

from yiwang.services.cases.tolerance import guards, seeds

__all__ = ["guards", "seeds"]
