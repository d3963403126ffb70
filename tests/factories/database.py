"""Acting as one of the database roles, on the test's own connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from yiwang.config import viewer


@contextmanager
def as_role(role: str, **settings: object) -> Iterator[None]:
    """``with as_role("yw_app", organs=[3]):`` every statement runs under that role's grants and policies.

    ``settings`` are those of ``config/viewer.py`` (organs, parties, account, reference, wide); unset means nobody.
    The roles must have been applied (fixture ``roles``).
    """
    said = dict.fromkeys(viewer.SETTINGS, "")
    for name, value in settings.items():
        said[name] = "{" + ",".join(map(str, value)) + "}" if isinstance(value, (list, set, tuple)) else str(value)
    viewer.tell(tuple(said[name] for name in viewer.SETTINGS))
    with connection.cursor() as cursor:
        cursor.execute(f"set role {role}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("reset role")
        viewer.tell(viewer.NOBODY)
