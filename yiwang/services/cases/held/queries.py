"""What the government holds of an applicant, said on form, counter screen and desk; and the public count of asking anyway."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.core.cache import cache
from django.db import connection
from django.db.models import Count

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.people.models import Firm, Party, Person
from yiwang.foundation.people.queries import Card
from yiwang.services.cases.held import rules
from yiwang.services.cases.held.rules import Facts, Ground
from yiwang.services.cases.models import HeldAsk
from yiwang.services.catalogue import held as declared
from yiwang.services.catalogue.declarations import Declaration, Material
from yiwang.services.certificates import looking, types
from yiwang.services.certificates import queries as certificates
from yiwang.services.certificates.models import Certificate

KEPT = 60  # seconds for which a process keeps the names of declared types
OWN = frozenset({"申请人", "经营者"})  # holders of a certificate that is the applicant's own
IDENTITY, LICENCE = "居民身份证", "营业执照"


@dataclass(frozen=True, slots=True)
class There:
    """One held material for one applicant. ``found``: one is on record and in force; ``says`` is what the page writes
    (已有：number, validity, issuer), ``number`` the certificate's."""

    found: bool
    says: str
    number: str = ""


def is_held(one: Material) -> bool:
    """True if the guide declares the material as held by the government."""
    return bool(one.source and one.source.of == rules.HELD)


def certificate_for(one: Material, party_id: int, on: date) -> Certificate | None:
    """The applicant's certificate in force that day which satisfies the material; ``None`` for other people's, for a
    dataset, and where none is on record."""
    return _Register(party_id, on).certificate(one)


class _Register:
    """What is on record for one party, each type asked for once however many materials a form has."""

    def __init__(self, party_id: int, on: date, card: Card | None = None) -> None:
        self.party_id, self.on = party_id, on
        self.card = card if card is not None and card.party_id == party_id else None
        self._held: dict[str, Certificate | None] = {}

    @cached_property
    def _types(self) -> dict[str, frozenset[str]]:
        key = f"cases-held-types-{self.on}"
        kept: dict[str, frozenset[str]] | None = cache.get(key)
        if kept is None:
            kept = {kind: type_.names() | {*type_.satisfies} for kind, type_ in types.declared(self.on).items()}
            cache.set(key, kept, KEPT)
        return kept

    def certificate(self, one: Material) -> Certificate | None:
        source = one.source
        if source is None or source.of != rules.HELD or not source.certificate or source.holder not in OWN:
            return None
        for kind, names_ in self._types.items():
            if source.certificate in names_ or one.name in names_:
                if kind not in self._held:
                    self._held[kind] = next(iter(certificates.held_by(self.party_id, kind, self.on)), None)
                if (held := self._held[kind]) is not None:
                    return held
        return None


def there(materials: Iterable[Material], party_id: int | None, on: date, card: Card | None = None) -> dict[str, There]:
    """Every held material of a form, by code, as it stands for this applicant. Asked by pages that know who looks: the
    applicant, whoever acts for the applicant, or the clerk with the case before him. ``card``: the applicant's, where the
    page has read it; nothing of it is asked again."""
    register = _Register(party_id, on, card) if party_id is not None else None
    return {one.id: _there(one, register, on) for one in materials if is_held(one)}


def _there(one: Material, register: _Register | None, on: date) -> There:
    source = one.source
    if source is None:
        return There(False, "")
    by_whom = f"由{source.holder}" if source.holder and source.holder not in OWN else ""
    if register is None or not source.certificate or source.holder not in OWN:
        what = "数据" if source.dataset else "证照"
        return There(
            False,
            f"政府已有{what}“{source.reference}”{f'（{source.holder}的）' if by_whom else ''}，办理时由部门调取核对",
        )
    found = register.certificate(one)
    if found is not None:
        return There(
            True,
            f"已有：{found.name} {found.number}，{_until(found)}，{organs.organ_name(found.organ_id, on)}",
            found.number,
        )
    return _registered(source.certificate, register) or There(
        False, f"“{source.certificate}”由部门向发证机关核对，您不用交；查不到的，部门会写明理由再联系您"
    )


