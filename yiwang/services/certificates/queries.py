"""Reads: the public register, an organ's own, what a renewal or a new application has to look at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from yiwang.foundation.files import queries as files
from yiwang.foundation.identifiers import cipher, masking
from yiwang.foundation.letters import rules as letters
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.people import queries as people
from yiwang.foundation.people.models import Firm, Party
from yiwang.kernel.permissions import SYSTEM, Doer, Permission
from yiwang.kernel.refusal import NotFound
from yiwang.matters import queries as matters
from yiwang.matters.models import Matter
from yiwang.services.catalogue.models import Guide
from yiwang.services.certificates import rules, statuslist, types
from yiwang.services.certificates.models import Bar, Certificate, Intake, Issuance, Standing, StatusList

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

    @property
    def sealed(self) -> bool:
        """True if the present version can be downloaded."""
        return any(
            made.version == self.certificate.version and made.state == Issuance.State.SEALED
            for made in self.certificate.issuances.all()
        )


def status_on(certificate: Certificate, on: date) -> tuple[str, str]:
    """Word and tone of a certificate's standing on a day: a valid one past its last day is 已过期."""
    if certificate.status == Certificate.Status.VALID:
        if certificate.valid_until is not None and certificate.valid_until < on:
            return "已过期", "late"
        return ("未生效", "calm") if certificate.valid_from > on else ("有效", "ok")
    if certificate.status == Certificate.Status.EXPIRED:
        return "已过期", "late"
    if certificate.status == Certificate.Status.SUSPENDED and certificate.valid_until and certificate.valid_until < on:
        return "已过期", "late"
    if certificate.status == Certificate.Status.RENEWED and certificate.valid_until and certificate.valid_until >= on:
        return "有效（已延续）", "ok"
    return certificate.get_status_display(), "off"


def public(text: str, on: date) -> list[Line]:
    """What anybody finds in the register (行政许可法 第四十条): by whole number, or by a firm's name. Names of natural
    persons are masked and cannot be searched for. At most ``PAGE``."""
    text = text.strip()[:LONGEST]
    if not text:
        return []
    firms = (Firm.objects.filter(name__contains=text) if len(text) > 1 else Firm.objects.none()).values("pk")
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


def of_party(party_id: int) -> dict[str, Certificate]:
    """The party's certificates by type, where it has exactly one of the type: what a form may fill in without guessing."""
    found: dict[str, list[Certificate]] = {}
    for one in Certificate.objects.filter(party_id=party_id, status=Certificate.Status.VALID).exclude(type_id=""):
        found.setdefault(one.type_id, []).append(one)
    return {type_id: rows[0] for type_id, rows in found.items() if len(rows) == 1}


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


# -- electronic certificates -----------------------------------------------------------------------------------------


def values_of(made: Issuance) -> dict[str, str]:
    """What a version says, by field; for setting its page and for rooms that have asked."""
    about = f"certificate:{made.certificate_id}:{made.version}"
    return dict(json.loads(cipher.unseal(bytes(made.values), about=about)))


def face_lines(viewer: Doer, certificate: Certificate) -> list[tuple[str, str, str]]:
    """(field, title, value) of the present version, personal values masked; for the desk of the issuing organ."""
    made = certificate.issuances.order_by("-version").first()
    if made is None:
        return []
    fields, said = types.version(certificate.type_id, made.type_version).fields, values_of(made)
    return [
        (name, field.title, masking.name(said[name]) if field.personal else said[name])
        for name, field in fields.items()
        if said.get(name)
    ]


def versions(certificate: Certificate) -> QuerySet[Issuance]:
    """Every version of a certificate, newest first."""
    return certificate.issuances.select_related("pdf", "ofd").order_by("-version")


def standings(certificate: Certificate) -> list[tuple[Standing, str]]:
    """Everything that became of it, oldest first, with the word for it."""
    words = dict(Certificate.Status.choices) | {rules.REPLACED: "由新版本取代"}
    return [(row, str(words[row.status])) for row in certificate.standings.order_by("pk")]


