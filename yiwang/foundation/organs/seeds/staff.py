"""Seeds of staff, posts, trainings and, in a demo, the one password all of them share (``staff/*``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from pydantic import Field

from yiwang.foundation.organs.models import Account, Organ, Post, Training
from yiwang.foundation.organs.seeds.places import counters_by_number
from yiwang.foundation.organs.seeds.seeding import Key, Lookup, by_code, refuse_unknown, serve, text
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import SYSTEM, Doer


class StaffRow(packs.Row):
    username: str = Field(pattern=r"^[a-z][a-z0-9_.-]{1,31}$")
    name: str
    organ: str
    title: str = ""


class PostRow(packs.Row):
    """``counter`` is ``place/number``; ``deputy_of`` the login name of the A岗, who holds the same role."""

    username: str
    role: str
    counter: str = ""
    deputy_of: str = ""
    from_: date = Field(alias="from")


class TrainingRow(packs.Row):
    username: str
    subject: str
    on: date
    hours: Decimal = Field(gt=0)
    document: str = ""


class DemoLogin(packs.Row):
    """The password every staff account without one gets. Only a demo's pack carries this file."""

    password: str
    note: str = ""


class Staff:
    def key(self, row: StaffRow) -> Key:
        return (row.username,)

    def says(self, row: StaffRow) -> Mapping[str, str]:
        return {"name": row.name, "organ": row.organ, "title": row.title}

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        rows = Account.objects.filter(kind=Account.Kind.STAFF).select_related("organ")
        return {
            (row.username,): {"name": row.name, "organ": row.organ.code if row.organ else "", "title": row.title}
            for row in rows
        }

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        organs = by_code("机构", Organ.objects.all())
        made = [
            Account(
                username=e.value.username,
                kind=Account.Kind.STAFF,
                name=e.value.name,
                organ=organs(e.value.organ, e.where),
                title=e.value.title,
                password=make_password(None),  # nobody logs in before an administrator gives a password
                opened_at=at,
                opened_by=SYSTEM.reference,
            )
            for e in rows
        ]
        refuse_unknown(organs)
        Account.objects.bulk_create(made)


class Posts:
    def key(self, row: PostRow) -> Key:
        return (row.username, row.role, row.counter, row.deputy_of, text(row.from_))

    def says(self, row: PostRow) -> Mapping[str, str]:
        return {"until": ""}

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        rows = Post.objects.select_related("account", "counter__place", "deputy_of__account")
        return {
            (
                row.account.username,
                row.role,
                f"{row.counter.place.code}/{row.counter.number}" if row.counter else "",
                row.deputy_of.account.username if row.deputy_of else "",
                text(row.from_on),
            ): {"until": text(row.until_on)}
            for row in rows
        }

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        accounts = by_code("账号", Account.objects.filter(kind=Account.Kind.STAFF).select_related("organ"), "username")
        counters = counters_by_number()
        self._create([e for e in rows if not e.value.deputy_of], accounts, counters, None)
        held = Post.objects.filter(deputy_of__isnull=True).select_related("account")
        principals = Lookup("A岗", {(post.account.username, post.role): post for post in held})
        self._create([e for e in rows if e.value.deputy_of], accounts, counters, principals)

    @staticmethod
    def _create(rows: Sequence[packs.Entry], accounts: Lookup, counters: Lookup, principals: Lookup | None) -> None:
        made = []
        for e in rows:
            account = accounts(e.value.username, e.where)
            place, _, number = e.value.counter.partition("/")
            made.append(
                Post(
                    organ=account.organ if account else None,
                    role=e.value.role,
                    account=account,
                    counter=counters((place, number), e.where) if place else None,
                    deputy_of=principals((e.value.deputy_of, e.value.role), e.where) if principals else None,
                    from_on=e.value.from_,
                )
            )
        refuse_unknown(accounts, counters, *([principals] if principals else []))
        Post.objects.bulk_create(made)


class Trainings:
    def key(self, row: TrainingRow) -> Key:
        return (row.username, row.subject, text(row.on))

    def says(self, row: TrainingRow) -> Mapping[str, str]:
        return {"hours": f"{row.hours:.1f}", "document": row.document}

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        return {
            (row.account.username, row.subject, text(row.on)): {"hours": f"{row.hours:.1f}", "document": row.document}
            for row in Training.objects.select_related("account")
        }

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        accounts = by_code("账号", Account.objects.filter(kind=Account.Kind.STAFF), "username")
        made = [
            Training(
                account=accounts(e.value.username, e.where),
                subject=e.value.subject,
                on=e.value.on,
                hours=e.value.hours,
                document=e.value.document,
            )
            for e in rows
        ]
        refuse_unknown(accounts)
        Training.objects.bulk_create(made)


packs.register("organs.staff", "staff/staff.csv", row=StaffRow, key=("username",), needs=("organs.organs",))
packs.register(
    "organs.posts",
    "staff/posts.csv",
    row=PostRow,
    key=("username", "role", "counter", "deputy_of", "from_"),
    needs=("organs.staff", "organs.counters"),
)
packs.register(
    "organs.trainings",
    "staff/trainings.csv",
    row=TrainingRow,
    key=("username", "subject", "on"),
    needs=("organs.staff",),
)
packs.register("organs.demo-login", "staff/demo-login.toml", row=DemoLogin, needs=("organs.staff",))
serve("organs.staff", Staff())
serve("organs.posts", Posts())
serve("organs.trainings", Trainings())


@names.hook("packs.seed.organs.demo-login")
def seed_demo_login(entries: Sequence[packs.Entry], *, by: Doer, at: datetime) -> packs.SeedReport:
    """Give every staff account without a password the demo's. Hashed once: a hash is slow on purpose."""
    without = Account.objects.filter(kind=Account.Kind.STAFF, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    added = 0
    for entry in entries:
        if without.exists():
            added += without.update(password=make_password(entry.value.password))
    return packs.SeedReport(added=added, present=0)


@names.hook("packs.diff.organs.demo-login")
def diff_demo_login(entries: Sequence[packs.Entry]) -> list[packs.Drift]:
    """Passwords are people's own: they never count as drift."""
    return []
