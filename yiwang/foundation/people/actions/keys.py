"""Re-encrypting personal data after a key rotation: in batches, resumable, each batch its own transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import BinaryField, Q
from django.db.models.functions import Substr

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.people.models import Person
from yiwang.foundation.people.rules import FIELDS
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed


def reseal(*, by: Doer, at: datetime, batch: int = 500) -> int:
    """Bring every ciphertext under the key in use at ``at``; answers how many values were re-encrypted.

    Run again after an interruption, it goes on where it stopped: what carries the current key is left alone.
    """
    if by.kind != "system":
        raise NotAllowed("密钥轮换只能在命令行进行。")
    current = cipher.store().current(cipher.PEOPLE, kind="sm4", at=at).id
    done, last = 0, 0
    while True:
        with transaction.atomic():
            people = list(Person.objects.select_for_update().filter(pk__gt=last).order_by("pk")[:batch])
            if not people:
                return done
            last = people[-1].pk
            for person in people:
                done += _reseal_one(person, current, at)


def _reseal_one(person: Person, current: str, at: datetime) -> int:
    changed = []
    for field in FIELDS:
        column = f"{field}_cipher"
        sealed = getattr(person, column)
        if sealed is not None and cipher.key_of(sealed) != current:
            about = f"party:{person.pk}:{field}"
            setattr(person, column, cipher.seal(cipher.unseal(sealed, about=about), about=about, at=at))
            changed.append(column)
    if changed:
        person.save(update_fields=changed)
    return len(changed)


def left_under_older_keys(*, at: datetime) -> int:
    """How many persons still carry a ciphertext of an older key."""
    prefix = cipher.store().current(cipher.PEOPLE, kind="sm4", at=at).id.encode() + b":"
    rows, older = Person.objects.all(), Q()
    for field in FIELDS:
        key = Substr(f"{field}_cipher", 1, len(prefix), output_field=BinaryField())
        rows = rows.annotate(**{f"{field}_key": key})
        older |= Q(**{f"{field}_cipher__isnull": False}) & ~Q(**{f"{field}_key": prefix})
    return rows.filter(older).count()
