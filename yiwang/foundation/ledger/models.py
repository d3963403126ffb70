"""The ledger's tables. Nothing here is ever updated or deleted: triggers and grants refuse it."""

from __future__ import annotations

from django.db import models


class LedgerEntry(models.Model):
    """One deed. ``body`` is the canonical text as hashed; the columns beside it are copies for searching."""

    number = models.BigAutoField("台账序号", primary_key=True)
    subject = models.CharField("对象", max_length=80)
    ordinal = models.PositiveIntegerField("对象内序号")
    at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间")
    event = models.CharField("事件", max_length=80)
    actor = models.CharField("行为人", max_length=80)
    organ = models.CharField("机构", max_length=40, blank=True)
    body = models.TextField("正文")
    previous = models.BinaryField("前一摘要", max_length=32)
    digest = models.BinaryField("摘要", max_length=32)

    class Meta:
        db_table = "ledger_entry"
        verbose_name = verbose_name_plural = "台账记录"
        constraints = [models.UniqueConstraint(fields=["subject", "ordinal"], name="ledger_entry_no_fork")]


class LedgerHead(models.Model):
    """The last entry of a subject that has no row of its own to keep it in (a matter keeps its own head)."""

    subject = models.CharField("对象", max_length=80, primary_key=True)
    ordinal = models.PositiveIntegerField("末条序号")
    digest = models.BinaryField("末条摘要", max_length=32)

    class Meta:
        db_table = "ledger_head"
        verbose_name = verbose_name_plural = "台账末条"
