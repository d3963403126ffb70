"""The directory of supervision items, from their registration to their end, and the list of objects of inspection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction

from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.governance.inspections import reading
from yiwang.governance.inspections.models import Claim, Subject, SupervisionItem
from yiwang.governance.inspections.reading import ItemLine, Refused
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal

NAME_LONGEST = 200


@dataclass(slots=True)
class Registered:
    """Where each line went."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: list[Refused] = field(default_factory=list)


@transaction.atomic
def register_items(*, lines: Sequence[ItemLine], organs: Mapping[str, int], by: Doer, at: datetime) -> Registered:
    """Register items, or their new versions from the day each line says; a sub-item is handed to its department (应认领).

    ``organs`` is what a department may be called → its id. A line is refused, and listed, when its department or main
    item is unknown, or when another content begins no later than the version that stands. By whoever oversees, or a pack.
    """
    _may_oversee(by)
    done = Registered()
    standing = {one.code: one for one in SupervisionItem.objects.filter(until_on=None)}
    claims = set(Claim.objects.values_list("code", "organ_id"))
    mains = {line.code for line in lines if not line.parent}
    for line in lines:
        organ_id = organs.get(line.organ)
        old = standing.get(line.code)
        why = _refused(line, old, organ_id, mains, standing)
        if why:
            done.refused.append(Refused(line.row, line.code, why))
            continue
        changed = old is None or _says(old) != _told(line)
        if changed:
            standing[line.code] = _version(line, old, by, at)
        fresh = organ_id is not None and (line.code, organ_id) not in claims
        if fresh and organ_id is not None:
            claims.add((line.code, organ_id))
            _hand_out(line, organ_id, by, at)
        if old is None:
            done.added += 1
        elif changed or fresh:
            done.changed += 1
        else:
            done.same += 1
    return done


def _refused(
    line: ItemLine,
    old: SupervisionItem | None,
    organ_id: int | None,
    mains: set[str],
    standing: Mapping[str, SupervisionItem],
) -> str:
    if line.organ and organ_id is None:
        return f"没有这个单位：{line.organ[:40]}"
    if line.parent and line.parent not in mains and line.parent not in standing:
        return f"没有主项{line.parent}"
    if old is not None and _says(old) != _told(line) and line.from_on <= old.from_on:
        return f"内容有变，但生效日期不晚于现行版本（{old.from_on:%Y-%m-%d}）"
    return ""


def _says(item: SupervisionItem) -> tuple[object, ...]:
    return item.parent, item.title, item.field, item.basis, tuple(sorted(item.services))


def _told(line: ItemLine) -> tuple[object, ...]:
    return line.parent, line.title, line.field, line.basis, line.services


def _version(line: ItemLine, old: SupervisionItem | None, by: Doer, at: datetime) -> SupervisionItem:
    if old is not None:
        old.until_on = line.from_on
        old.save(update_fields=["until_on"])
    made = SupervisionItem.objects.create(
        code=line.code,
        parent=line.parent,
        title=line.title,
        field=line.field,
        basis=line.basis,
        services=list(line.services),
        from_on=line.from_on,
    )
    event = "inspections.item-registered" if old is None else "inspections.item-changed"
    detail = {"code": line.code, "from": line.from_on.isoformat()}
    ledger.record(subject=f"supervision-item:{line.code}", event=event, by=by, at=at, detail=detail)
    return made


def _hand_out(line: ItemLine, organ_id: int, by: Doer, at: datetime) -> None:
    """To be claimed from the day the item is in force, which may be long before its table was brought in."""
    since = datetime.combine(line.from_on, time.min, SHANGHAI)
    claim = Claim.objects.create(code=line.code, organ_id=organ_id, due_at=min(at, since))
    ledger.record(
        subject=f"claim:{claim.pk}",
        event="inspections.claim-due",
        by=by,
        at=at,
        organ=str(organ_id),
        detail={"code": line.code},
    )


@transaction.atomic
def keep_subject(
    *,
    code: str,
    kind: str,
    name: str,
    address: str = "",
    fields: Sequence[str] = (),
    closed_on: date | None = None,
    by: Doer,
    at: datetime,
) -> Subject:
    """Enter an object of inspection, or keep what is known of it now. Refused: whoever may not keep it, a code that is
    neither a firm's nor a place's, no name, a closing day ahead."""
    if by.kind != "system" and not by.may(Permission.INSPECTION_EDIT):
        raise NotAllowed("您没有登记检查对象的权限。")
    try:
        code = reading.subject_code(code.strip().upper())
    except ValueError as error:
        raise Refusal(f"{error}。", code="subject-code", field="code") from None
    name = name.strip()
    if kind not in Subject.Kind.values or not name or len(name) > NAME_LONGEST or len(address) > NAME_LONGEST:
        raise Refusal("请填写检查对象的类别和名称（200字以内）。", code="subject", field="name")
    if closed_on is not None and closed_on > day_of(at):
        raise Refusal("注销或停业日不能晚于今天。", code="day-ahead", field="closed_on")
    kept, _ = Subject.objects.update_or_create(
        code=code,
        defaults={"kind": kind, "name": name, "address": address, "fields": sorted(fields), "closed_on": closed_on},
    )
    ledger.record(subject=f"subject:{code}", event="inspections.subject-kept", by=by, at=at, detail={"code": code})
    return kept


@transaction.atomic
def end_item(*, code: str, last_on: date, reason: str, by: Doer, at: datetime) -> SupervisionItem:
    """取消监管事项: the item is in force up to and including ``last_on``, and no department has to claim or do it any more.
    What was claimed and done keeps counting in the years it was (``Claim.ended_at``); a visit opened under it goes on.

    Refused: whoever does not oversee; no such item standing; a main item whose sub-items stand; a day before the version
    that stands began, or ahead of today; no reason.
    """
    _may_oversee(by)
    found = SupervisionItem.objects.select_for_update().filter(code=code, until_on=None).first()
    if found is None:
        raise NotFound("没有这个监管事项，或者已经取消。", code="no-such-item")
    if left := SupervisionItem.objects.filter(parent=code, until_on=None).count():
        raise Refusal(f"该主项下还有{left}个子项没有取消，请先取消子项。", code="has-sub-items")
    if not found.from_on <= last_on <= day_of(at):
        raise Refusal(
            f"最后有效日须在{found.from_on:%Y-%m-%d}（现行版本生效日）至今天之间。", code="day", field="last_on"
        )
    reason = reason.strip()
    if not 4 <= len(reason) <= 200 or "\0" in reason:
        raise Refusal("请写明取消的依据和理由（4至200字）。", code="reason", field="reason")
    found.until_on, found.ended_for = last_on + timedelta(days=1), reason
    found.save(update_fields=["until_on", "ended_for"])
    ended = Claim.objects.filter(code=code, ended_at=None).update(ended_at=at)
    ledger.record(
        subject=f"supervision-item:{code}",
        event="inspections.item-ended",
        by=by,
        at=at,
        detail={"code": code, "last": last_on.isoformat(), "claims": ended},
    )
    return found


def _may_oversee(by: Doer) -> None:
    if by.kind != "system" and not by.may(Permission.INSPECTION_OVERSEE):
        raise NotAllowed("只有统筹监管事项的机构可以登记监管事项目录。")
