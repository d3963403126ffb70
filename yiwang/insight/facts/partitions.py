"""One partition: a query in PostgreSQL, its rows as Parquet. What looks like a person's number or like text is refused."""

from __future__ import annotations

import os
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from pyarrow import csv, parquet

from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.insight.facts.store import PARTS, Part, folder, sm3
from yiwang.kernel.facts import Fact, Kind
from yiwang.kernel.refusal import Refusal

CODES = (Kind.CODE, Kind.ORGAN, Kind.PLACE)
ARROW = {
    Kind.CODE: pa.string(),
    Kind.ORGAN: pa.string(),
    Kind.PLACE: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.FLAG: pa.bool_(),
    Kind.DAY: pa.date32(),
    Kind.MOMENT: pa.timestamp("us", tz="UTC"),
}
CODE = r"^[A-Za-z0-9#.:/_@+*-]*$"
PERSON = r"^([0-9]{17}[0-9Xx]|1[3-9][0-9]{9})$"  # 公民身份号码, a mobile telephone


class NotACode(Refusal):
    """A column that may hold codes only holds something else; nothing of the run is kept."""

    code = "not-a-code"


def schema(fact: Fact) -> pa.Schema:
    """The columns as Parquet has them."""
    return pa.schema([(column.name, ARROW[column.kind]) for column in fact.every])


def write(fact: Fact, year: int, made: str) -> Part:
    """Write one partition through the open connection, in the snapshot of its transaction."""
    place = folder() / PARTS
    name = f"{fact.id}-{year or 'all'}-{uuid.uuid4().hex[:12]}"
    spool, file = place / f"{name}.csv", place / f"{name}.parquet"
    if fact.yearly and not year:  # no row in any year: the table is there all the same
        table = schema(fact).empty_table()
    else:
        try:
            _copy(statement(fact, year), spool)
            table = _read(fact, spool)
        finally:
            spool.unlink(missing_ok=True)
    refuse_persons(fact, table)
    parquet.write_table(table, file, compression="zstd")
    with file.open("rb") as written:
        os.fsync(written.fileno())
    return Part(fact.id, year, file.name, table.num_rows, sm3(file), made)


def statement(fact: Fact, year: int) -> str:
    """The query of one partition. The bounds are our own and stand in the text: ``COPY`` takes no parameters."""
    chosen = ", ".join(f'{_written(column.kind, column.sql)} as "{column.name}"' for column in fact.every)
    source = fact.source
    if fact.yearly:
        since, until = (datetime(one, 1, 1, tzinfo=SHANGHAI).isoformat() for one in (year, year + 1))
        source = source.replace("%(since)s", f"'{since}'::timestamptz").replace("%(until)s", f"'{until}'::timestamptz")
    place = [column.name for column in fact.every].index(fact.key) + 1
    return f"select {chosen} from {source} order by {place}".replace("%%", "%")


def _written(kind: Kind, sql: str) -> str:
    if kind is Kind.MOMENT:
        return f"(extract(epoch from {sql}) * 1000000)::bigint"
    return f"({sql})"


def _copy(statement: str, spool: Path) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy ({statement}) to stdout with (format csv)") as rows,
        spool.open("wb") as file,
    ):
        for block in rows:
            file.write(block)


def _read(fact: Fact, spool: Path) -> pa.Table:
    wanted = schema(fact)
    if spool.stat().st_size == 0:
        return wanted.empty_table()
    types: dict[str, Any] = {one.name: pa.int64() if pa.types.is_timestamp(one.type) else one.type for one in wanted}
    table = csv.read_csv(
        spool,
        read_options=csv.ReadOptions(column_names=list(types)),
        convert_options=csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return table.cast(wanted)


def refuse_persons(fact: Fact, table: pa.Table) -> None:
    """Refuses any code column with something that is no code, and any value shaped like a person's number."""
    for column in fact.every:
        if column.kind not in CODES:
            continue
        values = pc.unique(table[column.name])
        known = values.drop_null()
        if len(known) and not pc.all(pc.match_substring_regex(known, CODE)).as_py():
            raise NotACode(f"事实“{fact.title}”的“{column.title}”一列含有不是代码的内容，未写出。")
        if len(known) and pc.any(pc.match_substring_regex(known, PERSON)).as_py():
            raise NotACode(f"事实“{fact.title}”的“{column.title}”一列含有像个人号码的内容，未写出。")
