"""The trace an order leaves, and in how many traces a term stands."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Trace(models.Model):
    """检索痕迹 of an order: terms as numbers, codes and the day. Search columns stand here because the order's own table is
    under row-level security, where the index would not be used. Written once; nothing of it is shown."""

    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办理", primary_key=True, related_name="order_trace"
    )
    terms = ArrayField(models.IntegerField(), verbose_name="检索词")
    kind = models.CharField("诉求类型", max_length=10)
    topic = models.CharField("诉求主题", max_length=40)
    town = models.CharField("行政区划代码", max_length=12, blank=True)
    received_on = models.DateField("收到日")

    class Meta:
        db_table = "hotline_trace"
        verbose_name = verbose_name_plural = "检索痕迹"
        indexes = [
            GinIndex(fields=["terms"], name="hotline_trace_terms", fastupdate=False),
            models.Index(fields=["received_on", "town", "topic"], name="hotline_trace_by_day"),
        ]

    def __str__(self) -> str:
        return str(self.matter_id)


class Term(models.Model):
    """How many traces a term stands in; counted anew every night. What is not counted yet is rare."""

    term = models.IntegerField("检索词", primary_key=True)
    orders = models.PositiveIntegerField("件数")

    class Meta:
        db_table = "hotline_term"
        verbose_name = verbose_name_plural = "检索词件数"

    def __str__(self) -> str:
        return str(self.term)
