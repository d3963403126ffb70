"""The guide (实施清单 / 办事指南): one version of what an item asks, limits and gives, in force for a time."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

UNITS = [("working-day", "工作日"), ("natural-day", "自然日")]


class Guide(models.Model):
    """One version of an item's guide. Published versions of one item never overlap (exclusion constraint).

    ``document`` is the whole declaration as ``declarations.read`` accepts it. The columns and the rows of
    ``Situation`` and ``Material`` are what code and queries decide with, written from it once, at publication.
    A published version is never edited: a change is a new version.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        SUBMITTED = "submitted", "待编制审核"
        LEGAL = "legal-review", "待法制审核"
        RETURNED = "returned", "已退回"
        PUBLISHED = "published", "已发布"
        WITHDRAWN = "withdrawn", "已废止"

    class Chain(models.TextChoices):
        ON_THE_SPOT = "on-the-spot", "即办"  # one pair of hands
        TWO_HANDS = "two-hands", "一审一核"
        THREE_HANDS = "three-hands", "三级审批"

    item = models.ForeignKey("catalogue.Item", models.PROTECT, verbose_name="事项", related_name="guides")
    version = models.PositiveIntegerField("版本号")
    edition = models.CharField("版本名", max_length=10, blank=True)  # as the declaration writes it: 2026.1
    state = models.CharField("状态", max_length=14, choices=State.choices, default=State.DRAFT)
    in_force = DateRangeField("有效期间", null=True, blank=True)
    process_id = models.CharField("办理流程", max_length=80, blank=True)  # a process declared in a pack
    chain = models.CharField("审批层级", max_length=12, choices=Chain.choices, blank=True)
    handling_type = models.CharField("办件类型", max_length=1, blank=True)  # GB/T 39046 A.6: 1 即办件, 2 承诺件
    service_objects = ArrayField(models.TextField(), verbose_name="服务对象", default=list, blank=True)
    channels = ArrayField(models.TextField(), verbose_name="办理形式", default=list, blank=True)
    # The unit of every number of days stands beside it; 0 promised days means decided on the spot.
    legal_days = models.PositiveSmallIntegerField("法定办结时限", null=True, blank=True)
    legal_unit = models.CharField("法定时限单位", max_length=12, choices=UNITS, default="working-day")
    promised_days = models.PositiveSmallIntegerField("承诺办结时限", null=True, blank=True)
    promised_unit = models.CharField("承诺时限单位", max_length=12, choices=UNITS, default="working-day")
    extension_max = models.PositiveSmallIntegerField("最长延期", default=0)
    extension_unit = models.CharField("延期单位", max_length=12, choices=UNITS, default="working-day")
    correction_days = models.PositiveSmallIntegerField("补正期限", null=True, blank=True)
    correction_unit = models.CharField("补正期限单位", max_length=12, choices=UNITS, default="working-day")
    correction_outcome = models.CharField(
        "逾期未补正结果",
        max_length=20,
        choices=[("refuse-acceptance", "不予受理"), ("return", "退件")],
        default="refuse-acceptance",
    )
    # Renewal window, counted back from the day of expiry: the earliest day is the larger number.
    renew_from = models.PositiveSmallIntegerField("最早延续申请（届满前）", null=True, blank=True)
    renew_until = models.PositiveSmallIntegerField("最晚延续申请（届满前）", null=True, blank=True)
    renew_unit = models.CharField("延续期限单位", max_length=12, choices=UNITS, default="natural-day")
    trips = models.PositiveSmallIntegerField("到现场次数", null=True, blank=True)
    charges_fee = models.BooleanField("是否收费", default=False)
    result_name = models.CharField("结果名称", max_length=200, blank=True)
    retention_years = models.PositiveSmallIntegerField("保管年限", null=True, blank=True)
    examples = ArrayField(models.TextField(), verbose_name="示例要素", default=list, blank=True)
    document = models.JSONField("全部要素", default=dict)
    source = models.CharField("来源", max_length=300, blank=True)

    class Meta:
        db_table = "catalogue_guide"
        verbose_name = verbose_name_plural = "实施清单"
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="catalogue_guide_version_once"),
            ExclusionConstraint(
                name="catalogue_guide_versions_never_overlap",
                expressions=[
                    (Func(F("item"), F("item"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    ("in_force", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["published", "withdrawn"]),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "withdrawn"])
                | (Q(in_force__isnull=False) & ~Q(process_id="") & ~Q(chain="") & Q(handling_type__in=["1", "2", "9"])),
                name="catalogue_guide_published_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(renew_from__isnull=True)
                | Q(renew_until__isnull=True)
                | Q(renew_from__gte=F("renew_until")),
                name="catalogue_guide_renewal_window",
            ),
        ]
        indexes = [models.Index(fields=["item", "state"], name="catalogue_guide_item_state")]

    def __str__(self) -> str:
        return f"{self.item_id}#{self.version}"


class Situation(models.Model):
    """One situation (情形) of a guide. ``when`` maps question ids to the answers that lead here; all must match."""

    guide = models.ForeignKey(Guide, models.CASCADE, verbose_name="实施清单", related_name="situations")
    ordinal = models.PositiveSmallIntegerField("序号")
    code = models.CharField("情形编码", max_length=60)
    title = models.CharField("情形名称", max_length=200)
    when = models.JSONField("适用条件", default=dict)
    promised_days = models.PositiveSmallIntegerField("本情形承诺时限", null=True, blank=True)

    class Meta:
        db_table = "catalogue_situation"
        verbose_name = verbose_name_plural = "情形"
        ordering = ["guide", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["guide", "code"], name="catalogue_situation_once")]

    def __str__(self) -> str:
        return self.title


class Material(models.Model):
    """One material of a guide and where it comes from; ``when`` as in ``Situation`` (empty = asked of everybody).

    ``held``: an organ already holds it, as the certificate or dataset named in ``source_reference``, and it may not
    be asked for on paper (国令716 第七条). ``step``: comes into being in a step of this very case.
    """

    class Source(models.TextChoices):
        HELD = "held", "政府部门已有"
        STEP = "step", "办理过程中产生"
        APPLICANT = "applicant", "申请人自备"

    guide = models.ForeignKey(Guide, models.CASCADE, verbose_name="实施清单", related_name="materials")
    ordinal = models.PositiveSmallIntegerField("序号")
    code = models.CharField("材料编码", max_length=60)
    name = models.CharField("材料名称", max_length=200)
    main = models.BooleanField("主要材料", default=True)
    required = models.BooleanField("必要", default=True)
    source = models.CharField("来源渠道", max_length=10, choices=Source.choices, default=Source.APPLICANT)
    source_reference = models.CharField("来源证照或数据", max_length=120, blank=True)
    issuer = models.CharField("出具机构", max_length=120, blank=True)
    originals = models.PositiveSmallIntegerField("原件份数", default=0)
    copies = models.PositiveSmallIntegerField("复印件份数", default=0)
    formats = ArrayField(models.TextField(), verbose_name="材料形式", default=list, blank=True)
    reusable = models.BooleanField("可复用", default=False)
    requirement = models.CharField("填报须知", max_length=500, blank=True)
    when = models.JSONField("适用条件", default=dict, blank=True)

    class Meta:
        db_table = "catalogue_material"
        verbose_name = verbose_name_plural = "申请材料"
        ordering = ["guide", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["guide", "code"], name="catalogue_material_once"),
            models.CheckConstraint(
                condition=~Q(source="held") | ~Q(source_reference=""), name="catalogue_material_held_as_what"
            ),
        ]

    def __str__(self) -> str:
        return self.name
