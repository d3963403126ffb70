"""From suspects to signals: looked at again under the rules of the clock, charged, proved, written, told. Idempotent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import Account, Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs.queries import InForce
from yiwang.governance.supervision import rules, statements
from yiwang.governance.supervision.actions.watching import Suspect, late_hours
from yiwang.governance.supervision.findings import Line
from yiwang.governance.supervision.kinds import ABOUT_MATTERS, SupervisionRule
from yiwang.governance.supervision.models import Card, Clue, LateMark, Notice, NoticedPause
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.workdays import OrdinalTable
from yiwang.matters import actions as matters
from yiwang.matters import queries as matter_queries
from yiwang.matters.actions.bulk import Newcomer
from yiwang.matters.models import Matter, Seat
from yiwang.matters.standing import RunningClock, Standing
from yiwang.matters.statements import read_many

LOCK = "select pg_advisory_xact_lock(hashtextextended('supervision.raise', 0))"
CHARGED_ROLE = {"warning": Card.Signal.WARNING, "yellow": Card.Signal.YELLOW, "red": Card.Signal.RED}


@dataclass(slots=True)
class Raised:
    """What a sweep did: signals by kind, clues, matters marked 数据迟报. ``waiting``: clocks are being projected anew."""

    warnings: int = 0
    yellow: int = 0
    red: int = 0
    clues: int = 0
    late: int = 0
    waiting: bool = False
    suspects: int = 0

    def count(self, signal: int) -> None:
        name = {1: "warnings", 2: "yellow", 3: "red"}[signal]
        setattr(self, name, getattr(self, name) + 1)


@dataclass(slots=True)
class Found:
    """A signal about to be written."""

    card: Card
    about: Standing
    warns: Sequence[str] = field(default_factory=tuple)


def raise_signals(
    suspects: Sequence[Suspect], found: Mapping[str, InForce], table: OrdinalTable, at: datetime, raised: Raised
) -> None:
    """Write what is not written yet, at most a few hundred suspects at once, in one transaction."""
    if not suspects:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)  # two sweeps at once would both find nothing written
        abouts = _abouts(suspects)
        late = _late(abouts, at, raised)
        sittings = _sittings([each.id for each in abouts.values()])
        signals, clues = [], []
        for suspect in suspects:
            about = abouts.get(_key(suspect))
            rule: SupervisionRule = found[suspect.rule].value
            if about is None:
                continue
            if rule.signal == "clue":
                clues.append(_clue(suspect, about, rule, at))
            elif rule.watches == "pause" and suspect.line is not None:
                _remember(suspect.line, about, table)
            elif about.id not in late:
                card = _judged(suspect, about, found[suspect.rule], table, sittings.get(about.id, []), at)
                if card is not None:
                    signals.append(Found(card, about, rule.warns))
        _write(signals, at, raised)
        _keep_clues(clues, raised)


def _key(suspect: Suspect) -> int | str:
    return suspect.matter_id or (suspect.line.reference if suspect.line else "")


def _abouts(suspects: Sequence[Suspect]) -> dict[int | str, Standing]:
    ids = {each.matter_id for each in suspects if each.matter_id}
    references = {each.line.reference for each in suspects if each.line is not None}
    references |= set(Matter.objects.filter(pk__in=ids).values_list("reference", flat=True))
    standings = read_many(sorted(references))
    return {**{each.id: each for each in standings}, **{each.reference: each for each in standings}}


def _late(abouts: Mapping[int | str, Standing], at: datetime, raised: Raised) -> set[int]:
    """Matters whose opening was written down later than the pack allows: history, or entered afterwards. Marked once."""
    ids = sorted({each.id for each in abouts.values()})
    hours = late_hours()
    with connection.cursor() as cursor:
        cursor.execute(statements.OPENINGS, {"ids": ids})
        found = {matter_id: int(late) for matter_id, late in cursor.fetchall() if float(late) > hours}
    known = set(LateMark.objects.filter(pk__in=found).values_list("pk", flat=True))
    fresh = [LateMark(about_id=key, hours=late, marked_at=at) for key, late in found.items() if key not in known]
    LateMark.objects.bulk_create(fresh, ignore_conflicts=True)
    raised.late += len(fresh)
    return set(found)


def _sittings(ids: Sequence[int]) -> dict[int, list[rules.Sitting]]:
    found: dict[int, list[rules.Sitting]] = defaultdict(list)
    for row in Seat.objects.filter(matter_id__in=ids).order_by("id"):
        found[row.matter_id].append(
            rules.Sitting(row.seat, row.organ_id, row.role, row.holder_id, row.clock, row.opened_at, row.closed_at)
        )
    return found


def _judged(
    suspect: Suspect,
    about: Standing,
    rule: InForce,
    table: OrdinalTable,
    sittings: list[rules.Sitting],
    at: datetime,
) -> Card | None:
    """The card as it is to be, or ``None`` where the clock, looked at again, was kept."""
    on, value = day_of(at), rule.value
    card = Card(
        about_id=about.id,
        rule=value.id,
        rule_version=rule.version,
        code=value.code,
        signal=CHARGED_ROLE[value.signal],
        raised_at=at,
    )
    judge: Callable[..., bool] = {"clock": _of_clock, "pause": _of_pause, "line": _of_line}[value.watches]
    return card if judge(card, suspect, about, value, table, sittings, on) else None


def _of_clock(
    card: Card,
    suspect: Suspect,
    about: Standing,
    rule: SupervisionRule,
    table: OrdinalTable,
    sittings: list[rules.Sitting],
    on: date,
) -> bool:
    row = next((each for each in about.clocks if each.clock == suspect.clock), None)
    if row is None:
        return False
    due_on = (rules.exceeded_on if rule.within is None else rules.nearing_on)(row, table, on)
    if due_on is None or (rule.within is None and rule.unless_kind and _other_exceeded(about, row, rule, table, on)):
        return False
    fell_on = on if rule.within is not None else due_on + timedelta(days=1)
    _charge(card, rules.charged(sittings, row.clock, on if rule.within is not None else due_on, about.organ_id))
    card.clock, card.due_on, card.fell_on = row.clock, due_on, fell_on
    card.occasion = rules.occasion_of_clock(row.clock, due_on)
    card.proof = proof(about, row.clock, on)
    return True


def _other_exceeded(about: Standing, row: RunningClock, rule: SupervisionRule, table: OrdinalTable, on: date) -> bool:
    """True where a clock of the graver kind ended no later: the graver rule speaks alone."""
    own = row.pure().project(table).due_on
    for other in about.clocks:
        if other.kind == rule.unless_kind and other.clock != row.clock:
            over = rules.exceeded_on(other, table, on)
            if over is not None and own is not None and over <= own:
                return True
    return False


def _remember(line: Line, about: Standing, table: OrdinalTable) -> None:
    began_on = day_of(line.at)
    last_on = table.add(began_on, int(line.detail["expected-days"]))
    NoticedPause.objects.get_or_create(
        about_id=about.id,
        ordinal=line.ordinal,
        defaults={"ground": line.detail.get("ground", ""), "began_on": began_on, "last_on": last_on},
    )


def _of_pause(
    card: Card,
    suspect: Suspect,
    about: Standing,
    rule: SupervisionRule,
    table: OrdinalTable,
    sittings: list[rules.Sitting],
    on: date,
) -> bool:
    """特别程序 (第四十五条): the days its notice named are over, and the procedure is not, or was not then."""
    noticed = suspect.pause
    assert noticed is not None
    if not table.certain(noticed.began_on, noticed.last_on):
        return False
    until = None
    for row in about.clocks:
        for pause in row.pure().pauses:
            if pause.ground == noticed.ground and pause.begins_on == noticed.began_on:
                until = pause.resumes_on or row.stopped_on or on
                card.clock = row.clock
    NoticedPause.objects.filter(pk=noticed.pk).update(settled=True)
    if until is None or until <= noticed.last_on:
        return False
    last_on = noticed.last_on
    _charge(card, rules.charged(sittings, card.clock, last_on, about.organ_id))
    card.due_on, card.fell_on = last_on, last_on + timedelta(days=1)
    card.occasion = f"pause:{noticed.ordinal}"
    card.proof = [*proof(about, card.clock, on), f"通知书载明特别程序所需时间至{last_on.month}月{last_on.day}日。"]
    return True


def _of_line(
    card: Card,
    suspect: Suspect,
    about: Standing,
    rule: SupervisionRule,
    table: OrdinalTable,
    sittings: list[rules.Sitting],
    on: date,
) -> bool:
    line = suspect.line
    assert line is not None
    there = [s for s in sittings if s.opened_at <= line.at and (s.closed_at is None or s.closed_at >= line.at)]
    hand = int(line.actor.removeprefix("staff:")) if line.actor.startswith("staff:") else None
    found = rules.charged(there, "", day_of(line.at) - timedelta(days=1), line.organ_id or about.organ_id)
    if there:
        one = next((s for s in there if s.holder_id == hand), there[0])
        found = rules.Charged(one.organ_id, one.seat, one.role, hand)
    _charge(card, rules.Charged(found.organ_id, found.seat, found.role, hand))
    card.fell_on, card.occasion, card.proof = day_of(line.at), f"line:{line.ordinal}", [suspect.says]
    return True


def _charge(card: Card, to: rules.Charged) -> None:
    card.organ_id, card.seat, card.role, card.holder_id = to.organ_id, to.seat, to.role, to.holder_id


def proof(about: Standing, clock: str, on: date) -> list[str]:
    """The clock's own explanation as it stands."""
    for each in matter_queries.explanations(SYSTEM, about, on):
        if each.clock == clock:
            return list(each.sentences)
    return []


