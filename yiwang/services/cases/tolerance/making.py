"""Making a promise with the application: the rows, the ledger line, the letter the applicant keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer
from yiwang.services.cases import papers
from yiwang.services.cases.models import Case, Promise, PromisedMaterial
from yiwang.services.cases.tolerance import rules
from yiwang.services.cases.tolerance.rules import Offer
from yiwang.services.catalogue.declarations import Material


def budget(offered: Offer) -> dict[str, Any]:
    """The clock of what is to be made good, which the process starts on acceptance."""
    deferral = offered.deferral
    return {"guide.make_good_days": (deferral.days, deferral.unit)} if deferral else {}


def make(case: Case, offered: Offer, *, by: Doer, at: datetime) -> list[Promise]:
    """Write down what was promised with this application. ``offered`` holds only what was chosen. In a transaction."""
    made = []
    if offered.deferral:
        days, unit = offered.deferral.days, offered.deferral.unit
        kind, text = Promise.Kind.DEFERRAL, offered.deferral_text
        made.append(_one(case, kind, text, days, unit, offered, offered.deferrable, by, at))
    if offered.informed:
        days, unit = offered.informed.days, offered.informed.unit
        kind, text = Promise.Kind.INFORMED, offered.informed_text
        made.append(_one(case, kind, text, days, unit, offered, offered.promisable, by, at))
    return made


def _one(
    case: Case,
    kind: str,
    text: str,
    days: int,
    unit: str,
    offered: Offer,
    materials: Iterable[Material],
    by: Doer,
    at: datetime,
) -> Promise:
    promise = Promise.objects.create(
        matter_id=case.matter_id,
        organ_id=case.organ_id,
        party_id=case.party_id,
        kind=kind,
        rule=rules.RULE,
        rule_version=offered.rule_version,
        text=text,
        days=days,
        unit=unit,
        bar_months=offered.bar_months,
        made_at=at,
        made_by=by.reference,
    )
    PromisedMaterial.objects.bulk_create(
        PromisedMaterial(promise=promise, code=one.id, name=one.name) for one in materials
    )
    papers.promised(case, {"text": text, "title": promise.get_kind_display()}, by=by, at=at)
    detail: Mapping[str, Any] = {
        "matter": case.matter.reference,
        "kind": promise.get_kind_display(),
        "materials": [one.id for one in materials],
        "list": f"{rules.RULE}@{offered.rule_version}",
    }
    ledger.record(
        subject=f"promise:{promise.pk}",
        event="cases.promise-made",
        by=by,
        at=at,
        organ=str(case.organ_id),
        detail=detail,
    )
    return promise
