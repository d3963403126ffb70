"""A batch of issues of one theme, and the detail row of each issue."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Source(models.TextChoices):
    """Where an issue was raised."""

    MEETING = "meeting", "现场提出"
    ONLINE = "online", "网上征集"
    HOTLINE = "hotline", "热线转来"
    LETTER = "letter", "来信来访"
    MEDIA = "media", "媒体反映"
    ORDER = "order", "上级交办"


class Batch(models.Model):
    """批次: the issues of one theme handed over together. ``organ_id`` coordinates; ``due_on`` is the day every issue of it is
    to be closed by. ``handed_by`` is who handed it over, in words."""

    code = models.CharField("批次编号", max_length=20, unique=True)
    theme = models.CharField("民生主题", max_length=30)
    handed_by = models.CharField("交办单位", max_length=60)
    document = models.CharField("交办文号", max_length=60, blank=True)
    organ_id = models.BigIntegerField("统筹单位")
    received_on = models.DateField("交办日")
    due_on = models.DateField("办结期限")
    opened_at = models.DateTimeField("登记时间")
    opened_by = models.CharField("登记人", max_length=80)

    class Meta:
        db_table = "meetings_batch"
        verbose_name = verbose_name_plural = "面对面批次"
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gt=F("received_on")), name="meetings_batch_due_after_receipt")
        ]

    def __str__(self) -> str:
        return self.code


class Issue(models.Model):
    """民生问题: the detail row of its matter. ``unit_id`` answers for it now, ``first_unit_id`` was given it first.

    ``stage_closed_at`` is the moment a stage closure was verified (the first one is kept), with ``plan`` and ``plan_until``, the
    day by which the rest is done. ``evidence`` is what the unit handed in last; ``visited_…`` who looked, when and how.
    """

    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办理", primary_key=True, related_name="issue"
    )
    batch = models.ForeignKey(Batch, models.PROTECT, verbose_name="面对面批次", related_name="issues")
    number = models.PositiveIntegerField("批内序号")
    source = models.CharField("问题来源", max_length=8, choices=Source.choices)
    content = models.TextField("问题内容")
    unit_id = models.BigIntegerField("承办单位")
    first_unit_id = models.BigIntegerField("首次承办单位")
    result = models.TextField("办理情况", blank=True, db_default="")
    plan = models.TextField("后续措施", blank=True, db_default="")
    plan_until = models.DateField("预计办结日", null=True, blank=True)
    evidence = models.ForeignKey(
        "files.StoredFile", models.PROTECT, verbose_name="佐证材料", null=True, blank=True, related_name="+"
    )
    reported_on = models.DateField("报结日", null=True, blank=True)
    stage_closed_at = models.DateTimeField("阶段性办结时间", null=True, blank=True)
    visited_on = models.DateField("实地核实日", null=True, blank=True)
    visited_by = models.BigIntegerField("核实人", null=True, blank=True)
    way = models.CharField("核实方式", max_length=10, blank=True, db_default="")
    sent_back = models.PositiveSmallIntegerField("核实退回次数", default=0, db_default=0)
    moved = models.PositiveSmallIntegerField("改派次数", default=0, db_default=0)

    class Meta:
        db_table = "meetings_issue"
        verbose_name = verbose_name_plural = "民生问题"
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="meetings_issue_once_in_a_batch"),
            models.CheckConstraint(
                condition=Q(stage_closed_at=None) | (Q(plan_until__isnull=False) & ~Q(plan="")),
                name="meetings_issue_stage_with_its_plan",
            ),
            models.CheckConstraint(
                condition=Q(visited_on=None, visited_by=None)
                | Q(visited_on__isnull=False, visited_by__isnull=False, evidence__isnull=False),
                name="meetings_issue_visited_by",
            ),
        ]
        indexes = [models.Index(fields=["unit_id", "-matter"], name="meetings_by_unit")]

    def __str__(self) -> str:
        return f"{self.batch_id}-{self.number}"