# -- writing ------------------------------------------------------------------------------------------------------------


def _write(signals: list[Found], at: datetime, raised: Raised) -> None:
    known = set(
        Card.objects.filter(about_id__in={each.card.about_id for each in signals}).values_list(
            "about_id", "rule", "occasion"
        )
    )
    fresh = []
    for each in sorted(signals, key=lambda one: one.card.signal):
        key = (each.card.about_id, each.card.rule, each.card.occasion)
        if key not in known:
            known.add(key)
            fresh.append(each)
    warned = set(
        Card.objects.filter(about_id__in={each.card.about_id for each in fresh}, signal=Card.Signal.WARNING)
        .exclude(raised_at=at)  # said in this very sweep is not said beforehand
        .values_list("about_id", "clock")
    )
    warnings = [each for each in fresh if each.card.signal == Card.Signal.WARNING]
    cards = [each for each in fresh if each.card.signal != Card.Signal.WARNING]
    Card.objects.bulk_create([each.card for each in warnings])
    _tell_ledger(warnings, at)
    for each in cards:
        each.card.warned = (each.card.about_id, each.card.clock) in warned
    _open(cards, at)
    notify(fresh, at)
    for each in fresh:
        raised.count(each.card.signal)


def _tell_ledger(warnings: list[Found], at: datetime) -> None:
    """One line a unit: which matters it was warned of, under which rule."""
    by_organ: dict[int, list[Found]] = defaultdict(list)
    for each in warnings:
        by_organ[each.card.organ_id].append(each)
    for organ_id, told in sorted(by_organ.items()):
        detail = {
            "count": len(told),
            "warned": [[one.about.reference, one.card.code, one.card.occasion] for one in told],
        }
        ledger.record(
            subject=f"supervision:{organ_id}",
            event="supervision.warned",
            by=SYSTEM,
            at=at,
            organ=str(organ_id),
            detail=detail,
        )


