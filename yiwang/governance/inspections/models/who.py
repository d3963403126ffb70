"""检查对象名录库 and 执法检查人员名录库, and which of them have something to do with each other."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Subject(models.Model):
    """检查对象: a firm by its 统一社会信用代码, or a place by a code of the county's. Never a natural person."""

    class Kind(models.TextChoices):
        FIRM = "firm", "市场主体"
        PLACE = "place", "场所"
        PROJECT = "project", "工程项目"

    code = models.CharField("检查对象编码", max_length=40, unique=True)
    kind = models.CharField("检查对象类别", max_length=7, choices=Kind.choices)
    name = models.CharField("检查对象名称", max_length=200)
    address = models.CharField("检查对象地址", max_length=200, blank=True)
    fields = ArrayField(models.CharField(max_length=40), verbose_name="监管领域", default=list, blank=True)
    closed_on = models.DateField("注销或停业日", null=True, blank=True)

    class Meta:
        db_table = "inspections_subject"
        verbose_name = verbose_name_plural = "检查对象"

    def __str__(self) -> str:
        return self.code


class Inspector(models.Model):
    """执法检查人员: an account with a certificate of law enforcement, in one organ. ``code`` is the certificate's number."""

    code = models.CharField("执法证号", max_length=24, unique=True)
    account_id = models.BigIntegerField("工作人员账号", unique=True)
    organ_id = models.BigIntegerField("执法单位")
    valid_until = models.DateField("执法证有效期至")
    scope = models.CharField("执法范围", max_length=120, blank=True)
    left_on = models.DateField("离岗日", null=True, blank=True)

    class Meta:
        db_table = "inspections_inspector"
        verbose_name = verbose_name_plural = "执法检查人员"
        indexes = [models.Index(fields=["organ_id"], name="inspections_inspector_of")]

    def __str__(self) -> str:
        return self.code


class Interest(models.Model):
    """利益关系: an inspector who has something to do with an object is not drawn for it (行政处罚法 第四十三条)."""

    inspector = models.ForeignKey(Inspector, models.PROTECT, related_name="interests", verbose_name="执法检查人员")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="interests", verbose_name="检查对象")
    reason = models.CharField("利益关系说明", max_length=200)
    declared_at = models.DateTimeField("申报时间")
    declared_by = models.CharField("申报人", max_length=80)

    class Meta:
        db_table = "inspections_interest"
        verbose_name = verbose_name_plural = "利益关系申报"
        constraints = [
            models.UniqueConstraint(fields=["inspector", "subject"], name="inspections_interest_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="inspections_interest_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.inspector_id} {self.subject_id}"
