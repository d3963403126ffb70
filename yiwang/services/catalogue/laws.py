"""Does the law register carry what a guide cites? Founded in 行政许可法 第四条: no power without basis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yiwang.services.catalogue.citations import Citation, Malformed, key, parse
from yiwang.services.catalogue.models import Law

__all__ = ["LawRegister", "Place", "key", "register", "whole_register"]


@dataclass(frozen=True, slots=True)
class Place:
    """A citation that holds: the version of the law it means. ``title_only`` = the article could not be verified."""

    citation: Citation
    law: Law

    @property
    def title_only(self) -> bool:
        return self.law.articles == 0


@dataclass(frozen=True, slots=True)
class LawRegister:
    """The laws some citations need, as of one day. Built once by ``register``; answering costs no query."""

    on: date
    laws: Mapping[str, Sequence[Law]]  # by key, oldest version first

    def version(self, citation: Citation) -> Law | None:
        """The edition the citation names, else the newest published by that day, else the oldest we know."""
        versions = self.laws.get(citation.key, ())
        if citation.year is not None:
            return next((law for law in versions if law.version_on and law.version_on.year == citation.year), None)
        known = [law for law in versions if law.version_on is None or law.version_on <= self.on]
        return known[-1] if known else next(iter(versions), None)

    def check(self, text: str) -> str | None:
        """``None`` if every place in ``text`` is in the register, else what is wrong, in one Chinese sentence."""
        found = self.places(text)
        return found if isinstance(found, str) else None

    def places(self, text: str) -> list[Place] | str:
        """Every place in ``text`` with the law it means; a Chinese sentence instead when one does not hold."""
        try:
            citations = parse(text)
        except Malformed as refusal:
            return refusal.says
        places = []
        for citation in citations:
            law = self.version(citation)
            if law is None and self.laws.get(citation.key):
                years = "、".join(str(one.version_on.year) for one in self.laws[citation.key] if one.version_on)
                return f"《{citation.title}》没有{citation.year}年版本，法规库中有：{years or '未注明年份的版本'}。"
            if law is None:
                return f"《{citation.title}》未收录，请管理员在法规库中补录标题、文号、条文数和出处后再引用。"
            if law.articles and citation.article and citation.article > law.articles:
                return f"《{citation.title}》共{law.articles}条，没有第{citation.article}条。"
            places.append(Place(citation, law))
        return places


def register(on: date, texts: Iterable[str]) -> LawRegister:
    """The register for exactly these citations, as of a legal day. One query."""
    keys = set()
    for text in texts:
        try:
            keys |= {citation.key for citation in parse(text)}
        except Malformed:
            continue  # its own check says so
    return LawRegister(on, _by_key(Law.objects.filter(key__in=keys)))


def whole_register(on: date) -> LawRegister:
    """The whole register: for an editor who checks while typing. One query, about a thousand rows."""
    return LawRegister(on, _by_key(Law.objects.all()))


def _by_key(laws: Iterable[Law]) -> dict[str, list[Law]]:
    found: dict[str, list[Law]] = defaultdict(list)
    for law in sorted(laws, key=lambda law: (law.version_on or date.min, law.pk)):
        found[law.key].append(law)
    return dict(found)
