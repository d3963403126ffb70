"""Questions about seals: which one is in use, who may use it, what was signed with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as rules_in_force
from yiwang.foundation.seals import rules
from yiwang.foundation.seals.models import Certificate, Seal, SealAuthorisation, SealKeeper, SealUse
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import NotFound


def in_use(organ_id: int, kind: str, at: datetime) -> Seal | None:
    """The organ's seal of that kind that may sign at that moment, or None."""
    seals = Seal.objects.select_related("certificate")
    return (
        seals.filter(
            Q(stopped_at__isnull=True) | Q(stopped_at__gt=at),
            organ_id=organ_id,
            kind=kind,
            from_at__lte=at,
            until_at__gt=at,
        )
        .order_by(F("stopped_at").asc(nulls_last=True))
        .first()
    )  # on the day of a renewal the old one counts until its end


def authority(by: Doer, organ_id: int, kind: str, letter_kind: str, at: datetime) -> tuple[bool, int | None]:
    """May ``by`` use the organ's seal of that kind on that letter? And by which authorisation (None: as its keeper).

    The system needs a standing authorisation. Staff need ``seal.use`` in the organ and an authorisation in force for
    themselves or one of their roles there, or to be the seal's keeper.
    """
    on = day_of(at)
    granted = SealAuthorisation.objects.filter(holding(on), organ_id=organ_id, kind=kind)
    granted = granted.filter(Q(letters=[]) | Q(letters__contains=[letter_kind])).order_by("pk")
    if by.kind == "system":
        standing = granted.filter(standing=True).values_list("pk", flat=True).first()
        return standing is not None, standing
    if by.account_id is None or by.kind != "staff" or not by.may(Permission.SEAL_USE, organ_id):
        return False, None
    if SealKeeper.objects.filter(holding(on), organ_id=organ_id, kind=kind, account_id=by.account_id).exists():
        return True, None
    roles = [role for organ, role in by.posts if organ == organ_id]
    mine = granted.filter(Q(account_id=by.account_id) | Q(role__in=roles))  # a standing one names neither
    found = mine.values_list("pk", flat=True).first()
    return found is not None, found


@dataclass(frozen=True, slots=True)
class Warrant:
    """The leave to use a seal on one letter, taken when the letter was issued; the file is sealed under it later."""

    by: str
    authorisation_id: int | None


def warrant(by: Doer, organ_id: int, kind: str, letter_kind: str, at: datetime) -> Warrant | None:
    """``authority`` as something to keep; None without it."""
    allowed, authorisation_id = authority(by, organ_id, kind, letter_kind, at)
    return Warrant(by.reference, authorisation_id) if allowed else None


def roots() -> list[bytes]:
    """The root certificates this installation trusts (DER)."""
    return [bytes(der) for der in Certificate.objects.filter(kind="root").values_list("der", flat=True)]


def verify(signature: bytes, digest: bytes) -> rules.Verdict:
    """Check an SES_Signature over data with that SM3 digest against this installation's roots."""
    return rules.verify(signature, digest=digest, roots=roots())


def seals(viewer: Doer) -> QuerySet[Seal]:
    """Every seal of the organs where the viewer keeps seals."""
    allow(viewer, Permission.SEAL_KEEP)
    found = Seal.objects.select_related("organ", "certificate").order_by("organ__position", "kind", "-from_at")
    kept = viewer.organs_of(Permission.SEAL_KEEP)
    return found if kept is None else found.filter(organ_id__in=kept)


def seal(viewer: Doer, seal_id: int) -> Seal:
    """One seal; 404 when the viewer does not keep seals of its organ."""
    found = seals(viewer).filter(pk=seal_id).first()
    if found is None:
        raise NotFound("没有这枚印章。", code="seal-not-found")
    return found


def uses(viewer: Doer, seal_id: int) -> QuerySet[SealUse]:
    """Every use of a seal, newest first."""
    return SealUse.objects.filter(seal=seal(viewer, seal_id)).order_by("-used_at", "-pk")


def organs_kept(viewer: Doer, on: date) -> dict[int, str]:
    """Organ id → name of the organs standing that day whose seals the viewer keeps; 404 for whoever keeps none."""
    if not viewer.may(Permission.SEAL_KEEP):
        raise NotFound("没有这个页面，或者您无权查看。")
    standing = Organ.objects.filter(holding(on)).order_by("position", "pk")
    kept = viewer.organs_of(Permission.SEAL_KEEP)
    if kept is not None:
        standing = standing.filter(pk__in=kept)
    ids = list(standing.values_list("pk", flat=True))
    named = organs.organ_names(ids, on)
    return {pk: named[pk] for pk in ids}


def keepers(viewer: Doer, on: date) -> QuerySet[SealKeeper]:
    """Who keeps a seal of the viewer's organs on that day or will."""
    mine = SealKeeper.objects.filter(organ_id__in=organs_kept(viewer, on)).select_related("account")
    return mine.filter(Q(until_on__isnull=True) | Q(until_on__gt=on)).order_by("from_on", "pk")


def authorisations(viewer: Doer, on: date) -> QuerySet[SealAuthorisation]:
    """Authorisations of the viewer's organs that hold on that day or will, standing ones first."""
    mine = SealAuthorisation.objects.filter(organ_id__in=organs_kept(viewer, on)).select_related("account")
    return mine.filter(Q(until_on__isnull=True) | Q(until_on__gt=on)).order_by("-standing", "from_on", "pk")


def letter_titles(on: date) -> dict[str, str]:
    """Kinds of paper a seal may be authorised for, id → title: letters in force, ledger's checkpoint, status list."""
    letters = {each: found.value.title for each, found in rules_in_force.rules("letter", on).items()}
    return letters | {"ledger-checkpoint": "台账存证", "certificate-status-list": "证照状态名录"}
