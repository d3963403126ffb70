"""Traces are made from orders as they come in; terms are counted anew every night."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.governance.hotline.models import Order
from yiwang.governance.hotline.similar.finding import ALL
from yiwang.governance.hotline.similar.models import Trace
from yiwang.governance.hotline.similar.terms import numbers

BATCH = 1_000


def trace(orders: Iterable[Order]) -> int:
    """The traces of these orders; those that have one keep it. Answers how many were looked at."""
    made = [
        Trace(
            matter_id=one.pk,
            terms=numbers(f"{one.title}\n{one.place}\n{one.content}"),
            kind=one.kind,
            topic=one.topic,
            town=one.town,
            received_on=day_of(one.matter.received_at),
        )
        for one in orders
    ]
    Trace.objects.bulk_create(made, ignore_conflicts=True, batch_size=BATCH)
    return len(made)


def catch_up() -> int:
    """Traces of all orders that have none, oldest first, in batches. Answers how many."""
    done = 0
    while True:
        missing = Order.objects.select_related("matter").filter(matter__order_trace=None).order_by("pk")[:BATCH]
        made = trace(missing)
        done += made
        if made < BATCH:
            return done


@transaction.atomic
def count_terms() -> int:
    """In how many traces each term stands, counted anew; answers how many terms there are.

    A term of a single order needs no row: what is not counted is rare. Takes some seconds for a hundred thousand orders.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """with counted as (
                 select term, count(*)::int as orders from hotline_trace, unnest(terms) as term group by 1
                   having count(*) > 1
               ), all_of_them as (select %s::int as term, count(*)::int as orders from hotline_trace)
               insert into hotline_term (term, orders)
               select term, orders from counted where term <> %s union all select term, orders from all_of_them
               on conflict (term) do update set orders = excluded.orders""",
            [ALL, ALL],
        )
        return int(cursor.rowcount)
