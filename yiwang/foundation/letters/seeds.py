"""Seeds of 机关代字 (``letters/prefixes.csv``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from yiwang.foundation.letters.models import LetterPrefix
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.organs.seeds.seeding import Key, by_code, refuse_unknown, serve
from yiwang.kernel import packs


class PrefixRow(packs.Row):
    organ: str
    prefix: str = Field(min_length=1, max_length=20)


class Prefixes:
    """One 机关代字 an organ."""

    def key(self, row: PrefixRow) -> Key:
        return (row.organ,)

    def says(self, row: PrefixRow) -> Mapping[str, str]:
        return {"prefix": row.prefix}

    def stored(self) -> Mapping[Key, Mapping[str, str]]:
        rows = LetterPrefix.objects.values_list("organ__code", "prefix")
        return {(code,): {"prefix": prefix} for code, prefix in rows}

    def add(self, rows: Sequence[packs.Entry], *, at: datetime) -> None:
        find = by_code("机构", Organ.objects.all())
        found = [(find(entry.value.organ, entry.where), entry.value.prefix) for entry in rows]
        refuse_unknown(find)
        LetterPrefix.objects.bulk_create(LetterPrefix(organ=organ, prefix=prefix) for organ, prefix in found)


packs.register("letters.prefixes", "letters/prefixes.csv", row=PrefixRow, key=("organ",), needs=("organs.organs",))
serve("letters.prefixes", Prefixes())
