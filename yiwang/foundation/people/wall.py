"""Past the row-level wall, for the few questions whose row is not the asker's yet.

Pages see personal rows of their own organ or party only. Three deeds of a citizen must look further, and each is led by
something the citizen brings whole: the real-name step (is this number registered?), giving a mandate (is this name and
number somebody?), and reading one's mandates (what is the other side called?). Only these lower the wall.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def lowered() -> Iterator[None]:
    """Within the block, in its own transaction or savepoint, every row is seen; afterwards what was seen before.

    Set for the transaction only: an exception rolls the setting back together with everything else.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select coalesce(current_setting('yiwang.wide', true), '')")
            before = cursor.fetchone()[0]
            cursor.execute("select set_config('yiwang.wide', 'on', true)")
        yield
        with connection.cursor() as cursor:
            cursor.execute("select set_config('yiwang.wide', %s, true)", [before])


def one_at_a_time(key: bytes) -> None:
    """Wait until no other transaction works on the same keyed index (two counters reading the same card)."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(key[:8], "big", signed=True)])
