"""Renewal: applied for within its window, decided before the certificate expires, granted by silence (行政许可法 第五十条);
and who may not apply at all (第七十八、七十九条)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from yiwang.foundation.calendar import queries as calendar
from yiwang.kernel.names import effect, guard
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.matters.models import MatterClock
from yiwang.matters.needs import need
from yiwang.matters.standing import Context
from yiwang.services.catalogue.declarations import Declaration
from yiwang.services.certificates import actions, queries, rules
from yiwang.services.certificates.models import Certificate

NUMBER = ("certificate.", ".number")  # a form field prefilled with the number of the certificate to be renewed


HAND_IN, EXPIRED = "hand-in-correction", "expired-uncorrected"


def expired_uncorrected(reference: str, on: date) -> bool:
    """True if the certificate this case renews has expired while the applicant was asked for a correction, and the clock
    whose end would renew it by silence still runs."""
    rows = MatterClock.objects.filter(matter__reference=reference, clock="before-expiry", stopped_on=None)
    return rows.filter(matter__state="awaiting-correction", matter__renewal__expires_on__lt=on).exists()


@need("cases.renewal")
def renewal() -> str:
    """The certificate this case renews: its period, as registered when the case was opened; and the day of the last
    correction."""
    return """select json_build_object('expires', r.expires_on, 'from', c.valid_from, 'until', c.valid_until,
              'corrected', (select max((e.at at time zone 'Asia/Shanghai')::date) from ledger_entry e
                where e.subject = 'matter:' || m.reference and e.event = m.process_id || '.hand-in-correction'))
              from certificates_renewal r join certificates_certificate c on c.id = r.certificate_id
              where r.matter_id = m.id"""


@guard("cases.certificate-expired")
def certificate_expired(ctx: Context) -> Refusal | None:
    """Silence renews when the certificate's last day has passed, which may be a rest day after the last working day."""
    expires = date.fromisoformat(ctx.needs["cases.renewal"]["expires"])
    if ctx.on > expires:
        return None
    return Refusal("原证还在有效期内。", code="not-expired", article=rules.ARTICLE_50)


@guard("cases.silence-of-the-organ")
def silence_of_the_organ(ctx: Context) -> Refusal | None:
    """The organ had answered: it had asked for a correction, and that came only after the certificate had expired. Such a
    renewal is decided by somebody."""
    row = ctx.needs["cases.renewal"]
    if row.get("corrected") is None or row["corrected"] <= row["expires"]:
        return None
    says = "原证届满时还没有补齐材料，不适用视为准予延续，须由承办人依法作出决定。"
    return Refusal(says, code="corrected-after-expiry", article=rules.ARTICLE_50)


@effect("cases.renewed-by-silence")
def renewed_by_silence(ctx: Context) -> Mapping[str, Any]:
    """准予延续 as of the old certificate's last day, for the same length again."""
    row = ctx.needs["cases.renewal"]
    expires = date.fromisoformat(row["expires"])
    _, until = rules.prolonged(date.fromisoformat(row["from"]), date.fromisoformat(row["until"]))
    return {
        "row": {"outcome": "granted", "decided_on": ctx.on, "valid_until": until},
        "ledger": {"outcome": "granted", "silence": True, "expired": expires.isoformat(), "until": until.isoformat()},
    }


def refuse_barred(party_id: int, item_id: int, on: date) -> None:
    """Raise if this party may not apply for this item today."""
    found = queries.barred(party_id, item_id, on)
    refusal = found and rules.refuse_barred(found.until_on, found.article, on)
    if refusal:
        raise refusal


def to_renew(declaration: Declaration, form: Mapping[str, Any], *, party_id: int, organ_id: int) -> Certificate | None:
    """The registered certificate a renewal is about, found by the number in its form; ``None`` where it is not in the
    register (the organ may record it) or the guide is no renewal.

    Refuses a number that is not the registered one: without its certificate a renewal has no day on which silence renews
    it, and a misprint would cost the applicant that right."""
    if declaration.renewal is None:
        return None
    start, end = NUMBER
    fields = [
        field
        for group in declaration.form
        for field in group.fields
        if field.prefill.startswith(start) and field.prefill.endswith(end)
    ]
    for field in fields:
        if found := queries.renewable(party_id, organ_id, str(form.get(field.id) or "")):
            return found
    its = queries.of_party(party_id)
    for field in fields:
        known = its.get(field.prefill.removeprefix(start).removesuffix(end).strip("."))
        if known is not None and known.organ_id == organ_id and known.valid_until is not None:
            says = f"登记的{known.name}编号是“{known.number}”，与所填的不同，请核对。"
            raise Refusal(says, code="not-that-certificate", faults=[Fault(field.id, says, "not-that-certificate")])
    return None


def window_of(declaration: Declaration, certificate: Certificate) -> rules.Window:
    """The guide's window, counted back from the certificate's last day."""
    renewal, expires = declaration.renewal, certificate.valid_until
    assert renewal is not None
    assert expires is not None
    return rules.renewal_window(
        expires,
        calendar.table(),
        renew_from=renewal.renew_from,
        renew_until=renewal.renew_until,
        unit=renewal.unit,
    )


def budgets_of(certificate: Certificate | None, counted_on: date) -> dict[str, Any]:
    """Working days until the certificate expires, for the clock that ends with it."""
    if certificate is None or certificate.valid_until is None:
        return {}
    return {"certificate.days_left": rules.days_to_decide(counted_on, certificate.valid_until, calendar.table())}


def keep(declaration: Declaration, certificate: Certificate, *, matter_id: int, by: Doer, at: datetime) -> None:
    """Tie the case that was just opened to the certificate it renews."""
    window = window_of(declaration, certificate)
    actions.renewal_applied(matter_id=matter_id, certificate=certificate, window=window, by=by, at=at)
