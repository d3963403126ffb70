"""Drafts: an application being filled in, kept when the telephone rings and found again on another device."""

from __future__ import annotations

from django.db import models


class Draft(models.Model):
    """One draft of one account for one item. ``form`` is sealed like a case's; it may be incomplete."""

    account = models.ForeignKey("organs.Account", models.PROTECT, verbose_name="账号", related_name="drafts")
    party = models.ForeignKey("people.Party", models.PROTECT, verbose_name="申请人", related_name="+")
    guide = models.ForeignKey("catalogue.Guide", models.PROTECT, verbose_name="实施清单", related_name="+")
    answers = models.JSONField("情形", default=dict)
    form = models.BinaryField("申请表", blank=True, default=b"")
    page = models.PositiveSmallIntegerField("填到第几步", default=0)
    delivery = models.CharField("取件方式", max_length=8, default="collect")
    created_at = models.DateTimeField("建立时间")
    updated_at = models.DateTimeField("保存时间")

    class Meta:
        db_table = "cases_draft"
        verbose_name = verbose_name_plural = "草稿"
        constraints = [models.UniqueConstraint(fields=["account", "party", "guide"], name="cases_draft_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.guide_id}"


class DraftFile(models.Model):
    """One uploaded file of a draft, under the material it belongs to."""

    draft = models.ForeignKey(Draft, models.CASCADE, verbose_name="草稿", related_name="uploads")
    code = models.CharField("材料编码", max_length=60)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, verbose_name="文件", related_name="+")
    agreed_at = models.DateTimeField("同意再用时间", null=True, blank=True)  # of a compared copy from an earlier case

    class Meta:
        db_table = "cases_draft_file"
        verbose_name = verbose_name_plural = "草稿附件"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.code
