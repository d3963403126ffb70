"""The register of certificates, applications to renew them, and bars on applying again."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Certificate(models.Model):
    """One issued result. ``valid_until`` is its last day; empty: no limit. ``number`` is the certificate's own number.

    ``matter_reference`` names the matter that granted it; empty for one issued before this system (``recorded``).
    A renewed certificate stays as ``renewed``; the one that follows it names it in ``previous``.
    """

    class Status(models.TextChoices):
        VALID = "valid", "有效"
        RENEWED = "renewed", "已延续"
        WITHDRAWN = "withdrawn", "已撤回"
        REVOKED = "revoked", "已撤销"
        CANCELLED = "cancelled", "已注销"

    number = models.CharField("证照编号", max_length=120)
    name = models.CharField("证照名称", max_length=200)
    item = models.ForeignKey("catalogue.Item", models.PROTECT, verbose_name="事项", related_name="certificates")
    organ_id = models.BigIntegerField("发证机关")
    party = models.ForeignKey("people.Party", models.PROTECT, verbose_name="持证主体", related_name="certificates")
    matter_reference = models.CharField("办理编号", max_length=24, blank=True)
    issued_on = models.DateField("发证日期")
    valid_from = models.DateField("有效期起")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    status = models.CharField("证照状态", max_length=10, choices=Status.choices, default=Status.VALID)
    ended_on = models.DateField("失效日", null=True, blank=True)
    ended_by = models.CharField("失效依据的办理", max_length=24, blank=True)
    previous = models.OneToOneField(
        "self", models.PROTECT, verbose_name="原证", related_name="next", null=True, blank=True
    )

    class Meta:
        db_table = "certificates_certificate"
        verbose_name = verbose_name_plural = "证照"
        constraints = [
            models.UniqueConstraint(fields=["organ_id", "number"], name="certificates_number_once"),
            models.UniqueConstraint(
                fields=["matter_reference"], condition=~Q(matter_reference=""), name="certificates_one_a_matter"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="certificates_period"
            ),
            models.CheckConstraint(
                condition=Q(status="valid", ended_on=None) | (~Q(status="valid") & Q(ended_on__isnull=False)),
                name="certificates_ended_when",
            ),
            models.CheckConstraint(condition=~Q(previous=F("id")), name="certificates_not_its_own_previous"),
        ]
        indexes = [
            models.Index(fields=["party", "item"], name="certificates_of_party"),
            models.Index(fields=["organ_id", "-id"], name="certificates_of_organ"),
        ]

    def __str__(self) -> str:
        return self.number


class Renewal(models.Model):
    """延续申请: which certificate a case asks to renew. ``last_on`` was the last day on which it could be applied for."""

    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办理", primary_key=True, related_name="renewal"
    )
    certificate = models.ForeignKey(Certificate, models.PROTECT, verbose_name="证照", related_name="renewals")
    applied_on = models.DateField("申请日")
    last_on = models.DateField("最晚申请日")
    expires_on = models.DateField("原证有效期至")

    class Meta:
        db_table = "certificates_renewal"
        verbose_name = verbose_name_plural = "延续申请"
        constraints = [
            models.CheckConstraint(condition=Q(applied_on__lte=F("last_on")), name="certificates_renewal_in_time")
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Bar(models.Model):
    """限制申请: this party may not apply for this item until ``until_on`` (the first free day)."""

    party = models.ForeignKey("people.Party", models.PROTECT, verbose_name="申请人", related_name="bars")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, verbose_name="事项", related_name="bars")
    organ_id = models.BigIntegerField("作出决定的机关")
    article = models.CharField("限制依据", max_length=80)
    from_on = models.DateField("限制起始日")
    until_on = models.DateField("可以再次申请之日")
    matter_reference = models.CharField("办理编号", max_length=24)

    class Meta:
        db_table = "certificates_bar"
        verbose_name = verbose_name_plural = "限制申请"
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="certificates_bar_period"),
            models.UniqueConstraint(fields=["matter_reference", "article"], name="certificates_bar_once"),
        ]
        indexes = [models.Index(fields=["party", "item", "until_on"], name="certificates_bar_of_party")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.item_id}"
