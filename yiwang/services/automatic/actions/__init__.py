"""Deeds on decision tables: drafting, trying, publishing, deciding by them, checking what they decided."""

from yiwang.services.automatic.actions.auditing import answer, close_defect, draw
from yiwang.services.automatic.actions.deciding import decide
from yiwang.services.automatic.actions.drafting import draft
from yiwang.services.automatic.actions.publishing import publish, stop
from yiwang.services.automatic.actions.trying import try_out

__all__ = ["answer", "close_defect", "decide", "draft", "draw", "publish", "stop", "try_out"]
