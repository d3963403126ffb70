"""Letters with their numbers, the messages that tell people about them, and every attempt to deliver one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.organs.models import Account, Organ
from yiwang.foundation.people.models import Party
from yiwang.foundation.seals.models import Seal, SealAuthorisation


class LetterPrefix(models.Model):
    """机关代字: what an organ's letter numbers begin with. Without one, its short name."""

    organ = models.OneToOneField(Organ, models.PROTECT, related_name="letter_prefix", verbose_name="机构")
    prefix = models.CharField("机关代字", max_length=20, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "机关代字"

    def __str__(self) -> str:
        return self.prefix


class LetterCounter(models.Model):
    """The last number taken by an organ in a year for a kind of letter. A rolled-back step gives its number back."""

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name="机构")
    year = models.PositiveSmallIntegerField("年份")
    kind = models.SlugField("文书种类", max_length=80)
    last = models.PositiveIntegerField("末号")

    class Meta:
        verbose_name = verbose_name_plural = "文书编号"
        constraints = [models.UniqueConstraint(fields=["organ", "year", "kind"], name="letters_lettercounter_once")]

    def __str__(self) -> str:
        return f"{self.kind}〔{self.year}〕{self.last}"


class Letter(models.Model):
    """One letter. Numbered at once; ``file`` appears when the job has set and sealed it."""

    class Status(models.TextChoices):
        DRAFTED = "drafted", "待用印"
        RENDERING = "rendering", "生成中"
        SEALED = "sealed", "已出具"
        FAILED = "failed", "生成失败"

    class Served(models.TextChoices):
        COUNTER = "counter", "窗口签收"
        OPENED = "opened", "网上确认查阅"
        POST = "post", "邮寄签收"
        LEFT = "left", "留置送达"
        NOTICED = "noticed", "公告送达"

    kind = models.SlugField("文书种类", max_length=80)
    version = models.CharField("文书格式版本", max_length=12)
    title = models.CharField("文书名称", max_length=120)
    number = models.CharField("文号", max_length=80)
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("序号")
    code = models.CharField("查询码", max_length=12, unique=True)
    matter_reference = models.CharField("办件编号", max_length=40, blank=True, db_index=True)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="letters", verbose_name="发文机构")
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="收文人"
    )
    data = models.JSONField("文书要素")
    status = models.CharField("状态", max_length=10, choices=Status.choices)
    error = models.CharField("未出具原因", max_length=300, blank=True)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="印章")
    warranted_by = models.CharField("用印批准人", max_length=80, blank=True)
    authorisation = models.ForeignKey(
        SealAuthorisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="用印授权"
    )
    file = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="letter", verbose_name="文书文件"
    )
    gaps = models.CharField("手写留位的字", max_length=10, blank=True)  # characters no font has, written in by hand
    issued_at = models.DateTimeField("出具时间")
    issued_by = models.CharField("出具人", max_length=80)
    ledger_digest = models.BinaryField("存证摘要", max_length=32)
    sealed_at = models.DateTimeField("签章时间", null=True, blank=True)
    served_at = models.DateTimeField("送达时间", null=True, blank=True)
    served_how = models.CharField("送达方式", max_length=8, choices=Served.choices, blank=True)
    served_by = models.CharField("送达人", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        constraints = [
            models.UniqueConstraint(fields=["organ", "kind", "year", "serial"], name="letters_letter_number_once"),
            models.CheckConstraint(
                condition=~Q(status="sealed") | Q(file__isnull=False, sealed_at__isnull=False),
                name="letters_letter_sealed_has_a_file",
            ),
            models.CheckConstraint(
                condition=Q(served_at__isnull=True, served_how="", served_by="")
                | (Q(served_at__isnull=False) & ~Q(served_how="") & ~Q(served_by="")),
                name="letters_letter_served_somehow_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["organ", "-issued_at"], name="letters_letter_by_organ"),
            models.Index(fields=["party", "-issued_at"], name="letters_letter_by_party"),
            models.Index(fields=["status"], condition=~Q(status="sealed"), name="letters_letter_unfinished"),
        ]

    def __str__(self) -> str:
        return self.number


class Message(models.Model):
    """One message about a matter, to its party, to a member of staff, or to the bare number of somebody without an account:
    what happened, what to do, by when. A party's address is asked when sending; a number is kept encrypted."""

    class Status(models.TextChoices):
        QUEUED = "queued", "待发送"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"

    kind = models.SlugField("消息种类", max_length=80)
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name="收件人"
    )
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name="收件账号"
    )
    number = models.BinaryField("收件号码（密文）", null=True, blank=True)
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发送机构")
    matter_reference = models.CharField("办件编号", max_length=40, blank=True, db_index=True)
    key = models.CharField("防重键", max_length=120, unique=True)
    text = models.CharField("消息内容", max_length=500)
    status = models.CharField("状态", max_length=8, choices=Status.choices, default=Status.QUEUED)
    queued_at = models.DateTimeField("提交时间")
    queued_by = models.CharField("提交人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=False, account__isnull=True, number__isnull=True)
                | Q(party__isnull=True, account__isnull=False, number__isnull=True)
                | Q(party__isnull=True, account__isnull=True, number__isnull=False),
                name="letters_message_to_a_party_to_staff_or_to_a_number",
            )
        ]
        indexes = [
            models.Index(fields=["party", "-queued_at"], name="letters_message_by_party"),
            models.Index(
                fields=["account", "-queued_at"], condition=Q(account__isnull=False), name="letters_message_by_account"
            ),
            models.Index(fields=["status"], condition=~Q(status="sent"), name="letters_message_unsent"),
        ]

    def __str__(self) -> str:
        return self.key


class MessageAttempt(models.Model):
    """One try to deliver a message. Only added, never changed: the delivery ledger."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="attempts", verbose_name="消息")
    at = models.DateTimeField("发送时间")
    by = models.CharField("发送人", max_length=80)
    adapter = models.CharField("发送通道", max_length=20)
    address = models.CharField("接收号码（脱敏）", max_length=60, blank=True)
    succeeded = models.BooleanField("成功")
    answer = models.CharField("通道回执", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "发送记录"

    def __str__(self) -> str:
        return f"{self.message_id} {self.at:%Y-%m-%d %H:%M}"
