"""Setting and sealing a letter's file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import actions as files
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.letters import fonts, queries, queue, rules, sealing, typesetting
from yiwang.foundation.letters.models import Letter
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.people import queries as people
from yiwang.foundation.seals import queries as seal_queries
from yiwang.foundation.seals.models import Seal
from yiwang.kernel.permissions import SYSTEM, Doer, Permission, allow
from yiwang.kernel.refusal import Refusal

ROOM = 900  # bytes a signature needs beside the seal and the signer's certificate
TEST_NOTE = "本文书加盖的是测试用电子印章，不具法律效力。"


@transaction.atomic
def render(*, letter_id: int, at: datetime) -> Letter:
    """Set, seal and store the file of a letter; does nothing when it has one already.

    Refuses (and changes nothing) when a character has no glyph, or the seal is no longer in use. The day printed is the
    day of issue; the moment of sealing is ``at``.
    """
    letter = Letter.objects.select_for_update(of=("self",)).select_related("seal__certificate").get(pk=letter_id)
    if letter.status in {Letter.Status.SEALED, Letter.Status.DRAFTED}:
        return letter
    content = page_of(letter)
    _refuse_unprintable(content)
    page = typesetting.pdf(layout_of(letter), content, on=day_of(letter.issued_at))
    if letter.seal is not None:
        page = _sealed(page, letter, letter.seal, at)
    letter.file = files.store(
        content=page,
        name=f"{letter.title}.pdf",
        by=SYSTEM,
        at=at,
        organ_id=letter.organ_id,
        party_id=letter.party_id,
        trust=StoredFile.Trust.AUTHORITY,
    )
    letter.status, letter.error, letter.sealed_at = Letter.Status.SEALED, "", at
    letter.save(update_fields=["file", "status", "error", "sealed_at"])
    _tell(letter, "letters.sealed", SYSTEM, at, {"file": letter.file.digest})
    return letter


@transaction.atomic
def fail(*, letter_id: int, why: str, code: str, at: datetime) -> Letter:
    """Show why a letter has no file yet. A letter sealed meanwhile is left alone."""
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter_id)
    if letter.status == Letter.Status.SEALED:
        return letter
    known = letter.status == Letter.Status.FAILED and letter.error == why[:300]
    letter.status, letter.error = Letter.Status.FAILED, why[:300]
    letter.save(update_fields=["status", "error"])
    if not known:
        _tell(letter, "letters.failed", SYSTEM, at, {"code": code})
    return letter


@transaction.atomic
def retry(*, letter_id: int, by: Doer, at: datetime) -> Letter:
    """A clerk has a failed letter set again. Number, day and 查询码 stay."""
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=queries.letter(by, letter_id).pk)
    allow(by, Permission.LETTER_SEE, about=letter)
    if letter.status != Letter.Status.FAILED:
        raise Refusal("只有生成失败的文书可以重新生成。", code="not-failed")
    letter.status, letter.error = Letter.Status.RENDERING, ""
    letter.save(update_fields=["status", "error"])
    _tell(letter, "letters.retried", by, at, {})
    queue.enqueue_rendering(letter.pk)
    return letter


@transaction.atomic
def leave_gaps(*, letter_id: int, by: Doer, at: datetime) -> Letter:
    """Have a letter set with a place to write by hand for every character no font has, so that nobody with a rare name
    waits for a font: ``□①`` in the text, and below it the character's GB 18030 code and a line to write on.

    Refused: a letter that has not failed; nothing missing; something other than Han characters; more than ten of them.
    """
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=queries.letter(by, letter_id).pk)
    allow(by, Permission.LETTER_SEE, about=letter)
    if letter.status != Letter.Status.FAILED:
        raise Refusal("只有生成失败的文书可以留位手写。", code="not-failed")
    lost = unprintable(letter)
    if not lost:
        raise Refusal("这份文书没有字库缺少的字，请直接重新生成。", code="nothing-missing")
    if len(lost) > len(rules.MARKS) or not all(map(fonts.is_han, lost)):
        raise Refusal("缺少的字过多，或者不是汉字，请先更正内容。", code="not-for-handwriting")
    letter.gaps, letter.status, letter.error = "".join(lost), Letter.Status.RENDERING, ""
    letter.save(update_fields=["gaps", "status", "error"])
    _tell(letter, "letters.gaps-left", by, at, {"count": len(lost)})
    queue.enqueue_rendering(letter.pk)
    return letter


def unprintable(letter: Letter) -> list[str]:
    """The characters of a letter no font has, whether places are left for them or not."""
    return fonts.missing(typesetting.texts_of(_written(letter)))


def _refuse_unprintable(content: Mapping[str, Any]) -> None:
    """Say which character, in whose name or in which part, and what to do."""
    places = (("收文人名称", content["addressee"]), ("发文机关名称", content["organ"]))
    found = [
        f"{place}第{text.index(character) + 1}字{fonts.named(character)}"
        for place, text in places
        for character in fonts.missing([text])
    ]
    found += [
        f"正文中的{fonts.named(character)}"
        for character in fonts.missing(typesetting.texts_of(dict(content)))
        if not any(character in text for _, text in places)
    ]
    if found:
        says = f"字库没有{'、'.join(found)}。可以由管理员加装字库后重新生成，或者按“留位手写”先出具。"
        raise fonts.MissingGlyph(says)


def layout_of(letter: Letter) -> str:
    """The typst layout of a letter's kind, as declared in its own version."""
    return str(queries.kind_version(letter.kind, letter.version).value.layout)


