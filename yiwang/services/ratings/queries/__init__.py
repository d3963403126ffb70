"""Questions to ratings, viewer first: one's own, a unit's, the public's. What a viewer may not see is 404."""

from yiwang.services.ratings.queries.desk import bad_ones, counters, one_bad, refuse_unsupervising, sign_rows, words_of
from yiwang.services.ratings.queries.figures import OrganFigures, by_organ, figures, period
from yiwang.services.ratings.queries.mine import Mine, mine, one_of_mine, through_link, ticket
from yiwang.services.ratings.queries.results import public_results

__all__ = [
    "Mine",
    "OrganFigures",
    "bad_ones",
    "by_organ",
    "counters",
    "figures",
    "mine",
    "one_bad",
    "one_of_mine",
    "period",
    "public_results",
    "refuse_unsupervising",
    "sign_rows",
    "through_link",
    "ticket",
    "words_of",
]
