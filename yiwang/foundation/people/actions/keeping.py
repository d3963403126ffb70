"""Keeping what a person's data said before it changes."""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.people.models import Correction, Person
from yiwang.kernel.permissions import Doer


def keep(person: Person, field: str, *, ground: str, document: str = "", by: Doer, at: datetime) -> Correction:
    """Keep the value a person's field has now, before another takes its place; inside the deed that changes it."""
    old = whole(person, field)
    about = f"party:{person.pk}:{field}"
    return Correction.objects.create(
        person=person,
        field=field,
        old_cipher=cipher.seal(old, about=about, at=at) if old else None,
        ground=ground,
        document=document,
        organ_id=by.organ_id,
        corrected_at=at,
        corrected_by=by.reference,
    )


def whole(person: Person, field: str) -> str:
    """What is registered now; empty if nothing is."""
    if field == "name":
        return person.name
    sealed: bytes | None = getattr(person, f"{field}_cipher")
    return "" if sealed is None else cipher.unseal(sealed, about=f"party:{person.pk}:{field}")
