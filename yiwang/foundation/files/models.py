"""Stored files: what they are, how far they are trusted, whose they are, how long they are kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yiwang.foundation.organs.models import Organ


def _paired(deed: str) -> Q:
    """A moment and who did it come together or not at all."""
    neither = Q(**{f"{deed}_at__isnull": True, f"{deed}_by": ""})
    return neither | (Q(**{f"{deed}_at__isnull": False}) & ~Q(**{f"{deed}_by": ""}))


class StoredFile(models.Model):
    """One file. Its content lies encrypted under ``blob``; after disposal only this row with the digest remains.

    ``organ`` and ``party_id`` are whose it is (row-level security asks them).
    """

    class Trust(models.TextChoices):
        AUTHORITY = "A", "A 实施机关出具"
        CHECKED = "B", "B 已与原件核对"
        UPLOADED = "C", "C 申请人上传"
        PROMISED = "D", "D 申请人自制并承诺"

    class Retention(models.TextChoices):
        PERMANENT = "permanent", "永久"
        LONG = "long", "30年"
        SHORT = "short", "10年"
        DRAFT = "draft", "未提交草稿"

    name = models.CharField("文件名", max_length=120)
    kind = models.CharField("文件类型", max_length=8)
    size = models.PositiveIntegerField("字节数")
    digest = models.CharField("文件摘要", max_length=64, db_index=True)  # HMAC-SM3 of what is stored, hex
    blob = models.CharField("存储名", max_length=64, unique=True)
    key_id = models.CharField("密钥编号", max_length=80)
    trust = models.CharField("可信等级", max_length=1, choices=Trust.choices)
    verified_at = models.DateTimeField("核验时间", null=True, blank=True)
    verified_by = models.CharField("核验人", max_length=80, blank=True)
    verified_organ = models.ForeignKey(
        Organ, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核验机构"
    )
    original_seen = models.BooleanField("已核对原件", default=False)
    organ = models.ForeignKey(
        Organ, models.PROTECT, null=True, blank=True, related_name="files", verbose_name="归属机构"
    )
    party_id = models.BigIntegerField("归属申请人", null=True, blank=True)
    stored_at = models.DateTimeField("存入时间")
    stored_by = models.CharField("存入人", max_length=80)
    retention = models.CharField("保管期限", max_length=10, choices=Retention.choices, default=Retention.LONG)
    dispose_on = models.DateField("处置日", null=True, blank=True)
    disposed_at = models.DateTimeField("处置时间", null=True, blank=True)
    disposed_by = models.CharField("处置人", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "电子文件"
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by="")
                | (Q(verified_at__isnull=False) & ~Q(verified_by="")),
                name="files_storedfile_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(trust="B") | Q(verified_at__isnull=False, original_seen=True),
                name="files_storedfile_b_has_seen_the_original",
            ),
            models.CheckConstraint(
                condition=Q(disposed_at__isnull=True, disposed_by="")
                | (Q(disposed_at__isnull=False) & ~Q(disposed_by="")),
                name="files_storedfile_disposed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(retention="permanent") | Q(dispose_on__isnull=True, disposed_at__isnull=True),
                name="files_storedfile_permanent_is_kept",
            ),
        ]
        indexes = [
            models.Index(fields=["party_id"], name="files_storedfile_by_party"),
            models.Index(fields=["dispose_on"], condition=Q(disposed_at__isnull=True), name="files_storedfile_due"),
            models.Index(fields=["key_id"], condition=Q(disposed_at__isnull=True), name="files_storedfile_by_key"),
        ]

    def __str__(self) -> str:
        return self.name
