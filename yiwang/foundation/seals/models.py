"""Certificates, seals, who may use them, and every use."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yiwang.foundation.organs.models import Organ


class Certificate(models.Model):
    """A certificate of the test CA: its root, the seal maker's, or one of a seal. Never deleted."""

    class Kind(models.TextChoices):
        ROOT = "root", "根证书"
        MAKER = "maker", "制章证书"
        SIGNER = "signer", "签章证书"

    kind = models.CharField("证书类别", max_length=10, choices=Kind.choices)
    subject = models.CharField("证书主体", max_length=64)
    serial = models.CharField("证书序列号", max_length=40, unique=True)
    key_id = models.CharField("密钥编号", max_length=80)
    der = models.BinaryField("证书内容")
    issuer = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="签发证书")
    is_test = models.BooleanField("测试用", default=True)
    from_at = models.DateTimeField("有效期起")
    until_at = models.DateTimeField("有效期止")

    class Meta:
        verbose_name = verbose_name_plural = "签章证书"
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="seals_certificate_runs_forward"),
            models.CheckConstraint(
                condition=Q(kind="root", issuer__isnull=True) | (~Q(kind="root") & Q(issuer__isnull=False)),
                name="seals_certificate_only_a_root_has_no_issuer",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Seal(models.Model):
    """One electronic seal of one organ. Renewing it stops this row and makes another; old signatures stay valid."""

    class Kind(models.TextChoices):
        APPROVAL = "approval", "行政审批专用章"
        OFFICIAL = "official", "机关公章"
        HANDLING = "handling", "办件专用章"
        CERTIFICATE = "certificate", "证照专用章"

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="seals", verbose_name="机构")
    kind = models.CharField("印章类别", max_length=12, choices=Kind.choices)
    name = models.CharField("印章名称", max_length=120)
    es_id = models.CharField("印章编码", max_length=40, unique=True)
    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="seal", verbose_name="签章证书")
    picture = models.TextField("印模图样")  # SVG
    width = models.PositiveSmallIntegerField("印模宽（毫米）")
    height = models.PositiveSmallIntegerField("印模高（毫米）")
    body = models.BinaryField("印章数据")  # SESeal in DER
    from_at = models.DateTimeField("启用时间")
    until_at = models.DateTimeField("有效期止")
    stopped_at = models.DateTimeField("停用时间", null=True, blank=True)
    stopped_by = models.CharField("停用人", max_length=80, blank=True)
    stopped_reason = models.CharField("停用原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "电子印章"
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "kind"], condition=Q(stopped_at__isnull=True), name="seals_seal_one_in_use"
            ),
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="seals_seal_runs_forward"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_by="") | (Q(stopped_at__isnull=False) & ~Q(stopped_by="")),
                name="seals_seal_stopped_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SealKeeper(models.Model):
    """Who keeps a seal for a period: may use it, and answers for it."""

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="机构")
    kind = models.CharField("印章类别", max_length=12, choices=Seal.Kind.choices)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="保管员")
    from_on = models.DateField("起日")
    until_on = models.DateField("止日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "印章保管"
        constraints = [
            models.UniqueConstraint(fields=["organ", "kind", "account", "from_on"], name="seals_sealkeeper_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.account_id}"


class SealAuthorisation(models.Model):
    """用印授权: who but the keeper may use an organ's seal of a kind, on which letters.

    Exactly one of role, account, or the system itself (a *standing* authorisation: the system seals without a hand).
    It holds for the organ and kind, so that renewing a seal does not end it.
    """

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="seal_authorisations", verbose_name="机构")
    kind = models.CharField("印章类别", max_length=12, choices=Seal.Kind.choices)
    role = models.SlugField("岗位", max_length=40, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="被授权人"
    )
    standing = models.BooleanField("系统自动用印", default=False)
    letters = models.JSONField("文书种类", default=list, blank=True)  # ids of letter kinds; empty: every kind
    document = models.CharField("授权文件", max_length=120)
    from_on = models.DateField("起日")
    until_on = models.DateField("止日", null=True, blank=True)
    granted_by = models.CharField("授权人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "用印授权"
        constraints = [
            models.CheckConstraint(
                condition=(
                    (~Q(role="") & Q(account__isnull=True, standing=False))
                    | Q(role="", account__isnull=False, standing=False)
                    | Q(role="", account__isnull=True, standing=True)
                ),
                name="seals_sealauthorisation_one_grantee",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="seals_sealauthorisation_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organ_id}:{self.kind}"


class SealUse(models.Model):
    """One signature made with a seal. Written in the transaction that uses it; never changed."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="uses", verbose_name="印章")
    purpose = models.CharField("用印事由", max_length=120)
    digest = models.BinaryField("原文摘要", max_length=32)
    used_at = models.DateTimeField("用印时间")
    used_by = models.CharField("用印人", max_length=80)
    authorisation = models.ForeignKey(
        SealAuthorisation, models.PROTECT, null=True, blank=True, related_name="uses", verbose_name="用印授权"
    )
    ledger_number = models.BigIntegerField("台账序号", unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "用印记录"
        indexes = [models.Index(fields=["seal", "-used_at"], name="seals_sealuse_by_seal")]

    def __str__(self) -> str:
        return self.purpose
