"""监管事项目录清单, 认领, 检查实施清单, and what each import of the national system's table did."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class SupervisionItem(models.Model):
    """监管事项: one version of one item of the directory. A main item (主项) has no ``parent``; its sub-items are claimed.

    ``in force`` is ``[from_on, until_on)``; the same code never stands in two versions on one day. ``services`` are codes
    of government services whose result creates the duty to check (审管衔接).
    """

    code = models.CharField("监管事项编码", max_length=40)
    parent = models.CharField("主项编码", max_length=40, blank=True)
    title = models.CharField("监管事项名称", max_length=200)
    field = models.CharField("监管领域", max_length=40, blank=True)
    basis = models.CharField("监管依据", max_length=600)
    services = ArrayField(models.CharField(max_length=80), verbose_name="关联政务服务事项", default=list, blank=True)
    from_on = models.DateField("生效日")
    until_on = models.DateField("失效日", null=True, blank=True)
    ended_for = models.CharField("取消理由", max_length=200, blank=True)

    class Meta:
        db_table = "inspections_item"
        verbose_name = verbose_name_plural = "监管事项"
        constraints = [
            models.UniqueConstraint(fields=["code", "from_on"], name="inspections_item_version_once"),
            models.UniqueConstraint(
                fields=["code"], name="inspections_item_one_standing", condition=Q(until_on__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="inspections_item_forward"
            ),
        ]
        indexes = [models.Index(fields=["parent"], name="inspections_item_of_main")]

    def __str__(self) -> str:
        return f"{self.code}@{self.from_on}"


class Claim(models.Model):
    """认领: an item one department has to claim (应认领), and what it said: done here (本级监管) or not (本级不监管, with a
    reason that the office approves). Only an approved 本级不监管 leaves the denominators of coverage and of lists."""

    class Level(models.TextChoices):
        HERE = "here", "本级监管"
        ASKED = "asked", "申请本级不监管"
        ELSEWHERE = "elsewhere", "本级不监管"

    code = models.CharField("监管事项编码", max_length=40)
    organ_id = models.BigIntegerField("监管单位")
    due_at = models.DateTimeField("下发时间")
    claimed_at = models.DateTimeField("认领时间", null=True, blank=True)
    claimed_by = models.CharField("认领人", max_length=80, blank=True)
    level = models.CharField("监管层级", max_length=9, choices=Level.choices, blank=True)
    reason = models.CharField("不监管理由", max_length=300, blank=True)
    ruled_at = models.DateTimeField("审定时间", null=True, blank=True)
    ruled_by = models.CharField("审定人", max_length=80, blank=True)
    said = models.CharField("审定意见", max_length=300, blank=True)
    ended_at = models.DateTimeField("取消时间", null=True, blank=True)

    class Meta:
        db_table = "inspections_claim"
        verbose_name = verbose_name_plural = "监管事项认领"
        constraints = [
            models.UniqueConstraint(fields=["code", "organ_id"], name="inspections_claim_once"),
            models.CheckConstraint(
                condition=Q(claimed_at=None, level="") | (Q(claimed_at__isnull=False) & ~Q(level="")),
                name="inspections_claim_says_where",
            ),
            models.CheckConstraint(
                condition=~Q(level__in=("asked", "elsewhere")) | ~Q(reason=""), name="inspections_claim_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(level="elsewhere") | (Q(ruled_at__isnull=False) & ~Q(ruled_by="")),
                name="inspections_claim_was_ruled",
            ),
        ]
        indexes = [models.Index(fields=["organ_id", "code"], name="inspections_claim_of_organ")]

    def __str__(self) -> str:
        return f"{self.code} {self.organ_id}"


class CheckList(models.Model):
    """检查实施清单: what one department looks at under one item, whom, how, how often and on which basis.

    ``entries`` are ``{"code", "title", "basis"}``, one a thing to look at. ``per_year`` is how often one object may be
    visited at most; 0 where the pack's own number counts. ``completed_at`` is empty while anything it needs is missing.
    """

    class Form(models.TextChoices):
        ON_SITE = "on-site", "现场检查"
        OFF_SITE = "off-site", "非现场检查"
        BOTH = "both", "现场和非现场检查"

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lists", verbose_name="监管事项认领")
    title = models.CharField("清单名称", max_length=200)
    objects_of = ArrayField(models.CharField(max_length=12), verbose_name="检查对象类别", default=list, blank=True)
    form = models.CharField("检查形式", max_length=8, choices=Form.choices, blank=True)
    per_year = models.PositiveSmallIntegerField("年度检查频次上限", default=0)
    basis = models.CharField("检查依据", max_length=600, blank=True)
    papers = ArrayField(models.CharField(max_length=60), verbose_name="检查文书", default=list, blank=True)
    entries = models.JSONField("检查项", default=list, blank=True)
    opened_at = models.DateTimeField("建立时间")
    completed_at = models.DateTimeField("填报完备时间", null=True, blank=True)

    class Meta:
        db_table = "inspections_list"
        verbose_name = verbose_name_plural = "检查实施清单"
        constraints = [models.UniqueConstraint(fields=["claim", "title"], name="inspections_list_once")]

    def __str__(self) -> str:
        return self.title


class Intake(models.Model):
    """导入批次: one table of the national system brought in, and where each of its rows went. They add up.
    ``vanished``: items that stand here and are in no row of a table said to be ``whole``; none is ended by that."""

    class Kind(models.TextChoices):
        ITEMS = "items", "监管事项目录"
        BEHAVIOURS = "behaviours", "监管行为"

    kind = models.CharField("导入内容", max_length=10, choices=Kind.choices)
    source = models.CharField("来源系统", max_length=60)
    file_name = models.CharField("文件名", max_length=200)
    file_digest = models.CharField("文件摘要", max_length=64)
    read = models.PositiveIntegerField("读入行数")
    added = models.PositiveIntegerField("新增行数")
    changed = models.PositiveIntegerField("变更行数")
    same = models.PositiveIntegerField("未变行数")
    refused = models.PositiveIntegerField("拒绝行数")
    refusals = models.JSONField("拒绝的行和原因", default=list)
    whole = models.BooleanField("全量目录", default=False)
    vanished = models.JSONField("表中不再列出的事项", default=list)
    at = models.DateTimeField("导入时间")
    by = models.CharField("导入人", max_length=80)

    class Meta:
        db_table = "inspections_intake"
        verbose_name = verbose_name_plural = "监管数据导入批次"
        constraints = [
            models.CheckConstraint(
                condition=Q(read=F("added") + F("changed") + F("same") + F("refused")),
                name="inspections_intake_adds_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"