def _registered(thing: str, register: _Register) -> There | None:
    """Identity and business registration stand in the register of people even where no certificate was issued here."""
    party_id, card = register.party_id, register.card
    if thing == LICENCE and (uscc := card.number if card and card.kind == Party.Kind.FIRM else _uscc(party_id, card)):
        return There(True, f"已有：{LICENCE} {uscc}，登记信息在册", uscc)
    if thing == IDENTITY and (card.kind != Party.Kind.FIRM if card else Person.objects.filter(pk=party_id).exists()):
        return There(True, f"已有：{IDENTITY}，身份已实名核验")
    return None


def _uscc(party_id: int, card: Card | None) -> str:
    """The number of a firm in the register; nothing is asked for somebody whose card says that he is none."""
    if card is not None:
        return ""
    return Firm.objects.filter(pk=party_id).values_list("uscc", flat=True).first() or ""


def _until(found: Certificate) -> str:
    return f"有效期至{found.valid_until:%Y年%-m月%-d日}" if found.valid_until else "长期有效"


def facts(
    declaration: Declaration, codes: Collection[str], party_id: int, on: date, *, matter_reference: str = ""
) -> dict[str, Facts]:
    """What guide and register say about these held materials, for ``rules.refuse_asking``; with ``matter_reference`` also
    what the holder answered in that case."""
    return {
        one.id: Facts(
            thing=one.source.reference,
            paper_ground=one.paper_ground,
            number=found.number if (found := certificate_for(one, party_id, on)) else "",
            agreed=bool(found and matter_reference and looking.consented(found, matter_reference)),
        )
        for one in declaration.materials
        if one.id in codes and one.source is not None and one.source.of == rules.HELD
    }


def names(on: date) -> Mapping[str, str]:
    """Every name under which held things are asked for → the thing's own name."""
    return declared.held_names(on)


def owner_of(thing: str, certificate: Certificate | None, on: date, *, fallback: int) -> int:
    """The organ that has to mend the source: the issuer of the certificate on record, else the owner the county's list
    names for it, else ``fallback``."""
    if certificate is not None:
        return certificate.organ_id
    code = declared.owners(on).get(thing, "")
    found = Organ.objects.filter(code=code).values_list("pk", flat=True).first() if code else None
    return found or fallback


@dataclass(frozen=True, slots=True)
class Asked:
    """What a department could have asked for and did, over the cases received in a period: ``cases`` with held materials
    and ``materials`` among them; ``asked_cases`` and ``asked_materials`` of those; times by ground, a material of a case
    counting once for each ground."""

    organ: str
    cases: int
    materials: int
    asked_cases: int
    asked_materials: int
    by_ground: dict[str, int]

    @property
    def times(self) -> int:
        return sum(self.by_ground.values())

    @property
    def share(self) -> float:
        """Of a hundred held materials, how many were asked for."""
        return 100 * self.asked_materials / self.materials


def counted(year: int, on: date) -> list[Asked]:
    """索取政府已有材料 by department over the cases received in a calendar year, the largest share first; for everybody.
    Counts, nobody's data."""
    since, until = datetime(year, 1, 1, tzinfo=SHANGHAI), datetime(year + 1, 1, 1, tzinfo=SHANGHAI)
    with connection.cursor() as cursor:
        cursor.execute("select * from cases_held_counts(%s, %s)", [since, until])
        counts: dict[int, tuple[int, int, int, int]] = {organ_id: tuple(rest) for organ_id, *rest in cursor.fetchall()}
    rows = HeldAsk.objects.filter(matter__received_at__gte=since, matter__received_at__lt=until).order_by()
    grounds: dict[int, dict[str, int]] = {organ_id: dict.fromkeys(Ground.values, 0) for organ_id in counts}
    for organ_id, ground, count in rows.values_list("organ_id", "ground").annotate(Count("pk")):
        grounds[organ_id][ground] = count
    named = organs.organ_names(set(counts), min(on, (until - timedelta(days=1)).date()))
    found = [Asked(named.get(organ_id, ""), *numbers, grounds[organ_id]) for organ_id, numbers in counts.items()]
    return sorted(found, key=lambda one: (-one.share, -one.materials, one.organ))
