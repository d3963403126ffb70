"""Proposals for an order with their reasons, how good the classifier is, and matters no list names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.governance.hotline import queries as hotline
from yiwang.governance.hotline.duty import learned, rules
from yiwang.governance.hotline.duty.kinds import DUTIES, Duty, Weighing
from yiwang.governance.hotline.duty.models import DutyLine, Training
from yiwang.governance.hotline.models import Order, Ruling
from yiwang.governance.hotline.queries.order import no_such_order
from yiwang.governance.hotline.similar import terms
from yiwang.governance.hotline.similar.finding import like
from yiwang.governance.hotline.similar.models import Trace
from yiwang.governance.hotline.similar.queries import weighing
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission

DECIDING = (Permission.ORDER_DISPATCH, Permission.ORDER_RULE)
LISTING = (*DECIDING, Permission.CATALOGUE_REVIEW_ESTABLISHMENT)
RULED_IN = "ruling"  # the state an order waits in for its ruling
LIST = "list"  # what a reference calls the table that was brought in (``duty:list/CG-01``)
RULINGS_READ = 200
RULING_ALIKE = 0.25  # of what an order says, to call a ruling about the same topic its precedent
# Handled by people: signed for and answered by staff of the unit, looked at by the hotline, and closed after the call-back
# was tried. An order the system closed by itself, or that was answered with its lead, teaches nothing.
CONFIRMED = """o.signed_at is not null and o.replied_at is not null and m.closed_at is not null
    and m.state in ('closed-satisfied', 'closed-judged', 'closed-unreached')
    and m.steps ~ '(^|\\n)sign=staff:' and m.steps ~ '(^|\\n)reply=staff:' and m.steps ~ '(^|\\n)pass=staff:'"""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as a page shows it. ``strength`` in a word; ``references`` is what the ledger keeps of its reasons;
    ``returned``: it gave this order back."""

    code: str
    name: str
    strength: str
    reasons: Sequence[rules.Evidence]
    precedent: int | None
    references: str
    listed: bool
    returned: bool


@dataclass(frozen=True, slots=True)
class Proposals:
    """What is proposed; whether no list names anybody; units left out because their return was agreed to."""

    found: Sequence[Proposed]
    unlisted: bool
    left_out: Sequence[str]


def proposals(viewer: Doer, order: Order, *, on: date) -> Proposals:
    """Whose duty an order probably is, with the evidence, best first; 404 for who neither dispatches nor rules it. A unit
    that gave it back is proposed to nobody but the ruler."""
    if not any(viewer.may(permission, order.organ_id) for permission in DECIDING):
        raise no_such_order()
    rule = weighing(on)
    found = evidence(order, rule, on)
    there = {row.code: row.pk for row in Organ.objects.filter(holding(on), code__in={one.organ for one in found})}
    named = organs.organ_names(there.values(), on)
    returned = set(hotline.returned_by(f"matter:{order.matter.reference}"))
    # Who rules between units that gave it back sees what speaks for each of them.
    gone = hotline.accused(order) | (set() if order.matter.state == RULED_IN else returned)
    back = {code: "" for code, pk in there.items() if pk in gone}
    able = {code for code, _ in hotline.units(on)}
    usable = [one for one in found if one.organ in there and one.organ in able]
    weighed = rules.weigh(usable, rule, besides=back)
    return Proposals(
        found=[
            Proposed(
                code=one.organ,
                name=named.get(there[one.organ], one.organ),
                strength=strength(one.weight),
                reasons=one.reasons,
                precedent=int(one.ruling.reference.partition(":")[2]) if one.ruling else None,
                references=references(place, one),
                listed=one.listed,
                returned=there[one.organ] in returned,
            )
            for place, one in enumerate(weighed, 1)
        ],
        unlisted=rules.unlisted(found),
        left_out=[named[there[code]] for code in back],
    )


def strength(weight: float) -> str:
    """How much speaks for a proposal, in a word: it is no probability, so no figure is shown."""
    return "依据充分" if weight >= 0.8 else "依据较多" if weight >= 0.5 else "仅供参考"


def references(place: int, proposal: rules.Proposal, longest: int = 400) -> str:
    """What the ledger keeps: which proposal it was, and its reasons by reference, as many as there is room for."""
    kept = f"proposed:{place}"
    for one in proposal.reasons:
        if len(kept) + 1 + len(one.reference) > longest:
            break
        kept += f" {one.reference}"
    return kept


