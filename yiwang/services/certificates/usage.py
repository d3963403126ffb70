"""Tables of showing and looking: the holder's showings 亮码, and every look at a certificate within a case 用证记录."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Showing(models.Model):
    """亮码: the holder shows a certificate for some minutes, which is consent to its being looked at within a case.

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


class Use(models.Model):
    """用证记录: one look at a certificate within a case. ``fields`` are the particulars shown, by name; never their values.

    A code is scanned once: its minute belongs to one row. ``signature`` is the picture from the pad.
    """

    class Way(models.TextChoices):
        CODE = "code", "亮码"
        CARD = "card", "刷身份证"

    class Consent(models.TextChoices):
        SHOWN = "shown", "持证人亮码即同意"
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
    showing = models.ForeignKey(
        Showing, models.PROTECT, null=True, blank=True, related_name="uses", verbose_name="亮码"
    )
    minute = models.PositiveSmallIntegerField("亮码的第几分钟", null=True, blank=True)
    used_at = models.DateTimeField("查看时间")
    used_by = models.CharField("查看人", max_length=80)

    class Meta:
        db_table = "certificates_use"
        verbose_name = verbose_name_plural = "用证记录"
        constraints = [
            models.UniqueConstraint(fields=["showing", "minute"], name="certificates_code_once"),
            models.CheckConstraint(
                condition=Q(way="code", consent="shown", showing__isnull=False, minute__isnull=False)
                | Q(way="card", showing=None, minute=None, consent="signed", signature__isnull=False)
                | (Q(way="card", showing=None, minute=None, consent="witnessed", signature=None) & ~Q(ground="")),
                name="certificates_use_with_consent",
            ),
        ]
        indexes = [models.Index(fields=["matter_reference", "-id"], name="certificates_uses_of_matter")]

    def __str__(self) -> str:
        return f"{self.matter_reference} {self.certificate_id}"
