"""Places people go to, their counters and hours, and what a department lets a counter do in its name."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yiwang.foundation.organs.models.organs import Division, Organ
from yiwang.foundation.organs.models.periods import runs_forward


class Place(models.Model):
    """A hall, a town's 便民服务中心 or a village station; run by an organ."""

    class Kind(models.TextChoices):
        HALL = "hall", "政务服务大厅"
        TOWN = "town", "乡镇（街道）便民服务中心"
        VILLAGE = "village", "村（社区）便民服务站"

    code = models.SlugField("场所代号", max_length=60, unique=True)
    kind = models.CharField("场所类别", max_length=10, choices=Kind.choices)
    name = models.CharField("场所名称", max_length=100)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="places", verbose_name="管理机构")
    division = models.ForeignKey(Division, models.PROTECT, related_name="places", verbose_name="行政区划")
    address = models.CharField("地址", max_length=200)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    open_on_rest_days = models.BooleanField("法定休息日开放", default=False)
    position = models.PositiveIntegerField("排序", default=0)
    from_on = models.DateField("启用日")
    until_on = models.DateField("停用日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "场所"
        constraints = [runs_forward("organs_place_runs_forward")]

    def __str__(self) -> str:
        return self.name


class PlaceHours(models.Model):
    """One opening of a place, or of one counter that keeps hours of its own, on one weekday (1 Monday … 7 Sunday),
    regular or 延时服务 (extended). A counter without rows of its own keeps its place's.

    Changed hours are new rows; the day of receipt is judged by the hours that held then. What comes in during extended
    hours or on a rest day is received then and counted from the next working day.
    """

    place = models.ForeignKey(Place, models.CASCADE, related_name="hours", verbose_name="场所")
    counter = models.ForeignKey(
        "organs.Counter", models.CASCADE, related_name="hours", verbose_name="窗口", null=True, blank=True
    )
    weekday = models.PositiveSmallIntegerField("星期")
    opens_at = models.TimeField("开门时间")
    closes_at = models.TimeField("关门时间")
    extended = models.BooleanField("延时服务", default=False)
    from_on = models.DateField("起日")
    until_on = models.DateField("止日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "开放时间"
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__gte=1, weekday__lte=7), name="organs_hours_weekday"),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="organs_hours_run_forward"
            ),
            models.UniqueConstraint(
                fields=["place", "weekday", "opens_at"],
                condition=models.Q(until_on__isnull=True, counter__isnull=True),
                name="organs_hours_once",
            ),
            models.UniqueConstraint(
                fields=["counter", "weekday", "opens_at"],
                condition=models.Q(until_on__isnull=True, counter__isnull=False),
                name="organs_hours_of_a_counter_once",
            ),
            runs_forward("organs_hours_period_runs_forward"),
        ]

    def __str__(self) -> str:
        return f"周{self.weekday} {self.opens_at:%H:%M}—{self.closes_at:%H:%M}"


class Counter(models.Model):
    """A window of a place. ``organ`` staffs it: the bureau for a 综合窗口, a department for its own window."""

    class Kind(models.TextChoices):
        COMPREHENSIVE = "comprehensive", "综合窗口"
        DEPARTMENT = "department", "部门专窗"
        HAND_OUT = "hand-out", "统一出件窗口"
        ISSUE = "issue", "办不成事反映窗口"
        ASSISTANCE = "assistance", "帮办代办窗口"

    place = models.ForeignKey(Place, models.PROTECT, related_name="counters", verbose_name="场所")
    number = models.CharField("窗口编号", max_length=10)
    name = models.CharField("窗口名称", max_length=60)
    kind = models.CharField("窗口类别", max_length=14, choices=Kind.choices)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="counters", verbose_name="进驻机构")
    open_on_rest_days = models.BooleanField("法定休息日开放", default=False)  # with hours of its own; else as its place
    from_on = models.DateField("启用日")
    until_on = models.DateField("停用日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "窗口"
        constraints = [
            models.UniqueConstraint(fields=["place", "number"], name="organs_counter_number"),
            runs_forward("organs_counter_runs_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class CounterAuthorisation(models.Model):
    """窗口授权委托书: a department lets a counter use some of its powers, for all or named items, for a term.

    Without one a counter only hands materials on; acceptance stays with the department (行政许可法 第二十六条).
    """

    class Power(models.TextChoices):
        RECEIVE = "receive", "收件"
        ACCEPT = "accept", "受理"
        REFUSE = "refuse", "不予受理"
        DECIDE = "decide", "决定"

    counter = models.ForeignKey(Counter, models.PROTECT, related_name="authorisations", verbose_name="窗口")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="authorisations", verbose_name="授权机构")
    all_items = models.BooleanField("全部事项", default=False)
    item_codes = ArrayField(models.TextField("事项编码"), verbose_name="授权事项", default=list, blank=True)
    powers = ArrayField(models.CharField("授权权限", max_length=10, choices=Power.choices), verbose_name="授权权限")
    document = models.CharField("授权委托书", max_length=120)
    from_on = models.DateField("授权起日")
    until_on = models.DateField(
        "授权止日"
    )  # exclusive like every end; a standing authorisation without a term is refused

    class Meta:
        verbose_name = verbose_name_plural = "窗口授权"
        constraints = [
            runs_forward("organs_authorisation_runs_forward"),
            models.UniqueConstraint(fields=["counter", "organ", "document"], name="organs_authorisation_document_once"),
            models.CheckConstraint(
                condition=models.Q(all_items=True, item_codes=[]) | models.Q(all_items=False, item_codes__len__gt=0),
                name="organs_authorisation_all_or_named",
            ),
            models.CheckConstraint(
                condition=models.Q(powers__contained_by=["receive", "accept", "refuse", "decide"], powers__len__gt=0),
                name="organs_authorisation_known_powers",
            ),
        ]

    def __str__(self) -> str:
        return self.document
