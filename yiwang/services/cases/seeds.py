"""What packs may declare and name: the published list of promises with the guards and after-jobs of its steps, and the
days after which applicants are reminded."""

from __future__ import annotations

from yiwang.services.cases import reminders
from yiwang.services.cases.tolerance import guards, seeds

__all__ = ["guards", "reminders", "seeds"]
