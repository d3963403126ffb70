"""The register of certificates, applications to renew them, and bars on applying again."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yiwang.services.certificates.usage import Asking, Showing, Use

__all__ = ["Asking", "Bar", "Certificate", "Intake", "Issuance", "Renewal", "Showing", "Standing", "StatusList", "Use"]


class Certificate(models.Model):
    """One issued result. ``valid_until`` is its last day; empty: no limit. ``number`` is the certificate's own number.

    ``matter_reference`` names the matter that granted it; empty for one issued before this system (``recorded``).
    A renewed certificate stays as ``renewed``; the one that follows it names it in ``previous``. ``type_id`` is the
    declared 证照类型; empty where no type covers it. ``version`` counts its changes from 1; what each version says and its
    sealed files are in ``Issuance``, what became of it day by day in ``Standing``.
    """

    class Status(models.TextChoices):
        VALID = "valid", "有效"
        SUSPENDED = "suspended", "已暂停"
        EXPIRED = "expired", "已过期"
        RENEWED = "renewed", "已延续"
        WITHDRAWN = "withdrawn", "已撤回"
        REVOKED = "revoked", "已撤销"
        STRUCK = "struck", "已吊销"
        CANCELLED = "cancelled", "已注销"

    number = models.CharField("证照编号", max_length=120)
    name = models.CharField("证照名称", max_length=200)
    type_id = models.CharField("证照类型", max_length=80, blank=True)
    version = models.PositiveSmallIntegerField("证照版本", default=1)
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
                condition=Q(status__in=["valid", "suspended"], ended_on=None)
                | (~Q(status__in=["valid", "suspended"]) & Q(ended_on__isnull=False)),
                name="certificates_ended_when",
            ),
            models.CheckConstraint(condition=~Q(previous=F("id")), name="certificates_not_its_own_previous"),
        ]
        indexes = [
            models.Index(fields=["party", "item"], name="certificates_of_party"),
            models.Index(fields=["organ_id", "-id"], name="certificates_of_organ"),
            models.Index(fields=["type_id", "party"], name="certificates_of_type"),
            models.Index(fields=["valid_until"], condition=Q(status="valid"), name="certificates_expiring"),
        ]

    def __str__(self) -> str:
        return self.number


class Issuance(models.Model):
    """签发: one version of a certificate as it was given out. ``identifier`` is its 电子证照标识 (GB/T 36904), ``code`` the
    查验码 printed on it; ``values`` is the sealed JSON of the fields its type declares, opened only to set the page.

    The files follow by a job; ``error`` says why they are not there yet.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待用印"
        RENDERING = "rendering", "生成中"
        SEALED = "sealed", "已签发"
        FAILED = "failed", "生成失败"

    class Origin(models.TextChoices):
        DECISION = "decision", "增量签发"
        RECORDED = "recorded", "存量电子化"
        CHANGE = "change", "变更换发"

    certificate = models.ForeignKey(Certificate, models.PROTECT, verbose_name="证照", related_name="issuances")
    version = models.PositiveSmallIntegerField("证照版本")
    type_version = models.CharField("类型规则版本", max_length=12)
    origin = models.CharField("签发方式", max_length=10, choices=Origin.choices)
    identifier = models.CharField("电子证照标识", max_length=120, unique=True)
    code = models.CharField("查验码", max_length=12, unique=True)
    values = models.BinaryField("照面内容（密文）")
    issued_at = models.DateTimeField("签发时间")
    issued_by = models.CharField("签发人", max_length=80)
    state = models.CharField("签发状态", max_length=10, choices=State.choices, default=State.RENDERING)
    error = models.CharField("未签发原因", max_length=300, blank=True)
    seal = models.ForeignKey("seals.Seal", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="印章")
    warranted_by = models.CharField("用印批准人", max_length=80, blank=True)
    authorisation = models.ForeignKey(
        "seals.SealAuthorisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="用印授权"
    )
    pdf = models.OneToOneField(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="PDF 文件"
    )
    ofd = models.OneToOneField(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="OFD 文件"
    )
    sealed_at = models.DateTimeField("用印时间", null=True, blank=True)

    class Meta:
        db_table = "certificates_issuance"
        verbose_name = verbose_name_plural = "证照签发"
        constraints = [
            models.UniqueConstraint(fields=["certificate", "version"], name="certificates_issuance_once"),
            models.CheckConstraint(
                condition=(~Q(state="sealed") & Q(sealed_at=None))
                | Q(state="sealed", pdf__isnull=False, ofd__isnull=False, sealed_at__isnull=False),
                name="certificates_issuance_sealed_has_files",
            ),
        ]

    def __str__(self) -> str:
        return self.identifier


class Standing(models.Model):
    """证照状态变动: from this day on that version of the certificate stands so. Never changed; the last one of a day counts."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, verbose_name="证照", related_name="standings")
    version = models.PositiveSmallIntegerField("证照版本")
    status = models.CharField("证照状态", max_length=10)  # Certificate.Status, or ``replaced`` by the next version
    from_on = models.DateField("变动生效日")
    document = models.CharField(
        "变动依据", max_length=120, blank=True
    )  # the matter's reference, or a document's number
    recorded_at = models.DateTimeField("变动登记时间")
    recorded_by = models.CharField("变动登记人", max_length=80)

    class Meta:
        db_table = "certificates_standing"
        verbose_name = verbose_name_plural = "证照状态变动"
        indexes = [models.Index(fields=["certificate", "version", "id"], name="certificates_standings")]

    def __str__(self) -> str:
        return f"{self.certificate_id}.{self.version} {self.status}"


class StatusList(models.Model):
    """证照状态名录: the signed list anybody may take along to verify certificates offline. Names nobody."""

    content = models.BinaryField("名录内容")
    digest = models.CharField("名录摘要", max_length=64)
    entries = models.PositiveIntegerField("名录条数")
    last_standing = models.BigIntegerField("已收录的最后变动")
    issued_at = models.DateTimeField("名录发布时间")
    good_until = models.DateField("名录有效期至")

    class Meta:
        db_table = "certificates_statuslist"
        verbose_name = verbose_name_plural = "证照状态名录"
        indexes = [models.Index(fields=["-issued_at"], name="certificates_newest_list")]

    def __str__(self) -> str:
        return self.digest


class Intake(models.Model):
    """存量导入: one table of existing certificates that was looked at, and what was found; ``report`` holds line numbers and
    faults, never what a line says."""

    organ_id = models.BigIntegerField("发证机关")
    type_id = models.CharField("证照类型", max_length=80)
    item = models.ForeignKey("catalogue.Item", models.PROTECT, verbose_name="事项", related_name="+")
    file_digest = models.CharField("文件摘要", max_length=64)
    rows = models.PositiveIntegerField("行数")
    made = models.PositiveIntegerField("新登记数")
    known = models.PositiveIntegerField("已登记数")
    report = models.JSONField("核对报告", default=list)
    taken_at = models.DateTimeField("导入时间")
    taken_by = models.CharField("导入人", max_length=80)

    class Meta:
        db_table = "certificates_intake"
        verbose_name = verbose_name_plural = "存量证照导入"
        indexes = [models.Index(fields=["organ_id", "-taken_at"], name="certificates_intakes")]

    def __str__(self) -> str:
        return self.file_digest


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
