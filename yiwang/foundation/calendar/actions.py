"""The one deed of the calendar: entering a holiday notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from yiwang.foundation.calendar import ordinals, queries, rules, today
from yiwang.foundation.calendar.models import CalendarNotice, CalendarNoticeDay, CalendarRevision
from yiwang.foundation.calendar.rules import Notice
from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.kernel.workdays import OrdinalTable

LOCK = "calendar"  # one notice at a time, installation-wide


class NoticeRefused(Refusal):
    """A holiday notice that cannot be entered as it stands; ``faults`` names everything wrong at once."""

    code = "calendar-notice"
    article = "《全国年节及纪念日放假办法》"


@dataclass(frozen=True, slots=True)
class Change:
    """What a notice would do: the table before and after, and the days whose nature changes."""

    notice: Notice
    before: OrdinalTable
    after: OrdinalTable
    days: Sequence[date]


def preview_notice(
    *,
    year: int,
    off: Mapping[date, str],
    makeup: Mapping[date, str],
    source: str,
    by: Doer,
    at: datetime,
    title: str = "",
    document_number: str = "",
    issued_on: date | None = None,
    supplement: bool = False,
) -> Change:
    """What ``enter_notice`` with the same arguments would change. Writes nothing; refuses exactly what it refuses."""
    allow(by, Permission.CALENDAR_EDIT)
    known = queries.notices()
    notice = Notice(
        year=year,
        supplement=1 + max((n.supplement for n in known if n.year == year), default=0) if supplement else 0,
        title=title.strip() or f"国务院办公厅关于{year}年部分节假日安排的通知",
        document_number=document_number.strip(),
        issued_on=issued_on,
        source=source.strip(),
        off=dict(off),
        makeup=dict(makeup),
    )
    faults = rules.faults(notice, known, today=today.day_of(at))
    if faults:
        raise _refused(faults)
    before, after = rules.build(known), rules.build([*known, notice])
    return Change(notice, before, after, before.differences(after))


@transaction.atomic
def enter_notice(
    *,
    year: int,
    off: Mapping[date, str],
    makeup: Mapping[date, str],
    source: str,
    by: Doer,
    at: datetime,
    title: str = "",
    document_number: str = "",
    issued_on: date | None = None,
    supplement: bool = False,
) -> CalendarNotice:
    """Enter the holiday notice of ``year``, or (``supplement``) a later adjustment of it. Needs ``CALENDAR_EDIT``.

    ``off`` and ``makeup`` map each day to the holiday's name. Refused with all faults at once: no document number or
    source (an unannounced year's days are never entered), a year already entered, days outside the year and the
    December before it, working weekends on weekdays, a fixed holiday left out, a supplement without any change.

    One ledger line; a new revision; ``calendar_day`` rewritten from the first changed day on. If a room above has
    registered the hook ``calendar.changed``, it is called in the same transaction as
    ``hook(days=[date, …], revision=int, by=Doer, at=datetime) -> Mapping | None`` to mark or enqueue the clocks to be
    projected again; its answer (count and digest of the clocks moved) goes into the same ledger line as ``clocks``.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
    change = preview_notice(
        year=year,
        off=off,
        makeup=makeup,
        source=source,
        by=by,
        at=at,
        title=title,
        document_number=document_number,
        issued_on=issued_on,
        supplement=supplement,
    )
    return _keep(change, by, at)


def _keep(change: Change, by: Doer, at: datetime) -> CalendarNotice:
    notice, days = change.notice, change.days
    assert notice.issued_on is not None  # held by rules.faults
    row = CalendarNotice.objects.create(
        year=notice.year,
        supplement=notice.supplement,
        title=notice.title,
        document_number=notice.document_number,
        issued_on=notice.issued_on,
        source=notice.source,
        entered_by=by.reference,
        entered_at=at,
    )
    CalendarNoticeDay.objects.bulk_create(
        CalendarNoticeDay(notice=row, day=day, works=works, name=name)
        for works, arranged in ((False, notice.off), (True, notice.makeup))
        for day, name in arranged.items()
    )
    revision = CalendarRevision.objects.create(
        notice=row,
        at=at,
        changed_from=days[0] if days else None,
        changed_until=days[-1] if days else None,
        changed_days=len(days),
    )
    # Names and the announced flag change on days whose nature does not: rewrite from whatever comes first.
    touched = [*days, date(notice.year, 1, 1), *notice.off, *notice.makeup]
    ordinals.write(change.after, connection, since=min(touched))
    moved = None
    if "calendar.changed" in names.hook:
        moved = names.hook["calendar.changed"](days=list(days), revision=revision.number, by=by, at=at)
    ledger.record(
        subject=f"calendar:{notice.year}",
        event="calendar.notice-entered",
        by=by,
        at=at,
        detail={
            "year": notice.year,
            "supplement": notice.supplement,
            "title": notice.title,
            "document_number": notice.document_number,
            "digest": notice.digest(),
            "revision": revision.number,
            "changed_days": len(days),
            "clocks": dict(moved or {}),
        },
    )
    return row


def _refused(faults: Sequence[Fault]) -> NoticeRefused:
    says = faults[0].says if len(faults) == 1 else f"通知内容有{len(faults)}处需要改正。"
    return NoticeRefused(says, code=faults[0].code if len(faults) == 1 else None, faults=faults)
