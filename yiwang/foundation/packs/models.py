"""Stored rules. A row is never updated or deleted: a trigger refuses it (``0002_immutable``)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class RuleVersion(models.Model):
    """One version of one rule as loaded from its pack file; ``content`` is what the file says, in its order; the digest
    is over its canonical text.

    ``until_on`` empty means "until the next version": so a version need never be changed to be succeeded.
    """

    kind = models.CharField("规则类别", max_length=40)
    rule_id = models.CharField("规则标识", max_length=80)
    version = models.CharField("版本", max_length=12)
    title = models.CharField("名称", max_length=200)
    from_on = models.DateField("施行日")
    until_on = models.DateField("失效日", null=True, blank=True)
    content = models.TextField("内容")
    digest = models.CharField("摘要", max_length=64)
    pack = models.CharField("来源包", max_length=60)
    loaded_at = models.DateTimeField("载入时间")
    loaded_by = models.CharField("载入人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "规则版本"
        constraints = [
            models.UniqueConstraint(fields=["kind", "rule_id", "version"], name="packs_rule_version_once"),
            models.UniqueConstraint(fields=["kind", "rule_id", "from_on"], name="packs_rule_one_version_a_day"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="packs_rule_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.rule_id}@{self.version}"
