"""Knowledge beside the telephone: entries of the office, and items with their guides as the catalogue offers them by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Q, Value, When

from yiwang.governance.hotline.models import Knowledge
from yiwang.governance.hotline.queries.order import no_such_order
from yiwang.governance.hotline.words import tokens
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission

MOST, LONGEST, WORDS = 8, 60, 12
ITEMS = "catalogue.found"  # names.hook: (text, on=) -> [(title, says, address)]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing an operator can read out: what it is, what it says, where the whole of it stands."""

    title: str
    says: str
    link: str
    pk: int | None = None


def beside(viewer: Doer, text: str, on: date) -> list[Found]:
    """What the office knows and the catalogue offers about some words; for who takes orders or handles them."""
    if not any(viewer.may(p) for p in (Permission.ORDER_TAKE, Permission.ORDER_DISPATCH, Permission.ORDER_HANDLE)):
        raise no_such_order()
    said = text.strip()[:LONGEST]
    if not said:
        return []
    known = [Found(one.question, one.answer, "", one.pk) for one in entries(said, public=False)]
    items = names.hook[ITEMS](said, on=on) if ITEMS in names.hook else []
    return known + [Found(*one) for one in items[:MOST]]


def entries(text: str, *, public: bool) -> list[Knowledge]:
    """Entries in which words of ``text`` stand, the most of them first; ``public`` leaves out what is for the office only."""
    rows = Knowledge.objects.filter(ended_at=None)
    if public:
        rows = rows.filter(public=True)
    words = tokens(text)[:WORDS]
    if not words:
        return list(rows.order_by("-pk")[:MOST]) if not text.strip() else []
    hits = sum(
        (
            Case(When(tokens__contains=word, then=Value(1)), default=Value(0), output_field=IntegerField())
            for word in words
        ),
        Value(0),
    )
    anywhere = Q()
    for word in words:
        anywhere |= Q(tokens__contains=word)
    return list(rows.filter(anywhere).annotate(hits=hits).order_by("-hits", "-pk")[:MOST])
