"""What happens when an item ends: the next one opens, or falls away, or the whole is done."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.matters import processes
from yiwang.matters import queries as standing_of
from yiwang.matters.models import Matter
from yiwang.matters.standing import Standing
from yiwang.services.cases import actions as cases
from yiwang.services.cases.models import Case
from yiwang.services.cases.sealing import open_form
from yiwang.services.themes import rules
from yiwang.services.themes.models import ThemeCase, ThemeItem

TABLE = "themes_theme"


@transaction.atomic
def advance(*, reference: str, at: datetime) -> None:
    """Look at the cases of a theme and go on: note what is done or failed, open what is ready, close when all is
    settled. Doing it twice changes nothing the second time. Reached from a job after a case's step, never from a page."""
    row = ThemeCase.objects.select_for_update().select_related("matter").filter(matter__reference=reference).first()
    if row is None or row.matter.closed_at is not None:
        return
    for item in ThemeItem.objects.filter(matter_id=row.pk, state=rules.OPEN).select_related("child"):
        _settle(item, at)
    open_ready(reference, at=at)
    states = set(ThemeItem.objects.filter(matter_id=row.pk).values_list("state", flat=True))
    if states <= rules.SETTLED:
        step = "complete" if states == {rules.DONE} else "end"
        matters.take(reference=reference, step=step, by=SYSTEM, at=at, of=TABLE)


def _settle(item: ThemeItem, at: datetime) -> None:
    """Done once the result is made (the paper may still lie at the window), failed once the case ended otherwise."""
    if item.child is None:
        return
    outcome = Case.objects.values_list("outcome", flat=True).get(matter_id=item.child.pk)
    taken = {line.partition("=")[0] for line in item.child.steps.splitlines()}
    makes = "issue" in processes.bound(item.child.process_id, item.child.process_version).steps
    if outcome == Case.Outcome.GRANTED and ("issue" in taken or not makes or item.child.closed_at is not None):
        item.state, item.ended_on = rules.DONE, day_of(at)
    elif item.child.closed_at is not None:
        item.state = rules.FAILED
    else:
        return
    item.save(update_fields=["state", "ended_on"])


def open_ready(reference: str, *, at: datetime) -> None:
    """Open every item that waits for nothing any more, in order; what waits for a failed one falls away.

    The case is submitted in the name of the person who submitted the theme, as that person stands today: a mandate that
    ended in between, or a guide that asks for more, is written beside the item for the helper instead.
    """
    theme = ThemeCase.objects.select_related("matter").get(matter__reference=reference)
    items = list(ThemeItem.objects.filter(matter_id=theme.pk).select_related("application"))
    states = {item.code: item.state for item in items}
    for item in items:
        if item.state != rules.WAITING:
            continue
        wanted = rules.next_state(rules.Stretch(item.code, tuple(item.after)), states)
        if wanted == rules.DROPPED:
            item.state, item.held_up = rules.DROPPED, ""
            item.save(update_fields=["state", "held_up"])
        elif wanted == rules.OPEN:
            _open(theme, item, at)
        states[item.code] = item.state


def _open(theme: ThemeCase, item: ThemeItem, at: datetime) -> None:
    by = organs.doer_of(Account.objects.get(pk=theme.account_id), at)
    said = item.application
    try:
        with transaction.atomic():
            case = cases.hand_in(
                item_code=item.item_code,
                party_id=theme.party_id,
                answers=said.answers,
                form=open_form(said.form, about=f"theme-item:{item.pk}"),
                files=said.files,
                channel=theme.channel,
                delivery=theme.delivery,
                parent=theme.matter.reference,
                by=by,
                at=at,
            )
    except Refusal as refusal:
        item.held_up = "；".join([refusal.says, *(fault.says for fault in refusal.faults)])[:300]
        item.save(update_fields=["held_up"])
        return
    item.state, item.child_id, item.held_up = rules.OPEN, case.matter_id, ""
    item.save(update_fields=["state", "child", "held_up"])
    matters.take(
        reference=theme.matter.reference,
        step="open-next",
        by=SYSTEM,
        at=at,
        values={"item": item.item_code, "child": case.matter.reference},
        of=TABLE,
    )


def follow_up(*, reference: str, opinion: str, by: Doer, at: datetime, version: int | None = None) -> Standing:
    """The helper writes down what was done to move the theme on (帮办记录). Refused: no post at the hall, no words."""
    return matters.take(
        reference=reference,
        step="follow-up",
        by=by,
        at=at,
        values={"opinion": opinion},
        version=version,
        of=TABLE,
    )


@transaction.atomic
def try_again(*, reference: str, by: Doer, at: datetime, version: int | None = None) -> Standing:
    """The helper has the items tried again that could not be opened. Refused: no post at the hall."""
    standing = matters.take(reference=reference, step="try-again", by=by, at=at, version=version, of=TABLE)
    advance(reference=reference, at=at)
    return standing


@transaction.atomic
def withdraw(*, reference: str, by: Doer, at: datetime, version: int | None = None) -> Standing:
    """The applicant withdraws the whole: what waits falls away, open cases are withdrawn where their process still allows
    it; what has been decided stays decided. Refused: anybody but the applicant, a theme that is closed."""
    by = people.acting(by, day_of(at), reference=reference)
    if standing_of.matter(by, reference).process_id != "services.theme":
        raise NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")
    standing = matters.take(reference=reference, step="withdraw", by=by, at=at, version=version, of=TABLE)
    for item in ThemeItem.objects.filter(matter_id=standing.id).select_related("child"):
        if item.state == rules.WAITING:
            item.state, item.held_up = rules.DROPPED, ""
        elif item.state == rules.OPEN and item.child is not None:
            if not _withdrawn(item.child, by, at):
                continue
            item.state = rules.FAILED
        item.save(update_fields=["state", "held_up"])
    return standing


def _withdrawn(child: Matter, by: Doer, at: datetime) -> bool:
    try:
        with transaction.atomic():
            cases.take(reference=child.reference, step="withdraw", by=by, at=at)
    except Refusal:
        return False
    return True
