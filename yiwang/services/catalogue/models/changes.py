"""暂停, 恢复 and 取消 of a service item: each with its basis, its reason and the day it holds from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yiwang.services.catalogue.models.registers import Item, Register


class ItemChange(models.Model):
    """One change of an item's state. ``applied_at`` is empty until its day comes."""

    item = models.ForeignKey(Item, models.PROTECT, verbose_name="事项", related_name="changes")
    state = models.CharField("变更后状态", max_length=10, choices=Register.choices)
    from_on = models.DateField("起日")
    basis = models.CharField("变更依据", max_length=200)
    reason = models.CharField("变更原因", max_length=300)
    decided_at = models.DateTimeField("登记时间")
    decided_by = models.CharField("登记人", max_length=80)
    applied_at = models.DateTimeField("生效登记时间", null=True, blank=True)

    class Meta:
        db_table = "catalogue_item_change"
        verbose_name = verbose_name_plural = "事项状态变更"
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(applied_at__isnull=True), name="catalogue_item_one_change_to_come"
            )
        ]
        indexes = [
            models.Index(fields=["from_on"], condition=Q(applied_at__isnull=True), name="catalogue_item_change_due")
        ]

    def __str__(self) -> str:
        return f"{self.item_id}:{self.state}"
