"""The register of holiday notices, and the ordinal table PostgreSQL joins with. Rows of a notice never change."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class CalendarNotice(models.Model):
    """One notice of the State Council: a year's arrangement (supplement 0), or a later adjustment of it (1, 2 …)."""

    year = models.PositiveSmallIntegerField("年度")
    supplement = models.PositiveSmallIntegerField("补充通知序号", default=0)
    title = models.CharField("通知标题", max_length=120)
    document_number = models.CharField("文号", max_length=60, unique=True)
    issued_on = models.DateField("发文日期")
    source = models.CharField("出处", max_length=300)
    entered_by = models.CharField("录入人", max_length=80)
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        db_table = "calendar_notice"
        verbose_name = verbose_name_plural = "放假通知"
        ordering = ["year", "supplement"]
        constraints = [
            models.UniqueConstraint(fields=["year", "supplement"], name="calendar_notice_once"),
            models.CheckConstraint(condition=Q(year__gt=2000, year__lt=2060), name="calendar_notice_year_covered"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(document_number=""), name="calendar_notice_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.document_number}）"


class CalendarNoticeDay(models.Model):
    """One day a notice arranges: off, or (``works``) a weekend on which people work to make up for it."""

    notice = models.ForeignKey(CalendarNotice, models.PROTECT, related_name="days", verbose_name="放假通知")
    day = models.DateField("日期")
    works = models.BooleanField("调休上班")
    name = models.CharField("节日", max_length=20)

    class Meta:
        db_table = "calendar_notice_day"
        verbose_name = verbose_name_plural = "通知安排的日期"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["notice", "day"], name="calendar_notice_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class CalendarDay(models.Model):
    """The ordinal table: one row a day, 2000-2060. Rewritten from the first changed day on with every revision.

    The ``n``-th working day after a start is the row with ``works`` whose ``ordinal`` is the start's plus ``n``.
    """

    day = models.DateField("日期", primary_key=True)
    ordinal = models.PositiveIntegerField("累计工作日数")
    works = models.BooleanField("是否工作日")
    rolls_to = models.DateField("顺延至工作日", null=True)
    announced = models.BooleanField("是否已公布")
    name = models.CharField("节日", max_length=40, blank=True)

    class Meta:
        db_table = "calendar_day"
        verbose_name = verbose_name_plural = "工作日序表"
        constraints = [
            models.UniqueConstraint(fields=["ordinal"], condition=Q(works=True), name="calendar_day_nth"),
            models.CheckConstraint(
                condition=Q(rolls_to__isnull=True)
                | Q(works=True, rolls_to=F("day"))
                | Q(works=False, rolls_to__gt=F("day")),
                name="calendar_day_rolls_forward",
            ),
        ]
        indexes = [models.Index(fields=["day"], condition=Q(announced=False), name="calendar_day_unannounced")]

    def __str__(self) -> str:
        return f"{self.day} {self.ordinal}"


class CalendarRevision(models.Model):
    """One state of the table. A projection made with an older revision is stale if its days were touched since."""

    number = models.BigAutoField("修订号", primary_key=True)
    notice = models.OneToOneField(CalendarNotice, models.PROTECT, null=True, verbose_name="放假通知")
    at = models.DateTimeField("修订时间")
    changed_from = models.DateField("变动首日", null=True)
    changed_until = models.DateField("变动末日", null=True)
    changed_days = models.PositiveIntegerField("变动天数", default=0)

    class Meta:
        db_table = "calendar_revision"
        verbose_name = verbose_name_plural = "日历修订"

    def __str__(self) -> str:
        return f"第{self.number}次修订"