def supervising(on: date) -> int:
    """The organ whose supervisor answers for cards: 效能监督机构. 0 where none is appointed yet."""
    found = Post.objects.filter(holding(on), role="supervisor").order_by("organ__position", "organ_id").first()
    return found.organ_id if found else 0


def _open(cards: list[Found], at: datetime) -> None:
    if not cards:
        return
    supervisor = supervising(day_of(at))

    def rows(opened: Sequence[Standing]) -> None:
        for each, matter in zip(cards, opened, strict=True):
            each.card.matter_id = matter.id
        Card.objects.bulk_create([each.card for each in cards])

    newcomers = [newcomer(each, supervisor) for each in cards]
    bulk = matters.open_many(process=ABOUT_MATTERS, newcomers=newcomers, by=SYSTEM, at=at, step="raise", also=rows)
    if bulk.refused:  # a rule of ours that our own process refuses is a fault, not a refusal
        raise RuntimeError("; ".join(refusal.says for refusal in bulk.refused.values()))


def newcomer(each: Found, supervisor: int) -> Newcomer:
    card = each.card
    values: dict[str, Any] = {
        "rule": card.code,
        "about": each.about.reference,
        "signal": {2: "yellow", 3: "red", 4: "order"}[card.signal],
        "fell-on": card.fell_on,
    }
    if card.clock:
        values["clock"] = card.clock
    if card.due_on:
        values["due-on"] = card.due_on
    return Newcomer(
        organ_id=card.organ_id,
        title=f"{rules.TITLES[card.signal]}：{each.about.title}",
        item=each.about.item,
        chain=rules.chain_of(card.role),
        organs={"supervising": supervisor or card.organ_id},
        values=values,
    )


