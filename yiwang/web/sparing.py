"""How often one address may ask where everybody may ask: counted over all web processes."""

from __future__ import annotations

from django.core.cache import cache

from yiwang.kernel.refusal import Refusal


class TooMany(Refusal):
    """Somebody asks faster than a person can read."""

    code = "too-many-enquiries"
    status = 429


def spare(
    room: str, address: str, *, most: int = 30, seconds: int = 60, says: str = "查询过于频繁，请一分钟后再试。"
) -> None:
    """Count one enquiry of ``address`` in a ``room``; refused (429) from the one after ``most`` within ``seconds`` on.

    Codes have 59 bits and more: this spares the machine, it does not guard the code.
    """
    key = f"{room}:{address}"
    cache.add(key, 0, seconds)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out between the two lines
        return
    if tries > most:
        raise TooMany(says)
