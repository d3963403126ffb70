"""Tables of showing and looking: the holder's showings 亮码, what clerks ask to see 用证请求, and every look 用证记录."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Showing(models.Model):
    """亮码: the holder shows a certificate for some minutes, so that a clerk may ask to look at it within a case.

    ``handle`` is all a code says of it.
    """

    certificate = models.ForeignKey(
        "certificates.Certificate", models.PROTECT, verbose_name="证照", related_name="showings"
    )
    handle = models.CharField("亮码标识", max_length=16, unique=True)
    shown_by = models.CharField("亮码人", max_length=80)
    opened_at = models.DateTimeField("亮码时间")
    closed_at = models.DateTimeField("收起时间", null=True, blank=True)

    class Meta:
        db_table = "certificates_showing"
        verbose_name = verbose_name_plural = "亮码"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="certificates_showing_forward"
            )
        ]

    def __str__(self) -> str:
        return self.handle


class Asking(models.Model):
    """用证请求: a clerk scanned a code within a case and asks the holder to let him look. He sees nothing before the answer.

    A code is scanned once: its minute belongs to one row. Unanswered, it lapses at ``until_at``. ``fields`` are the
    particulars asked for, by name.
    """

    class Answer(models.TextChoices):
        AGREED = "agreed", "同意查看"
        DECLINED = "declined", "不同意查看"

    showing = models.ForeignKey(Showing, models.PROTECT, related_name="askings", verbose_name="亮码")
    minute = models.PositiveSmallIntegerField("亮码的第几分钟")
    matter_reference = models.CharField("办理编号", max_length=24)
    organ_id = models.BigIntegerField("用证机构")
    material = models.CharField("对应材料", max_length=200)
    fields = ArrayField(models.CharField(max_length=40), verbose_name="查看的照面内容", default=list)
    asked_at = models.DateTimeField("请求时间")
    asked_by = models.CharField("请求查看人", max_length=80)
    until_at = models.DateTimeField("请求有效至")
    answer = models.CharField("持证人答复", max_length=8, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        db_table = "certificates_asking"
        verbose_name = verbose_name_plural = "用证请求"
        constraints = [
            models.UniqueConstraint(fields=["showing", "minute"], name="certificates_code_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__gte=F("asked_at"), answered_at__lt=F("until_at"))),
                name="certificates_answered_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_reference} {self.showing_id}"


class Use(models.Model):
    """用证记录: one look at a certificate within a case. ``fields`` are the particulars shown, by name; never their values.

    By code there is the agreed ``asking`` behind it; ``signature`` is the picture from the pad.
    """

    class Way(models.TextChoices):
        CODE = "code", "亮码"
        CARD = "card", "刷身份证"

    class Consent(models.TextChoices):
        AGREED = "agreed", "持证人在手机上确认同意"
        SIGNED = "signed", "签字板签字同意"
        WITNESSED = "witnessed", "工作人员当场见证同意"

    certificate = models.ForeignKey(
        "certificates.Certificate", models.PROTECT, verbose_name="证照", related_name="uses"
    )
    version = models.PositiveSmallIntegerField("证照版本")
    matter_reference = models.CharField("办理编号", max_length=24)
    organ_id = models.BigIntegerField("用证机构")
    material = models.CharField("对应材料", max_length=200)
    fields = ArrayField(models.CharField(max_length=40), verbose_name="查看的照面内容", default=list)
    way = models.CharField("查看方式", max_length=4, choices=Way.choices)
    consent = models.CharField("同意方式", max_length=9, choices=Consent.choices)
    ground = models.CharField("未签字的原因", max_length=200, blank=True)
    signature = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签字"
    )
    asking = models.OneToOneField(
        Asking, models.PROTECT, null=True, blank=True, related_name="use", verbose_name="用证请求"
    )
    used_at = models.DateTimeField("查看时间")
    used_by = models.CharField("查看人", max_length=80)

    class Meta:
        db_table = "certificates_use"
        verbose_name = verbose_name_plural = "用证记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(way="code", consent="agreed", asking__isnull=False)
                | Q(way="card", asking=None, consent="signed", signature__isnull=False)
                | (Q(way="card", asking=None, consent="witnessed", signature=None) & ~Q(ground="")),
                name="certificates_use_with_consent",
            ),
        ]
        indexes = [models.Index(fields=["matter_reference", "-id"], name="certificates_uses_of_matter")]

    def __str__(self) -> str:
        return f"{self.matter_reference} {self.certificate_id}"
