"""Rows of cases for a measurement: written into PostgreSQL without the house, or as facts without PostgreSQL."""

from __future__ import annotations

import uuid
from datetime import datetime

import duckdb

ROWS = """
insert into matter (id, reference, process_id, process_version, chain, state, version, organ_id, item, guide, title, received_at,
    counted_on, closed_at, settings, steps, head_ordinal, head_digest)
select n, 'B-' || n, 'services.licence', '2026.1', '', case when n %% 200 = 0 then 'under-review' else 'delivered' end, 5,
    (array(select id from organs_organ order by id))[1 + n %% 30], '', '', '', came, came::date,
    case when n %% 200 <> 0 then came + interval '4 days' end, '{}', '', 4, ''
from (select n, timestamptz '2025-07-01 09:00+08' + n * interval '548 days' / %(cases)s as came from generate_series(1, %(cases)s) n) x;
insert into cases_case (matter_id, number, enquiry_code, guide_id, organ_id, party_id, channel, answers, form, delivery, outcome,
    decided_on)
select n, n::text, lpad(n::text, 10, '0'), (array(select id from catalogue_guide order by id))[1 + n %% 20], m.organ_id, 1,
    (array['portal', 'phone', 'counter'])[1 + n %% 3], '{}', '', 'online',
    case when n %% 200 = 0 then '' when n %% 50 = 0 then 'denied' else 'granted' end,
    case when n %% 200 <> 0 then ((m.received_at + interval '3 days') at time zone 'Asia/Shanghai')::date end
from generate_series(1, %(cases)s) n join matter m on m.id = n;
insert into matter_clock (matter_id, clock, kind, unit, days, started_on, stopped_on, pauses, due_on, provisional, revision)
select m.id, k, k, 'working-day', 5, m.received_at::date + 1, case when m.closed_at is not null then m.received_at::date + 3 end, '[]',
    m.received_at::date + case when m.id %% 40 = 0 then 2 else 9 end, false, 1
from matter m, (values ('promised'), ('legal')) v (k);
insert into ledger_entry (subject, ordinal, at, recorded_at, event, actor, organ, body, previous, digest)
select 'matter:' || m.reference, s.ordinal, m.received_at + s.after, m.received_at + s.after,
    'services.licence.' || case when s.step = 'grant' and m.id %% 50 = 0 then 'deny' else s.step end, 'staff:1', '', '', '', ''
from matter m, (values (1, 'submit', interval '0'), (2, 'accept', interval '1 day'), (3, 'grant', interval '3 days'),
    (4, 'deliver-online', interval '4 days')) s (ordinal, step, after)
where s.ordinal <= 2 or m.closed_at is not null order by m.id, s.ordinal
"""


def lay(cases: int) -> None:
    """So many cases of a year and a half with clocks and ledger lines, and statistics of them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        for statement in ROWS.split(";\n"):
            cursor.execute(statement, {"cases": cases})
        cursor.execute("set session_replication_role = default")
        cursor.execute("vacuum analyze")


# The same as facts, two years of them and by chance: half the cases are accepted on the day they come in, most are decided
# within a week and few after a month, one in a hundred moments is recorded up to 40 days late.
CHANCE = "(hash({0} * 7919, n) % 10000)::bigint"
DAYS = {
    "accepted": (0.3, 5),
    "decided": (0.12, 45),
    "closed": (0.5, 6),
    "corrected": (0.3, 5),
    "paused": (0.3, 9),
    "extended": (0.2, 12),
}
AFTER = {
    "accepted": "received",
    "decided": "accepted",
    "closed": "decided",
    "corrected": "received",
    "paused": "accepted",
    "extended": "accepted",
}
SHARE = {
    "accepted": 9700,
    "decided": 9600,
    "closed": 9900,
    "corrected": 900,
    "paused": 300,
    "extended": 100,
}  # of ten thousand
COLUMNS = {
    "reference": "'B-' || n",
    "organ": f"'organ-' || (pow({CHANCE.format(1)} / 10000.0, 2) * 30)::int",
    "place": f"'place-' || {CHANCE.format(2)} % 40",
    "counter": "'place-' || {0} % 40 || '/' || {0} % 7".format(CHANCE.format(2)),
    "item": f"'item-' || {CHANCE.format(3)} % 300",
    "item_type": f"lpad(({CHANCE.format(3)} % 8)::varchar, 2, '0')",
    "handling_type": f"case when {CHANCE.format(4)} < 4000 then '1' else '2' end",
    "process": "'services.licence'",
    "channel": f"['portal', 'phone', 'counter', 'kiosk', 'relay'][1 + {CHANCE.format(5)} % 5]",
    "outcome": f"case when decided_on is null then '' when {CHANCE.format(6)} < 200 then 'denied' else 'granted' end",
    "closing_state": "case when closed_on is null then '' else 'delivered' end",
    "on_time": f"decided_on is not null and {CHANCE.format(7)} < 9900",
    "early": f"decided_on is not null and {CHANCE.format(7)} < 7000",
    "legal_on_time": "decided_on is not null",
    "handling_days": "((decided_on - accepted_on) * 5 + 6) // 7",
    "imported": "false",
}


def facts(cases: int, *, as_of: datetime, parts: int = 10) -> None:
    """Facts of so many cases received in 2025 and 2026, laid as ``./yw facts`` lays them, a tenth of them at a time."""
    from yiwang.insight.facts import store
    from yiwang.kernel.facts import fact

    declared = fact("cases")
    assert declared is not None
    made = []
    with duckdb.connect(config={"memory_limit": "4GB", "threads": 2}) as connection:
        for part in range(parts):
            file = f"cases-{2025 + part * 2 // parts}-{uuid.uuid4().hex[:12]}.parquet"
            first, last = cases * part // parts, cases * (part + 1) // parts
            source = f"select n, timestamptz '2025-01-01 01:00+00' + interval 1 second * (n * 63072000 // {cases}) as received_at from range({first}, {last}) t(n)"
            for moment, (chance, most) in DAYS.items():
                seed = 10 + list(DAYS).index(moment)
                days = f"least(floor(ln(1 - {CHANCE.format(seed)} / 10000.0) / ln(1 - {chance})), {most})"
                happens = f"{CHANCE.format(seed + 10)} < {SHARE[moment]} and {AFTER[moment]}_at + interval 1 day * {days} < timestamptz '{as_of.isoformat()}'"
                source = f"select *, case when {happens} then {AFTER[moment]}_at + interval 1 day * {days} end as {moment}_at from ({source})"
            told = ["*"]
            for number, moment in enumerate(one.name for one in declared.moments):
                late = f"case when {CHANCE.format(40 + number)} < 100 then interval 1 day * ({CHANCE.format(60 + number)} % 40) else interval 0 day end"
                told.append(f"least({moment}_at + {late}, timestamptz '{as_of.isoformat()}') as {moment}_recorded_at")
                told.append(f"(({moment}_at::timestamp + interval 8 hour)::date) as {moment}_on")
            chosen = ", ".join(
                f'{COLUMNS.get(column.name, column.name)} as "{column.name}"' for column in declared.every
            )
            path = store.folder() / store.PARTS / file
            connection.execute(
                f"copy (select {chosen} from (select {', '.join(told)} from ({source}))) to '{path}' (format parquet, compression zstd)"
            )
            made.append(store.Part("cases", 2025 + part * 2 // parts, file, last - first, "", "made for a measurement"))
    store.swap(store.Contents(as_of, 1, 1, tuple(made)))
