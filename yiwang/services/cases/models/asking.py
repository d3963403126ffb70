"""Asking for what the government holds: each time somebody did so, on which lawful ground, and who has to mend the source."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yiwang.services.cases.held.rules import Ground


class HeldAsk(models.Model):
    """索取政府已有材料: a department asked an applicant for something the government holds.

    Codes and organs only, nobody's data: the counts by department are public. ``organ_id`` is the department the case
    belongs to, ``owner_id`` whose data it is, ``task`` the matter in which the owner looks into it.
    """

    class Place(models.TextChoices):
        NOTICE = "notice", "补正告知时"
        COUNTER = "counter", "窗口收件时"

    matter = models.ForeignKey("matters.Matter", models.PROTECT, verbose_name="办理", related_name="held_asks")
    organ_id = models.BigIntegerField("索取部门")
    owner_id = models.BigIntegerField("数据责任部门")
    code = models.CharField("材料编码", max_length=60)
    thing = models.CharField("政府已有的证照或数据", max_length=120)
    ground = models.CharField("索取理由", max_length=16, choices=Ground.choices)
    place = models.CharField("索取环节", max_length=8, choices=Place.choices)
    asked_at = models.DateTimeField("索取时间")
    asked_by = models.CharField("索取人", max_length=80)
    task = models.CharField("数据核查任务", max_length=24, blank=True)

    class Meta:
        db_table = "cases_held_ask"
        verbose_name = verbose_name_plural = "政府已有材料索取"
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["asked_at", "organ_id"], name="cases_held_asks_of_organ")]
        constraints = [
            models.UniqueConstraint(fields=["matter", "code", "ground"], name="cases_held_ask_once_a_ground"),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="cases_held_ask_on_a_lawful_ground"),
        ]

    def __str__(self) -> str:
        return f"{self.thing} {self.ground}"
