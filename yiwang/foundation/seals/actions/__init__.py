"""Deeds with seals: founding the test CA, making and renewing seals, authorising, signing."""

from yiwang.foundation.seals.actions.authority import found, make, renew, stop
from yiwang.foundation.seals.actions.granting import appoint_keeper, authorise, dismiss_keeper, end_authorisation
from yiwang.foundation.seals.actions.signing import Unsealable, sign, sign_digest

__all__ = [
    "Unsealable",
    "appoint_keeper",
    "authorise",
    "dismiss_keeper",
    "end_authorisation",
    "found",
    "make",
    "renew",
    "sign",
    "sign_digest",
    "stop",
]
