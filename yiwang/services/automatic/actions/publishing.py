"""Publishing a version and stopping one. Publishing takes other hands than drafting."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Refusal
from yiwang.services.automatic import queries, rules, sources
from yiwang.services.automatic.declarations import unfit
from yiwang.services.automatic.limits import limits
from yiwang.services.automatic.models import TableVersion
from yiwang.services.catalogue import queries as catalogue


@transaction.atomic
def publish(*, code: str, number: int, by: Doer, at: datetime, accepts_flips: bool = False) -> TableVersion:
    """Put a draft into use; the version before is replaced and kept.

    Refused, every reason at once: without ``table.publish``; by whoever drafted it; without a recent dry run of exactly
    this text on enough past cases; with flips nobody accepted; a guide that is no longer the one in force.
    """
    version = queries.version(by, code, number)
    allow(by, Permission.TABLE_PUBLISH, about=version.table.item)
    version = TableVersion.objects.select_for_update().select_related("table__item", "guide").get(pk=version.pk)
    if version.state != TableVersion.State.DRAFT:
        raise Refusal("这个版本已经发布过。", code="not-draft")
    if catalogue.guide_in_force(version.table.item.code, day_of(at)).pk != version.guide_id:
        raise Refusal("办事指南已有新版，请重新起草决策表。", code="guide-changed")
    if faults := unfit(queries.declared(version), sources.available(version.guide)):
        raise Refusal("决策表与办事指南对不上。", code="table-unfit", faults=faults)
    trial = version.trials.order_by("-id").first()
    asked = limits(day_of(at))
    objection = rules.refuse_unpublishable(
        digest_now=version.digest,
        tried=trial.digest if trial else None,
        cases=trial.cases if trial else 0,
        least=asked.least_cases,
        flips=trial.flips if trial else 0,
        accepts_flips=accepts_flips,
        same_hands=by.reference == version.drafted_by,
        days_old=(at - trial.ran_at).days if trial else 0,
        most_days=asked.trial_days,
    )
    if objection is not None:
        raise objection
    _end(version.table_id, TableVersion.State.REPLACED, by, at)
    version.state, version.published_at, version.published_by = TableVersion.State.PUBLISHED, at, by.reference
    version.save(update_fields=["state", "published_at", "published_by"])
    _tell("automatic.published", version, by, at)
    return version


@transaction.atomic
def stop(*, code: str, number: int, by: Doer, at: datetime) -> TableVersion:
    """Take the version in use out of use: from now on people decide. Its receipts stay and can be replayed."""
    version = queries.version(by, code, number)
    allow(by, Permission.TABLE_PUBLISH, about=version.table.item)
    if version.state != TableVersion.State.PUBLISHED:
        raise Refusal("这个版本不在使用。", code="not-published")
    _end(version.table_id, TableVersion.State.STOPPED, by, at)
    version.refresh_from_db()
    _tell("automatic.stopped", version, by, at)
    return version


def _end(table_id: int, state: str, by: Doer, at: datetime) -> None:
    TableVersion.objects.filter(table_id=table_id, state=TableVersion.State.PUBLISHED).update(
        state=state, ended_at=at, ended_by=by.reference
    )


def _tell(event: str, version: TableVersion, by: Doer, at: datetime) -> None:
    ledger.record(
        subject=f"decision-table:{version.table.code}",
        event=event,
        by=by,
        at=at,
        organ=str(version.table.item.organ_id),
        detail={"version": version.number, "digest": version.digest},
    )