def held_by(party_id: int, type_id: str, on: date) -> list[Certificate]:
    """Certificates of that type the person or firm holds in force on a day, the one that runs longest first: what
    government holds already and may not ask for again (国令716 第七条). Asked by rooms that have asked who may know."""
    rows = Certificate.objects.filter(party_id=party_id, type_id=type_id, valid_from__lte=on)
    rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=on))
    rows = rows.filter(Q(status=Certificate.Status.VALID) | Q(status=Certificate.Status.RENEWED))
    return sorted(rows, key=lambda row: (row.valid_until is not None, -(row.valid_until or on).toordinal(), -row.pk))


def file_of(viewer: Doer, certificate_id: int, kind: str, version: int | None = None) -> tuple[bytes, str]:
    """The sealed file (``pdf`` or ``ofd``) of the present or a named version, and what to call it. 404 for anybody but the
    holder, those who act for the holder, staff who see the organ's cases, and those who see the case it resulted from:
    the window prints it and hands it out."""
    certificate = Certificate.objects.filter(pk=certificate_id).first()
    if certificate is None or not _may_open(viewer, certificate):
        raise NotFound("没有这份证照，或者您无权查看。", code="no-such-certificate")
    made = certificate.issuances.filter(version=version or certificate.version).first()
    file_id = getattr(made, f"{kind}_id", None) if kind in {"pdf", "ofd"} else None
    if file_id is None:
        raise NotFound("电子证照还没有签发，请稍后再看。", code="not-sealed-yet")
    return files.open_file(SYSTEM, file_id), f"{certificate.name}_{certificate.number}.{kind}"


def _may_open(viewer: Doer, certificate: Certificate) -> bool:
    if viewer.is_party(certificate.party_id) or _visible(viewer).filter(pk=certificate.pk).exists():
        return True
    if viewer.kind != "staff" or not certificate.matter_reference:
        return False
    try:
        return bool(matters.matter(viewer, certificate.matter_reference))
    except NotFound:
        return False


def of_matter(viewer: Doer, reference: str) -> list[Issuance]:
    """The present version of what a case resulted in, for whoever may open it."""
    rows = Issuance.objects.select_related("certificate").filter(certificate__matter_reference=reference)
    return [made for made in rows.filter(version=F("certificate__version")) if _may_open(viewer, made.certificate)]


def of_holder(viewer: Doer, on: date) -> list[Line]:
    """The viewer's own certificates and those of whom the viewer acts for, living ones first."""
    rows = (
        Certificate.objects.filter(party_id__in=viewer.parties)
        .select_related("item", "party")
        .prefetch_related("issuances")
    )
    return sorted(_lines(rows.order_by("-pk")[:LONGEST], on), key=lambda line: line.tone != "ok")


def state_on(identifier: str, on: date) -> str | None:
    """How the certificate with that identifier stood on a day, as the status list would say it; ``None`` if unknown."""
    made = Issuance.objects.filter(identifier=identifier).first()
    if made is None:
        return None
    rows = Standing.objects.filter(certificate_id=made.certificate_id, version=made.version, from_on__lte=on)
    last = rows.order_by("-from_on", "-pk").values_list("status", flat=True).first()
    return statuslist.STATES[last] if last else None


def by_code(code: str, number: str = "") -> Issuance:
    """The version that bears a 查验码; 404 for a code nobody was given, or one that belongs to another number."""
    made = Issuance.objects.select_related("certificate").filter(code=letters.plain_code(code)).first()
    if made is None or (number.strip() and number.strip() != made.certificate.number):
        raise NotFound("没有查到这份证照，请核对证照编号和查验码。", code="no-such-certificate")
    return made


def newest_list() -> StatusList:
    """The published status list; 404 before the first."""
    found = StatusList.objects.order_by("-issued_at", "-pk").first()
    if found is None:
        raise NotFound("还没有发布证照状态名录。", code="no-list")
    return found


