"""检查任务 (the detail row of its matter), who goes, what each department looked at, and 监管行为: what counts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yiwang.governance.inspections.models.draws import Draw
from yiwang.governance.inspections.models.register import CheckList, Claim, Intake
from yiwang.governance.inspections.models.who import Inspector, Subject
from yiwang.matters.models import Matter


class Inspection(models.Model):
    """检查任务: one visit to one object, whichever departments take part in it."""

    class Source(models.TextChoices):
        DRAW = "draw", "双随机抽查"
        LICENCE = "licence", "审批后首次检查"
        PLAN = "plan", "计划内专项检查"
        COMPLAINT = "complaint", "投诉举报核查"
        ORDER = "order", "上级部署或者交办"
        CLUE = "clue", "数据监测线索"

    class Outcome(models.TextChoices):
        CLEAN = "clean", "未发现问题"
        ON_THE_SPOT = "on-the-spot", "发现问题已当场改正"
        ORDERED = "ordered", "责令限期改正"
        GONE = "gone", "查无下落"
        REMEDIED = "remedied", "已按期改正"
        TRANSFERRED = "transferred", "未改正，移送立案处罚"

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="inspection", verbose_name="办理"
    )
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="inspections", verbose_name="检查对象")
    organ_id = models.BigIntegerField("牵头单位")
    source = models.CharField("检查来源", max_length=9, choices=Source.choices)
    cause = models.CharField("来源编号", max_length=60, blank=True, default="", db_default="")
    draw = models.ForeignKey(
        Draw, models.PROTECT, related_name="inspections", verbose_name="随机抽取", null=True, blank=True
    )
    opened_on = models.DateField("任务下达日")
    visited_on = models.DateField("检查日", null=True, blank=True)
    outcome = models.CharField(
        "检查结果", max_length=11, choices=Outcome.choices, blank=True, default="", db_default=""
    )
    remedy_by = models.DateField("限期改正日", null=True, blank=True)
    rechecked_on = models.DateField("复查日", null=True, blank=True)
    published_on = models.DateField("结果公示日", null=True, blank=True)

    class Meta:
        db_table = "inspections_inspection"
        verbose_name = verbose_name_plural = "检查任务"
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="ordered") | Q(remedy_by__isnull=False), name="inspections_order_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(published_on=None) | ~Q(outcome=""), name="inspections_published_with_outcome"
            ),
            models.UniqueConstraint(
                fields=["source", "cause", "subject", "organ_id"],
                name="inspections_licence_once",
                condition=Q(source="licence"),
            ),
        ]
        indexes = [models.Index(fields=["subject", "opened_on"], name="inspections_of_subject")]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Attendance(models.Model):
    """派出: an inspector sent on a visit; ``released_at`` where somebody else was drawn in his place."""

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="attendances", verbose_name="检查任务", db_index=False
    )
    inspector = models.ForeignKey(Inspector, models.PROTECT, related_name="attendances", verbose_name="执法检查人员")
    organ_id = models.BigIntegerField("执法单位")
    released_at = models.DateTimeField("更换时间", null=True, blank=True)

    class Meta:
        db_table = "inspections_attendance"
        verbose_name = verbose_name_plural = "派出检查人员"
        constraints = [models.UniqueConstraint(fields=["inspection", "inspector"], name="inspections_attendance_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.inspector_id}"


class Part(models.Model):
    """检查内容: one implementation list of one department within a visit. ``entries`` are copied from the list at opening;
    ``results`` are ``{"code", "result", "note"}``, one an entry, written once."""

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="parts", verbose_name="检查任务", db_index=False
    )
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="parts", verbose_name="监管事项认领")
    checklist = models.ForeignKey(CheckList, models.PROTECT, related_name="parts", verbose_name="检查实施清单")
    organ_id = models.BigIntegerField("监管单位")
    entries = models.JSONField("检查项", default=list)
    results = models.JSONField("检查项结果", default=list, blank=True)
    recorded_at = models.DateTimeField("记录时间", null=True, blank=True)
    recorded_by = models.CharField("记录人", max_length=80, blank=True)

    class Meta:
        db_table = "inspections_part"
        verbose_name = verbose_name_plural = "检查内容"
        constraints = [models.UniqueConstraint(fields=["inspection", "checklist"], name="inspections_part_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.checklist_id}"


class Behaviour(models.Model):
    """监管行为: something a department did under an item it claimed. From our own visits, or another system's with its batch."""

    class Kind(models.TextChoices):
        INSPECTION = "inspection", "行政检查"
        PENALTY = "penalty", "行政处罚"
        COMPULSION = "compulsion", "行政强制"
        OTHER = "other", "其他监管行为"

    reference = models.CharField("监管行为编号", max_length=60, unique=True)
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="behaviours", verbose_name="监管事项认领")
    organ_id = models.BigIntegerField("监管单位")
    kind = models.CharField("监管行为类别", max_length=10, choices=Kind.choices)
    subject_code = models.CharField("检查对象编码", max_length=40)
    happened_on = models.DateField("行为日")
    found = models.BooleanField("发现问题", default=False)
    recorded_at = models.DateTimeField("录入时间")
    matter = models.ForeignKey(
        Matter, models.PROTECT, related_name="+", verbose_name="办理", null=True, blank=True, db_index=False
    )
    intake = models.ForeignKey(
        Intake, models.PROTECT, related_name="behaviours", verbose_name="监管数据导入批次", null=True, blank=True
    )

    class Meta:
        db_table = "inspections_behaviour"
        verbose_name = verbose_name_plural = "监管行为"
        constraints = [
            models.CheckConstraint(
                condition=Q(matter__isnull=False, intake=None) | Q(matter=None),
                name="inspections_behaviour_one_source",
            )
        ]
        indexes = [models.Index(fields=["claim", "happened_on"], name="inspections_behaviour_of")]

    def __str__(self) -> str:
        return self.reference
