"""Deeds on ratings: open what may be rated, rate, bring in ratings of other systems, look for made-up ones and judge."""

from yiwang.services.ratings.actions.gathering import gather, open_visit
from yiwang.services.ratings.actions.importing import bring_in
from yiwang.services.ratings.actions.looking import judge, look
from yiwang.services.ratings.actions.rating import note_opening, rate

__all__ = ["bring_in", "gather", "judge", "look", "note_opening", "open_visit", "rate"]
