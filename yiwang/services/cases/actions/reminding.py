"""A reminder before the correction term ends: a case must not lapse because somebody forgot to press a button."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.letters.models import Letter, Message
from yiwang.matters.models import MatterClock
from yiwang.services.cases import messages, papers
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.models import Case, Shortcoming
from yiwang.services.cases.reminders import reminders

EARLIEST = timedelta(days=60)  # the longest ``remind_before`` a guide may declare


def remind(*, at: datetime) -> int:
    """Tell every applicant whose correction term ends within the days the guide names; once a notice. Answers how many.

    A day that is only 暂定 is not named to anybody: that case is told when its day is certain.
    """
    on = day_of(at)
    running = MatterClock.objects.filter(
        clock="correction", stopped_on=None, provisional=False, due_on__gte=on, due_on__lte=on + EARLIEST
    )
    due = {row.matter_id: row.due_on for row in running}
    told = 0
    for case in Case.objects.select_related("matter", "guide__item").filter(pk__in=due).order_by("pk"):
        correction, last = declaration_of(case.guide).limits.correction, due[case.pk]
        if correction is None or last is None or last - timedelta(days=correction.remind_before) > on:
            continue
        rows = list(Shortcoming.objects.filter(matter_id=case.pk).order_by("-notice"))
        newest = [row for row in rows if row.notice == rows[0].notice]
        key = f"remind-{newest[0].notice}"
        if Message.objects.filter(key=f"{case.matter.reference}:{key}").exists():
            continue
        left = sum(1 for row in newest if row.supplied_at is None)
        data: dict[str, Any] = {"by": messages.day(last)}
        if left:
            data["count"] = left
        messages.send(case, "correction-reminder" if left else "correction-unsent", data, key=key, at=at)
        told += 1
    return told


def remind_unread(*, at: datetime) -> int:
    """Tell every applicant whose newest correction notice has lain unopened for the days the
    pack names; once a notice. Until it is
    served no term runs, so a case nobody looks at would wait for ever. Answers how many."""
    told, unread_after = 0, timedelta(days=reminders(day_of(at)).unread_after)
    waiting = Case.objects.select_related("matter", "guide__item").filter(
        matter__state="awaiting-correction", matter__closed_at=None
    )
    for case in waiting.order_by("pk").iterator():
        reference = case.matter.reference
        letter = (
            Letter.objects.filter(matter_reference=reference, kind__in=papers.NOTICES).order_by("-issued_at").first()
        )
        if letter is None or letter.served_at is not None or letter.issued_at > at - unread_after:
            continue
        key = f"unread-{letter.pk}"
        if Message.objects.filter(key=f"{reference}:{key}").exists():
            continue
        left = Shortcoming.objects.filter(matter_id=case.pk, supplied_at=None).count()
        if left:
            messages.send(case, "correction-unread", {"count": left}, key=key, at=at)
            told += 1
    return told
