"""Roles as the packs declare them: a title, a bundle of permissions, how far it reaches, what it asks of its holder."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.conf import settings

from yiwang.kernel.permissions import Permission
from yiwang.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Role:
    """One declared role. ``scope`` is ``organ`` or ``jurisdiction``; ``given_by`` the role that may appoint to it.

    ``second_factor`` roles have no effect in a session that passed no second factor. ``assignable`` is false for the
    role every citizen holds without being appointed.
    """

    id: str
    title: str
    permissions: frozenset[Permission]
    scope: str
    given_by: str
    second_factor: bool
    assignable: bool
    position: int


class UnknownRole(Refusal):
    """No pack declares this role."""

    code = "unknown-role"


@lru_cache(maxsize=1)
def declared() -> Mapping[str, Role]:
    """Every role of the installation's packs by its id, in the packs' order."""
    roles = [_role(document) for document in _documents()]
    return MappingProxyType({role.id: role for role in sorted(roles, key=lambda r: r.position)})


def role(role_id: str) -> Role:
    """The declared role; an unknown id is refused."""
    try:
        return declared()[role_id]
    except KeyError:
        raise UnknownRole(f"没有名为“{role_id}”的岗位，请从岗位列表中选择。", field="role") from None


def grants(role_id: str, organ_id: int) -> frozenset[tuple[Permission, int | None]]:
    """What holding ``role_id`` in an organ grants. A role no pack declares any more grants nothing."""
    held = declared().get(role_id)
    if held is None:
        return frozenset()
    reach = None if held.scope == "jurisdiction" else organ_id
    return frozenset((permission, reach) for permission in held.permissions)


def _documents() -> list[dict[str, Any]]:
    return [
        tomllib.loads(file.read_text(encoding="utf-8"))
        for pack in settings.PACKS
        for file in sorted((pack / "roles").glob("*.toml"))
    ]


def _role(document: dict[str, Any]) -> Role:
    return Role(
        id=document["id"],
        title=document["title"],
        permissions=frozenset(Permission(value) for value in document["permissions"]),
        scope=document["scope"],
        given_by=document.get("given_by", "organ-admin"),
        second_factor=document.get("second_factor", False),
        assignable=document.get("assignable", True),
        position=document["position"],
    )
