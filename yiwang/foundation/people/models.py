"""Parties, persons, firms and mandates.

``RLS_TABLES`` lists the tables with personal data and the columns a row-level policy may compare for equality; the
policies themselves are written where the database roles are. Names of persons stay readable because desks sort and
letters print them; ID number, phone and address never do.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yiwang.foundation.organs.models import Organ

RLS_TABLES: dict[str, tuple[str, ...]] = {
    "people_person": ("party_id", "organ_id"),
    "people_correction": ("person_id", "organ_id"),
    "people_firmofficer": ("firm_id", "person_id"),
    "people_mandate": ("principal_id", "agent_id"),
}


def _sealed(title: str, **more: Any) -> models.BinaryField[bytes | None, bytes | None]:
    return models.BinaryField(title, **more)


class Party(models.Model):
    """Whoever a case can be about. A person's or firm's row shares its key."""

    class Kind(models.TextChoices):
        PERSON = "person", "自然人"
        FIRM = "firm", "法人和其他组织"

    kind = models.CharField("当事人类别", max_length=6, choices=Kind.choices)
    registered_at = models.DateTimeField("登记时间")
    registered_by = models.CharField("登记人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "当事人"

    def __str__(self) -> str:
        return f"party:{self.pk}"


class Person(models.Model):
    """A natural person. The keyed index of the ID number is unique: one person is one row, whoever registers."""

    class Verified(models.TextChoices):
        CARD = "card", "窗口核验身份证"
        ONLINE = "online", "网上实名核验"
        DEMONSTRATION = "demonstration", "演示核验（无效力）"

    party = models.OneToOneField(Party, models.PROTECT, primary_key=True, related_name="person", verbose_name="当事人")
    name = models.CharField("姓名", max_length=60)
    name_key = models.CharField("姓名排序键", max_length=200)
    id_number_cipher = _sealed("公民身份号码（密文）")
    id_number_index = _sealed("公民身份号码索引", max_length=32, unique=True)
    phone_cipher = _sealed("手机号码（密文）", null=True, blank=True)
    phone_index = _sealed("手机号码索引", max_length=32, null=True, blank=True)
    address_cipher = _sealed("住址（密文）", null=True, blank=True)
    wechat_cipher = _sealed("微信标识（密文）", null=True, blank=True)
    wechat_agreed_at = models.DateTimeField("微信消息同意时间", null=True, blank=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="person", verbose_name="登录账号"
    )
    verified_how = models.CharField("实名核验方式", max_length=14, choices=Verified.choices)
    verified_at = models.DateTimeField("实名核验时间")
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记机构")
    invented = models.BooleanField("虚构数据", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "自然人"
        indexes = [
            models.Index(fields=["phone_index"], name="people_person_by_phone"),
            models.Index(fields=["name_key"], name="people_person_by_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(phone_cipher=None, phone_index=None)
                | Q(phone_cipher__isnull=False, phone_index__isnull=False),
                name="people_person_phone_with_its_index",
            ),
            models.CheckConstraint(
                condition=Q(wechat_cipher=None, wechat_agreed_at=None)
                | Q(wechat_cipher__isnull=False, wechat_agreed_at__isnull=False),
                name="people_person_wechat_with_consent",
            ),
        ]

    def __str__(self) -> str:
        return f"person:{self.pk}"


class Correction(models.Model):
    """更正记录: what a person's field said before it was put right or changed (个人信息保护法 第四十六条). Never changed itself."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="corrections", verbose_name="人员")
    field = models.CharField("更正内容", max_length=12)
    old_cipher = _sealed("更正前的内容（密文）", null=True, blank=True)
    ground = models.CharField("更正原因", max_length=200)
    document = models.CharField("核对的证件或证明", max_length=120, blank=True)
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更正机构")
    corrected_at = models.DateTimeField("更正时间")
    corrected_by = models.CharField("更正人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "更正记录"
        indexes = [models.Index(fields=["person", "-id"], name="people_corrections")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.field}"


class Firm(models.Model):
    """An enterprise, individual business or other organisation under its 统一社会信用代码."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", "企业法人"
        INDIVIDUAL = "individual", "个体工商户"
        COOPERATIVE = "cooperative", "农民专业合作社"
        INSTITUTION = "institution", "事业单位"
        SOCIAL = "social", "社会组织"
        OTHER = "other", "其他组织"

    class Status(models.TextChoices):
        OPEN = "open", "存续"
        REVOKED = "revoked", "吊销"
        CLOSED = "closed", "注销"
        MOVED = "moved", "迁出"

    party = models.OneToOneField(Party, models.PROTECT, primary_key=True, related_name="firm", verbose_name="当事人")
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("单位名称", max_length=200)
    name_key = models.CharField("单位名称排序键", max_length=400)
    kind = models.CharField("单位类别", max_length=12, choices=Kind.choices)
    status = models.CharField("登记状态", max_length=8, choices=Status.choices, default=Status.OPEN)
    legal_representative = models.CharField("法定代表人（经营者）", max_length=60)
    address = models.CharField("登记住所", max_length=200, blank=True)
    business = models.CharField("经营范围", max_length=500, blank=True)
    invented = models.BooleanField("虚构数据", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "法人和其他组织"
        indexes = [models.Index(fields=["name_key"], name="people_firm_by_name")]

    def __str__(self) -> str:
        return f"firm:{self.pk}"


class FirmOfficer(models.Model):
    """Who acts for a firm without a mandate: its legal representative or owner, and the 经办人 they name."""

    class Duty(models.TextChoices):
        REPRESENTATIVE = "representative", "法定代表人（经营者）"
        HANDLER = "handler", "经办人"

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="officers", verbose_name="单位")
    person = models.ForeignKey(Person, models.PROTECT, related_name="offices", verbose_name="人员")
    duty = models.CharField("身份", max_length=14, choices=Duty.choices)
    from_on = models.DateField("起始日")
    until_on = models.DateField("截止日", null=True, blank=True)
    named_at = models.DateTimeField("指定时间")
    named_by = models.CharField("指定人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "单位经办人"
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="people_officer_forward"
            ),
            models.UniqueConstraint(
                fields=["firm", "person", "duty"], condition=Q(until_on=None), name="people_officer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}@{self.firm_id}"


class Mandate(models.Model):
    """委托书: one person acts for a party, within a scope and until a day, until it is revoked.

    ``document`` refers to the stored scan (``file:12``) or is empty when given online by the principal's own account.
    """

    class Scope(models.TextChoices):
        ALL = "all", "全部办事事项"
        ITEMS = "items", "指定事项"
        MATTER = "matter", "指定办件"

    principal = models.ForeignKey(Party, models.PROTECT, related_name="mandates", verbose_name="委托人")
    agent = models.ForeignKey(Person, models.PROTECT, related_name="mandates", verbose_name="受托人")
    scope = models.CharField("委托范围", max_length=6, choices=Scope.choices)
    item_codes = ArrayField(models.CharField(max_length=50), verbose_name="委托事项编码", default=list, blank=True)
    matter_reference = models.CharField("委托办件编号", max_length=40, blank=True)
    from_on = models.DateField("起始日")
    until_on = models.DateField("截止日")
    document = models.CharField("委托书文件", max_length=80, blank=True)
    given_at = models.DateTimeField("委托时间")
    given_by = models.CharField("委托录入人", max_length=80)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    revoked_by = models.CharField("撤销人", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "委托书"
        indexes = [models.Index(fields=["agent", "until_on"], name="people_mandate_of_agent")]
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="people_mandate_forward"),
            models.CheckConstraint(condition=~Q(principal=F("agent")), name="people_mandate_to_another"),
            models.CheckConstraint(
                condition=Q(scope="all", item_codes=[], matter_reference="")
                | (Q(scope="items", matter_reference="") & ~Q(item_codes=[]))
                | (Q(scope="matter", item_codes=[]) & ~Q(matter_reference="")),
                name="people_mandate_scope_says_what",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by="") | (Q(revoked_at__isnull=False) & ~Q(revoked_by="")),
                name="people_mandate_revoked_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"mandate:{self.pk}"
