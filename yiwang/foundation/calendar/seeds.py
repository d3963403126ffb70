"""Seeding the register from packs: a notice a new release ships comes in as a deed of the system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yiwang.foundation.calendar import actions, documents, queries
from yiwang.foundation.calendar.rules import Notice
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import Doer

REGISTER = "calendar.notices"

packs.register(REGISTER, documents.PATTERN, row=documents.NoticeDocument, key=("year", "supplement"))


@names.hook(f"packs.seed.{REGISTER}")
def seed(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Enter the notices that are absent, the year's own before its supplements."""
    known = {(notice.year, notice.supplement) for notice in queries.notices()}
    wanted = sorted((entry.value.notice() for entry in entries), key=lambda n: (n.year, n.supplement))
    absent = [notice for notice in wanted if (notice.year, notice.supplement) not in known]
    for notice in absent:
        actions.enter_notice(
            year=notice.year,
            off=notice.off,
            makeup=notice.makeup,
            source=notice.source,
            title=notice.title,
            document_number=notice.document_number,
            issued_on=notice.issued_on,
            supplement=bool(notice.supplement),
            by=by,
            at=at,
        )
    return packs.SeedReport(added=len(absent), present=len(wanted) - len(absent))


@names.hook(f"packs.diff.{REGISTER}")
def diff(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """Notices missing in the register, and those that say something else there."""
    stored = {(notice.year, notice.supplement): notice for notice in queries.notices()}
    found = []
    for entry in entries:
        notice: Notice = entry.value.notice()
        key = f"{notice.year}-{notice.supplement}"
        kept = stored.get((notice.year, notice.supplement))
        if kept is None:
            found.append(packs.Drift(REGISTER, key, "", notice.document_number, "", entry.where))
        elif kept.digest() != notice.digest():
            found.append(packs.Drift(REGISTER, key, "days", notice.digest(), kept.digest(), entry.where))
    return found
