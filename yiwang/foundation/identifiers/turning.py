"""Bringing stored personal data under the keys in use: ciphertexts re-encrypted, keyed indexes reckoned anew.

Row by row under a lock, a batch a transaction; run again after an interruption, it goes on with what is left. Until the
last batch a row is found by either key, because every search compares with the digests of all keys
(``cipher.indexes``) and every registration waits for one lock whatever the key (``cipher.steady``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from yiwang.foundation.identifiers import cipher


@dataclass(frozen=True, slots=True)
class Hidden:
    """One ciphertext of a row: its column, what it is bound to, and the column of its keyed index if it has one."""

    column: str
    about: Callable[[Any], str]
    index: str = ""


def turn(rows: QuerySet[Any], hidden: Sequence[Hidden], *, at: datetime, batch: int = 500) -> int:
    """Turn every row of ``rows`` to the keys in use at ``at``; answers how many values were written.

    A ciphertext under the current key is left alone. An index does not say which key made it, so it is compared with
    what the current key gives; while there was only ever one index key, nothing is opened for that.
    """
    current = cipher.store().current(cipher.PEOPLE, kind="sm4", at=at).id
    several = len(cipher.store().ids(f"{cipher.PEOPLE}-index")) > 1
    done, last = 0, 0
    while True:
        with transaction.atomic():
            found = list(rows.select_for_update(of=("self",)).filter(pk__gt=last).order_by("pk")[:batch])
            if not found:
                return done
            last = found[-1].pk
            for row in found:
                done += _turn_one(row, hidden, current, at, several)


def _turn_one(row: Any, hidden: Sequence[Hidden], current: str, at: datetime, several: bool) -> int:
    changed = []
    for one in hidden:
        sealed = getattr(row, one.column)
        if not sealed:
            continue
        older = cipher.key_of(sealed) != current
        if not older and not (several and one.index):
            continue
        text = cipher.unseal(sealed, about=one.about(row))
        if older:
            setattr(row, one.column, cipher.seal(text, about=one.about(row), at=at))
            changed.append(one.column)
        if one.index and bytes(getattr(row, one.index)) != (fresh := cipher.index(text, at=at)):
            setattr(row, one.index, fresh)
            changed.append(one.index)
    if changed:
        row.save(update_fields=changed)
    return len(changed)
