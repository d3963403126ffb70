"""Deeds with files: storing, checking against the original, disposing, turning to a new key."""

from __future__ import annotations

import time
from datetime import date, datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.files import blobs, marking, queries, rules
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, Refusal

ORPHAN_AGE = 24 * 3600  # seconds: no transaction is open that long


def store(
    *,
    content: bytes,
    name: str,
    by: Doer,
    at: datetime,
    organ_id: int | None = None,
    party_id: int | None = None,
    trust: str = StoredFile.Trust.UPLOADED,
    retention: str = StoredFile.Retention.LONG,
    dispose_on: date | None = None,
    field: str = "file",
) -> StoredFile:
    """Check an upload by its content, tidy pictures, encrypt and keep it.

    ``field`` is the form field a refusal points at. ``organ_id`` and ``party_id`` own the file. An upload starts at
    trust C (or D with a promise of truth); A is for what an authority makes, so only the system stores it; B is reached
    by ``verify_file`` alone. Refuses as ``rules.recognise`` and ``pictures.rewrite`` say.
    """
    if trust == StoredFile.Trust.CHECKED or (trust == StoredFile.Trust.AUTHORITY and by.kind != "system"):
        raise NotAllowed("可信等级不能直接指定：A 级由机关出具，B 级须经窗口核对原件。", code="trust-not-given")
    if by.kind == "stranger":
        raise NotAllowed("请先登录再上传文件。")
    limits = queries.limits(day_of(at))
    kind = rules.recognise(content, name, field=field, limits=limits)
    if kind in {rules.JPEG, rules.PNG} and by.kind != "system":
        from yiwang.foundation.files import pictures  # Pillow, only where a picture comes

        content, kind = pictures.rewrite(content, kind, field=field, limits=limits)
    digest = blobs.keyed_digest(content)
    blob = blobs.new_name(digest)
    key_id = blobs.write(blob, content, at=at)  # before the row: a crash leaves an orphan blob, never a row without one
    with transaction.atomic():
        file = StoredFile.objects.create(
            name=rules.tidy_name(name, kind),
            kind=kind,
            size=len(content),
            digest=digest,
            blob=blob,
            key_id=key_id,
            trust=trust,
            organ_id=organ_id,
            party_id=party_id,
            stored_at=at,
            stored_by=by.reference,
            retention=retention,
            dispose_on=dispose_on,
        )
        _tell(file, "files.stored", by, at, {"file": file.pk, "digest": digest, "trust": str(trust), "kind": kind})
    return file


@transaction.atomic
def verify_file(*, file_id: int, original_seen: bool, by: Doer, at: datetime) -> StoredFile:
    """C becomes B: counter staff saw the original and found the copy true.

    From then on every page shown or printed of it bears 与原件核对无误 with the clerk's organ, name and this day
    (``queries.shown_file``). Refuses whoever does not receive for the file's organ or at the counter that took it in, any
    other level, a kind no mark can be drawn on, and a verification without the original. 国办函〔2016〕108号（可信等级）.
    """
    file = StoredFile.objects.select_for_update().get(pk=queries.stored_file(by, file_id).pk)
    if not queries.may_compare(by, file):
        raise NotAllowed("只有窗口收件人员可以核对原件。")
    if file.trust != StoredFile.Trust.UPLOADED:
        raise Refusal("只有申请人上传（C 级）的材料需要核对原件。", code="trust-not-c")
    if file.kind not in marking.MARKABLE:
        raise Refusal("只有图片和PDF能够与原件核对并加注标记，请把原件扫描后上传。", code="kind-not-marked")
    if not original_seen:
        raise Refusal("未核对原件，不能提升可信等级。", code="original-not-seen", field="original_seen")
    file.trust = StoredFile.Trust.CHECKED
    file.verified_at, file.verified_by, file.verified_organ_id = at, by.reference, by.organ_id
    file.original_seen = True
    file.save(update_fields=["trust", "verified_at", "verified_by", "verified_organ", "original_seen"])
    _tell(file, "files.verified", by, at, {"file": file.pk, "digest": file.digest})
    return file


@transaction.atomic
def dispose(*, file_id: int, by: Doer, at: datetime) -> StoredFile:
    """Take the content away at the end of its term; row and digest stay.

    Refuses before the disposal day and for permanent files. Only the system disposes, by the declared terms.
    """
    if by.kind != "system":
        raise NotAllowed("档案处置由系统按保管期限执行。")
    file = StoredFile.objects.select_for_update().get(pk=file_id)
    if file.disposed_at is not None:
        return file
    if file.dispose_on is None or file.dispose_on > day_of(at):
        raise Refusal("保管期限未满，不能处置该文件。", code="kept-longer")
    file.disposed_at, file.disposed_by = at, by.reference
    file.save(update_fields=["disposed_at", "disposed_by"])
    _tell(file, "files.disposed", by, at, {"file": file.pk, "digest": file.digest})
    transaction.on_commit(lambda: blobs.remove(file.blob))
    return file


def dispose_due(*, by: Doer, at: datetime, most: int = 10_000) -> int:
    """Dispose of every file whose day has come, each in a transaction of its own; answers how many.

    One run twice, or two at once, dispose of each file once. Only the system, as ``dispose``.
    """
    if by.kind != "system":
        raise NotAllowed("档案处置由系统按保管期限执行。")
    due = list(queries.due_for_disposal(day_of(at)).values_list("pk", flat=True)[:most])
    for file_id in due:
        dispose(file_id=file_id, by=by, at=at)
    return len(due)


def re_encrypt(*, at: datetime, batch: int = 100) -> int:
    """Turn up to ``batch`` files to the key in use at ``at``; answers how many. Run until it answers 0.

    A crash in between leaves a blob whose own head names its key; reading never asks the row.
    """
    with transaction.atomic():
        current = blobs.current_key(at)
        old = StoredFile.objects.select_for_update(skip_locked=True).filter(disposed_at__isnull=True)
        files = list(old.exclude(key_id=current).order_by("pk")[:batch])
        for file in files:
            file.key_id = blobs.write(file.blob, blobs.read(file.blob), at=at)
        StoredFile.objects.bulk_update(files, ["key_id"])
    return len(files)


def sweep_orphans() -> int:
    """Remove blobs that no live row names and that are older than a day; answers how many."""
    removed = 0
    for name in list(blobs.names(older_than=time.time() - ORPHAN_AGE)):
        if not StoredFile.objects.filter(blob=name, disposed_at__isnull=True).exists():
            blobs.remove(name)
            removed += 1
    return removed


def _tell(file: StoredFile, event: str, by: Doer, at: datetime, detail: dict[str, object]) -> None:
    organ = str(file.organ_id or "")
    ledger.record(subject=f"file:{file.pk}", event=event, by=by, at=at, organ=organ, detail=detail)
