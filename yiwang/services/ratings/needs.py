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


@need("ratings.leaders")
def leaders() -> str:
    """Who leads the unit (``step`` 0) and, step by step, the organs above it: posts with their periods, deputies and closed
    accounts left out. Which of them hold today is the effect's to say: the day of the deed is not known here."""
    return (
        "with recursive line (organ_id, step) as ("
        " select m.organ_id, 0 union all select o.parent_id, line.step + 1 from line join organs_organ o"
        " on o.id = line.organ_id where o.parent_id is not null)"
        " select json_agg(json_build_object('step', line.step, 'organ', p.organ_id, 'role', p.role, 'account', p.account_id,"
        " 'from', p.from_on, 'until', p.until_on) order by line.step, p.id)"
        " from line join organs_post p on p.organ_id = line.organ_id join organs_account a on a.id = p.account_id"
        " where a.is_active and p.deputy_of_id is null"
        " and (p.role = 'head' or (p.role = 'leader' and line.step = 0) or (p.role = 'government-head' and line.step > 0))"
    )
