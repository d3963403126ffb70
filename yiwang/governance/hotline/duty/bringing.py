"""The county's own division of duties (职责清单) brought in from a table, with a reconciliation of every line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.actions import record as line
from yiwang.foundation.organs import queries as organs
from yiwang.governance.hotline import queries as hotline
from yiwang.governance.hotline.duty import reading
from yiwang.governance.hotline.duty.kinds import Duty
from yiwang.governance.hotline.duty.models import DutyLine
from yiwang.governance.hotline.duty.reading import Told
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal

MOST = 5000
SAID = {"title": "职责名称", "organ": "承办单位", "topics": "诉求主题", "words": "关键词", "unless": "排除词"}
SAID |= {"towns": "适用镇街", "basis": "依据"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """对账: one entry a line of the table, in its order, then the lines it ended. ``added + changed + same + refused`` is what
    was read."""

    told: tuple[Told, ...]

    def count(self, outcome: str) -> int:
        return Counter(one.outcome for one in self.told)[outcome]


@transaction.atomic
def bring_in(
    *,
    rows: Sequence[Mapping[str, str]],
    source: str,
    digest: str,
    whole: bool = False,
    dry: bool = False,
    by: Doer,
    at: datetime,
) -> Sheet:
    """Bring in a table of duties (``reading.COLUMNS``); proposals read what stands here from then on.

    Good lines are taken, bad ones listed, all in one transaction; the same table again changes nothing and leaves no line in
    the ledger. ``whole``: the table is all of the list, so that what stands here and is in none of its lines, a refused one
    included, ends today. ``dry`` answers the sheet and writes nothing. ``digest`` is the file's.

    Refused as a whole: whoever does not rule over orders, no source named, too many rows, a table without its columns.
    """
    if by.kind != "system" and not by.may(Permission.ORDER_RULE):
        raise NotAllowed("只有热线裁定人员可以导入职责清单。")
    source, on = source.strip(), day_of(at)
    if not 1 <= len(source) <= 200 or not source.isprintable():
        raise Refusal("请写明清单的来源（文号或者发布单位，200字以内）。", code="source", field="source")
    if len(rows) > MOST:
        raise Refusal(f"每次最多{MOST}行，请分批导入。", code="too-many-rows", field="file")
    read = reading.duties(rows, _known(on))
    there = {one.code: one for one in DutyLine.objects.select_for_update()}
    told, kept = list(read.refused), []
    for number, duty in read.lines:
        old = there.get(duty.id)
        differs = _differs(old, duty) if old else []
        outcome = "added" if old is None else "changed" if differs else "same"
        told.append(Told(number, duty.id, outcome, "；".join(differs)))
        if outcome != "same":
            kept.append(_row(old or DutyLine(code=duty.id), duty, source, by, at))
    gone = [one for code, one in sorted(there.items()) if whole and one.until_on is None and code not in read.named]
    told = [*sorted(told, key=lambda one: one.row), *(Told(0, one.code, "ended", one.title) for one in gone)]
    sheet = Sheet(tuple(told))
    if dry or not (kept or gone):
        return sheet
    for one in kept:
        one.save()
    DutyLine.objects.filter(pk__in=[one.pk for one in gone]).update(until_on=on)
    counts = {one: sheet.count(one) for one in ("added", "changed", "same", "refused", "ended")}
    line(subject="duty-list", event="hotline.duties-brought-in", by=by, at=at, detail={"file": digest, **counts})
    return sheet


def _known(on: date) -> reading.Known:
    called, standing = organs.called(on), {pk for pk, _ in organs.standing_organs(on)}
    codes = {pk: code for code, pk in organs.codes().items()}
    towns = hotline.towns(on)
    topics = hotline.rule(on).topic
    return reading.Known(
        organs={word: codes[pk] for word, pk in called.items() if pk in standing},
        topics={word: one.id for one in topics for word in (one.id, one.title)},
        towns={word: code for code, name in towns for word in (code, name)},
    )


def _differs(old: DutyLine, duty: Duty) -> list[str]:
    """What the line says otherwise than what stands here, in words."""
    found = ["恢复使用"] if old.until_on is not None else []
    for name, title in SAID.items():
        before, after = getattr(old, name), getattr(duty, name)
        if before != after:
            found.append(f"{title}由“{_shown(before)}”改为“{_shown(after)}”")
    return found


def _shown(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _row(row: DutyLine, duty: Duty, source: str, by: Doer, at: datetime) -> DutyLine:
    for name in SAID:
        setattr(row, name, getattr(duty, name))
    row.source, row.until_on = source, None
    row.brought_at, row.brought_by = at, by.reference
    return row
