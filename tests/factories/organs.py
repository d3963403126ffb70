"""Small builders for organs and staff: only what a story needs to name."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from yiwang.foundation.organs.models import Absence, Account, Counter, Division, Organ, OrganName, Place, Post

BEGINNING = date(2019, 1, 1)
_serial = count(1)


def division() -> Division:
    found, _ = Division.objects.get_or_create(
        code="449931", from_on=BEGINNING, defaults={"name": "云溪县", "level": Division.Level.COUNTY}
    )
    return found


def organ(code: str | None = None, *, name: str | None = None, **fields: Any) -> Organ:
    """An organ with one name since the beginning."""
    code = code or f"organ-{next(_serial)}"
    fields = {"kind": Organ.Kind.DEPARTMENT, "from_on": BEGINNING, "division": division()} | fields
    made = Organ.objects.create(code=code, **fields)
    OrganName.objects.create(organ=made, name=name or f"云溪县{code}局", short_name=code, from_on=BEGINNING)
    return made


def staff(of: Organ, username: str | None = None, **fields: Any) -> Account:
    """A staff account without a usable password (log in with ``force_login``)."""
    username = username or f"staff-{next(_serial)}"
    fields = {"kind": Account.Kind.STAFF, "name": username, "organ": of} | fields
    return Account.objects.create(username=username, password="!", **fields)


def post(account: Account, role: str, **fields: Any) -> Post:
    """A post of the account in its own organ since the beginning."""
    fields = {"organ": account.organ, "from_on": BEGINNING} | fields
    return Post.objects.create(account=account, role=role, **fields)


def absent(account: Account, from_on: date, until_on: date, **fields: Any) -> Absence:
    return Absence.objects.create(account=account, from_on=from_on, until_on=until_on, reason="公休", **fields)


def place(of: Organ, code: str = "hall") -> Place:
    return Place.objects.create(
        code=code,
        kind=Place.Kind.HALL,
        name="云溪县政务服务中心",
        organ=of,
        division=of.division,
        address="云溪县城文明路1号",
        from_on=BEGINNING,
    )


def counter(at: Place, number: str = "A01", **fields: Any) -> Counter:
    fields = {"kind": Counter.Kind.COMPREHENSIVE, "name": "综合窗口", "organ": at.organ, "from_on": BEGINNING} | fields
    return Counter.objects.create(place=at, number=number, **fields)
