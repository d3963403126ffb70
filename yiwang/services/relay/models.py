"""The tables of relay: agreements with other places, what each lets be done, and the relayed case."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Agreement(models.Model):
    """代收代办协议: what two places agreed. Never edited: a new agreement ends the old one's term."""

    code = models.CharField("协议标识", max_length=40, unique=True)
    place_name = models.CharField("对方地区", max_length=80)
    place_code = models.CharField("对方区划代码", max_length=12)
    competent = models.CharField("对方受理机关", max_length=120)
    document = models.CharField("协议文件", max_length=200)
    organ = models.ForeignKey("organs.Organ", models.PROTECT, verbose_name="代收机构", related_name="+")
    adapter = models.CharField("对接方式", max_length=40)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    receipt_key = models.CharField("对方凭证公钥", max_length=130, blank=True)  # SM2, hexadecimal
    from_on = models.DateField("起始日")
    until_on = models.DateField("截止日")
    registered_at = models.DateTimeField("登记时间")
    registered_by = models.CharField("登记人", max_length=80)

    class Meta:
        db_table = "relay_agreement"
        verbose_name = verbose_name_plural = "代收代办协议"
        ordering = ["place_code", "-from_on"]
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="relay_agreement_forward"),
        ]

    def __str__(self) -> str:
        return self.code


class AgreedItem(models.Model):
    """协议事项: one item with both places' codes, what is let be done, and which materials are taken.

    ``receive`` and ``act``: here, of the other place's item. ``inbound``: there, of ours (``own_code``).
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, verbose_name="代收代办协议", related_name="items")
    code = models.CharField("对方事项编码", max_length=80)
    own_code = models.CharField("本地事项编码", max_length=80, blank=True)
    name = models.CharField("事项名称", max_length=120)
    powers = ArrayField(models.CharField(max_length=10), verbose_name="可办方式")
    materials = ArrayField(models.CharField(max_length=120), verbose_name="代收材料")

    class Meta:
        db_table = "relay_item"
        verbose_name = verbose_name_plural = "协议事项"
        ordering = ["agreement", "code"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "code"], name="relay_item_once"),
            models.CheckConstraint(
                condition=Q(powers__contained_by=["receive", "act", "inbound"]) & ~Q(powers=[]),
                name="relay_item_powers",
            ),
            models.CheckConstraint(
                condition=~Q(powers__contains=["inbound"]) | ~Q(own_code=""), name="relay_item_inbound_is_ours"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RelayCase(models.Model):
    """代收件: the detail row of its matter. ``first_asked`` is the account that was asked first (首问负责)."""

    class Mode(models.TextChoices):
        RECEIVE = "receive", "代收"
        ACT = "act", "帮办代办"

    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办理", primary_key=True, related_name="relay"
    )
    agreed_item = models.ForeignKey(AgreedItem, models.PROTECT, verbose_name="协议事项", related_name="+")
    organ_id = models.BigIntegerField("代收机构")
    party = models.ForeignKey("people.Party", models.PROTECT, verbose_name="申请人", related_name="+")
    mandate = models.ForeignKey(
        "people.Mandate", models.PROTECT, verbose_name="委托书", related_name="+", null=True, blank=True
    )
    mode = models.CharField("可办方式", max_length=10, choices=Mode.choices)
    first_asked = models.ForeignKey("organs.Account", models.PROTECT, verbose_name="首问责任人", related_name="+")
    materials = models.JSONField("已收材料", default=list)
    outer_number = models.CharField("对方编号", max_length=80, blank=True)
    outer_says = models.CharField("对方答复", max_length=300, blank=True)
    handed_on_at = models.DateTimeField("转送时间", null=True, blank=True)
    enquiry_code = models.CharField("查询码", max_length=16, unique=True)
    asked_at = models.DateTimeField("最近查询时间", null=True, blank=True)
    ask_error = models.CharField("查询失败原因", max_length=200, blank=True)

    class Meta:
        db_table = "relay_case"
        verbose_name = verbose_name_plural = "代收件"
        constraints = [
            models.CheckConstraint(condition=~Q(mode="act") | Q(mandate__isnull=False), name="relay_act_by_mandate"),
            models.CheckConstraint(condition=Q(enquiry_code__regex=r"^[0-9A-Z]{10,16}$"), name="relay_enquiry_code"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class InboundCase(models.Model):
    """转来件: what another place received for us, as its envelope came. Refused envelopes stay, with the reason.

    ``content`` is the sealed envelope (personal data). ``told`` is what the other place was last told of our case.
    """

    class Status(models.TextChoices):
        ARRIVED = "arrived", "待收件"
        TAKEN_IN = "taken-in", "已收件"
        REFUSED = "refused", "凭证未通过核验"

    agreement = models.ForeignKey(Agreement, models.PROTECT, verbose_name="代收代办协议", related_name="inbound")
    agreed_item = models.ForeignKey(
        AgreedItem, models.PROTECT, verbose_name="协议事项", related_name="+", null=True, blank=True
    )
    organ_id = models.BigIntegerField("代收机构")
    number = models.CharField("对方编号", max_length=80)
    content = models.BinaryField("转来内容")
    received_there_at = models.DateTimeField("对方收件时间", null=True, blank=True)
    arrived_at = models.DateTimeField("转到时间")
    status = models.CharField("状态", max_length=10, choices=Status.choices)
    reason = models.CharField("未通过原因", max_length=200, blank=True)
    case = models.OneToOneField(
        "cases.Case", models.PROTECT, verbose_name="办件", related_name="relayed_from", null=True, blank=True
    )
    told = models.CharField("已告知对方", max_length=12, blank=True)
    tell_error = models.CharField("告知失败原因", max_length=200, blank=True)

    class Meta:
        db_table = "relay_inbound"
        verbose_name = verbose_name_plural = "转来件"
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="relay_inbound_once"),
            models.CheckConstraint(
                condition=Q(status="taken-in", case__isnull=False) | (~Q(status="taken-in") & Q(case=None)),
                name="relay_inbound_taken_in_is_a_case",
            ),
            models.CheckConstraint(
                condition=Q(status="refused") | Q(agreed_item__isnull=False), name="relay_inbound_agreed"
            ),
        ]

    def __str__(self) -> str:
        return self.number
