"""Deeds of supervision: ``sweep`` raises signals; ``take`` is a step of a card; ``order`` opens 督办 by hand;
``print_slip`` writes 提醒单 and 督办单; ``acknowledge`` and ``judge`` are what readers of notices and clues do."""

from yiwang.governance.supervision.actions.cards import order, take
from yiwang.governance.supervision.actions.reading import acknowledge, judge
from yiwang.governance.supervision.actions.slips import print_slip
from yiwang.governance.supervision.actions.sweeping import sweep
from yiwang.governance.supervision.actions.upholding import StillExceeded
from yiwang.governance.supervision.actions.writing import Raised

__all__ = ["Raised", "StillExceeded", "acknowledge", "judge", "order", "print_slip", "sweep", "take"]
