"""Cases for machines: everything a citizen, a counter and a desk can do, under the session of whoever is logged in.

Deeds that create something take an ``Idempotency-Key``; deeds on a case take the version they saw as ``If-Match`` (428
without one, 409 when it is no longer the newest). Every refusal is a problem document (RFC 9457).
"""

from yiwang.services.cases.api import applying, asking, counter, desk
from yiwang.services.cases.api.routing import router

__all__ = ["applying", "asking", "counter", "desk", "router"]
