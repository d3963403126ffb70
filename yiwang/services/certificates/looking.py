"""Questions about looking at a certificate within a case: who may, what the item needs, what was seen before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import queries as files
from yiwang.foundation.identifiers import masking
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters import queries as matters
from yiwang.matters.standing import Standing
from yiwang.services.catalogue.models import Guide
from yiwang.services.certificates import asking, codes, queries, types
from yiwang.services.certificates.asking import Asked
from yiwang.services.certificates.models import Asking, Certificate, Showing, Use

REFRESH = 5  # seconds: the holder's page without script looks for askings that often
OPEN_FOR = timedelta(minutes=10)  # how long the particulars stay on the clerk's page after one look


class NoSeat(NotAllowed):
    """Somebody looks at certificates in a case that is not theirs to work on."""

    code = "no-seat"


class NotNeeded(Refusal):
    """The item does not ask for such a certificate."""

    code = "certificate-not-needed"


def in_hand(viewer: Doer, reference: str, at: datetime) -> Standing:
    """The open case, for whoever works on it: who may sit on one of its open seats (and nobody else has taken it), or who
    received it at the counter that day. 404 for whoever may not see it, ``NoSeat`` for anybody else."""
    if viewer.kind != "staff":
        raise NotFound("没有这个办理编号，或者您无权查看。", code="no-such-matter")
    case = matters.matter(viewer, reference)
    seated = any(
        viewer.holds(seat.role, seat.organ_id) and seat.holder_id in (None, viewer.account_id) for seat in case.seats
    )
    opener = case.steps[0][1] if case.steps else ""
    received = opener == viewer.reference and day_of(case.received_at) == day_of(at)
    if case.closed_at is not None or not (seated or received):
        raise NoSeat("您没有在办这件，不能查看当事人的证照。")
    return case


def needed(case: Standing) -> dict[str, tuple[str, ...]]:
    """Material of the case's guide → types that satisfy it, in the order of the guide; only what a type satisfies."""
    code, _, version = case.guide.partition("#")
    if not version.isdigit():
        return {}
    guide = Guide.objects.filter(item__code=code, version=int(version)).first()
    if guide is None:
        return {}
    found = {}
    on = day_of(case.received_at)
    for material in guide.materials.order_by("ordinal", "pk"):
        named = (material.name, material.source_reference)
        kinds = dict.fromkeys(kind for name in named if name for kind in types.satisfying(name, on))
        if kinds:
            found[material.name] = tuple(kinds)
    return found


def material_for(case: Standing, type_id: str) -> str:
    """Which material of the case a certificate of that type stands for; ``NotNeeded`` if none."""
    for material, kinds in needed(case).items():
        if type_id in kinds:
            return material
    raise NotNeeded("这件事项不需要这种证照，不能查看。", article="个人信息保护法 第六条")


def acts_for(person_id: int, case: Standing, at: datetime) -> bool:
    """True for the applicant, or somebody who acts for the applicant in this case."""
    if case.party_id is None:
        return False
    if person_id == case.party_id or case.party_id in people.delegations(person_id, day_of(at)):
        return True
    bearer = Doer(f"person:{person_id}", "citizen", person_id=person_id)
    return people.acting(bearer, day_of(at), item_code=case.item, reference=case.reference).is_party(case.party_id)


def case_of(holder: Doer, asked: Asking) -> Standing | None:
    """The open case an asking is about, for the holder; ``None`` once it is closed or no longer the holder's to see."""
    try:
        case = matters.matter(holder, asked.matter_reference)
    except NotFound:
        return None
    return case if case.closed_at is None else None


