"""Queue numbers and pauses of counters, appointments, originals on their way, terminals with their visits and transactions.

No name stands in any of these tables; a party stands only where somebody showed a card or booked in his own name.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Appointment(models.Model):
    """预约: one person, one slot of one place. ``code`` is told to whoever booked and asked for on arrival."""

    class State(models.TextChoices):
        BOOKED = "booked", "已预约"
        ARRIVED = "arrived", "已取号"
        CANCELLED = "cancelled", "已取消"

    place = models.ForeignKey("organs.Place", models.PROTECT, verbose_name="场所", related_name="+")
    organ_id = models.BigIntegerField("管理机构")
    party = models.ForeignKey("people.Party", models.PROTECT, verbose_name="预约人", related_name="+")
    day = models.DateField("预约日期")
    starts_at = models.TimeField("预约时段")
    queue = models.CharField("取号队列", max_length=2)
    item = models.CharField("事项编码", max_length=40, blank=True)
    code = models.CharField("预约码", max_length=8)
    state = models.CharField("预约状态", max_length=10, choices=State.choices, default=State.BOOKED)
    made_at = models.DateTimeField("预约时间")

    class Meta:
        verbose_name = verbose_name_plural = "预约"
        constraints = [
            models.UniqueConstraint(
                fields=["place", "party", "day"], condition=~Q(state="cancelled"), name="assistance_appointment_once"
            ),
            models.UniqueConstraint(fields=["place", "day", "code"], name="assistance_appointment_code_once"),
        ]
        indexes = [models.Index(fields=["place", "day", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.day} {self.starts_at:%H:%M}"


class Ticket(models.Model):
    """排队号: one visit to a hall. ``due_at`` is when it takes its place in the row: taken, or the booked slot."""

    class State(models.TextChoices):
        WAITING = "waiting", "等候"
        CALLED = "called", "已叫号"
        MISSED = "missed", "过号"
        DONE = "done", "已办"

    place = models.ForeignKey("organs.Place", models.PROTECT, verbose_name="场所", related_name="+")
    day = models.DateField("取号日")
    queue = models.CharField("取号队列", max_length=2)
    number = models.CharField("排队号", max_length=6)
    appointment = models.OneToOneField(Appointment, models.PROTECT, verbose_name="预约", null=True, blank=True)
    state = models.CharField("叫号状态", max_length=8, choices=State.choices, default=State.WAITING)
    taken_at = models.DateTimeField("取号时间")
    due_at = models.DateTimeField("排队起点")
    counter = models.ForeignKey(
        "organs.Counter", models.PROTECT, verbose_name="叫号窗口", related_name="+", null=True, blank=True
    )
    called_at = models.DateTimeField("叫号时间", null=True, blank=True)
    calls = models.PositiveSmallIntegerField("叫号次数", default=0)
    ended_at = models.DateTimeField("办完或过号时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "排队号"
        constraints = [
            models.UniqueConstraint(fields=["place", "day", "number"], name="assistance_ticket_number_once"),
            models.UniqueConstraint(
                fields=["counter"], condition=Q(state="called"), name="assistance_ticket_one_at_a_counter"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(counter__isnull=False, called_at__isnull=False, calls__gte=1),
                name="assistance_ticket_called_somewhere",
            ),
        ]
        indexes = [models.Index(fields=["place", "day", "state", "queue", "due_at"])]

    def __str__(self) -> str:
        return self.number


class Pause(models.Model):
    """暂离: a counter calls nobody until its clerk is back. One open pause a counter."""

    counter = models.ForeignKey("organs.Counter", models.PROTECT, verbose_name="窗口", related_name="+")
    account_id = models.BigIntegerField("工作人员")
    reason = models.CharField("暂离原因", max_length=60, blank=True)
    began_at = models.DateTimeField("暂离开始")
    ended_at = models.DateTimeField("暂离结束", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "窗口暂离"
        constraints = [
            models.UniqueConstraint(
                fields=["counter"], condition=Q(ended_at__isnull=True), name="assistance_pause_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                name="assistance_pause_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class OriginalHandover(models.Model):
    """原件移交: an original a counter took in went on to the organ that handles the case, once."""

    material = models.OneToOneField("cases.CaseMaterial", models.PROTECT, verbose_name="办件材料", related_name="+")
    counter = models.ForeignKey("organs.Counter", models.PROTECT, verbose_name="窗口", related_name="+")
    organ_id = models.BigIntegerField("接收机构")
    handed_at = models.DateTimeField("移交时间")
    handed_by = models.CharField("移交人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "原件移交"

    def __str__(self) -> str:
        return str(self.material_id)


class Terminal(models.Model):
    """自助终端: a device at a place. ``secret`` is its key (sealed), by which it signs heartbeats and what its card reader read."""

    class Kind(models.TextChoices):
        OWN = "own", "政务自助终端"
        BANK = "bank", "银行网点终端"
        STATION = "station", "镇村自助终端"

    code = models.SlugField("终端代号", max_length=40, unique=True)
    name = models.CharField("终端名称", max_length=60)
    kind = models.CharField("终端类别", max_length=8, choices=Kind.choices, default=Kind.OWN)
    place = models.ForeignKey("organs.Place", models.PROTECT, verbose_name="场所", related_name="+")
    organ_id = models.BigIntegerField("管理机构")
    secret = models.BinaryField("终端密钥")
    registered_at = models.DateTimeField("登记时间")
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)
    beat_at = models.DateTimeField("最近心跳", null=True, blank=True)
    beat_moment = models.BigIntegerField("最近心跳序号", default=0)
    card_moment = models.BigIntegerField("最近读卡序号", default=0)
    troubles = models.CharField("终端自报故障", max_length=120, blank=True)
    version = models.CharField("终端软件版本", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "自助终端"

    def __str__(self) -> str:
        return self.name


class KioskVisit(models.Model):
    """人次: somebody at a terminal, from the card to the end or the idle reset. The secret of its cookie is kept as a digest."""

    class End(models.TextChoices):
        FINISHED = "finished", "本人结束"
        IDLE = "idle", "无人操作自动退出"

    terminal = models.ForeignKey(Terminal, models.PROTECT, verbose_name="自助终端", related_name="visits")
    organ_id = models.BigIntegerField("管理机构")
    party = models.ForeignKey("people.Party", models.PROTECT, verbose_name="办理人", related_name="+")
    digest = models.BinaryField("会话摘要", unique=True)
    opened_at = models.DateTimeField("开始时间")
    seen_at = models.DateTimeField("最近操作时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    end = models.CharField("结束方式", max_length=8, choices=End.choices, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "终端使用人次"
        indexes = [models.Index(fields=["terminal", "opened_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class KioskTransaction(models.Model):
    """笔: one thing done at a terminal, with or without a card; 笔 and 人次 are counted apart."""

    class Kind(models.TextChoices):
        QUERY = "query", "查询"
        PRINT = "print", "打印"
        APPLY = "apply", "办理"

    terminal = models.ForeignKey(Terminal, models.PROTECT, verbose_name="自助终端", related_name="transactions")
    visit = models.ForeignKey(
        KioskVisit, models.PROTECT, verbose_name="终端使用人次", related_name="+", null=True, blank=True
    )
    kind = models.CharField("业务类别", max_length=6, choices=Kind.choices)
    what = models.CharField("业务内容", max_length=60)
    at = models.DateTimeField("发生时间")

    class Meta:
        verbose_name = verbose_name_plural = "终端业务"
        indexes = [models.Index(fields=["terminal", "at"])]

    def __str__(self) -> str:
        return self.what