def in_words(kept: str, on: date) -> list[str]:
    """What ``references`` kept, for a page: which proposal was followed, and each reason by the thing it names. What is no
    reference is left out: the field is filled by a page."""
    brought = f"duty:{LIST}/"
    named = {token.removeprefix(brought) for token in kept.split() if token.startswith(brought)}
    duties = {f"{key}/{one.id}": one for key, one in _duties(on, named=named)}
    ruled = {token.removeprefix("ruling:") for token in kept.split() if token.startswith("ruling:")}
    numbers = [int(number) for number in ruled if number.isdecimal() and len(number) < 19]
    rulings = {str(one.pk): one for one in Ruling.objects.filter(pk__in=numbers)} if numbers else {}
    said = []
    for token in kept.split():
        kind, _, what = token.partition(":")
        if kind == "proposed" and what.isdigit():
            said.append(f"按第{what}个建议派单")
        elif kind == "duty" and what in duties:
            said.append(f"职责分工：{duties[what].title}（{duties[what].basis}）")
        elif kind == "ruling" and what in rulings:
            said.append(f"裁定先例：{rulings[what].gist}（{rulings[what].ruled_at:%Y-%m-%d}）")
        elif kind in rules.SOURCES:
            said.append(f"{rules.SOURCES[kind]} {what}")
    return said


def evidence(order: Order, rule: Weighing, on: date) -> list[rules.Evidence]:
    """Every reason for every organ, in no order. Nothing personal is read: title, content, topic and town are."""
    text = f"{order.title}\n{order.place}\n{order.content}"
    town = _town(order.town, on)
    found = rules.by_duties(
        _duties(on), title=order.title, content=f"{order.place}\n{order.content}", topic=order.topic, town=order.town,
        town_organ=town[0],
    )  # fmt: skip
    found += _rulings(order)
    if "catalogue.named-in" in names.hook:
        found += rules.by_list(rules.Listed(**one) for one in names.hook["catalogue.named-in"](text=text))
    found += rules.by_past(_past(order, text, rule, on))
    found += learned.by_model(order.title + "。" + order.content, topic=order.topic, town=order.town)
    return found + rules.by_place(town_organ=town[0], town_name=town[1])


def _duties(on: date, *, named: Collection[str] | None = None) -> list[tuple[str, Duty]]:
    """(list, line) of the county's division of duties: what its packs declare, and what a table brought in (``LIST``).
    ``named``: of the table only the lines of those codes, also where they ended, for what was said by them."""
    found = [(key, one) for key, stored in packs.rules(DUTIES, on).items() for one in stored.value.duty]
    rows = DutyLine.objects.order_by("code")
    names_ = ("title", "organ", "topics", "words", "unless", "towns", "basis")
    for row in rows.filter(until_on=None) if named is None else rows.filter(code__in=named):
        found.append((LIST, Duty.model_construct(id=row.code, **{name: getattr(row, name) for name in names_})))
    return found


def _town(code: str, on: date) -> tuple[str, str]:
    """(code, name) of the government of a town; empty where the order has no place."""
    if not code:
        return "", ""
    rows = Organ.objects.filter(holding(on), kind=Organ.Kind.TOWN, division__code=code)
    found = rows.values_list("code", "pk").first()
    return (found[0], organs.organ_name(found[1], on)) if found else ("", "")


def _rulings(order: Order) -> list[rules.Evidence]:
    """Rulings about the same topic whose order said much of what this one says; those of the same town the stronger.

    Where it happened is left out of the comparison: one ruling about a street is not about everything in that street."""
    rows = list(Ruling.objects.filter(topic=order.topic).exclude(order_id=order.pk).order_by("-pk")[:RULINGS_READ])
    if not rows:
        return []
    own = terms.weights(terms.numbers(f"{order.title}\n{order.content}"), {}, 1)
    traces = dict(Trace.objects.filter(pk__in={row.order_id for row in rows}).values_list("pk", "terms"))
    ruled = {one.pk: one for one in Organ.objects.filter(pk__in={row.organ_id for row in rows})}
    found = []
    for row in rows:
        organ = ruled[row.organ_id]
        if organ.kind == Organ.Kind.TOWN and row.town != order.town:
            continue  # another town's duty
        alike = terms.likeness(own.keys() & set(traces.get(row.order_id, ())), own)
        if alike < RULING_ALIKE:
            continue
        nearer = 0.1 if row.town == order.town else 0.0
        basis = f"，依据：{row.basis[:60]}" if row.basis else ""
        says = f"{row.ruled_at:%Y年%-m月%-d日}裁定同类事项由其承办：“{row.gist[:40]}”{basis}"
        how = min(0.6 + alike / 2 + nearer, 1.0)
        found.append(rules.Evidence("ruling", organ.code, how, says, f"ruling:{row.pk}", "/desk/orders/rulings/"))
    return found


