"""Phones of accounts and second-factor secrets after a key rotation."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers.turning import Hidden, turn
from yiwang.foundation.organs import queries
from yiwang.foundation.organs.models import Account
from yiwang.foundation.organs.rules import SECOND_FACTOR
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed

SECRETS = ("secret", "seed")  # of a one-time password, of the recovery codes
PHONE = Hidden("phone_cipher", queries.phone_row, "phone_index")


def reseal(*, by: Doer, at: datetime, batch: int = 500) -> int:
    """Bring phones with their index, and second-factor secrets, under the keys in use at ``at``; answers how many.

    Resumable, as ``people.actions.reseal``.
    """
    if by.kind != "system":
        raise NotAllowed("密钥轮换只能在命令行进行。")
    done = turn(Account.objects.filter(phone_cipher__isnull=False), [PHONE], at=at, batch=batch)
    current = cipher.store().current(cipher.PEOPLE, kind="sm4", at=at).id
    for key in Authenticator.objects.values_list("pk", flat=True):  # a handful: administrators' alone
        done += _reseal_factor(key, current, at)
    return done


@transaction.atomic
def _reseal_factor(key: int, current: str, at: datetime) -> int:
    factor = Authenticator.objects.select_for_update().get(pk=key)
    older = {
        name: bytes.fromhex(factor.data[name])
        for name in SECRETS
        if name in factor.data and cipher.key_of(bytes.fromhex(factor.data[name])) != current
    }
    for name, sealed in older.items():
        text = cipher.unseal(sealed, about=SECOND_FACTOR)
        factor.data[name] = cipher.seal(text, about=SECOND_FACTOR, at=at).hex()
    if older:
        factor.save(update_fields=["data"])
    return len(older)
