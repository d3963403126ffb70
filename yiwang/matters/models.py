"""The engine's tables. A matter's history is the ledger; these rows are where it stands now."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yiwang.kernel import process


class Matter(models.Model):
    """事项办理: one thing on its way. ``version`` rises with every deed; a write that saw an older one is refused."""

    reference = models.CharField("办理编号", max_length=24)
    process_id = models.CharField("流程编号", max_length=80)
    process_version = models.CharField("流程版本", max_length=20)
    chain = models.CharField("审批层级", max_length=20, blank=True)
    state = models.CharField("状态", max_length=40)
    version = models.PositiveIntegerField("变更序号", default=1)
    organ_id = models.BigIntegerField("承办机构")
    party_id = models.BigIntegerField("申请人", null=True, blank=True)
    item = models.CharField("事项编码", max_length=80, blank=True)
    guide = models.CharField("办事指南版本", max_length=80, blank=True)
    title = models.CharField("名称", max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, verbose_name="上级办理", null=True, blank=True, db_index=False)
    received_at = models.DateTimeField("收件时间")
    counted_on = models.DateField("起算日")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    settings = models.JSONField("开办参数", default=dict)
    steps = models.TextField("已办步骤", blank=True)
    head_ordinal = models.PositiveIntegerField("台账末条序号")
    head_digest = models.BinaryField("台账末条摘要", max_length=32)

    class Meta:
        db_table = "matter"
        verbose_name = verbose_name_plural = "办理"
        indexes = [
            models.Index(fields=["party_id", "-id"], name="matter_of_party", condition=Q(party_id__isnull=False)),
            models.Index(fields=["organ_id", "-id"], name="matter_of_organ"),
            models.Index(fields=["parent"], name="matter_children", condition=Q(parent__isnull=False)),
            models.Index(
                fields=["process_id", "process_version"], name="matter_running", condition=Q(closed_at__isnull=True)
            ),
        ]
        constraints = [
            # as a constraint, not unique=True: that would add a second index for LIKE, paid for by every new matter
            models.UniqueConstraint(fields=["reference"], name="matter_reference_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="matter_not_its_own_parent"),
            models.CheckConstraint(condition=Q(head_ordinal__gte=1), name="matter_has_a_line"),
        ]

    def __str__(self) -> str:
        return self.reference


class Seat(models.Model):
    """席位: whose turn it is. Open seats are the inbox; a seat without a holder lies in the team's queue. ``urgent`` repeats
    the matter's own setting, because the inbox is read from one index of this table."""

    matter = models.ForeignKey(Matter, models.PROTECT, verbose_name="办理", related_name="seats", db_index=False)
    seat = models.CharField("席位", max_length=40)
    organ_id = models.BigIntegerField("机构")
    role = models.CharField("角色", max_length=40)
    phase = models.CharField("办理阶段", max_length=20, choices=list(process.PHASES.items()))
    holder_id = models.BigIntegerField("经办人", null=True, blank=True)
    clock = models.CharField("时钟", max_length=40, blank=True)
    due_on = models.DateField("最迟日", null=True, blank=True)
    urgent = models.BooleanField("紧急", default=False, db_default=False)
    opened_at = models.DateTimeField("到席时间")
    closed_at = models.DateTimeField("离席时间", null=True, blank=True)

    class Meta:
        db_table = "matter_seat"
        verbose_name = verbose_name_plural = "席位"
        indexes = [
            # the inbox reads this index alone: who may act, in which order, held by whom
            models.Index(
                fields=["organ_id", "role", "-urgent", "due_on", "id"],
                include=["holder_id", "phase", "matter_id"],
                name="matter_seat_inbox",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["holder_id", "due_on", "id"],
                name="matter_seat_held",
                condition=Q(closed_at__isnull=True, holder_id__isnull=False),
            ),
            models.Index(fields=["due_on", "id"], name="matter_seat_due", condition=Q(closed_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "seat"], name="matter_seat_open_once", condition=Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="matter_seat_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.seat}"


class MatterClock(models.Model):
    """One clock of a matter: an exact budget and what happened to it; ``due_on`` is a projection kept for the index.

    ``started_on``, ``stopped_on``, ``days``, ``unit``, ``pauses`` and ``extension`` are what ``kernel.clocks.Clock``
    loads and dumps. ``due_on`` is empty while the clock stands still. ``revision`` is the calendar revision it was
    projected with.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, verbose_name="办理", related_name="clocks", db_index=False)
    clock = models.CharField("时钟", max_length=40)
    kind = models.CharField("期限种类", max_length=12, choices=list(process.CLOCK_KINDS.items()))
    unit = models.CharField("计量单位", max_length=12, choices=list(process.UNITS.items()))
    days = models.PositiveIntegerField("期限天数")
    started_on = models.DateField("起算日")
    stopped_on = models.DateField("停止日", null=True, blank=True)
    pauses = models.JSONField("中止计时", default=list)
    extension = models.JSONField("延长期限", null=True, blank=True)
    due_on = models.DateField("届满日", null=True, blank=True)
    provisional = models.BooleanField("暂定", default=False)
    revision = models.PositiveIntegerField("日历修订号")

    class Meta:
        db_table = "matter_clock"
        verbose_name = verbose_name_plural = "时钟"
        indexes = [
            models.Index(
                fields=["clock", "due_on", "matter"],
                name="matter_clock_due",
                condition=Q(stopped_on__isnull=True, due_on__isnull=False, provisional=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["matter", "clock"], name="matter_clock_once"),
            models.CheckConstraint(
                condition=Q(stopped_on=None) | Q(stopped_on__gte=F("started_on")), name="matter_clock_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.clock}"


class StepText(models.Model):
    """意见: words written in a step. Kept outside the ledger, which carries only their digest."""

    matter = models.ForeignKey(Matter, models.PROTECT, verbose_name="办理", related_name="texts", db_index=False)
    ordinal = models.PositiveIntegerField("台账对象内序号")
    field = models.CharField("栏目", max_length=40)
    step = models.CharField("步骤", max_length=40)
    author = models.CharField("书写人", max_length=80)
    text = models.TextField("内容")

    class Meta:
        db_table = "matter_text"
        verbose_name = verbose_name_plural = "办理意见"
        constraints = [models.UniqueConstraint(fields=["matter", "ordinal", "field"], name="matter_text_once")]

    def __str__(self) -> str:
        return f"{self.matter_id}.{self.ordinal} {self.field}"


class Job(models.Model):
    """后续任务: something to do after a step, enqueued in the step's own statement; idempotent by its key."""

    class Status(models.TextChoices):
        WAITING = "waiting", "等待"
        DONE = "done", "完成"
        FAILED = "failed", "多次未成，待人工处理"

    matter = models.ForeignKey(Matter, models.PROTECT, verbose_name="办理", related_name="jobs", db_index=False)
    ordinal = models.PositiveIntegerField("台账对象内序号")
    effect = models.CharField("任务", max_length=80)
    payload = models.JSONField("内容", default=dict)
    status = models.CharField("状态", max_length=8, choices=Status.choices, default=Status.WAITING)
    tries = models.PositiveIntegerField("已试次数", default=0)
    due_at = models.DateTimeField("下次执行时间")
    error = models.CharField("未成原因", max_length=500, blank=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        db_table = "matter_job"
        verbose_name = verbose_name_plural = "后续任务"
        indexes = [models.Index(fields=["due_at", "id"], name="matter_job_waiting", condition=Q(status="waiting"))]
        constraints = [
            models.UniqueConstraint(fields=["matter", "ordinal", "effect"], name="matter_job_once"),
            models.CheckConstraint(condition=~Q(status="done") | Q(done_at__isnull=False), name="matter_job_done_when"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}.{self.ordinal} {self.effect}"


class IdempotencyKey(models.Model):
    """One request that may arrive twice; the answer is given twice, the deed is done once. Kept seven days."""

    principal = models.CharField("请求人", max_length=80)
    route = models.CharField("接口", max_length=120)
    key = models.CharField("幂等键", max_length=80)
    digest = models.BinaryField("请求摘要", max_length=32)
    status = models.PositiveSmallIntegerField("应答状态", null=True, blank=True)
    response = models.TextField("应答", blank=True)
    created_at = models.DateTimeField("登记时间", db_index=True)

    class Meta:
        db_table = "idempotency_key"
        verbose_name = verbose_name_plural = "幂等键"
        constraints = [
            models.UniqueConstraint(fields=["principal", "route", "key"], name="idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class Reprojection(models.Model):
    """重新推算: clocks to be projected anew after a calendar revision, and how far that has come. Resumable."""

    revision = models.PositiveIntegerField("日历修订号", primary_key=True)
    first_on = models.DateField("变动首日", null=True, blank=True)
    last_on = models.DateField("变动末日", null=True, blank=True)
    clocks = models.PositiveIntegerField("涉及时钟数")
    digest = models.CharField("时钟清单摘要", max_length=64)
    reached = models.BigIntegerField("已推算至", default=0)
    last_look = models.BooleanField("末次核对", default=False)
    moved = models.PositiveIntegerField("届满日变动数", default=0)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        db_table = "matter_reprojection"
        verbose_name = verbose_name_plural = "期限重新推算"
        indexes = [models.Index(fields=["revision"], name="matter_reprojection_open", condition=Q(finished_at=None))]

    def __str__(self) -> str:
        return f"第{self.revision}次日历修订"


class HistoryLog(models.Model):
    """历史日志: another system's event log, how far it has come in, and what was found irregular in it, by code."""

    name = models.CharField("日志标识", max_length=40, unique=True)
    title = models.CharField("名称", max_length=120)
    process_id = models.CharField("流程编号", max_length=80)
    process_version = models.CharField("流程版本", max_length=20)
    mapping_digest = models.CharField("映射摘要", max_length=64)
    file_name = models.CharField("文件名", max_length=200)
    file_digest = models.CharField("文件摘要", max_length=64)
    cases = models.PositiveIntegerField("办件数", default=0)
    events = models.PositiveBigIntegerField("事件数", default=0)
    irregular = models.PositiveBigIntegerField("异常事件数", default=0)
    refused = models.PositiveBigIntegerField("拒绝行数", default=0)
    findings = models.JSONField("异常情形", default=dict)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        db_table = "matter_history_log"
        verbose_name = verbose_name_plural = "历史日志"

    def __str__(self) -> str:
        return self.name


class HistoryCase(models.Model):
    """历史办件: which case of a log became which matter; what came in once comes in no second time."""

    log = models.ForeignKey(HistoryLog, models.PROTECT, verbose_name="历史日志", related_name="brought", db_index=False)
    key = models.CharField("原办件标识", max_length=200)
    matter = models.OneToOneField(Matter, models.PROTECT, verbose_name="办理", related_name="history")
    events = models.PositiveIntegerField("事件数")
    irregular = models.PositiveIntegerField("异常事件数")
    digest = models.BinaryField("事件摘要", max_length=32)
    first_row = models.PositiveBigIntegerField("首行")

    class Meta:
        db_table = "matter_history_case"
        verbose_name = verbose_name_plural = "历史办件"
        constraints = [models.UniqueConstraint(fields=["log", "key"], name="matter_history_case_once")]

    def __str__(self) -> str:
        return self.key
