"""The classifier is trained on what people handled; what no list names is noted for the 编办."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.actions import record as line
from yiwang.governance.hotline.duty import learned, queries, rules, training
from yiwang.governance.hotline.duty.doubles import Sample
from yiwang.governance.hotline.duty.models import Training, Unlisted
from yiwang.governance.hotline.models import Order
from yiwang.governance.hotline.similar.queries import weighing
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed


def samples(*, since: date, until: date) -> list[Sample]:
    """Closed orders whose organ was confirmed by handling (``queries.CONFIRMED``), received in a span of days. An order
    merged into another is its lead's double."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select o.title || '。' || o.content, g.code, (m.received_at at time zone 'Asia/Shanghai')::date, o.topic, o.town,
                       coalesce(o.merged_into_id, case when exists (select from hotline_order x where x.merged_into_id = o.matter_id)
                                                  then o.matter_id end)::text
                from hotline_order o join matter m on m.id = o.matter_id join organs_organ g on g.id = o.handling_organ_id
                where {queries.CONFIRMED} and m.received_at >= %s and m.received_at < %s::date + 1
                order by m.received_at, m.id""",
            [since, until],
        )
        return [
            Sample(text, organ, on, topic, town, group or "")
            for text, organ, on, topic, town, group in cursor.fetchall()
        ]


def train(*, by: Doer, at: datetime) -> Training:
    """Train the classifier anew on the county's own orders, try it, and keep both; the newest is asked from then on.

    Refused: whoever does not rule over orders in the whole county (the command does, as the system); ``TooFew`` orders.
    """
    if by.kind != "system" and not by.may(Permission.ORDER_RULE):
        raise NotAllowed("只有热线裁定人员可以训练职责判断模型。")
    on = day_of(at)
    rule = weighing(on)
    found = samples(since=on - timedelta(days=366 * rule.past_years), until=on)
    model, report = training.train(
        found,
        least=rule.train_least,
        organ_least=rule.organ_least,
        folds=rule.folds,
        later_percent=rule.later_percent,
    )
    data = model.dump()
    with transaction.atomic():
        made = Training.objects.create(
            trained_at=at,
            trained_by=by.reference,
            orders=report.orders,
            report=report.as_json(),
            digest=learned.digest(data),
            model=data,
        )
        told = {"orders": report.orders, "right": report.crossed.right, "of": report.crossed.of, "digest": made.digest}
        line(subject=f"training:{made.pk}", event="hotline.trained", by=by, at=at, detail=told)
    return made


def note_unlisted(order: Order, *, at: datetime) -> bool:
    """Keep an order for the 编办 if no list names anybody for it, or its dispatcher said so. Idempotent; answers whether."""
    if order.handling_organ_id is None:
        return False
    on = day_of(at)
    ground = Unlisted.Ground.SAID
    if not order.no_power:
        if not rules.unlisted(queries.evidence(order, weighing(on), on)):
            Unlisted.objects.filter(pk=order.pk, ground=Unlisted.Ground.FOUND).update(bounces=order.returns)
            return False
        ground = Unlisted.Ground.FOUND
    Unlisted.objects.update_or_create(
        matter_id=order.pk,
        defaults={"ground": ground, "organ_id": order.handling_organ_id, "bounces": order.returns, "noted_at": at},
    )
    return True
