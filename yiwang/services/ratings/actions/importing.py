"""Ratings of other systems (the province's portal, a hall's device): as they came, with what they say of their origin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import tables
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Organ
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import Fault, NotAllowed, Refusal
from yiwang.services.ratings import foreign, rules
from yiwang.services.ratings.foreign import Foreign
from yiwang.services.ratings.models import Occasion, Rating

MOST = 100_000


@dataclass(frozen=True, slots=True)
class Brought:
    """What a table held and what was written: nothing at all while a single line has a fault."""

    rows: int
    services: int = 0
    ratings: int = 0
    defaulted: int = 0
    known: int = 0
    entered: bool = False
    faults: Sequence[Fault] = field(default_factory=tuple)

    @property
    def shown(self) -> Sequence[Fault]:
        """As many faults as one reads."""
        return self.faults[: foreign.MOST_FAULTS]


@transaction.atomic
def bring_in_table(
    *, source: str, content: bytes, name: str, best: int = rules.BEST, dry_run: bool = False, by: Doer, at: datetime
) -> Brought:
    """Check a CSV or Excel table called ``name`` and, unless ``dry_run`` or anything is wrong, bring all of it in.

    ``best`` is the number the file gives the best level, 1 or 5. The answer lists every fault with line and column; with
    one fault nothing is written. Refused: whoever may not import, no source, a file that is no table or lacks a column.
    """
    source = _may(source, by)
    rows = tables.read_content(content, name)
    if best not in (rules.BEST, rules.WORST):
        raise Refusal("请选择这张表里最满意是1还是5。", code="best", field="best")
    if len(rows) > MOST:
        raise Refusal(f"每次最多{MOST}行，请分批导入。", code="too-many-rows", field="file")
    lines, faults = foreign.read(rows, organs=_called(at), best=best, at=at)
    rated = [line for line in lines if line.level is not None]
    found = Brought(
        rows=len(rows),
        services=len(lines),
        ratings=len(rated),
        defaulted=sum(line.origin == Rating.Origin.DEFAULT for line in rated),
        known=_known(source, lines),
        faults=faults,
    )
    if faults or dry_run or not rows:
        return found
    made = bring_in(source=source, lines=lines, by=by, at=at)
    return Brought(len(rows), len(lines), made, found.defaulted, found.known, entered=True)


@transaction.atomic
def bring_in(*, source: str, lines: Sequence[Foreign], by: Doer, at: datetime) -> int:
    """Bring in another system's services and ratings; answers how many ratings. Lines that are there already stay as they
    are. A default rating stays one (``origin``); who rated is not ours to know. By whoever supervises.

    Refused, with every faulty line: no source, an unknown organ, level, mode or origin, a rating marked with an origin
    the file does not name.
    """
    source = _may(source, by)
    if len(lines) > MOST:
        raise Refusal(f"每次最多{MOST}条。", code="too-many-rows", field="source")
    organ_ids = dict(Organ.objects.values_list("code", "pk"))
    faults = [fault for place, line in enumerate(lines, 2) for fault in _faults(place, line, organ_ids)]
    twice = {number for number, times in Counter(line.number for line in lines).items() if times > 1}
    faults += [Fault(number[:80], "编号在文件里出现了不止一次", "twice") for number in sorted(twice)]
    if faults:
        raise Refusal("文件有错误，没有导入。", code="import", faults=faults[: foreign.MOST_FAULTS])
    fresh = Occasion.objects.bulk_create(
        [
            Occasion(
                kind=Occasion.Kind.CASE,
                reference=line.number,
                source=source,
                organ_id=organ_ids[line.organ_code],
                title=line.title[:120],
                mode=line.mode,
                opened_on=day_of(line.served_at),
            )
            for line in lines
        ],
        ignore_conflicts=True,
        batch_size=2000,
    )
    numbers = [one.reference for one in fresh]
    known = dict(
        Occasion.objects.filter(source=source, kind="case", reference__in=numbers).values_list("reference", "pk")
    )
    rated = set(Rating.objects.filter(occasion_id__in=known.values()).values_list("occasion_id", flat=True))
    ratings = [
        Rating(
            occasion_id=known[line.number],
            level=line.level,
            channel=Rating.Channel.IMPORT,
            origin=line.origin,
            rule_version="",
            given_at=line.served_at,
        )
        for line in lines
        if line.level is not None and known[line.number] not in rated
    ]
    Rating.objects.bulk_create(ratings, batch_size=2000)
    detail = {"source": source, "count": len(ratings), "services": len(lines)}
    ledger.record(subject="ratings:import", event="ratings.brought-in", by=by, at=at, detail=detail)
    return len(ratings)


def _may(source: str, by: Doer) -> str:
    """The source, trimmed, for whoever may import."""
    if not (by.kind == "system" or by.may(Permission.CASE_SUPERVISE)):
        raise NotAllowed("您没有导入评价的权限。")
    source = source.strip()
    if not 1 <= len(source) <= 40 or not source.isprintable():
        raise Refusal("请写明来源系统（40字以内）。", code="source", field="source")
    return source


def _called(at: datetime) -> dict[str, str]:
    """What a unit may be called in a table → its code: code, credit code, or its name of that day."""
    rows = list(Organ.objects.values_list("pk", "code", "uscc"))
    named = organs.organ_names([pk for pk, _, _ in rows], day_of(at))
    called = {named[pk]: code for pk, code, _ in rows if pk in named}
    return called | {uscc: code for _, code, uscc in rows if uscc} | {code: code for _, code, _ in rows}


def _known(source: str, lines: Sequence[Foreign]) -> int:
    numbers = [line.number for line in lines]
    return Occasion.objects.filter(source=source, kind="case", reference__in=numbers).count()


def _faults(place: int, line: Foreign, organs: dict[str, int]) -> list[Fault]:
    found = []
    if not line.number or len(line.number) > 80:
        found.append("没有编号，或编号超过80字")
    if line.organ_code not in organs:
        found.append(f"没有机构{line.organ_code}")
    if line.mode not in rules.MODES:
        found.append(f"服务方式须为{'、'.join(rules.MODES)}")
    if line.level is not None and not rules.BEST <= line.level <= rules.WORST:
        found.append("满意度须为1至5，1为最好")
    if line.origin not in Rating.Origin.values:
        found.append("来源须为active（主动）或default（默认）")
    return [Fault(f"第{place}行", says, "line") for says in found]