@dataclass(frozen=True, slots=True)
class Coverage:
    """One type: how many guides in force result in it, certificates registered, with an electronic one, and in force.
    ``hung`` (编目挂接): some item results in it and at least one electronic certificate can be called up."""

    type_id: str
    name: str
    code: str
    unverified: bool
    items: int
    registered: int
    electronic: int
    living: int

    @property
    def hung(self) -> bool:
        return self.items > 0 and self.electronic > 0


def coverage(viewer: Doer, on: date) -> list[Coverage]:
    """Every declared type with its figures, by name; for staff who see cases. 404 for anybody else."""
    if viewer.kind != "system" and not (viewer.kind == "staff" and viewer.may(Permission.CASE_SEE)):
        raise NotFound("没有这个页面，或者您无权查看。")
    rows = Certificate.objects.exclude(type_id="").values("type_id")
    sealed = Count("pk", filter=Q(issuances__state=Issuance.State.SEALED), distinct=True)
    in_term = Q(valid_until=None) | Q(
        valid_until__gte=on
    )  # what came in after its last day waits for the night to expire
    living = Count("pk", filter=Q(status=Certificate.Status.VALID) & in_term, distinct=True)
    counted = {
        row["type_id"]: row for row in rows.annotate(all=Count("pk", distinct=True), sealed=sealed, living=living)
    }
    guides = Guide.objects.filter(in_force__contains=on).values_list("item__code", "result_name")
    results = Counter(found[0] for code, name in guides if (found := types.of_result(code, name, on)))
    none = {"all": 0, "sealed": 0, "living": 0}
    return [
        Coverage(
            type_id,
            kind.name,
            kind.code,
            kind.unverified,
            results[type_id],
            (own := counted.get(type_id, none))["all"],
            own["sealed"],
            own["living"],
        )
        for type_id, kind in sorted(types.declared(on).items(), key=lambda pair: pair[1].name)
    ]


def intakes(viewer: Doer) -> QuerySet[Intake]:
    """Tables brought in by the organs where the viewer reviews, newest first."""
    rows = Intake.objects.select_related("item").order_by("-taken_at", "-pk")
    if viewer.kind == "system" or (Permission.CASE_REVIEW, None) in viewer.grants:
        return rows
    return rows.filter(organ_id__in=[organ for granted, organ in viewer.grants if granted == Permission.CASE_REVIEW])


@dataclass(frozen=True, slots=True)
class Shown:
    """What anybody who holds a certificate's 查验码 is shown; ``holder`` only of a firm, whose register is public."""

    certificate: Certificate
    version: int
    identifier: str
    organ: str
    holder: str
    status: str
    tone: str


def shown_to_anybody(code: str, number: str, on: date) -> Shown:
    """The certificate a 查验码 belongs to, as it stands today. 404 as ``by_code``."""
    made = by_code(code, number)
    found = made.certificate
    word, tone = status_on(found, on)
    if made.version < found.version:
        word, tone = "已变更，由新版本取代", "off"
    elif made.state == Issuance.State.FAILED or made.state == Issuance.State.WAITING:
        word, tone = f"{word}（电子证照尚未签发）", tone
    holder = Firm.objects.filter(pk=found.party_id).values_list("name", flat=True).first() or ""
    organ = organs.organ_name(found.organ_id, found.issued_on)
    return Shown(found, made.version, made.identifier, organ, holder, word, tone)


def intake_choices(viewer: Doer, on: date) -> list[tuple[str, str, str, str]]:
    """(item code, type id, item name, type name) of the guides in force whose result has a type, in the organs where the
    viewer reviews."""
    if viewer.kind != "staff" or not viewer.may(Permission.CASE_REVIEW):
        raise NotFound("没有这个页面，或者您无权查看。")
    guides = Guide.objects.filter(in_force__contains=on).select_related("item").order_by("item__code")
    declared, found = types.declared(on), []
    for guide in guides:
        if not viewer.may(Permission.CASE_REVIEW, guide.item.organ_id):
            continue
        if kind := types.of_result(guide.item.code, guide.result_name, on):
            found.append((guide.item.code, kind[0], guide.item.name, declared[kind[0]].name))
    return found
