"""Tables kept for ever, their dry runs, the receipts of what they decided, and what people found afterwards."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class DecisionTable(models.Model):
    """决策表: one an item. What it says stands in its versions."""

    code = models.SlugField("决策表编号", max_length=60, unique=True)
    title = models.CharField("决策表名称", max_length=100)
    item = models.OneToOneField("catalogue.Item", models.PROTECT, verbose_name="事项", related_name="decision_table")
    created_at = models.DateTimeField("建立时间")
    created_by = models.CharField("建立人", max_length=80)

    class Meta:
        db_table = "automatic_table"
        verbose_name = verbose_name_plural = "决策表"

    def __str__(self) -> str:
        return self.code


class TableVersion(models.Model):
    """决策表版本. ``content`` is the canonical text under ``digest``; from publication on nobody changes or deletes it,
    which a trigger sees to (``0002_kept``)."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        REPLACED = "replaced", "已被替换"
        STOPPED = "stopped", "已停用"

    table = models.ForeignKey(DecisionTable, models.PROTECT, verbose_name="决策表", related_name="versions")
    number = models.PositiveIntegerField("版本号")
    guide = models.ForeignKey("catalogue.Guide", models.PROTECT, verbose_name="实施清单", related_name="+")
    content = models.TextField("决策表内容")
    digest = models.CharField("内容摘要", max_length=64)
    share = models.DecimalField("抽查比例", max_digits=4, decimal_places=3)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    drafted_at = models.DateTimeField("起草时间")
    drafted_by = models.CharField("起草人", max_length=80)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.CharField("发布人", max_length=80, blank=True)
    ended_at = models.DateTimeField("停止使用时间", null=True, blank=True)
    ended_by = models.CharField("停用人", max_length=80, blank=True)

    class Meta:
        db_table = "automatic_version"
        verbose_name = verbose_name_plural = "决策表版本"
        ordering = ["table", "-number"]
        indexes = [models.Index(fields=["digest"], name="automatic_version_digest")]
        constraints = [
            models.UniqueConstraint(fields=["table", "number"], name="automatic_version_once"),
            models.UniqueConstraint(fields=["table"], condition=Q(state="draft"), name="automatic_one_draft"),
            models.UniqueConstraint(fields=["table"], condition=Q(state="published"), name="automatic_one_in_use"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None, published_by="")
                | (~Q(state="draft") & Q(published_at__isnull=False) & ~Q(published_by="")),
                name="automatic_version_published_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(published_by=models.F("drafted_by")), name="automatic_version_two_hands"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_id} 第{self.number}版"

    @property
    def share_says(self) -> str:
        """``10%``."""
        return f"{(self.share * 100).normalize():f}%"


class Trial(models.Model):
    """试运行: what one version would have decided about past cases. ``lines``: references, codes and rows only."""

    version = models.ForeignKey(TableVersion, models.PROTECT, verbose_name="决策表版本", related_name="trials")
    digest = models.CharField("内容摘要", max_length=64)
    cases = models.PositiveIntegerField("以往办件数")
    granted = models.PositiveIntegerField("自动准予件数")
    flips = models.PositiveIntegerField("结论改变件数")
    lines = models.JSONField("逐件结果", default=list)
    ran_at = models.DateTimeField("试运行时间")
    ran_by = models.CharField("试运行人", max_length=80)

    class Meta:
        db_table = "automatic_trial"
        verbose_name = verbose_name_plural = "决策表试运行"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.ran_at:%Y-%m-%d}"


class Receipt(models.Model):
    """自动决定凭证: append-only (``0002_kept``). ``text`` is the canonical receipt, ``digest`` stands in the ledger."""

    class Outcome(models.TextChoices):
        GRANT = "grant", "准予"
        HAND_OVER = "hand-over", "转人工"

    number = models.CharField("凭证号", max_length=20, unique=True)
    matter = models.ForeignKey("matters.Matter", models.PROTECT, verbose_name="办理", related_name="receipts")
    organ_id = models.BigIntegerField("承办机构")
    party_id = models.BigIntegerField("申请人")
    version = models.ForeignKey(TableVersion, models.PROTECT, verbose_name="决策表版本", related_name="receipts")
    text = models.TextField("凭证内容")
    digest = models.CharField("凭证摘要", max_length=64)
    row = models.CharField("命中行", max_length=40)
    outcome = models.CharField("结论", max_length=10, choices=Outcome.choices)
    decided_at = models.DateTimeField("决定时间")

    class Meta:
        db_table = "automatic_receipt"
        verbose_name = verbose_name_plural = "自动决定凭证"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["matter"], name="automatic_receipt_once_a_matter")]

    def __str__(self) -> str:
        return self.number


class Draw(models.Model):
    """抽样: which automatic decisions were considered, and how many of them drawn. Every decision is considered once."""

    version = models.ForeignKey(TableVersion, models.PROTECT, verbose_name="决策表版本", related_name="draws")
    last = models.ForeignKey(Receipt, models.PROTECT, verbose_name="抽到哪一份", related_name="+")
    considered = models.PositiveIntegerField("待抽件数")
    drawn = models.PositiveIntegerField("抽中件数")
    drawn_at = models.DateTimeField("抽样时间")

    class Meta:
        db_table = "automatic_draw"
        verbose_name = verbose_name_plural = "抽样"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.drawn}/{self.considered}"


class Audit(models.Model):
    """抽查: a person decides again what the table decided, from the same case."""

    class Verdict(models.TextChoices):
        OPEN = "open", "待抽查"
        AGREES = "agrees", "同意自动决定"
        DISAGREES = "disagrees", "不同意自动决定"

    receipt = models.OneToOneField(Receipt, models.PROTECT, verbose_name="自动决定凭证", related_name="audit")
    organ_id = models.BigIntegerField("承办机构")
    drawn_at = models.DateTimeField("抽中时间")
    verdict = models.CharField("抽查结论", max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    note = models.CharField("抽查说明", max_length=500, blank=True)
    audited_at = models.DateTimeField("抽查时间", null=True, blank=True)
    audited_by = models.CharField("抽查人", max_length=80, blank=True)

    class Meta:
        db_table = "automatic_audit"
        verbose_name = verbose_name_plural = "自动决定抽查"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="open", audited_at=None, audited_by="")
                | (~Q(verdict="open") & Q(audited_at__isnull=False) & ~Q(audited_by="")),
                name="automatic_audit_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="disagrees") | ~Q(note=""), name="automatic_audit_disagrees_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.verdict}"


class Defect(models.Model):
    """缺陷: a table decided what a person would not have. Open until somebody says what was done about it."""

    audit = models.OneToOneField(Audit, models.PROTECT, verbose_name="自动决定抽查", related_name="defect")
    version = models.ForeignKey(TableVersion, models.PROTECT, verbose_name="决策表版本", related_name="defects")
    organ_id = models.BigIntegerField("承办机构")
    opened_at = models.DateTimeField("发现时间")
    resolution = models.CharField("处理结果", max_length=500, blank=True)
    closed_at = models.DateTimeField("处理时间", null=True, blank=True)
    closed_by = models.CharField("处理人", max_length=80, blank=True)

    class Meta:
        db_table = "automatic_defect"
        verbose_name = verbose_name_plural = "决策表缺陷"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by="", resolution="")
                | (Q(closed_at__isnull=False) & ~Q(closed_by="") & ~Q(resolution="")),
                name="automatic_defect_closed_how",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.opened_at:%Y-%m-%d}"