def notify(signals: list[Found], at: datetime) -> None:
    """承办人 (or, where nobody has taken the seat, everybody of its post), 股长 and 分管领导, once each."""
    wanted: set[tuple[int, str]] = set()
    for each in signals:
        wanted |= {(each.card.organ_id, role) for role in each.warns}
        if each.card.holder_id is None and each.card.role:
            wanted.add((each.card.organ_id, each.card.role))
    on = day_of(at)
    posts = Post.objects.filter(
        holding(on), organ_id__in={organ for organ, _ in wanted}, role__in={role for _, role in wanted}
    )
    holders: dict[tuple[int, str], set[int]] = defaultdict(set)
    for organ_id, role, account_id in posts.filter(deputy_of=None, account__is_active=True).values_list(
        "organ_id", "role", "account_id"
    ):
        holders[organ_id, role].add(account_id)
    real = set(Account.objects.filter(pk__in={s.card.holder_id for s in signals}).values_list("pk", flat=True))
    notices = []
    for each in signals:
        told = set().union(*(holders[each.card.organ_id, role] for role in each.warns))
        told |= {each.card.holder_id} & real if each.card.holder_id else holders[each.card.organ_id, each.card.role]
        notices += [Notice(card=each.card, account_id=account_id, at=at) for account_id in sorted(told)]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


# -- clues --------------------------------------------------------------------------------------------------------------


def _clue(suspect: Suspect, about: Standing, rule: SupervisionRule, at: datetime) -> Clue:
    line = suspect.line
    assert line is not None
    return Clue(
        about_id=about.id,
        rule=rule.id,
        code=rule.code,
        occasion=f"line:{line.ordinal}",
        organ_id=line.organ_id or about.organ_id,
        actor=line.actor,
        says=suspect.says[:200],
        on=day_of(line.at),
        found_at=at,
    )


def _keep_clues(clues: list[Clue], raised: Raised) -> None:
    known = set(
        Clue.objects.filter(about_id__in={each.about_id for each in clues}).values_list("about_id", "rule", "occasion")
    )
    fresh = [each for each in clues if (each.about_id, each.rule, each.occasion) not in known]
    Clue.objects.bulk_create(fresh, ignore_conflicts=True)
    raised.clues += len(fresh)
