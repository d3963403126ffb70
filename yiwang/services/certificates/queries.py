"""Reads: the public register, an organ's own, what a renewal or a new application has to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from yiwang.foundation.identifiers import masking
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.people import queries as people
from yiwang.foundation.people.models import Firm, Party
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters.models import Matter
from yiwang.services.certificates.models import Bar, Certificate

PAGE = 30
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A certificate in a list, with names and the status of that day (有效, 已过期, 已撤销…)."""

    certificate: Certificate
    holder: str
    organ: str
    status: str
    tone: str


def status_on(certificate: Certificate, on: date) -> tuple[str, str]:
    """Word and tone of a certificate's standing on a day: a valid one past its last day is 已过期."""
    if certificate.status == Certificate.Status.VALID:
        if certificate.valid_until is not None and certificate.valid_until < on:
            return "已过期", "late"
        return ("未生效", "calm") if certificate.valid_from > on else ("有效", "ok")
    if certificate.status == Certificate.Status.RENEWED and certificate.valid_until and certificate.valid_until >= on:
        return "有效（已延续）", "ok"
    return certificate.get_status_display(), "off"


def public(text: str, on: date) -> list[Line]:
    """What anybody finds in the register (行政许可法 第四十条): by whole number, or by a firm's name. Names of natural
    persons are masked and cannot be searched for. At most ``PAGE``."""
    text = text.strip()[:LONGEST]
    if not text:
        return []
    firms = Firm.objects.filter(name__contains=text).values("pk") if len(text) > 1 else Firm.objects.none()
    rows = Certificate.objects.filter(Q(number=text) | Q(party__in=firms)).select_related("item", "party")
    return _lines(rows.order_by("-issued_on", "-pk")[:PAGE], on, masked=True)


def of_organ(viewer: Doer, on: date, *, text: str = "", soon: bool = False) -> list[Line]:
    """Certificates of the organs whose cases the viewer sees; ``soon``: valid ones that expire within ninety days."""
    rows = _visible(viewer).select_related("item", "party")
    if text:
        firms = Firm.objects.filter(name__contains=text[:LONGEST]).values("pk")
        rows = rows.filter(Q(number__contains=text[:LONGEST]) | Q(party__in=firms))
    if soon:
        last = date.fromordinal(on.toordinal() + 90)
        rows = rows.filter(status=Certificate.Status.VALID, valid_until__gte=on, valid_until__lte=last)
    return _lines(rows.order_by("valid_until" if soon else "-pk")[:PAGE], on)


def of_staff(viewer: Doer, certificate_id: int, *, lock: bool = False) -> Certificate:
    """One certificate of an organ whose cases the viewer sees; 404 for anybody else."""
    rows = _visible(viewer)
    if lock:
        rows = rows.select_for_update()
    found = rows.filter(pk=certificate_id).first()
    if found is None:
        raise NotFound("没有这份证照，或者您无权查看。", code="no-such-certificate")
    return found


def line(certificate: Certificate, on: date) -> Line:
    """One certificate with its names, for staff."""
    return _lines([certificate], on)[0]


def open_matter(certificate: Certificate) -> Matter | None:
    """The matter that is about to end it, if one is open."""
    return Matter.objects.filter(item=f"certificate:{certificate.pk}", closed_at=None).first()


def matters_about(certificate: Certificate) -> QuerySet[Matter]:
    """Matters about ending it, newest first."""
    return Matter.objects.filter(item=f"certificate:{certificate.pk}").order_by("-pk")


def renewable(party_id: int, organ_id: int, number: str) -> Certificate | None:
    """The party's certificate of that number and organ (第五十条: renewed by the organ that decided)."""
    if not number.strip():
        return None
    return (
        Certificate.objects.select_for_update()
        .filter(party_id=party_id, organ_id=organ_id, number=number.strip(), status=Certificate.Status.VALID)
        .exclude(valid_until=None)
        .first()
    )


def barred(party_id: int, item_id: int, on: date) -> Bar | None:
    """The bar that stands against this application today, the longest one."""
    return Bar.objects.filter(party_id=party_id, item_id=item_id, until_on__gt=on).order_by("-until_on").first()


def _visible(viewer: Doer) -> QuerySet[Certificate]:
    if viewer.kind != "staff":
        return Certificate.objects.none()
    seen = viewer.organs_of(Permission.CASE_SEE, Permission.CASE_SUPERVISE)
    return Certificate.objects.all() if seen is None else Certificate.objects.filter(organ_id__in=seen)


def _lines(rows: Iterable[Certificate], on: date, *, masked: bool = False) -> list[Line]:
    found = list(rows)
    holders = people.names_of({row.party_id for row in found})
    named = organs.organ_names({row.organ_id for row in found}, on)
    lines = []
    for row in found:
        holder = holders.get(row.party_id, "")
        if masked and row.party.kind == Party.Kind.PERSON:
            holder = masking.name(holder)
        lines.append(Line(row, holder, named.get(row.organ_id, ""), *status_on(row, on)))
    return lines


def following(certificate: Certificate) -> Certificate | None:
    """The certificate that renewed this one."""
    return Certificate.objects.filter(previous=certificate).first()
