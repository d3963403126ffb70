"""Whom a letter of a case is written to besides its applicant: the other side of a dispute, a department that is asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addressee:
    """``party_id`` is None for somebody who has no box of a party: an office, or a person in no register (by post)."""

    name: str
    party_id: int | None = None