def uses_of(case: Standing) -> QuerySet[Use]:
    """Looks within a case, newest first; for whoever was let in by ``in_hand``."""
    return Use.objects.filter(matter_reference=case.reference).select_related("certificate").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look shows. ``lines`` are (title, value); empty once it is closed, ``open`` says which. ``watermark`` is
    what screen and print bear (trust level A)."""

    use: Use
    holder: str
    organ: str
    status: str
    tone: str
    open: bool
    lines: list[tuple[str, str]]
    watermark: str


def seen(viewer: Doer, case: Standing, use_id: int, at: datetime) -> Seen:
    """One look, for whoever made it: the particulars for ten minutes, afterwards only that it was made. 404 for others'."""
    use = uses_of(case).filter(pk=use_id, used_by=viewer.reference).first()
    if use is None:
        raise NotFound("没有这条用证记录，或者不是您查看的。", code="no-such-use")
    found = use.certificate
    status, tone = queries.status_on(found, day_of(at))
    is_open = use.used_at <= at < use.used_at + OPEN_FOR and tone == "ok"
    holder = people.names_of([found.party_id]).get(found.party_id, "")
    organ = organs.organ_name(found.organ_id, found.issued_on)
    watermark = files.provided_by(organ, found.valid_until, day_of(use.used_at))
    return Seen(use, holder, organ, status, tone, is_open, particulars(found, use) if is_open else [], watermark)


def particulars(certificate: Certificate, use: Use) -> list[tuple[str, str]]:
    """Title and value of the fields that were shown, personal ones masked."""
    made = certificate.issuances.filter(version=use.version).first()
    if made is None:
        return []
    fields, said = types.version(certificate.type_id, made.type_version).fields, queries.values_of(made)
    return [
        (fields[name].title, masking.name(said[name]) if fields[name].personal else said[name])
        for name in use.fields
        if name in fields and said.get(name)
    ]


@dataclass(frozen=True, slots=True)
class Shown:
    """The holder's page: the code of this minute, how long it lasts, who asks to look, and who has looked."""

    showing: Showing
    certificate: Certificate
    code: str  # empty when the showing is over
    left: int  # seconds
    asked: list[Asked]
    uses: list[tuple[Use, str]]

    @property
    def refresh(self) -> int:
        """Seconds after which the page without script comes again: soon, but not while somebody reads what is asked."""
        return self.asked[0].left if self.asked else min(self.left, REFRESH)

    @property
    def known(self) -> str:
        """Which askings the page shows, so that it is sent again only when they changed."""
        return ",".join(str(one.asking.pk) for one in self.asked)


def showing(viewer: Doer, handle: str, at: datetime) -> Shown:
    """One's own showing as it stands now; 404 for anybody but who opened it."""
    found = Showing.objects.select_related("certificate").filter(handle=handle, shown_by=viewer.reference).first()
    if found is None or viewer.kind != "citizen":
        raise NotFound("没有这次亮码。", code="no-such-showing")
    minute = codes.minute_of(found.opened_at, at)
    over = found.closed_at is not None or not 0 <= minute < codes.MINUTES
    uses = list(Use.objects.filter(asking__showing=found).order_by("-pk"))
    called = organs.organ_names({use.organ_id for use in uses}, day_of(at))
    code = "" if over else codes.write(found.handle, minute, at=at)
    return Shown(
        found,
        found.certificate,
        code,
        0 if over else codes.left(found.opened_at, at),
        asking.for_holder(found.askings.select_related("showing"), found.certificate, at),
        [(use, called.get(use.organ_id, "")) for use in uses],
    )


def consented(certificate: Certificate, matter_reference: str) -> bool:
    """True if the holder's last answer about this certificate in that case was to let it be looked at, however asked: on
    the telephone, on the pad or before the clerk."""
    agreed = Use.objects.filter(certificate=certificate, matter_reference=matter_reference)
    declined = Asking.objects.filter(
        showing__certificate=certificate, matter_reference=matter_reference, answer=Asking.Answer.DECLINED
    )
    last = agreed.order_by("-used_at").values_list("used_at", flat=True).first()
    return last is not None and not declined.filter(answered_at__gt=last).exists()