def page_of(letter: Letter) -> dict[str, Any]:
    """Everything the layout sets, in words, with the places left for what is written by hand."""
    gaps = {character: fonts.codes(character) for character in letter.gaps}
    return rules.gapped(_written(letter), gaps, plain=typesetting.NOT_TEXT)


def _written(letter: Letter) -> dict[str, Any]:
    declared = queries.kind_version(letter.kind, letter.version).value
    on = day_of(letter.issued_at)
    organ = organs.organ_name(letter.organ_id, on)
    # somebody in no register is written to by name; whoever is registered bears the name the register has
    written = str(letter.data.get("addressee", ""))
    addressee = people.names_of([letter.party_id]).get(letter.party_id, "") if letter.party_id else written
    given = {
        "addressee": addressee,
        "organ": organ,
        "day": typesetting.chinese_day(on),
        "letter_number": letter.number,
        "code": rules.shown_code(letter.code),
    }
    digest = bytes(letter.ledger_digest).hex()
    return {
        **rules.content(declared, letter.data, given),
        "head": organ,
        "organ": organ,
        "number": letter.number,
        "addressee": addressee,
        "day": given["day"],
        "receipt": declared.receipt,
        "seal": _picture(letter.seal) if letter.seal is not None else None,
        "qr": typesetting.qr(address_of(letter)),
        "code": given["code"],
        "address": settings.SITE_URL.split("//")[-1] + reverse("letters"),
        "digest": " ".join(digest[i : i + 16] for i in range(0, 64, 16)),
        "note": TEST_NOTE if letter.seal is not None and letter.seal.certificate.is_test else "",
    }


def address_of(letter: Letter) -> str:
    """The public page behind the QR."""
    return settings.SITE_URL + reverse("letter-check", args=[letter.code])


def _picture(seal: Seal) -> dict[str, Any]:
    return {"svg": seal.picture, "width": seal.width, "name": seal.name}


def _sealed(page: bytes, letter: Letter, seal: Seal, at: datetime) -> bytes:
    make = sealing.signer(
        seal,
        purpose=letter.number,
        kind=letter.kind,
        extensions={rules.LEDGER_DIGEST: bytes(letter.ledger_digest), rules.LETTER_CODE: letter.code.encode()},
        leave=seal_queries.Warrant(letter.warranted_by, letter.authorisation_id),
        at=at,
    )
    return sealing.pdf(page, seal, make, at=at, room=ROOM)


def _tell(letter: Letter, event: str, by: Doer, at: datetime, detail: Mapping[str, Any]) -> None:
    ledger.record(
        subject=f"letter:{letter.pk}",
        event=event,
        by=by,
        at=at,
        organ=str(letter.organ_id),
        detail={"number": letter.number, **detail},
    )
