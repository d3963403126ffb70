"""Promises of applicants: to make good what may come later (容缺受理), or that a condition is met (告知承诺)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Promise(models.Model):
    """承诺. ``text`` is what the applicant read and promised, word for word; it names materials, never a person.

    ``rule`` and ``rule_version`` say under which published list. ``barred_until``: a broken promise stands on record
    until that day, and the applicant is offered none before it.
    """

    class Kind(models.TextChoices):
        DEFERRAL = "deferral", "容缺受理"
        INFORMED = "informed", "告知承诺"

    class Status(models.TextChoices):
        OPEN = "open", "履行中"
        KEPT = "kept", "已履行"
        MISSED = "missed", "逾期未补齐"
        FALSE = "false", "核查不实"
        VOID = "void", "不再需要"

    matter = models.ForeignKey("matters.Matter", models.PROTECT, verbose_name="办理", related_name="promises")
    organ_id = models.BigIntegerField("承办机构")
    party_id = models.BigIntegerField("申请人", db_index=True)
    kind = models.CharField("承诺种类", max_length=8, choices=Kind.choices)
    rule = models.CharField("承诺清单", max_length=60)
    rule_version = models.CharField("清单版本", max_length=20)
    text = models.TextField("承诺内容")
    days = models.PositiveIntegerField("补交或核查天数")
    unit = models.CharField("计量单位", max_length=12)
    bar_months = models.PositiveSmallIntegerField("失信后不适用月数")
    status = models.CharField("履行情况", max_length=8, choices=Status.choices, default=Status.OPEN)
    made_at = models.DateTimeField("承诺时间")
    made_by = models.CharField("承诺人", max_length=80)
    settled_at = models.DateTimeField("核定时间", null=True, blank=True)
    settled_by = models.CharField("核定人", max_length=80, blank=True)
    note = models.CharField("核查说明", max_length=500, blank=True)
    barred_until = models.DateField("失信记录至", null=True, blank=True)
    ending = models.CharField("撤销办理编号", max_length=40, blank=True)

    class Meta:
        db_table = "cases_promise"
        verbose_name = verbose_name_plural = "承诺"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "kind"], name="cases_promise_once_a_kind"),
            models.CheckConstraint(
                condition=Q(status="open", settled_at=None, settled_by="")
                | (~Q(status="open") & Q(settled_at__isnull=False) & ~Q(settled_by="")),
                name="cases_promise_settled_by_whom",
            ),
            models.CheckConstraint(condition=~Q(status="false") | ~Q(note=""), name="cases_promise_false_says_why"),
            models.CheckConstraint(
                condition=Q(barred_until=None) | Q(status__in=["missed", "false"]),
                name="cases_promise_record_of_broken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.kind}"


class PromisedMaterial(models.Model):
    """承诺材料: one material the promise is about, and when it came after all."""

    promise = models.ForeignKey(Promise, models.PROTECT, verbose_name="承诺", related_name="materials")
    code = models.CharField("材料编码", max_length=60)
    name = models.CharField("材料名称", max_length=200)
    supplied_at = models.DateTimeField("补交时间", null=True, blank=True)

    class Meta:
        db_table = "cases_promised_material"
        verbose_name = verbose_name_plural = "承诺材料"
        ordering = ["promise", "id"]
        constraints = [models.UniqueConstraint(fields=["promise", "code"], name="cases_promised_material_once")]

    def __str__(self) -> str:
        return self.name
