"""What may be rated: cases that got their answer, visits to a counter, consultations by ticket."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import Counter
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.services.ratings.models import Guest, Occasion

TICKET = re.compile(r"[A-Z]{0,2}[0-9]{1,5}")
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
CODE_LENGTH = 10

# 一事一评: one occasion a case, from the day of its decision (or of its end, where nothing was decided). The person rated is
# the reviewer, else whoever acted last; ``involved`` is everybody of the staff who took a step. Cases of an imported log, and
# those whose settings say ``rated_elsewhere``, were rated where they were handled.
GATHER = """
with fresh as (
    insert into ratings_occasion (kind, reference, source, matter_id, organ_id, hall_id, counter_id, item, title, mode,
        handler_id, involved, opened_on)
    select 'case', m.reference, '', m.id, m.organ_id, c.hall_id, c.counter_id, m.item, m.title,
        case when c.channel = 'counter' then 'on-site' else 'online' end,
        (select split_part(l, '=staff:', 2)::bigint from unnest(string_to_array(m.steps, E'\\n')) with ordinality s (l, n)
            where l ~ '=staff:[0-9]+$' order by l like 'review=%%' desc, n desc limit 1),
        array(select distinct split_part(l, '=staff:', 2)::bigint from unnest(string_to_array(m.steps, E'\\n')) s (l)
            where l ~ '=staff:[0-9]+$'),
        coalesce(c.decided_on, (m.closed_at at time zone 'Asia/Shanghai')::date)
    from matter m join cases_case c on c.matter_id = m.id
    where (m.closed_at is not null or c.outcome <> '') and not jsonb_exists(m.settings, 'history')
        and not jsonb_exists(m.settings, 'rated_elsewhere')
        and (%(reference)s::text is null or m.reference = %(reference)s::text)
        and not exists (select from ratings_occasion o where o.matter_id = m.id)
    on conflict do nothing
    returning id, matter_id
)
insert into ratings_guest (occasion_id, party_id, code)
select f.id, c.party_id, '' from fresh f join cases_case c on c.matter_id = f.matter_id
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """A service at a counter just registered, and the 评价码 for the visitor's ticket: shown once, read by nobody later."""

    occasion: Occasion
    code: str


def gather(*, reference: str | None = None) -> int:
    """An occasion for every case that got its answer and has none yet (or for that one). One statement; answers how many.

    A registered job calls it for each case; the nightly sweep finds those whose end tells nobody (withdrawn, lapsed).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GATHER, {"reference": reference})
        return int(cursor.rowcount)


@transaction.atomic
def open_visit(
    *, counter_id: int, kind: str, ticket: str, title: str = "", party_id: int | None = None, by: Doer, at: datetime
) -> Visit:
    """一次一评: a visit to a counter, or a consultation without a case, by its queue ticket; once a ticket and day.

    By whoever serves at the counter, who is the person rated. ``party_id`` is the visitor where he was identified. Refused:
    another organ's counter, another kind, a ticket that is none or was taken already today.
    """
    on = day_of(at)
    counter = Counter.objects.select_related("place").filter(pk=counter_id).first()
    if counter is None or by.kind != "staff":
        raise NotFound("没有这个窗口，或者您不在这个窗口服务。", code="no-such-counter")
    if not by.may(Permission.CASE_RECEIVE, counter.organ_id):
        raise NotAllowed("您不在这个窗口服务，不能登记。")
    if kind not in (Occasion.Kind.VISIT, Occasion.Kind.CONSULTATION):
        raise Refusal("请选择窗口服务或者咨询。", code="kind", field="kind")
    ticket = ticket.strip().upper()
    if not TICKET.fullmatch(ticket):
        raise Refusal("请填写叫号票上的号码，例如A023。", code="ticket", field="ticket")
    if len(title) > 120 or "\0" in title:
        raise Refusal("事由最多120字。", code="title", field="title")
    reference = f"{on:%Y%m%d}-{counter.place.code}-{ticket}"[:80]
    if Occasion.objects.filter(source="", kind=kind, reference=reference).exists():
        raise Refusal(f"今天的{ticket}号已经登记过，一次服务只评价一次。", code="ticket-taken", field="ticket")
    made = Occasion.objects.create(
        kind=kind,
        reference=reference,
        organ_id=counter.organ_id,
        counter=counter,
        title=title.strip() or Occasion.Kind(kind).label,
        mode=Occasion.Mode.ON_SITE,
        handler_id=by.account_id,
        involved=[by.account_id],
        opened_on=on,
    )
    code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    Guest.objects.bulk_create([Guest(occasion=made, party_id=party_id, code=code)])
    ledger.record(
        subject=f"rating:{made.pk}",
        event="ratings.visit-opened",
        by=by,
        at=at,
        organ=str(made.organ_id),
        detail={"kind": made.get_kind_display(), "reference": reference, "counter": f"counter:{counter.pk}"},
    )
    return Visit(made, code)
