"""What the classifier was trained on, how good it was on what it never saw, and the model itself."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Training(models.Model):
    """职责判断模型 of one training. ``report`` says how it was tried; ``digest`` is SM3 of ``model``, arrays and JSON without
    any pickled object. The newest is asked; older ones stay, so that a proposal of last year can be explained."""

    trained_at = models.DateTimeField("训练时间")
    trained_by = models.CharField("训练人", max_length=80)
    orders = models.PositiveIntegerField("训练工单数")
    report = models.JSONField("检验结果")
    digest = models.CharField("模型摘要", max_length=64)
    model = models.BinaryField("模型内容")

    class Meta:
        db_table = "hotline_training"
        verbose_name = verbose_name_plural = "职责判断模型"

    def __str__(self) -> str:
        return f"training:{self.pk}"


class DutyLine(models.Model):
    """职责条目: one line of the county's own division of duties as a table brought it in; ``kinds.Duty`` says what its words
    mean. In force until ``until_on``; a line that ended explains the orders that were given by it."""

    code = models.CharField("职责编码", max_length=40, unique=True)
    title = models.CharField("职责名称", max_length=120)
    organ = models.CharField("承办单位编码", max_length=40)
    topics = ArrayField(models.TextField(), verbose_name="诉求主题", default=list, blank=True)
    words = ArrayField(models.TextField(), verbose_name="关键词", default=list, blank=True)
    unless = ArrayField(models.TextField(), verbose_name="排除词", default=list, blank=True)
    towns = ArrayField(models.TextField(), verbose_name="适用镇街", default=list, blank=True)
    basis = models.CharField("职责依据", max_length=300)
    source = models.CharField("来源", max_length=200)
    until_on = models.DateField("停用日", null=True, blank=True)
    brought_at = models.DateTimeField("导入时间")
    brought_by = models.CharField("导入人", max_length=80)

    class Meta:
        db_table = "hotline_duty"
        verbose_name = verbose_name_plural = "职责条目"

    def __str__(self) -> str:
        return self.code


class Unlisted(models.Model):
    """没有列入清单的诉求: an order for which neither the division of duties, nor a power, nor an item names anybody, or of
    which the dispatcher said so. Codes only, for the 编办: what callers said stays with the order."""

    class Ground(models.TextChoices):
        FOUND = "found", "清单中没有查到"
        SAID = "said", "派单时注明"

    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办理", primary_key=True, related_name="order_unlisted"
    )
    ground = models.CharField("认定方式", max_length=6, choices=Ground.choices)
    organ_id = models.BigIntegerField("承办单位")
    bounces = models.PositiveSmallIntegerField("退单次数")
    noted_at = models.DateTimeField("归集时间")

    class Meta:
        db_table = "hotline_unlisted"
        verbose_name = verbose_name_plural = "没有列入清单的诉求"

    def __str__(self) -> str:
        return str(self.matter_id)
