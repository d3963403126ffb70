"""Materials of a case: what was handed in, in which form, and what the law allows to say about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yiwang.services.cases.held.rules import Ground

ASKED = ("deferred", "missing", "promised")  # states that leave the applicant to bring a material


class CaseMaterial(models.Model):
    """One material of one case. ``state`` is how it came, ``verdict`` what the checking clerk found."""

    class State(models.TextChoices):
        HELD = "held", "政府已有"
        UPLOADED = "uploaded", "已上传"
        ORIGINAL = "original", "收原件"
        COPY = "copy", "收复印件"
        DEFERRED = "deferred", "容缺后补"
        PROMISED = "promised", "告知承诺"
        STEP = "step", "办理中产生"
        MISSING = "missing", "未交"

    class Verdict(models.TextChoices):
        UNCHECKED = "unchecked", "未核"
        RIGHT = "right", "符合"
        WRONG = "wrong", "不符合"
        MENDABLE = "mendable", "可当场更正"  # wrong, and put right there and then (行政许可法 第三十二条第一款第三项)

    class Source(models.TextChoices):  # as the guide declared it on the day of receipt
        HELD = "held", "政府部门已有"
        STEP = "step", "办理过程中产生"
        APPLICANT = "applicant", "申请人自备"

    matter = models.ForeignKey("matters.Matter", models.PROTECT, verbose_name="办理", related_name="case_materials")
    organ_id = models.BigIntegerField("承办机构")
    party_id = models.BigIntegerField("申请人")
    code = models.CharField("材料编码", max_length=60)
    name = models.CharField("材料名称", max_length=200)
    ordinal = models.PositiveSmallIntegerField("序号")
    main = models.BooleanField("主要材料", default=True)
    required = models.BooleanField("必要", default=True)
    source = models.CharField("材料来源", max_length=10, choices=Source.choices, default=Source.APPLICANT)
    ground = models.CharField("索取理由", max_length=16, choices=Ground.choices, blank=True)
    state = models.CharField("提交方式", max_length=10, choices=State.choices, default=State.MISSING)
    verdict = models.CharField("核对结果", max_length=10, choices=Verdict.choices, default=Verdict.UNCHECKED)
    note = models.CharField("核对说明", max_length=300, blank=True)
    checked_by = models.CharField("核对人", max_length=80, blank=True)
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)
    files = models.ManyToManyField("files.StoredFile", verbose_name="附件", related_name="+", blank=True)

    class Meta:
        db_table = "cases_material"
        verbose_name = verbose_name_plural = "办件材料"
        ordering = ["matter", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "code"], name="cases_material_once"),
            models.CheckConstraint(
                condition=Q(verdict="unchecked") | (Q(checked_at__isnull=False) & ~Q(checked_by="")),
                name="cases_material_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=["wrong", "mendable"]) | ~Q(note=""), name="cases_material_wrong_says_why"
            ),
            # whoever writes the row, nobody asks for what the government holds without a lawful ground
            models.CheckConstraint(
                condition=~Q(source="held") | ~Q(ground="") | (Q(required=False) & ~Q(state__in=ASKED)),
                name="cases_material_held_is_not_asked",
            ),
            models.CheckConstraint(
                condition=Q(ground="") | Q(source="held", ground__in=Ground.values),
                name="cases_material_ground_is_lawful",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def wanting(self) -> bool:
        """True if this material stands in the way of acceptance: a required one that is absent or found wrong. Paper
        offered freely for what the government holds never does."""
        free = self.source == self.Source.HELD and not self.ground and self.state != self.State.HELD
        wrong = self.verdict in {self.Verdict.WRONG, self.Verdict.MENDABLE} and not free
        return wrong or (self.required and self.state == self.State.MISSING)


class Shortcoming(models.Model):
    """One line of the one correction notice (行政许可法 第三十二条第一款第四项): said once, everything at once."""

    matter = models.ForeignKey("matters.Matter", models.PROTECT, verbose_name="办理", related_name="shortcomings")
    organ_id = models.BigIntegerField("承办机构")
    party_id = models.BigIntegerField("申请人")
    notice = models.PositiveSmallIntegerField("告知次数")
    code = models.CharField("材料编码", max_length=60)
    name = models.CharField("材料名称", max_length=200)
    reason = models.CharField("补正要求", max_length=300)
    held = models.BooleanField("政府已有", default=False)
    ground = models.CharField("索取理由", max_length=16, choices=Ground.choices, blank=True)
    supplied_at = models.DateTimeField("补正时间", null=True, blank=True)

    class Meta:
        db_table = "cases_shortcoming"
        verbose_name = verbose_name_plural = "补正事项"
        ordering = ["matter", "notice", "id"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "notice", "code"], name="cases_shortcoming_once_a_notice"),
            models.CheckConstraint(condition=~Q(reason=""), name="cases_shortcoming_says_what"),
            models.CheckConstraint(
                condition=Q(held=False, ground="") | Q(held=True, ground__in=Ground.values),
                name="cases_shortcoming_of_held_has_a_ground",
            ),
        ]

    def __str__(self) -> str:
        return self.name
