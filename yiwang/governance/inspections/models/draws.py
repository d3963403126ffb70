"""年度检查计划 and 双随机抽取: a list frozen once, a seed nobody chose, one draw, and replacements in its own order."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yiwang.governance.inspections.models.register import CheckList
from yiwang.governance.inspections.models.who import Inspector, Subject


class PlanLine(models.Model):
    """检查计划: one line of a year's plan. Lists of several departments in one line are one visit (综合查一次).

    ``batches`` is how many draws the line allows, each of ``count`` objects; published before the first of them.
    """

    code = models.CharField("计划编号", max_length=24, unique=True)
    year = models.PositiveSmallIntegerField("计划年度")
    organ_id = models.BigIntegerField("牵头单位")
    title = models.CharField("计划名称", max_length=120)
    field = models.CharField("监管领域", max_length=40)
    lists = models.ManyToManyField(CheckList, verbose_name="检查实施清单", related_name="plan_lines")
    count = models.PositiveIntegerField("每批抽取对象数")
    batches = models.PositiveSmallIntegerField("抽取批次")
    from_on = models.DateField("计划开始日")
    until_on = models.DateField("计划结束日")
    made_at = models.DateTimeField("编制时间")
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    published_by = models.CharField("公布人", max_length=80, blank=True)

    class Meta:
        db_table = "inspections_plan"
        verbose_name = verbose_name_plural = "检查计划"
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1, batches__gte=1), name="inspections_plan_draws_something"),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="inspections_plan_forward"),
        ]
        indexes = [models.Index(fields=["organ_id", "-year"], name="inspections_plan_of_organ")]

    def __str__(self) -> str:
        return self.code


class Draw(models.Model):
    """随机抽取: the frozen list as text (what ``digest`` is over), then the seed, then what came out. Each is written once.

    ``public_*``: a value of the outside world named at freezing and known only afterwards; none where none was named.
    """

    code = models.CharField("抽取编号", max_length=24, unique=True)
    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="draws", verbose_name="检查计划")
    batch = models.PositiveSmallIntegerField("抽取批次")
    organ_id = models.BigIntegerField("牵头单位")
    frozen = models.TextField("名单原文")
    digest = models.CharField("名单摘要", max_length=64)
    frozen_at = models.DateTimeField("名单冻结时间")
    frozen_by = models.CharField("名单冻结人", max_length=80)
    entry = models.BigIntegerField("台账序号")
    public_name = models.CharField("外部公开数值", max_length=120, blank=True)
    public_on = models.DateField("外部数值公布日", null=True, blank=True)
    public_value = models.CharField("外部数值", max_length=120, blank=True)
    checkpoint = models.PositiveIntegerField("存证序号", null=True, blank=True)
    checkpoint_digest = models.CharField("存证摘要", max_length=64, blank=True)
    seed = models.CharField("随机种子", max_length=64, blank=True)
    result = models.JSONField("抽取结果", default=list, blank=True)
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)
    drawn_by = models.CharField("抽取人", max_length=80, blank=True)

    class Meta:
        db_table = "inspections_draw"
        verbose_name = verbose_name_plural = "随机抽取"
        constraints = [
            models.UniqueConstraint(fields=["line", "batch"], name="inspections_draw_once_a_batch"),
            models.CheckConstraint(
                condition=Q(drawn_at=None, seed="", checkpoint=None)
                | (Q(drawn_at__gt=F("frozen_at"), checkpoint__isnull=False) & ~Q(seed="")),
                name="inspections_draw_after_freezing",
            ),
        ]
        indexes = [models.Index(fields=["organ_id", "-frozen_at"], name="inspections_draw_of_organ")]

    def __str__(self) -> str:
        return self.code


class Replacement(models.Model):
    """递补: an object or an inspector who cannot be had, and the next one in the draw's own order, with the reason."""

    class Kind(models.TextChoices):
        SUBJECT = "subject", "检查对象"
        INSPECTOR = "inspector", "检查人员"

    class Ground(models.TextChoices):
        CONFLICT = "conflict", "利益关系回避"
        ABSENT = "absent", "因病因公不能参加"
        LEFT = "left", "离岗或执法证失效"
        CLOSED = "closed", "对象注销、停业或查无下落"

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="replacements", verbose_name="随机抽取")
    ordinal = models.PositiveSmallIntegerField("递补序号")
    kind = models.CharField("递补类别", max_length=9, choices=Kind.choices)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name="检查对象")
    out = models.CharField("被替换的编码", max_length=40)
    into = models.CharField("递补的编码", max_length=40)
    inspector = models.ForeignKey(
        Inspector, models.PROTECT, related_name="+", verbose_name="执法检查人员", null=True, blank=True
    )
    ground = models.CharField("递补事由", max_length=8, choices=Ground.choices)
    reason = models.CharField("递补说明", max_length=200)
    at = models.DateTimeField("递补时间")
    by = models.CharField("递补办理人", max_length=80)

    class Meta:
        db_table = "inspections_replacement"
        verbose_name = verbose_name_plural = "递补"
        constraints = [
            models.UniqueConstraint(fields=["draw", "ordinal"], name="inspections_replacement_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="inspections_replacement_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}.{self.ordinal}"
