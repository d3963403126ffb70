"""Signals that were raised, who was told, clues found, what is marked as recorded late, and how far lines were read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yiwang.matters.models import Matter


class Card(models.Model):
    """监督信号: one signal about one matter. A warning asks for no answer, so it has no matter of its own; a card has.

    ``occasion`` names what was exceeded (``legal@2026-09-23``, ``line:7``): the same rule speaks about it once to each unit.
    ``withdrawn_*``: a settled card whose clock was corrected afterwards and is not exceeded any more.
    ``proof`` are the clock's own sentences as they stood then; ``organ_id`` the unit charged, whatever becomes of it.
    """

    class Signal(models.IntegerChoices):
        """监察预警类型代码 (GB/T 39046-2020 leaves the values open)."""

        WARNING = 1, "预警"
        YELLOW = 2, "黄牌"
        RED = 3, "红牌"
        ORDER = 4, "督办"

    matter = models.OneToOneField(
        Matter, models.PROTECT, null=True, blank=True, related_name="supervision_card", verbose_name="监督件"
    )
    about = models.ForeignKey(
        Matter, models.PROTECT, related_name="supervision_signals", verbose_name="被监督办件", db_index=False
    )
    rule = models.CharField("监察规则", max_length=80)
    rule_version = models.CharField("监察规则版本", max_length=12)
    code = models.CharField("监察规则编号", max_length=4)
    occasion = models.CharField("触发缘由", max_length=60)
    signal = models.PositiveSmallIntegerField("监察预警类型", choices=Signal.choices)
    organ_id = models.BigIntegerField("责任单位")
    seat = models.CharField("席位", max_length=40, blank=True)
    role = models.CharField("角色", max_length=40, blank=True)
    holder_id = models.BigIntegerField("承办人", null=True, blank=True)
    clock = models.CharField("时钟", max_length=40, blank=True)
    due_on = models.DateField("届满日", null=True, blank=True)
    fell_on = models.DateField("触发日")
    proof = models.JSONField("计时说明", default=list)
    warned = models.BooleanField("事前已预警", default=False)
    raised_at = models.DateTimeField("发牌时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_for = models.CharField("撤回依据", max_length=24, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "监督信号"
        constraints = [
            models.UniqueConstraint(fields=["about", "rule", "occasion", "organ_id"], name="supervision_card_once"),
            models.CheckConstraint(
                condition=Q(signal=1, matter__isnull=True) | (Q(matter__isnull=False) & ~Q(signal=1)),
                name="supervision_card_is_a_matter",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_for="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_for="")),
                name="supervision_card_withdrawn_for_something",
            ),
        ]
        indexes = [
            models.Index(fields=["organ_id", "-fell_on"], name="supervision_card_of_organ"),
            models.Index(fields=["fell_on", "signal"], name="supervision_card_fell"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.about_id} {self.occasion}"


class Notice(models.Model):
    """提醒: somebody was told of a signal, and whether it was read."""

    card = models.ForeignKey(Card, models.PROTECT, related_name="notices", verbose_name="监督信号")
    account_id = models.BigIntegerField("收件人")
    at = models.DateTimeField("提醒时间")
    read_at = models.DateTimeField("阅看时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        constraints = [models.UniqueConstraint(fields=["card", "account_id"], name="supervision_notice_once")]
        indexes = [
            models.Index(
                fields=["account_id", "-at"], name="supervision_notice_unread", condition=Q(read_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.card_id} → {self.account_id}"


class Clue(models.Model):
    """异常线索: a way of working that keeps clocks quiet. No card by itself; the supervisor looks into it."""

    class Verdict(models.TextChoices):
        TRUE = "true", "属实"
        FALSE = "false", "不属实"

    about = models.ForeignKey(Matter, models.PROTECT, related_name="supervision_clues", verbose_name="办件")
    rule = models.CharField("监察规则", max_length=80)
    code = models.CharField("监察规则编号", max_length=4)
    occasion = models.CharField("触发缘由", max_length=60)
    organ_id = models.BigIntegerField("机构")
    actor = models.CharField("行为人", max_length=80)
    says = models.CharField("线索内容", max_length=200)
    on = models.DateField("发生日")
    found_at = models.DateTimeField("发现时间")
    verdict = models.CharField("核查结论", max_length=5, choices=Verdict.choices, blank=True)
    judged_by = models.CharField("核查人", max_length=80, blank=True)
    judged_at = models.DateTimeField("核查时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "异常线索"
        constraints = [
            models.UniqueConstraint(fields=["about", "rule", "occasion"], name="supervision_clue_once"),
            models.CheckConstraint(
                condition=Q(verdict="", judged_by="", judged_at__isnull=True)
                | (~Q(verdict="") & ~Q(judged_by="") & Q(judged_at__isnull=False)),
                name="supervision_clue_judged_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["-on", "-id"], name="supervision_clue_newest")]

    def __str__(self) -> str:
        return f"{self.code} {self.about_id}"


class LateMark(models.Model):
    """数据迟报: our own clock did not run on this matter (history, or written down later); it is never the ground of a
    card."""

    about = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="supervision_late", verbose_name="办件"
    )
    hours = models.PositiveIntegerField("迟报小时数")
    marked_at = models.DateTimeField("标记时间")

    class Meta:
        verbose_name = verbose_name_plural = "数据迟报标记"

    def __str__(self) -> str:
        return str(self.about_id)


class NoticedPause(models.Model):
    """特别程序告知时间: until when a special procedure may last by its own notice (行政许可法 第四十五条)."""

    about = models.ForeignKey(
        Matter, models.PROTECT, related_name="supervision_pauses", verbose_name="办件", db_index=False
    )
    ordinal = models.PositiveIntegerField("台账对象内序号")
    ground = models.CharField("事由", max_length=40)
    began_on = models.DateField("停止计时日")
    last_on = models.DateField("告知届满日")
    settled = models.BooleanField("已核对", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "特别程序告知时间"
        constraints = [models.UniqueConstraint(fields=["about", "ordinal"], name="supervision_pause_once")]
        indexes = [models.Index(fields=["last_on"], name="supervision_pause_open", condition=Q(settled=False))]

    def __str__(self) -> str:
        return f"{self.about_id} {self.last_on}"


class Reading(models.Model):
    """How far ledger lines were read. ``xid``: the oldest transaction still in flight then; its lines are read again."""

    name = models.CharField("读取范围", max_length=20, primary_key=True)
    number = models.BigIntegerField("读至台账序号", default=0)
    xid = models.BigIntegerField("读至事务号", default=0)
    at = models.DateTimeField("读取时间")

    class Meta:
        verbose_name = verbose_name_plural = "台账读取进度"

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
