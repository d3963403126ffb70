"""Roles as the packs declare them: a title, a bundle of permissions, how far it reaches, what it asks of its holder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Literal

from django.conf import settings

from yiwang.foundation.packs import queries as rules_in_force
from yiwang.kernel import packs
from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import Refusal

KIND = "role"


class Role(packs.Rule):
    """One declared role. ``scope`` says how far its permissions reach, ``given_by`` which administrator appoints to it.

    ``second_factor`` roles have no effect in a session that passed no second factor.
    """

    permissions: list[Permission]
    scope: Literal["organ", "jurisdiction"]
    given_by: Literal["organ-admin", "admin"]
    second_factor: bool = False
    position: int
    note: str = ""

    def grants(self, organ_id: int) -> frozenset[tuple[Permission, int | None]]:
        """What holding this role in an organ grants."""
        reach = None if self.scope == "jurisdiction" else organ_id
        return frozenset((permission, reach) for permission in self.permissions)


packs.kind(KIND, folder="roles", schema=Role)


class UnknownRole(Refusal):
    """No pack declares this role."""

    code = "unknown-role"


def declared(on: date) -> Mapping[str, Role]:
    """Every role in force on a day by its id, in the packs' order."""
    stored: dict[str, Role] = {each: found.value for each, found in rules_in_force.rules(KIND, on).items()}
    roles = stored or from_files()
    return {each.id: each for each in sorted(roles.values(), key=lambda r: r.position)}


def role(role_id: str, on: date) -> Role:
    """The role in force on that day; an unknown id is refused."""
    try:
        return declared(on)[role_id]
    except KeyError:
        raise UnknownRole(f"没有名为“{role_id}”的岗位，请从岗位列表中选择。", field="role") from None


@lru_cache(maxsize=256)
def revived(content: str) -> Role:
    """The role a stored rule's content says; parsed once a process."""
    value: Role = packs.revive(KIND, content)
    return value


@lru_cache(maxsize=1)
def from_files() -> Mapping[str, Role]:
    """Roles straight from the pack files: what speaks before the packs have been loaded into the database."""
    reading = packs.read(settings.PACKS)
    return {each.id: each.value for each in reading.of(KIND) if each.value is not None}
