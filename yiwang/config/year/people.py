"""Invented applicants for an invented year: numbers under a division that does not exist, names put together by chance."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from random import Random

from django.db import connection, transaction

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.identifiers.rules import INVENTED_DIVISION
from yiwang.foundation.people import rules
from yiwang.foundation.people.models import Party, Person
from yiwang.kernel.permissions import Doer
from yiwang.matters import life_rows

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华建国志文玉春梅海燕晓东小红永丹婷雪冬兰凤萍辉慧鹏宇欣怡子涵浩然思雨嘉晨"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
CHECKS = "10X98765432"
COLUMNS = "party_id, name, name_key, id_number_cipher, id_number_index, verified_how, verified_at, organ_id, invented"
AT_ONCE = 2000


def applicants(count: int, *, seed: int, by: Doer, at: datetime) -> list[int]:
    """Register ``count`` invented persons who cannot log in, and answer their keys. The same seed finds the same persons
    again instead of making them twice."""
    chance = Random(seed)
    numbers = _numbers(chance)
    found: list[int] = []
    keys: dict[str, str] = {}
    while len(found) < count:
        batch = [(number, _name(chance)) for number in islice(numbers, min(AT_ONCE, count - len(found)))]
        indexes = {cipher.index(number, at=at): (number, name) for number, name in batch}
        with transaction.atomic():
            known = {
                bytes(index or b""): pk
                for pk, index in Person.objects.filter(id_number_index__in=list(indexes)).values_list(
                    "pk", "id_number_index"
                )
            }
            fresh = [index for index in indexes if index not in known]
            parties = Party.objects.bulk_create(
                Party(kind=Party.Kind.PERSON, registered_at=at, registered_by=by.reference) for _ in fresh
            )
            rows = []
            for index, party in zip(fresh, parties, strict=True):
                number, name = indexes[index]
                key = keys.setdefault(name, rules.sort_key(name)[:200])
                sealed = cipher.seal(number, about=f"party:{party.pk}:id_number", at=at)
                rows.append((party.pk, name, key, sealed, index, "demonstration", at, by.organ_id, True))
                known[index] = party.pk
            life_rows.copy_rows(Person._meta.db_table, COLUMNS, rows)
        found += [known[index] for index in indexes]
    return found


def _name(chance: Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.choice(GIVEN) for _ in range(chance.choice((1, 2, 2, 2))))


def _numbers(chance: Random):  # type: ignore[no-untyped-def]
    seen: set[str] = set()
    while True:
        born = date(1945, 1, 1) + timedelta(days=chance.randrange(60 * 365))
        body = f"{INVENTED_DIVISION}{born:%Y%m%d}{chance.randrange(1000):03d}"
        if body not in seen:
            seen.add(body)
            yield body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def analysed() -> None:
    """So many new rows change what the planner ought to know."""
    with connection.cursor() as cursor:
        for table in (
            *("matter", "matter_seat", "matter_clock", "ledger_entry", "cases_case", "cases_material"),
            *("ratings_occasion", "ratings_rating", "hotline_order", "meetings_issue", "inspections_behaviour"),
        ):
            cursor.execute(f"analyze {table}")
