"""Deeds on ratings: open what may be rated, rate, hear the telephone system, bring in ratings of other systems, look for made-up ones and judge."""

from yiwang.services.ratings.actions.gathering import gather, open_visit
from yiwang.services.ratings.actions.hearing import Call, hear
from yiwang.services.ratings.actions.importing import bring_in, bring_in_table
from yiwang.services.ratings.actions.looking import judge, look
from yiwang.services.ratings.actions.rating import note_opening, rate

__all__ = [
    "Call",
    "bring_in",
    "bring_in_table",
    "gather",
    "hear",
    "judge",
    "look",
    "note_opening",
    "open_visit",
    "rate",
]
