"""办理 at a terminal: whoever's card was read applies for himself, for an item that asks him for no file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.services.assistance import queries
from yiwang.services.cases.actions.submitting import open_case
from yiwang.services.cases.applications import Application, Handed
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case, CaseMaterial


@transaction.atomic
def apply(
    *, item_code: str, answers: Mapping[str, str], form: Mapping[str, Any], delivery: str, by: Doer, at: datetime
) -> Case:
    """Submit an application in one's own name under the guide in force today; the 接收回执 takes its number.

    No draft is kept: whoever leaves a terminal leaves nothing. Refused: somebody whose name is not known, an item that is
    not done at terminals (404), a situation in which something has to be handed in, every fault of answers and form.
    """
    if by.kind != "citizen" or by.person_id is None or not by.may(Permission.CASE_APPLY):
        raise NotAllowed("请先刷身份证，再申请办理。", code="not-verified")
    on = day_of(at)
    guide = queries.guide_at_terminal(item_code, on)
    lacking = queries.to_hand_in(guide, answers)
    if lacking:
        names = "、".join(one.name for one in lacking)
        raise Refusal(f"这种情形还要交{names}，请到窗口或者用手机办理。", code="material-missing", field="materials")
    asked = declaration_of(guide).materials_for(answers)
    states = {"held": CaseMaterial.State.HELD, "step": CaseMaterial.State.STEP}
    handed = {
        one.id: Handed(states.get(one.source.of if one.source else "", CaseMaterial.State.MISSING)) for one in asked
    }
    return open_case(
        Application(
            guide=guide,
            party_id=by.person_id,
            answers=dict(answers),
            form=dict(form),
            handed=handed,
            channel=Case.Channel.KIOSK,
            delivery=delivery,
        ),
        by=people.acting(by, on, item_code=guide.item.code),
        at=at,
    )
