"""Submitting an application that was filled in elsewhere: one form for several items (一件事), opened one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed
from yiwang.services.cases.actions.submitting import agent_of, open_case
from yiwang.services.cases.applications import Application, Handed, state_of
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case
from yiwang.services.catalogue import queries as catalogue
from yiwang.services.catalogue.models import Guide


def prepared(
    guide: Guide,
    *,
    party_id: int,
    answers: Mapping[str, str],
    form: Mapping[str, Any],
    files: Mapping[str, Sequence[int]],
    channel: str,
    delivery: str,
    parent: str | None = None,
) -> Application:
    """The application as ``open_case`` takes it; ``files`` maps a material's id to stored files. Nothing is written."""
    handed = {
        one.id: Handed(state_of(one, bool(files.get(one.id))), tuple(files.get(one.id, ())))
        for one in declaration_of(guide).materials_for(answers)
    }
    return Application(
        guide=guide,
        party_id=party_id,
        answers=answers,
        form=form,
        handed=handed,
        channel=channel,
        delivery=delivery,
        parent=parent,
    )


@transaction.atomic
def hand_in(
    *,
    item_code: str,
    party_id: int,
    answers: Mapping[str, str],
    form: Mapping[str, Any],
    files: Mapping[str, Sequence[int]],
    channel: str,
    delivery: str,
    parent: str,
    by: Doer,
    at: datetime,
) -> Case:
    """Open a case under the guide in force today, as a child of the matter ``parent``, and give its 接收回执.

    ``by`` is the person who submitted: the applicant, or who acts for the applicant today. Refused as ``submit`` refuses:
    somebody who acts for nobody, faulty answers, form or materials; a parent that opens no such matter or is closed.
    """
    on = day_of(at)
    acting = people.acting(by, on, item_code=item_code)
    if by.kind != "citizen" or not acting.is_party(party_id) or not by.may(Permission.CASE_APPLY):
        raise NotAllowed("您没有代这位申请人办理的委托。", code="no-mandate", field="party")
    guide = catalogue.guide_in_force(item_code, on)
    application = prepared(
        guide,
        party_id=party_id,
        answers=answers,
        form=form,
        files=files,
        channel=channel,
        delivery=delivery,
        parent=parent,
    )
    agent, mandate = agent_of(by, party_id, item_code, at)
    return open_case(replace(application, agent_id=agent, mandate_id=mandate), by=acting, at=at)
