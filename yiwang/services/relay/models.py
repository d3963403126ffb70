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
    """协议事项: one item of the other place, with both codes, what may be done here and which materials are taken."""

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
                condition=Q(powers__contained_by=["receive", "act"]) & ~Q(powers=[]), name="relay_item_powers"
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

    class Meta:
        db_table = "relay_case"
        verbose_name = verbose_name_plural = "代收件"
        constraints = [
            models.CheckConstraint(condition=~Q(mode="act") | Q(mandate__isnull=False), name="relay_act_by_mandate"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"
