"""The case: the detail row of its matter."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Case(models.Model):
    """办件. Personal data is sealed; ``organ_id`` and ``party`` are what row-level security looks at.

    ``answers`` holds codes only (question id → choice id). ``form`` is the SM4-GCM sealed JSON of the form declared
    by the guide. ``number`` is the 办件编号 of GB/T 39046-2020, ``enquiry_code`` the random 查询码 behind the QR.
    """

    class Channel(models.TextChoices):  # GB/T 39046 A.5 groups the first two as online
        PORTAL = "portal", "网上"
        PHONE = "phone", "手机"
        COUNTER = "counter", "窗口"
        KIOSK = "kiosk", "自助终端"
        API = "api", "接口"

    class Outcome(models.TextChoices):
        GRANTED = "granted", "准予"
        DENIED = "denied", "不予"

    class Delivery(models.TextChoices):
        COLLECT = "collect", "窗口领取"
        POST = "post", "邮寄送达"
        ONLINE = "online", "网上下载"

    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办理", primary_key=True, related_name="case"
    )
    number = models.CharField("办件编号", max_length=50, unique=True)
    enquiry_code = models.CharField("查询码", max_length=16, unique=True)
    guide = models.ForeignKey("catalogue.Guide", models.PROTECT, verbose_name="实施清单", related_name="cases")
    organ_id = models.BigIntegerField("承办机构")
    hall_id = models.BigIntegerField("收件机构", null=True, blank=True)  # the hall or town centre that took it in
    counter = models.ForeignKey("organs.Counter", models.PROTECT, verbose_name="收件窗口", null=True, blank=True)
    party = models.ForeignKey("people.Party", models.PROTECT, verbose_name="申请人", related_name="cases")
    agent = models.ForeignKey(
        "people.Person", models.PROTECT, verbose_name="代理人", related_name="cases_as_agent", null=True, blank=True
    )
    mandate = models.ForeignKey("people.Mandate", models.PROTECT, verbose_name="委托书", null=True, blank=True)
    channel = models.CharField("申报来源", max_length=10, choices=Channel.choices)
    answers = models.JSONField("情形", default=dict)
    form = models.BinaryField("申请表")
    delivery = models.CharField("取件方式", max_length=8, choices=Delivery.choices, default=Delivery.COLLECT)
    outcome = models.CharField("决定", max_length=8, choices=Outcome.choices, blank=True)
    decided_on = models.DateField("决定日", null=True, blank=True)
    valid_until = models.DateField("结果有效期止", null=True, blank=True)
    corrected_until = models.DateField("补正期满日", null=True, blank=True)

    class Meta:
        db_table = "cases_case"
        verbose_name = verbose_name_plural = "办件"
        indexes = [models.Index(fields=["party", "-matter"], name="cases_case_of_party")]
        constraints = [
            models.CheckConstraint(
                condition=Q(enquiry_code__regex=r"^[0-9A-Z]{10,16}$"), name="cases_case_enquiry_code"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_on=None) | (~Q(outcome="") & Q(decided_on__isnull=False)),
                name="cases_case_decided_when",
            ),
            models.CheckConstraint(
                condition=Q(mandate=None) | Q(agent__isnull=False), name="cases_case_mandate_needs_agent"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Handover(models.Model):
    """物料流转: the paper result on its way from the department to the counter and into somebody's hands."""

    matter = models.OneToOneField("matters.Matter", models.PROTECT, verbose_name="办理", related_name="handover")
    organ_id = models.BigIntegerField("制证机构")
    sent_at = models.DateTimeField("移交时间")
    sent_by = models.CharField("移交人", max_length=80)
    arrived_at = models.DateTimeField("到窗时间", null=True, blank=True)
    arrived_by = models.CharField("接收人", max_length=80, blank=True)
    handed_at = models.DateTimeField("领取或寄出时间", null=True, blank=True)
    handed_by = models.CharField("出件人", max_length=80, blank=True)
    receiver = models.CharField("领取方式", max_length=12, blank=True)  # applicant | agent | post
    tracking = models.CharField("寄件单号", max_length=40, blank=True)

    class Meta:
        db_table = "cases_handover"
        verbose_name = verbose_name_plural = "物料流转"
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_at=None) | Q(arrived_at__isnull=False), name="cases_handover_arrives_first"
            ),
            models.CheckConstraint(
                condition=Q(arrived_at=None, arrived_by="") | (Q(arrived_at__isnull=False) & ~Q(arrived_by="")),
                name="cases_handover_arrived_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"
