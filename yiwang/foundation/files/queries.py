"""Questions about files: who may open one, what is inside, which limits hold."""

from __future__ import annotations

import hmac
from datetime import date

from django.db.models import QuerySet

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import blobs, marking
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.files.rules import Limits
from yiwang.foundation.files.seeds import TrustMarks
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.organs.models import Account
from yiwang.foundation.packs import queries as packs
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound


class NoSuchFile(NotFound):
    """Absent, or not this viewer's to see."""

    code = "file-not-found"


def limits(on: date) -> Limits:
    """How large uploads may be that day: the pack rule ``uploads``, or the built-in values before packs are loaded."""
    try:
        rule = packs.rule("upload", "uploads", on).value
    except packs.NoSuchRule:
        return Limits()
    return Limits(
        max_bytes=rule.max_bytes,
        max_pixels=rule.max_pixels,
        max_edge=rule.max_edge,
        quality=rule.quality,
        max_unpacked=rule.max_unpacked,
    )


def may_see(viewer: Doer, file: StoredFile) -> bool:
    """The system; whoever stored it; its party or that party's agent; staff who see cases of its organ.

    A room above adds its own reason (a file of a case one works on) under ``names.hook("files.may-see.<room>")``,
    called with ``viewer=, file_id=`` and answering a bool.
    """
    if viewer.kind == "system":
        return True
    if viewer.kind == "stranger":
        return False
    if file.stored_by == viewer.reference:
        return True
    if viewer.is_party(file.party_id):
        return True
    if viewer.kind == "staff" and file.organ_id is not None and viewer.may(Permission.CASE_SEE, file.organ_id):
        return True
    hooks = [name for name in names.hook if name.startswith("files.may-see.")]
    return any(names.hook[name](viewer=viewer, file_id=file.pk) for name in hooks)


def stored_file(viewer: Doer, file_id: int) -> StoredFile:
    """The row of one file; 404 for whoever may not see it."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not may_see(viewer, file):
        raise NoSuchFile("没有这个文件。")
    return file


def open_file(viewer: Doer, file_id: int) -> bytes:
    """The content, decrypted and compared with its digest.

    404 for whoever may not see it and after disposal; ``blobs.Damaged`` when storage lost or changed it.
    """
    file = stored_file(viewer, file_id)
    if file.disposed_at is not None:
        raise NoSuchFile("该文件保管期满，已依规处置，仅保留摘要。", code="file-disposed")
    content = blobs.read(file.blob)
    if not hmac.compare_digest(blobs.keyed_digest(content), file.digest):
        raise blobs.Damaged
    return content


def may_compare(viewer: Doer, file: StoredFile) -> bool:
    """Staff who receive for the file's organ, or at a counter that took the file in for it.

    Which counter that was only a room above knows: ``names.hook("files.may-compare.<room>")``, called as ``may-see``.
    """
    if viewer.kind != "staff":
        return False
    if file.organ_id is not None and viewer.may(Permission.CASE_RECEIVE, file.organ_id):
        return True
    hooks = [name for name in names.hook if name.startswith("files.may-compare.")]
    return any(names.hook[name](viewer=viewer, file_id=file.pk) for name in hooks)


def to_compare(viewer: Doer, file_id: int) -> StoredFile:
    """The file a clerk is about to compare with its original; 404 for whoever may not see it or not compare it."""
    file = stored_file(viewer, file_id)
    if not may_compare(viewer, file):
        raise NoSuchFile("没有这个文件。")
    return file


def awaits_original(viewer: Doer, file: StoredFile) -> bool:
    """True if the viewer may still raise this copy from C to B by comparing it with its original."""
    kept = file.trust == StoredFile.Trust.UPLOADED and file.disposed_at is None and file.kind in marking.MARKABLE
    return kept and may_compare(viewer, file)


def mark_of(file: StoredFile) -> marking.Mark | None:
    """What the mark 与原件核对无误 says on this file; nothing unless somebody compared it. Names as of that day."""
    if file.trust != StoredFile.Trust.CHECKED or file.verified_at is None:
        return None
    day = day_of(file.verified_at)
    kind, _, number = file.verified_by.partition(":")
    clerk = Account.objects.filter(pk=number).values_list("name", flat=True).first() if kind == "staff" else None
    organ = organs.organ_name(file.verified_organ_id, day) if file.verified_organ_id else ""
    return marking.Mark(organ, clerk or file.verified_by, day, marks(day).checked)


def marks(on: date) -> TrustMarks:
    """The words of the marks of trust levels in force that day."""
    found: TrustMarks = packs.rule("trust-marks", "levels", on).value
    return found


def provided_by(organ: str, until: date | None, on: date) -> str:
    """The watermark of what an authority made (level A): who provides it, for what, and to which day."""
    said = marks(on)
    if until is None:
        return said.authority_unlimited.format(organ=organ)
    return said.authority.format(organ=organ, until=f"{until.year}年{until.month}月{until.day}日")


def veil_of(viewer: Doer, file: StoredFile) -> marking.Veil | None:
    """The watermark staff see on what an authority made; whose it is gets the sealed document itself.

    To which day it holds only a room above knows: ``names.hook("files.until.<room>")``, called with ``file_id=`` and
    answering the last day, or ``None``.
    """
    if file.trust != StoredFile.Trust.AUTHORITY or file.organ_id is None or viewer.kind != "staff":
        return None
    day = day_of(file.stored_at)
    days = (names.hook[name](file_id=file.pk) for name in names.hook if name.startswith("files.until."))
    until = next((found for found in days if found is not None), None)
    return marking.Veil(provided_by(organs.organ_name(file.organ_id, day), until, day))


def shown_file(viewer: Doer, file_id: int) -> bytes:
    """The content as it is shown and printed: a compared copy bears its mark, what an authority made its watermark.
    Otherwise as ``open_file``."""
    content, file = open_file(viewer, file_id), stored_file(viewer, file_id)
    mark = mark_of(file) or veil_of(viewer, file)
    return content if mark is None else marking.marked(content, file.kind, mark)


def due_for_disposal(on: date) -> QuerySet[StoredFile]:
    """Files whose disposal day has come."""
    return StoredFile.objects.filter(disposed_at__isnull=True, dispose_on__lte=on).order_by("dispose_on", "pk")