def _past(order: Order, text: str, rule: Weighing, on: date) -> list[rules.Past]:
    rows = like(
        text,
        since=on - timedelta(days=366 * rule.past_years),
        until=on,
        least=rule.past_alike,
        limit=rule.past_most,
        columns="m.reference, g.code, g.kind",
        join="join hotline_order o on o.matter_id = m.id join organs_organ g on g.id = o.handling_organ_id",
        only=f"and {CONFIRMED}",
        besides=order.pk,
    )
    # A town's order about its own village says nothing of another town.
    return [
        rules.Past(organ=row.more[1], alike=row.score, reference=row.more[0])
        for row in rows
        if row.more[2] != Organ.Kind.TOWN or row.town == order.town
    ]


@dataclass(frozen=True, slots=True)
class Learned:
    """What may be said of the newest model: when, how many orders, and each trial beside its baseline with intervals."""

    training: Training
    report: Mapping[str, Any]
    crossed: Mapping[str, Any]
    later: Mapping[str, Any]
    bins: Sequence[Mapping[str, Any]]
    organs: Sequence[Mapping[str, Any]]
    older: Sequence[Training]


def model(viewer: Doer, on: date) -> Learned | None:
    """The newest training and how it was tried; ``None`` before the first. 404 for who neither dispatches nor rules."""
    if viewer.kind != "staff" or not any(viewer.may(permission) for permission in DECIDING):
        raise no_such_order()
    trainings = list(Training.objects.defer("model").order_by("-pk")[:6])
    if not trainings:
        return None
    report = trainings[0].report
    there = dict(Organ.objects.filter(code__in=[code for code, _, _ in report["by_organ"]]).values_list("code", "pk"))
    named = organs.organ_names(there.values(), on)
    return Learned(
        training=trainings[0],
        report=report,
        crossed=learned.shares(report["crossed"]),
        later=learned.shares(report["later"]),
        bins=[{**one, **learned.share(one["right"], one["of"])} for one in report["bins"]],
        organs=[
            {"name": named.get(there.get(code, 0), code), "of": of, **learned.share(right, of)}
            for code, of, right in report["by_organ"]
        ],
        older=trainings[1:],
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """A topic (in a town) for whose orders no list names a unit: how many, how often it bounced, who did it in the end."""

    topic: str
    town: str
    count: int
    bounces: int
    organs: str
    last: str
    number: str


def unlisted(viewer: Doer, *, on: date) -> list[Gap]:
    """Orders no list named a unit for, by topic and town, most first; for dispatchers, rulers and the 编办."""
    if viewer.kind != "staff" or not any(viewer.may(permission) for permission in LISTING):
        raise no_such_order()
    # Codes and counts only: the 编办 sees which duties are missing, not what callers said.
    rows = _unlisted_rows()
    topics = {one.id: one.title for one in hotline.rule(on).topic}
    towns = dict(hotline.towns(on))
    named = organs.organ_names({pk for row in rows for pk in row[4] if pk}, on)
    return [
        Gap(
            topic=topics.get(topic, topic),
            town=towns.get(town, "") or "未注明",
            count=count,
            bounces=bounces,
            organs="、".join(named.get(pk, "") for pk in ids if pk),
            last=f"{last:%Y-%m-%d}",
            number=reference,
        )
        for topic, town, count, bounces, ids, last, reference in rows
    ]


def _unlisted_rows() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            """select t.topic, t.town, count(*), sum(e.bounces), array_agg(distinct e.organ_id), max(t.received_on),
                      (array_agg(m.reference order by m.id desc))[1]
               from hotline_unlisted e join hotline_trace t on t.matter_id = e.matter_id join matter m on m.id = e.matter_id
               group by 1, 2 order by 3 desc, 1, 2 limit 200"""
        )
        return list(cursor.fetchall())
