"""Accounts of staff and citizens, their training, and the one-time codes citizens log in with."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q

from yiwang.foundation.organs.models.organs import Organ


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> Account:
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    """Whoever logs in: staff of an organ, or a citizen (linked from ``people``). Closed, never deleted.

    A citizen's phone is personal data: the number is stored encrypted, found by a keyed index, shown masked.
    """

    class Kind(models.TextChoices):
        STAFF = "staff", "工作人员"
        CITIZEN = "citizen", "群众"

    class TextSize(models.TextChoices):
        STANDARD = "standard", "标准"
        LARGE = "large", "大字"
        LARGER = "larger", "特大"

    username = models.CharField("登录名", max_length=64, unique=True)
    kind = models.CharField("账号类别", max_length=10, choices=Kind.choices, default=Kind.CITIZEN)
    name = models.CharField("姓名", max_length=60, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    is_active = models.BooleanField("启用", default=True)
    organ = models.ForeignKey(
        Organ, models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name="所属机构"
    )
    title = models.CharField("职务", max_length=40, blank=True)
    phone_cipher = models.BinaryField("手机号码（密文）", null=True, blank=True)
    phone_index = models.BinaryField("手机号码索引", max_length=32, null=True, blank=True)
    text_size = models.CharField("字号", max_length=10, choices=TextSize.choices, default=TextSize.STANDARD)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    opened_at = models.DateTimeField("开通时间", null=True, blank=True)
    opened_by = models.CharField("开通人", max_length=80, blank=True)
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)
    closed_by = models.CharField("停用人", max_length=80, blank=True)
    closed_reason = models.CharField("停用原因", max_length=120, blank=True)

    objects = AccountManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_active=True, closed_at__isnull=True) | Q(is_active=False, closed_at__isnull=False),
                name="organs_account_closed_with_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(phone_cipher__isnull=True, phone_index__isnull=True)
                | Q(phone_cipher__isnull=False, phone_index__isnull=False),
                name="organs_account_phone_with_its_index",
            ),
            models.UniqueConstraint(
                fields=["phone_index"],
                condition=Q(kind="citizen", is_active=True),
                name="organs_account_one_citizen_a_phone",
            ),
        ]

    def __str__(self) -> str:
        return self.username


class Training(models.Model):
    """A training somebody took part in: subject, day, hours, proof."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="trainings", verbose_name="账号")
    subject = models.CharField("培训内容", max_length=120)
    on = models.DateField("培训日期")
    hours = models.DecimalField("学时", max_digits=4, decimal_places=1)
    document = models.CharField("培训证明", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "培训记录"
        constraints = [
            models.CheckConstraint(condition=Q(hours__gt=0), name="organs_training_takes_time"),
            models.UniqueConstraint(fields=["account", "subject", "on"], name="organs_training_once"),
        ]

    def __str__(self) -> str:
        return self.subject


class SmsCode(models.Model):
    """One code sent to one phone. Only keyed digests are kept; a code dies by use, age or wrong guesses."""

    phone_index = models.BinaryField("手机号码索引", max_length=32)
    address_index = models.BinaryField("网络地址索引", max_length=32)
    digest = models.BinaryField("验证码摘要", max_length=32)
    sent_at = models.DateTimeField("发送时间")
    expires_at = models.DateTimeField("失效时间")
    guesses = models.PositiveSmallIntegerField("验证次数", default=0)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "短信验证码"
        indexes = [
            models.Index(fields=["phone_index", "sent_at"], name="organs_smscode_by_phone"),
            models.Index(fields=["address_index", "sent_at"], name="organs_smscode_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M}"
