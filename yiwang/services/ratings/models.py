"""Occasions, who was served, ratings and their words, links, rectifications, and signs of ratings made up.

What counts stands on tables without persons; who was served (``Guest``) and what was said (``Voice``) stand apart, under
row-level security: whoever calls back sees the words and neither name nor telephone.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Occasion(models.Model):
    """评价场次: one service that may be rated, once. The denominator of every figure.

    ``organ_id`` is the unit rated, ``handler_id`` the person; ``involved`` everybody of the staff who had a hand in it.
    """

    class Kind(models.TextChoices):
        CASE = "case", "办件"
        VISIT = "visit", "窗口服务"
        CONSULTATION = "consultation", "咨询"

    class Mode(models.TextChoices):
        ONLINE = "online", "网上"
        ON_SITE = "on-site", "现场"

    kind = models.CharField("场次类别", max_length=12, choices=Kind.choices)
    reference = models.CharField("场次编号", max_length=80)
    source = models.CharField("来源系统", max_length=40, blank=True)
    matter = models.OneToOneField("matters.Matter", models.PROTECT, verbose_name="办理", null=True, blank=True)
    organ_id = models.BigIntegerField("被评价机构")
    hall_id = models.BigIntegerField("收件机构", null=True, blank=True)
    counter = models.ForeignKey("organs.Counter", models.PROTECT, verbose_name="窗口", null=True, blank=True)
    item = models.CharField("事项编码", max_length=80, blank=True)
    title = models.CharField("名称", max_length=120)
    mode = models.CharField("服务方式", max_length=8, choices=Mode.choices)
    handler_id = models.BigIntegerField("被评价人", null=True, blank=True)
    involved = ArrayField(models.BigIntegerField(), verbose_name="经办过的人员", default=list)
    opened_on = models.DateField("服务日")

    class Meta:
        db_table = "ratings_occasion"
        verbose_name = verbose_name_plural = "评价场次"
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "reference"], name="ratings_occasion_once"),
            models.CheckConstraint(
                condition=Q(source="", kind="case", matter__isnull=False)
                | (~Q(source="", kind="case") & Q(matter=None)),
                name="ratings_occasion_case_has_its_matter",
            ),
        ]
        indexes = [
            models.Index(fields=["opened_on", "organ_id"], name="ratings_occasion_day"),
            models.Index(fields=["organ_id", "-id"], name="ratings_occasion_of_organ"),
        ]

    def __str__(self) -> str:
        return self.reference


class Guest(models.Model):
    """服务对象: who was served. Seen by nobody but that person: staff who call back see neither name nor telephone.

    ``party`` is empty until an unknown visitor says who he is; ``code`` is the 评价码 printed on a ticket.
    """

    occasion = models.OneToOneField(
        Occasion, models.PROTECT, verbose_name="评价场次", primary_key=True, related_name="guest"
    )
    party = models.ForeignKey(
        "people.Party",
        models.PROTECT,
        verbose_name="服务对象",
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    code = models.CharField("评价码", max_length=16, blank=True)

    class Meta:
        db_table = "ratings_guest"
        verbose_name = verbose_name_plural = "服务对象"
        indexes = [
            models.Index(fields=["party"], name="ratings_guest_of_party", condition=Q(party__isnull=False)),
            models.Index(fields=["code"], name="ratings_guest_code", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return f"{self.occasion_id}"


class Rating(models.Model):
    """评价. ``level`` 1 is the best (GB/T 39046-2020 A.8). Never edited, never deleted; ``follows`` names the first rating
    of a 追评. Ratings given here are always ``active``; imported ones keep what their system said."""

    class Level(models.IntegerChoices):
        BEST = 1, "非常满意"
        GOOD = 2, "满意"
        FAIR = 3, "基本满意"
        POOR = 4, "不满意"
        WORST = 5, "非常不满意"

    class Channel(models.TextChoices):
        PORTAL = "portal", "网上"
        COUNTER = "counter", "窗口二维码"
        KIOSK = "kiosk", "自助机"
        SMS = "sms", "短信链接"
        NUMBER = "number", "号码核实的短信链接"  # sent to a number that left no name
        PHONE = "phone", "电话"
        API = "api", "接口"
        IMPORT = "import", "导入"

    class Origin(models.TextChoices):
        ACTIVE = "active", "主动评价"
        DEFAULT = "default", "默认评价"

    occasion = models.ForeignKey(
        Occasion, models.PROTECT, verbose_name="评价场次", related_name="ratings", db_index=False
    )
    follows = models.OneToOneField(
        "self", models.PROTECT, verbose_name="原评价", null=True, blank=True, related_name="follow_up"
    )
    level = models.PositiveSmallIntegerField("满意度", choices=Level.choices)
    labels = ArrayField(models.CharField(max_length=40), verbose_name="评价标签", default=list)
    channel = models.CharField("评价渠道", max_length=8, choices=Channel.choices)
    origin = models.CharField("评价来源", max_length=8, choices=Origin.choices, default=Origin.ACTIVE)
    rule_version = models.CharField("标签版本", max_length=20)
    given_at = models.DateTimeField("评价时间")

    class Meta:
        db_table = "ratings_rating"
        verbose_name = verbose_name_plural = "评价"
        constraints = [
            models.UniqueConstraint(fields=["occasion"], condition=Q(follows=None), name="ratings_rating_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="ratings_rating_level"),
            models.CheckConstraint(
                condition=Q(origin="active") | Q(channel="import"), name="ratings_rating_never_defaulted_here"
            ),
        ]
        indexes = [models.Index(fields=["occasion"], name="ratings_rating_of")]

    def __str__(self) -> str:
        return f"{self.occasion_id} {self.level}"

    @property
    def known_by(self) -> str:
        """How it is known who rated. A call, or a link sent to a number, is known by that number and by nothing else, so
        nobody calls it 实名."""
        return KNOWN_BY.get(self.channel, "实名")


KNOWN_BY: dict[str, str] = {
    Rating.Channel.PHONE: "号码核实",
    Rating.Channel.NUMBER: "号码核实",
    Rating.Channel.IMPORT: "来源系统认定",
}


class Voice(models.Model):
    """评价原文: what was written, sealed, and keyed digests of where it came from. Personal data."""

    rating = models.OneToOneField(Rating, models.PROTECT, verbose_name="评价", primary_key=True, related_name="voice")
    organ_id = models.BigIntegerField("被评价机构")
    text = models.BinaryField("评价内容")
    text_index = models.BinaryField("评价内容摘要", max_length=32, null=True, blank=True)
    address_index = models.BinaryField("网络地址索引", max_length=32, null=True, blank=True)
    terminal_index = models.BinaryField("终端摘要", max_length=32, null=True, blank=True)

    class Meta:
        db_table = "ratings_voice"
        verbose_name = verbose_name_plural = "评价原文"

    def __str__(self) -> str:
        return f"{self.rating_id}"


class Link(models.Model):
    """评价链接: good once, until a moment. Only the digest of its secret is kept."""

    digest = models.BinaryField("链接摘要", max_length=32, unique=True)
    occasion = models.ForeignKey(Occasion, models.PROTECT, verbose_name="评价场次", related_name="links")
    channel = models.CharField("评价渠道", max_length=8, choices=Rating.Channel.choices)
    made_at = models.DateTimeField("生成时间")
    expires_at = models.DateTimeField("失效时间")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        db_table = "ratings_link"
        verbose_name = verbose_name_plural = "评价链接"
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="ratings_link_period")
        ]

    def __str__(self) -> str:
        return f"{self.occasion_id}"


class Opening(models.Model):
    """打开记录: which terminal opened a page of this occasion, and who was at it where somebody of the staff was."""

    occasion = models.ForeignKey(Occasion, models.PROTECT, verbose_name="评价场次", related_name="openings")
    account_id = models.BigIntegerField("工作人员账号", default=0)  # 0: nobody of the staff
    terminal_index = models.BinaryField("终端摘要", max_length=32)
    link = models.BooleanField("经评价链接", default=False)
    at = models.DateTimeField("打开时间")

    class Meta:
        db_table = "ratings_opening"
        verbose_name = verbose_name_plural = "打开记录"
        constraints = [
            models.UniqueConstraint(
                fields=["occasion", "account_id", "terminal_index", "link"], name="ratings_opening_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.occasion_id}"


class Rectification(models.Model):
    """差评整改: the detail row of its matter. ``excluded``: 误评 or 恶意 upheld on review; kept, and left out of figures."""

    class Outcome(models.TextChoices):
        VALID = "valid", "属实"
        PARTLY = "partly", "部分属实"
        MISTAKEN = "mistaken", "误评"
        MALICIOUS = "malicious", "恶意差评"

    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办理", primary_key=True, related_name="rectification"
    )
    rating = models.OneToOneField(Rating, models.PROTECT, verbose_name="评价", related_name="rectification")
    organ_id = models.BigIntegerField("责任单位")
    category = models.CharField("差评分类", max_length=20, blank=True, default="", db_default="")
    bridge = models.CharField("回访隐号", max_length=40, blank=True, default="", db_default="")
    bridge_until = models.DateTimeField("隐号失效时间", null=True, blank=True)
    called_back_at = models.DateTimeField("回访时间", null=True, blank=True)
    outcome = models.CharField(
        "核实结论", max_length=10, choices=Outcome.choices, blank=True, default="", db_default=""
    )
    measures = models.TextField("整改措施", blank=True, default="", db_default="")
    rectified_on = models.DateField("整改日", null=True, blank=True)
    feedback = models.TextField("反馈内容", blank=True, default="", db_default="")
    fed_back_on = models.DateField("反馈日", null=True, blank=True)
    signed_on = models.DateField("签字日", null=True, blank=True)
    signed_by = models.CharField("签字人", max_length=80, blank=True, default="", db_default="")
    excluded = models.BooleanField("不计入统计", default=False, db_default=False)

    class Meta:
        db_table = "ratings_rectification"
        verbose_name = verbose_name_plural = "差评整改"
        constraints = [
            models.CheckConstraint(
                condition=Q(excluded=False) | Q(outcome__in=("mistaken", "malicious")),
                name="ratings_excluded_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None, signed_by="") | (Q(signed_on__isnull=False) & ~Q(signed_by="")),
                name="ratings_signed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["organ_id", "-matter"], name="ratings_rectification_of")]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Sign(models.Model):
    """评价异常: something that looks made up, with its evidence, for a person to judge. Never a judgement by itself."""

    class Indicator(models.TextChoices):
        BURST = "burst", "同一终端或网络地址短时间集中评价"
        SAME_TEXT = "same-text", "评价内容相同"
        PRAISE = "praise", "好评率异常偏高"
        AFTERWARDS = "afterwards", "办结之后才补录的办件被评价"
        BY_STAFF = "by-staff", "经办人员打开评价链接或在其终端评价"

    indicator = models.CharField("异常指标", max_length=10, choices=Indicator.choices)
    key = models.CharField("触发缘由", max_length=100)
    organ_id = models.BigIntegerField("被评价机构")
    says = models.CharField("情况说明", max_length=300)
    ratings = ArrayField(models.BigIntegerField(), verbose_name="相关评价", default=list)
    found_at = models.DateTimeField("发现时间")
    verdict = models.BooleanField("核查结论", null=True, blank=True)
    reason = models.CharField("核查理由", max_length=300, blank=True)
    judged_at = models.DateTimeField("核查时间", null=True, blank=True)
    judged_by = models.CharField("核查人", max_length=80, blank=True)

    class Meta:
        db_table = "ratings_sign"
        verbose_name = verbose_name_plural = "评价异常"
        constraints = [
            models.UniqueConstraint(fields=["indicator", "key"], name="ratings_sign_once"),
            models.CheckConstraint(
                condition=Q(verdict=None, judged_at=None, judged_by="")
                | (Q(verdict__isnull=False, judged_at__isnull=False) & ~Q(judged_by="")),
                name="ratings_sign_judged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.key}"
