"""Issuing: the number now, in the step's transaction; the file seconds later, by a job enqueued with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters import queries, queue, rules
from yiwang.foundation.letters.kinds import NO_SEAL, SealRow
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.seals import queries as seals
from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import NotAllowed, Refusal

NEXT = """
insert into letters_lettercounter (organ_id, year, kind, last) values (%s, %s, %s, 1)
on conflict (organ_id, year, kind) do update set last = letters_lettercounter.last + 1
returning last
"""


class WrongSeal(Refusal):
    """This letter does not bear the seal of this kind of organ."""

    code = "wrong-seal"


@transaction.atomic
def issue(
    *,
    kind: str,
    matter_reference: str,
    organ_id: int,
    to_party: int | None,
    data: Mapping[str, Any],
    by: Doer,
    at: datetime,
) -> Letter:
    """Write a letter of a declared kind: number, 查询码 and ledger line now, PDF and seal by a job.

    ``organ_id`` is the organ in whose name it is written (accepting organ for 受理 and 补正, deciding organ for
    decisions). ``data`` are the fields the kind declares; the addressee's name is looked up when the page is set.
    Refuses an unknown kind, missing or misshapen fields (all named), and an organ whose seal the table forbids on this
    letter. A seal that is missing, or that ``by`` may not use, refuses nothing: the letter waits as 待用印 with the
    reason, since the step itself is lawful. 行政许可法 第三十二条第二款、第三十八条.
    """
    declared = queries.kind(kind, day_of(at))
    rules.check(declared.value, data)
    row = queries.seal_row(kind, day_of(at))
    _refuse_forbidden(row, organ_id)
    seal, leave, why = _seal(row, organ_id, kind, by, at)
    year, serial, number = _numbered(declared.value.mark, kind, organ_id, at)
    letter = Letter(
        kind=kind,
        version=declared.version,
        title=str(data.get("heading") or declared.value.title)[:120],  # as its page is headed: lists say the same
        number=number,
        year=year,
        serial=serial,
        code=rules.new_code(),
        matter_reference=matter_reference,
        organ_id=organ_id,
        party_id=to_party,
        data=dict(data),
        status=Letter.Status.DRAFTED if why else Letter.Status.RENDERING,
        error=why,
        seal_id=seal,
        warranted_by=leave.by if leave else "",
        authorisation_id=leave.authorisation_id if leave else None,
        issued_at=at,
        issued_by=by.reference,
    )
    # The ledger line names the row, so the row is written first and learns the digest afterwards.
    letter.ledger_digest = b""
    letter.save()
    _keep_digest(letter, by, at)
    if why:
        _alarm(letter, why)
    else:
        queue.enqueue_rendering(letter.pk)
    return letter


def take_number(*, kind: str, organ_id: int, at: datetime) -> str:
    """The next number of a kind's series for something else that bears it (a certificate); no letter is written. Runs in
    the step that uses it."""
    return _numbered(queries.kind(kind, day_of(at)).value.mark, kind, organ_id, at)[2]


@transaction.atomic
def warrant(*, letter_id: int, by: Doer, at: datetime) -> Letter:
    """Somebody with 用印授权 lets a waiting letter (待用印) be sealed."""
    letter = Letter.objects.select_for_update().get(pk=queries.letter(by, letter_id).pk)
    if letter.status != Letter.Status.DRAFTED:
        raise Refusal("该文书不在待用印状态。", code="not-waiting")
    row = queries.seal_row(letter.kind, day_of(letter.issued_at))
    seal, leave, why = _seal(row, letter.organ_id, letter.kind, by, at)
    if why:
        raise NotAllowed(why, code="no-seal-authority")
    letter.seal_id, letter.status, letter.error = seal, Letter.Status.RENDERING, ""
    letter.warranted_by = leave.by if leave else ""
    letter.authorisation_id = leave.authorisation_id if leave else None
    letter.save(update_fields=["seal_id", "status", "error", "warranted_by", "authorisation_id"])
    detail = {"number": letter.number, "letter": letter.pk}
    ledger.record(
        subject=f"letter:{letter.pk}",
        event="letters.warranted",
        by=by,
        at=at,
        organ=str(letter.organ_id),
        detail=detail,
    )
    queue.enqueue_rendering(letter.pk)
    return letter


def _refuse_forbidden(row: SealRow | None, organ_id: int) -> None:
    if row is None or not row.never:
        return
    kind = Organ.objects.filter(pk=organ_id).values_list("kind", flat=True).first()
    if kind in row.never:
        label = Organ.Kind(kind).label
        raise WrongSeal(f"该文书应加盖{row.whose}的印章，不得以{label}的名义出具。", article=row.basis or None)


def _seal(
    row: SealRow | None, organ_id: int, kind: str, by: Doer, at: datetime
) -> tuple[int | None, seals.Warrant | None, str]:
    """(seal, leave to use it, why the letter has to wait). A kind the table does not name bears no seal by itself."""
    if row is None:
        return None, None, "用印表没有列明该文书应盖何种印章"
    if row.seal == NO_SEAL:
        return None, None, ""
    seal = seals.in_use(organ_id, row.seal, at)
    if seal is None:
        return None, None, "发文机构没有在用的相应印章"
    leave = seals.warrant(by, organ_id, row.seal, kind, at)
    if leave is None and (standing := seals.warrant(SYSTEM, organ_id, row.seal, kind, at)):
        leave = seals.Warrant(by.reference, standing.authorisation_id)  # whoever lawfully takes the step, it seals
    return (seal.pk, leave, "") if leave else (seal.pk, None, "出具人没有用印授权，等待有权人员批准用印")


def _numbered(mark: str, kind: str, organ_id: int, at: datetime) -> tuple[int, int, str]:
    """Year, serial and the number as it is written."""
    year = day_of(at).year
    serial = _next(organ_id, year, kind)
    return year, serial, rules.number(queries.prefix(organ_id, day_of(at)), mark, year, serial)


def _next(organ_id: int, year: int, kind: str) -> int:
    """The next number. The row stays locked to the end of the step: nobody can overtake, a rollback leaves no gap."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [organ_id, year, kind])
        return int(cursor.fetchone()[0])


def _keep_digest(letter: Letter, by: Doer, at: datetime) -> None:
    """Tell the ledger, and keep the entry's digest with the letter: it is printed and sealed into the file."""
    number = ledger.record(
        subject=f"letter:{letter.pk}",
        event="letters.issued",
        by=by,
        at=at,
        organ=str(letter.organ_id),
        detail={"number": letter.number, "kind": letter.kind, "matter": letter.matter_reference},
    )
    letter.ledger_digest = bytes(LedgerEntry.objects.values_list("digest", flat=True).get(number=number))
    letter.save(update_fields=["ledger_digest"])


def _alarm(letter: Letter, why: str) -> None:
    """Tell 承办人 and 分管领导 through the room above, if it listens (hook ``letters.waiting``)."""
    if "letters.waiting" in names.hook:
        names.hook["letters.waiting"](letter_id=letter.pk, matter_reference=letter.matter_reference, why=why)
