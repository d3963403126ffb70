"""Personal data after a key rotation: ciphertexts and keyed indexes in batches, resumable."""

from __future__ import annotations

from datetime import datetime

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers.turning import Hidden, turn
from yiwang.foundation.people.models import Correction, Person
from yiwang.foundation.people.rules import FIELDS, WECHAT
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed

INDEXED = ("id_number", "phone")


def _about(field: str) -> Hidden:
    return Hidden(
        f"{field}_cipher", lambda person: f"party:{person.pk}:{field}", f"{field}_index" if field in INDEXED else ""
    )


KEPT = (Hidden("old_cipher", lambda row: f"party:{row.person_id}:{row.field}"),)  # what was there before a correction
HIDDEN = tuple(_about(field) for field in (*FIELDS, WECHAT))


def reseal(*, by: Doer, at: datetime, batch: int = 500) -> int:
    """Bring every ciphertext and index under the keys in use at ``at``; answers how many values were written.

    Run again after an interruption, it goes on where it stopped: what carries the current keys is left alone.
    """
    if by.kind != "system":
        raise NotAllowed("密钥轮换只能在命令行进行。")
    kept = turn(Correction.objects.all(), KEPT, at=at, batch=batch)
    return kept + turn(Person.objects.all(), HIDDEN, at=at, batch=batch)


def left_under_older_keys(*, at: datetime) -> int:
    """How many persons still carry a ciphertext or an index of an older key. Opens every number: for an administrator
    who asks whether a rotation is through, not for a page."""
    current = cipher.store().current(cipher.PEOPLE, kind="sm4", at=at).id
    return sum(any(_older(person, one, current, at) for one in HIDDEN) for person in Person.objects.iterator())


def _older(person: Person, one: Hidden, current: str, at: datetime) -> bool:
    sealed = getattr(person, one.column)
    if sealed is None:
        return False
    if cipher.key_of(sealed) != current:
        return True
    text = cipher.unseal(sealed, about=one.about(person))
    return bool(one.index) and bytes(getattr(person, one.index)) != cipher.index(text, at=at)
