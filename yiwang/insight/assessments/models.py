"""One assessment a month, its figures as they were counted, and what units say to them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Assessment(models.Model):
    """考核: a month, counted once from the facts as of a moment. ``digest`` is over every figure in it; units answer by
    ``answer_by``."""

    month = models.DateField("考核月份", unique=True)
    rule_version = models.CharField("考核规则版本", max_length=12)
    facts_as_of = models.DateTimeField("统计事实截至")
    small = models.PositiveIntegerField("样本小的界限")
    digest = models.CharField("考核数据摘要", max_length=64)
    answer_by = models.DateField("说明期限")
    counted_at = models.DateTimeField("统计时间")
    counted_by = models.CharField("统计人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "窗口和单位考核"
        constraints = [models.CheckConstraint(condition=Q(month__day=1), name="assessments_month_begins")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Line(models.Model):
    """考核数据: one figure of one unit or counter. ``denominator`` is empty where nothing is divided, and the count of ``beside``
    where that is named; ``value`` is as printed."""

    class About(models.TextChoices):
        UNIT = "unit", "单位"
        COUNTER = "counter", "窗口"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="lines", verbose_name="窗口和单位考核")
    about = models.CharField("考核对象类别", max_length=7, choices=About.choices)
    code = models.CharField("考核对象代号", max_length=80)
    name = models.CharField("考核对象", max_length=120)
    organ_id = models.BigIntegerField("被考核单位")
    indicator = models.CharField("指标", max_length=80)
    beside = models.CharField("并列指标", max_length=80, blank=True)
    title = models.CharField("指标名称", max_length=80)
    place = models.PositiveSmallIntegerField("指标次序")
    numerator = models.BigIntegerField("分子")
    denominator = models.BigIntegerField("分母", null=True, blank=True)
    value = models.CharField("考核结果", max_length=24)
    small = models.BooleanField("样本小", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "考核数据"
        constraints = [
            models.UniqueConstraint(fields=["assessment", "about", "code", "indicator"], name="assessments_line_once")
        ]
        indexes = [models.Index(fields=["assessment", "organ_id"], name="assessments_of_organ")]

    def __str__(self) -> str:
        return f"{self.code} {self.indicator}"


class Answer(models.Model):
    """单位说明: what a unit says to its month, once. It changes no figure."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="answers", verbose_name="窗口和单位考核")
    organ_id = models.BigIntegerField("被考核单位")
    text = models.CharField("说明内容", max_length=1000)
    answered_at = models.DateTimeField("说明时间")
    answered_by = models.CharField("说明人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "单位说明"
        constraints = [models.UniqueConstraint(fields=["assessment", "organ_id"], name="assessments_answer_once")]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.organ_id}"
