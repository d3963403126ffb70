"""What the guards of a rectification's steps read beside the matter."""

from __future__ import annotations

from yiwang.matters.needs import need


@need("ratings.rectification")
def rectification() -> str:
    """Who was rated, and whether the evaluator was reached."""
    return (
        "select json_build_object('rated', o.handler_id, 'called', k.called_back_at is not null)"
        " from ratings_rectification k join ratings_rating r on r.id = k.rating_id"
        " join ratings_occasion o on o.id = r.occasion_id where k.matter_id = m.id"
    )
