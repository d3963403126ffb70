"""The detail row of a petition.

Personal data: who petitions is encrypted for its row, words stand under row-level security; the matter's title, the facts and
the ledger carry codes only.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact


class Source(models.TextChoices):
    """How it came in."""

    VISIT = "visit", "来访"
    LETTER = "letter", "来信"
    ONLINE = "online", "网上信访"
    PHONE = "phone", "来电"
    HOTLINE = "hotline", "热线转来"


class Purpose(models.TextChoices):
    """What is wanted: only an appeal (申诉求决) is decided with an opinion, 复查 and 复核."""

    APPEAL = "appeal", "申诉求决"
    ADVICE = "advice", "建议意见"
    ACCUSATION = "accusation", "检举控告"


class Petition(models.Model):
    """信访事项. ``organ_id`` took it in, ``unit_id`` is the organ that decides (empty until told),
    ``against_id`` the one an accusation is about, which never gets it. ``order_reference`` is the
    hotline order it was handed over from. ``told_at``, ``decided_at``, ``reviewed_at``, ``rechecked_at``: when each answer was given;
    ``told_late`` and ``decided_late`` compare them with the clock as it stood then."""

    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办理", primary_key=True, related_name="petition"
    )
    organ_id = models.BigIntegerField("信访工作机构")
    against_id = models.BigIntegerField("被检举控告的单位", null=True, blank=True)
    unit_id = models.BigIntegerField("责任单位", null=True, blank=True)
    party_id = models.BigIntegerField("信访人", null=True, blank=True)
    source = models.CharField("信访形式", max_length=8, choices=Source.choices)
    purpose = models.CharField("信访目的", max_length=10, choices=Purpose.choices)
    people = models.PositiveSmallIntegerField("信访人数", default=1)
    content = models.TextField("信访内容")
    person_name = models.BinaryField("信访人姓名（密文）", null=True, blank=True)
    person_phone = models.BinaryField("信访人电话（密文）", null=True, blank=True)
    person_index = models.BinaryField("信访人电话索引", max_length=32, null=True, blank=True)
    order_reference = models.CharField("转来的工单", max_length=40, blank=True)
    told_at = models.DateTimeField("告知时间", null=True, blank=True)
    told_late = models.BooleanField("逾期告知", null=True)
    ground = models.CharField("不予受理的理由", max_length=20, blank=True, db_default="")
    extended_days = models.PositiveSmallIntegerField("延长日数", default=0, db_default=0)
    opinion = models.TextField("处理意见", blank=True, db_default="")
    outcome = models.CharField("处理结果", max_length=12, blank=True, db_default="")
    decided_at = models.DateTimeField("处理意见时间", null=True, blank=True)
    decided_late = models.BooleanField("逾期办结", null=True)
    review = models.TextField("复查意见", blank=True, db_default="")
    reviewed_at = models.DateTimeField("复查意见时间", null=True, blank=True)
    recheck = models.TextField("复核意见", blank=True, db_default="")
    rechecked_at = models.DateTimeField("复核意见时间", null=True, blank=True)

    class Meta:
        db_table = "petitions_petition"
        verbose_name = verbose_name_plural = "信访事项"
        constraints = [
            models.CheckConstraint(
                condition=Q(person_phone=None, person_index=None)
                | Q(person_phone__isnull=False, person_index__isnull=False),
                name="petitions_phone_with_its_index",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_late=None)
                | Q(decided_at__isnull=False, decided_late__isnull=False),
                name="petitions_decided_late_or_not",
            ),
            models.CheckConstraint(
                condition=Q(against_id=None) | Q(purpose="accusation"), name="petitions_accused_in_an_accusation"
            ),
            models.CheckConstraint(
                condition=~Exact(F("against_id"), F("unit_id")), name="petitions_not_by_the_accused"
            ),
            models.CheckConstraint(condition=Q(extended_days__lte=30), name="petitions_thirty_days_more_at_most"),
            models.UniqueConstraint(
                fields=["order_reference"], condition=~Q(order_reference=""), name="petitions_once_an_order"
            ),
        ]
        indexes = [models.Index(fields=["unit_id", "-matter"], name="petitions_by_unit")]

    def __str__(self) -> str:
        return str(self.matter_id)
