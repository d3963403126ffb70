"""What a reply is read against: the rules in force, the unit's earlier replies, the caller's own name, published numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.packs import queries as packs
from yiwang.governance.hotline.actions.splitting import TOGETHER
from yiwang.governance.hotline.models import Order, Part
from yiwang.governance.hotline.queries import callers
from yiwang.governance.hotline.queries.order import at_desk, no_such_order
from yiwang.governance.hotline.queries.order import part as a_part
from yiwang.governance.hotline.replies import copies, rules
from yiwang.governance.hotline.replies.kinds import KIND, RULE, WAYS, ReplyRules
from yiwang.governance.hotline.replies.models import ReplyReading
from yiwang.kernel.permissions import Doer, Permission

MOST_COMPARED = 200
WATCHING = (Permission.ORDER_DISPATCH, Permission.ORDER_RULE, Permission.CASE_SUPERVISE)
OWN = (Permission.ORDER_HANDLE,)

EARLIER = """
select m.reference, r.prints from hotline_reply_reading r join matter m on m.id = r.matter_id
where r.organ_id = %s and r.prints && %s::int[] and r.replied_at >= %s and r.matter_id <> %s
  and m.parent_id is distinct from %s
order by r.replied_at desc limit %s
"""


def in_force(on: date) -> tuple[str, ReplyRules]:
    """(version, rules) for replies on a day."""
    found = packs.rule(KIND, RULE, on)
    return found.version, found.value


def read(viewer: Doer, reference: str, text: str, *, way: str = "final", at: datetime) -> list[rules.Finding]:
    """What would be found if this went out now, of an order or (``way`` part) of a part; 404 for who may not see it. Nothing is
    kept."""
    if way == "part":
        part = a_part(viewer, reference)
        return findings(part.order, text, way=way, part=part, at=at)
    return findings(at_desk(viewer, reference), text, way=way if way in WAYS else "final", at=at)


def findings(
    order: Order, text: str, *, way: str = "final", part: Part | None = None, at: datetime
) -> list[rules.Finding]:
    """``read`` for an order already seen. The caller's own name is read, and told to nobody."""
    _, rule = in_force(day_of(at))
    asked = f"{order.title}。{order.content}"
    if part is not None:
        asked = "" if part.task == TOGETHER else part.task
    return rules.read(
        rules.Reply(
            text=text,
            question=asked,
            kind=order.kind,
            caller=callers.unsealed(order, "name") if order.caller_name else "",
            published=_published(),
            earlier=_earlier(order, text, rule, at, whose(order, part)),
            way=way,
        ),
        rule,
    )


def whose(order: Order, part: Part | None = None) -> int:
    """The unit whose text it is: the part's, the handling unit, the hotline where nobody was given the order."""
    return part.organ_id if part is not None else order.handling_organ_id or order.organ_id


def _earlier(order: Order, text: str, rule: ReplyRules, at: datetime, organ_id: int) -> Sequence[copies.Earlier]:
    own = copies.prints(text, rule.courtesies)
    if len(own) < rule.copied.least:
        return ()
    since = at - timedelta(days=rule.copied.days)
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, [organ_id, own, since, order.pk, order.pk, MOST_COMPARED])
        return [copies.Earlier(*row) for row in cursor.fetchall()]


def _published() -> frozenset[str]:
    """Numbers units are called at; a mobile among them is no person's."""
    phones = Organ.objects.exclude(phone="").values_list("phone", flat=True)
    return frozenset(re.sub(r"\D", "", phone) for phone in phones)


@dataclass(frozen=True, slots=True)
class OfUnit:
    """A unit's replies of a span of days: how many, how many vague, how many sent with a reason; what was found most."""

    code: str
    organ: str
    replies: int
    vague: int
    overruled: int
    most: str

    @property
    def percent(self) -> str:
        return f"{100 * self.vague / self.replies:.1f}"

    @property
    def small(self) -> bool:
        """Too few to rank by."""
        return self.replies < 30


def by_unit(viewer: Doer, *, since: date, until: date) -> list[OfUnit]:
    """The share of vague replies by unit, worst first; a unit's own people see their own unit, others get 404."""
    wide = viewer.kind == "staff" and any(viewer.may(permission) for permission in WATCHING)
    own = viewer.organs_of(*OWN) or frozenset()
    if not wide and not own:
        raise no_such_order()
    with connection.cursor() as cursor:
        cursor.execute(
            """with told as (
                 select r.organ_id, r.vague, r.overruled, r.findings from hotline_reply_reading r
                 where (r.replied_at at time zone 'Asia/Shanghai')::date between %(since)s and %(until)s
                   and (%(wide)s or r.organ_id = any(%(own)s::bigint[]))
               ), most as (
                 select distinct on (organ_id) organ_id, code from (
                   select organ_id, code, count(*) as times from told, unnest(findings) as code group by 1, 2
                 ) as counted order by organ_id, times desc, code
               )
               select t.organ_id, count(*), count(*) filter (where t.vague), count(*) filter (where t.overruled),
                      coalesce((select code from most where most.organ_id = t.organ_id), ''),
                      (select o.code from organs_organ o where o.id = t.organ_id)
               from told t group by 1""",
            {"since": since, "until": until, "wide": wide, "own": list(own)},
        )
        rows = cursor.fetchall()
    named = organs.organ_names([row[0] for row in rows], until)
    titles = finding_titles(until)
    found = [
        OfUnit(organ, named.get(pk, ""), of, vague, over, titles.get(code, ""))
        for pk, of, vague, over, code, organ in rows
    ]
    return sorted(found, key=lambda one: (-one.vague / one.replies, -one.replies, one.organ))


def finding_titles(on: date) -> Mapping[str, str]:
    """Code → what a finding is called."""
    _, rule = in_force(on)
    fixed = {
        "question": "没有回应所问",
        "vague": "空话",
        "unfilled": "模板没有填写",
        "copied": "照抄其他答复",
        "id-number": "写有身份证号码",
        "phone": "写有手机号码",
        "name": "写有他人姓名",
    }
    return {**{one.code: f"没有写{one.title}" for one in rule.part}, **fixed}


def of_order(viewer: Doer, order: Order, *, part: Part | None = None) -> ReplyReading | None:
    """The reading of the last text of an order, or of a part, for whoever reviews it or wrote it; ``None`` where nobody read it."""
    units = {whose(order), whose(order, part)}
    if not any(viewer.may(permission, order.organ_id) for permission in WATCHING) and not any(
        viewer.may(Permission.ORDER_HANDLE, unit) for unit in units
    ):
        return None
    return ReplyReading.objects.filter(matter_id=part.pk if part else order.pk).order_by("-ordinal").first()
