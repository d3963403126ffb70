"""Deeds on promises: supplying what was to come later, checking a 告知承诺 afterwards."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Refusal
from yiwang.services.cases.actions import supplying
from yiwang.services.cases.models import Promise, PromisedMaterial
from yiwang.services.cases.tolerance import queries, rules
from yiwang.services.certificates import actions as certificates
from yiwang.services.certificates.actions.ending import REVOCATION
from yiwang.services.certificates.models import Certificate


@transaction.atomic
def make_good(*, reference: str, code: str, content: bytes, name: str, by: Doer, at: datetime) -> PromisedMaterial:
    """One material that was to come later is supplied, by the applicant or by the clerk to whom it is brought.

    May be repeated until it is handed in (step ``make-good``). Refused: anybody else (404), a case that waits for
    nothing, a material nobody deferred, too many files, a bad file.
    """
    case, by = supplying.case_to_supply(reference, by, at)
    row = (
        PromisedMaterial.objects.select_for_update()
        .filter(
            promise__matter_id=case.matter_id, promise__kind=Promise.Kind.DEFERRAL, promise__status="open", code=code
        )
        .first()
    )
    if row is None or case.matter.closed_at is not None:
        raise Refusal("这项材料不用补交，或者已经补齐。", code="nothing-deferred", field=code)
    supplying.put(case, code, content=content, name=name, by=by, at=at, required=True)
    row.supplied_at = at
    row.save(update_fields=["supplied_at"])
    return row


@transaction.atomic
def check_promise(*, promise_id: int, truthful: bool, note: str, by: Doer, at: datetime) -> Promise:
    """What the check of a 告知承诺 found (广东省优化营商环境条例 第三十六条).

    A false promise goes on the applicant's record for the list's months, keeps an open case from being granted, and for
    a certificate already issued opens its revocation (行政许可法 第六十九条第二款), in which the holder is heard and the
    decider decides. Refused: without ``case.review`` in the organ; a 容缺 promise; one settled; finding it false without
    saying what was found.
    """
    found = queries.promise(by, promise_id)
    allow(by, Permission.CASE_REVIEW, about=found)
    promise = Promise.objects.select_for_update().select_related("matter").get(pk=found.pk)
    note = note.strip()
    if promise.kind != Promise.Kind.INFORMED:
        raise Refusal("容缺受理的承诺由补交材料履行，不用核查。", code="not-informed")
    if promise.status != Promise.Status.OPEN:
        raise Refusal("这份承诺已经核查过。", code="already-checked")
    if not rules.SHORTEST_NOTE <= len(note) <= 500 or "\0" in note:
        raise Refusal("请用10至500字写明怎样核查、查到什么。", code="no-note", field="note")
    promise.status = Promise.Status.KEPT if truthful else Promise.Status.FALSE
    promise.note, promise.settled_at, promise.settled_by = note, at, by.reference
    if not truthful:
        if promise.bar_months:
            promise.barred_until = rules.months_later(day_of(at), promise.bar_months)
        promise.ending = _revocation(promise, note, by, at)
    promise.save()
    ledger.record(
        subject=f"promise:{promise.pk}",
        event="cases.promise-found-true" if truthful else "cases.promise-found-false",
        by=by,
        at=at,
        organ=str(promise.organ_id),
        detail={
            "matter": promise.matter.reference,
            "until": promise.barred_until.isoformat() if promise.barred_until else None,
            "ending": promise.ending,
        },
    )
    return promise


def _revocation(promise: Promise, note: str, by: Doer, at: datetime) -> str:
    """The matter that may revoke what was granted on a false promise; empty where nothing was issued."""
    certificate = Certificate.objects.filter(
        matter_reference=promise.matter.reference, status=Certificate.Status.VALID
    ).first()
    if certificate is None:
        return ""
    opened = certificates.propose(
        certificate_id=certificate.pk,
        process=REVOCATION,
        values={"ground": "fraud", "facts": f"告知承诺经核查不实：{note}"},
        by=by,
        at=at,
    )
    return opened.reference
