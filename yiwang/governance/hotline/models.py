"""The order, the part another unit answers, the call it began with, rulings on whose duty it is, knowledge, API clients.

Personal data: who called is encrypted, with a keyed index of the number; words stand under row-level security. Lists,
facts and the ledger carry numbers and codes only; a matter's title is made of codes, never of what a caller said.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Abs, Least
from django.db.models.lookups import Exact, GreaterThanOrEqual, IsNull, LessThanOrEqual


class Kind(models.TextChoices):
    """诉求类型, each with its limit in the pack."""

    ENQUIRY = "enquiry", "咨询"
    HELP = "help", "求助"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    PROPOSAL = "proposal", "建议"
    BUSINESS = "business", "营商环境投诉"


class Channel(models.TextChoices):
    """Where an order came in."""

    PHONE = "phone", "电话"
    PORTAL = "portal", "网上"
    MOBILE = "mobile", "手机"
    COUNTER = "counter", "窗口"
    STUCK = "stuck", "办不成事反映窗口"
    OPEN311 = "open311", "开放接口"
    KIOSK = "kiosk", "自助终端"


class Disclosure(models.TextChoices):
    """How much of the caller the handling unit may see."""

    OPEN = "open", "可以联系"
    CONFIDENTIAL = "confidential", "保密"
    ANONYMOUS = "anonymous", "匿名"


class Satisfaction(models.TextChoices):
    """What the caller said at the call-back. Kept as it was said, whatever 研判 finds."""

    SATISFIED = "satisfied", "满意"
    UNSATISFIED = "unsatisfied", "不满意"
    UNREACHED = "unreached", "未接通"


class Verdict(models.TextChoices):
    """What 研判 found about a voice that was not satisfied."""

    REDO = "redo", "诉求合理，重办"
    DONE = "done", "办理合理"
    EXCLUDED = "excluded", "不计入"


COUNTS = ("dispatches", "returns", "urges", "overseen", "redone", "tries", "extended")


def _together(one: str, other: str) -> Exact:
    """Both are known, or neither."""
    return Exact(IsNull(F(one), True), IsNull(F(other), True))


class Order(models.Model):
    """工单: the detail row of its matter. ``organ_id`` is the hotline's organ, ``handling_organ_id`` the unit it was given to
    (empty until dispatched), ``first_organ_id`` the first of them. ``dispatches`` and ``returns`` are counts, a bounce is a
    return. ``satisfaction`` is what the caller said, ``verdict`` what 研判 made of it: two figures, both kept.
    ``against_organ_id`` is the unit a 营商环境投诉 complains of, or the hotline where a complaint is of its own service; it never
    handles that order (``queries.accused``). ``overseer_organ_id`` is the organ that stands in the hotline's place where the
    hotline, or the organ above it, is complained of; empty where none is, or none could be named yet."""

    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办理", primary_key=True, related_name="order"
    )
    number = models.CharField("工单编号", max_length=24)
    enquiry_code = models.CharField("查询码", max_length=16)
    organ_id = models.BigIntegerField("热线机构")
    kind = models.CharField("诉求类型", max_length=10, choices=Kind.choices)
    channel = models.CharField("来源渠道", max_length=8, choices=Channel.choices)
    client = models.ForeignKey(
        "hotline.Client",
        models.PROTECT,
        verbose_name="接口客户端",
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    firm = models.BooleanField("企业专线", default=False)
    counter = models.CharField("所诉窗口", max_length=40, blank=True)
    against_organ_id = models.BigIntegerField("被投诉单位", null=True, blank=True)
    overseer_organ_id = models.BigIntegerField("监督单位", null=True, blank=True)
    urgent = models.BooleanField("紧急", default=False)
    topic = models.CharField("诉求主题", max_length=40)
    title = models.CharField("诉求标题", max_length=120)
    content = models.TextField("诉求内容")
    town = models.CharField("行政区划代码", max_length=12, blank=True)
    place = models.CharField("地点", max_length=200, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    item = models.CharField("所涉事项", max_length=80, blank=True)
    disclosure = models.CharField("诉求人信息", max_length=12, choices=Disclosure.choices, default=Disclosure.OPEN)
    party_id = models.BigIntegerField("诉求人", null=True, blank=True)
    caller_name = models.BinaryField("诉求人姓名（密文）", null=True, blank=True)
    caller_phone = models.BinaryField("来电号码（密文）", null=True, blank=True)
    caller_index = models.BinaryField("来电号码索引", max_length=32, null=True, blank=True)
    handling_organ_id = models.BigIntegerField("承办单位", null=True, blank=True)
    first_organ_id = models.BigIntegerField("首次承办单位", null=True, blank=True)
    evidence = models.CharField("派单依据", max_length=400, blank=True, db_default="")
    precedent = models.ForeignKey(
        "hotline.Ruling",
        models.PROTECT,
        verbose_name="所依先例",
        null=True,
        blank=True,
        related_name="reused",
        db_index=False,
    )
    no_power = models.BooleanField("权责清单没有列出", default=False, db_default=False)
    designated = models.BooleanField("裁定指定", default=False, db_default=False)
    dispatches = models.SmallIntegerField("派单次数", default=0, db_default=0)
    returns = models.SmallIntegerField("退单次数", default=0, db_default=0)
    urges = models.SmallIntegerField("催办次数", default=0, db_default=0)
    overseen = models.SmallIntegerField("督办次数", default=0, db_default=0)
    redone = models.SmallIntegerField("重办次数", default=0, db_default=0)
    tries = models.SmallIntegerField("回访未接通次数", default=0, db_default=0)
    extended = models.SmallIntegerField("延期次数", default=0, db_default=0)
    respond_by_at = models.DateTimeField("响应时限", null=True, blank=True)
    rule_by_at = models.DateTimeField("裁定时限", null=True, blank=True)
    ruled_at = models.DateTimeField("裁定时间", null=True, blank=True)
    dispatched_at = models.DateTimeField("首次派单时间", null=True, blank=True)
    given_on = models.DateField("最近派单日", null=True, blank=True)
    signed_at = models.DateTimeField("签收时间", null=True, blank=True)
    responded_at = models.DateTimeField("响应时间", null=True, blank=True)
    stage_closed_at = models.DateTimeField("阶段性办结时间", null=True, blank=True)
    replied_at = models.DateTimeField("办结反馈时间", null=True, blank=True)
    called_back_at = models.DateTimeField("回访时间", null=True, blank=True)
    judged_at = models.DateTimeField("研判时间", null=True, blank=True)
    judged_by = models.BigIntegerField("研判人", null=True, blank=True)
    ground = models.CharField("不予受理的情形", max_length=20, blank=True, db_default="")
    answer = models.TextField("答复内容", blank=True, db_default="")
    result = models.CharField("办理结果", max_length=10, blank=True, db_default="")
    level = models.CharField("满意程度", max_length=8, blank=True, db_default="")
    contacted = models.BooleanField("承办单位联系过", null=True)
    solved = models.BooleanField("问题已解决", null=True)
    satisfaction = models.CharField("回访结果", max_length=12, choices=Satisfaction.choices, blank=True, db_default="")
    first_satisfaction = models.CharField(
        "首次回访结果", max_length=12, choices=Satisfaction.choices, blank=True, db_default=""
    )
    verdict = models.CharField("研判结论", max_length=10, choices=Verdict.choices, blank=True, db_default="")
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="并入的工单",
        null=True,
        blank=True,
        related_name="merged",
        db_index=False,
    )

    class Meta:
        db_table = "hotline_order"
        verbose_name = verbose_name_plural = "工单"
        # PostgreSQL reads every check and opens every index anew with each update of a row, whatever it changes: checks are
        # written short, several counts are held by one, and no column has two indexes.
        constraints = [
            models.UniqueConstraint(fields=["number"], name="hotline_order_number_once"),
            models.UniqueConstraint(fields=["enquiry_code"], name="hotline_order_enquiry_code_once"),
            models.CheckConstraint(condition=Q(enquiry_code__regex=r"^[0-9A-Z]{10,16}$"), name="hotline_order_code"),
            models.CheckConstraint(condition=GreaterThanOrEqual(Least(*COUNTS), 0), name="hotline_order_counts"),
            models.CheckConstraint(
                condition=_together("caller_phone", "caller_index"), name="hotline_order_phone_with_its_index"
            ),
            models.CheckConstraint(
                condition=Q(_together("latitude", "longitude"))
                & Q(LessThanOrEqual(Abs("latitude"), 90.0))
                & Q(LessThanOrEqual(Abs("longitude"), 180.0)),
                name="hotline_order_point",
            ),
            models.CheckConstraint(condition=_together("judged_at", "judged_by"), name="hotline_order_judged_by"),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(satisfaction="unsatisfied"), name="hotline_order_judged_what_was_said"
            ),
            models.CheckConstraint(
                condition=Q(against_organ_id=None) | Q(kind__in=["business", "complaint", "report"]),
                name="hotline_order_against_a_unit",
            ),
            models.CheckConstraint(
                condition=~Exact(F("against_organ_id"), F("handling_organ_id")), name="hotline_order_not_by_the_accused"
            ),
        ]
        indexes = [
            models.Index(
                fields=["caller_index", "-matter"], name="hotline_by_caller", condition=Q(caller_index__isnull=False)
            ),
            models.Index(fields=["handling_organ_id", "-matter"], name="hotline_by_unit"),
            models.Index(fields=["topic", "town", "-matter"], name="hotline_by_topic"),
            models.Index(fields=["party_id", "-matter"], name="hotline_by_party", condition=Q(party_id__isnull=False)),
            models.Index(fields=["respond_by_at"], name="hotline_respond_by", condition=Q(respond_by_at__isnull=False)),
            models.Index(fields=["rule_by_at"], name="hotline_rule_by", condition=Q(rule_by_at__isnull=False)),
            models.Index(fields=["merged_into"], name="hotline_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["precedent"], name="hotline_by_precedent", condition=Q(precedent__isnull=False)),
            models.Index(fields=["client"], name="hotline_by_client", condition=Q(client__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class Part(models.Model):
    """协办件: what another unit was asked for an order, and its answer. The detail row of ``governance.hotline-part``."""

    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办理", primary_key=True, related_name="order_part"
    )
    order = models.ForeignKey(Order, models.PROTECT, verbose_name="工单", related_name="parts")
    organ_id = models.BigIntegerField("协办单位")
    task = models.TextField("请协办的内容")
    answer = models.TextField("协办答复", blank=True)
    answered_at = models.DateTimeField("协办答复时间", null=True, blank=True)

    class Meta:
        db_table = "hotline_part"
        verbose_name = verbose_name_plural = "协办件"

    def __str__(self) -> str:
        return f"{self.order_id} {self.organ_id}"


class Call(models.Model):
    """来电: what the operator's screen opens when the telephone rings. A caller's history is read within it only."""

    organ_id = models.BigIntegerField("热线机构")
    operator_id = models.BigIntegerField("话务员")
    phone = models.BinaryField("来电号码（密文）", null=True, blank=True)
    phone_index = models.BinaryField("来电号码索引", max_length=32, null=True, blank=True)
    began_at = models.DateTimeField("来电时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    looked_at = models.DateTimeField("查阅历史时间", null=True, blank=True)
    order = models.ForeignKey(Order, models.PROTECT, verbose_name="工单", null=True, blank=True, related_name="calls")

    class Meta:
        db_table = "hotline_call"
        verbose_name = verbose_name_plural = "来电"
        constraints = [
            models.CheckConstraint(
                condition=Q(phone=None, phone_index=None) | Q(phone__isnull=False, phone_index__isnull=False),
                name="hotline_call_phone_with_its_index",
            )
        ]
        indexes = [models.Index(fields=["operator_id", "-began_at"], name="hotline_call_of_operator")]

    def __str__(self) -> str:
        return f"call:{self.pk}"


class Ruling(models.Model):
    """裁定（先例）: whose duty such a matter is, by whom and why. ``gist`` says what it was about without the caller.

    ``no_power``: no power on any list covers it; such rulings are what the 编办 is told of, until ``settled_at``.
    """

    order = models.ForeignKey(Order, models.PROTECT, verbose_name="工单", related_name="rulings")
    organ_id = models.BigIntegerField("指定的承办单位")
    against = models.JSONField("退过单的单位", default=list)
    topic = models.CharField("诉求主题", max_length=40)
    town = models.CharField("行政区划代码", max_length=12, blank=True)
    gist = models.CharField("裁定事项", max_length=200)
    reason = models.TextField("裁定理由")
    basis = models.TextField("裁定依据")
    no_power = models.BooleanField("权责清单没有列出", default=False)
    ruled_at = models.DateTimeField("裁定时间")
    ruled_by = models.CharField("裁定人", max_length=80)
    settled_at = models.DateTimeField("编办处理时间", null=True, blank=True)
    settled_by = models.CharField("编办处理人", max_length=80, blank=True)
    settlement = models.TextField("编办处理意见", blank=True)

    class Meta:
        db_table = "hotline_ruling"
        verbose_name = verbose_name_plural = "裁定"
        indexes = [models.Index(fields=["topic", "-id"], name="hotline_ruling_by_topic")]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by="") | (Q(settled_at__isnull=False) & ~Q(settled_by="")),
                name="hotline_ruling_settled_by",
            )
        ]

    def __str__(self) -> str:
        return f"ruling:{self.pk}"


class Knowledge(models.Model):
    """知识条目: a question and its answer, made from an answered order by hand, for operators and, where public, everybody."""

    order = models.ForeignKey(
        Order, models.PROTECT, verbose_name="工单", null=True, blank=True, related_name="knowledge"
    )
    topic = models.CharField("诉求主题", max_length=40)
    question = models.CharField("问题", max_length=200)
    answer = models.TextField("答案")
    tokens = models.TextField("检索词", blank=True)
    public = models.BooleanField("公开", default=False)
    written_at = models.DateTimeField("编写时间")
    written_by = models.CharField("编写人", max_length=80)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        db_table = "hotline_knowledge"
        verbose_name = verbose_name_plural = "知识条目"

    def __str__(self) -> str:
        return self.question


class Client(models.Model):
    """接口客户端: who may submit over Open311. Only the digest of its key is kept."""

    name = models.CharField("客户端名称", max_length=80)
    digest = models.BinaryField("密钥摘要", max_length=32, unique=True)
    from_on = models.DateField("启用日")
    until_on = models.DateField("停用日", null=True, blank=True)
    registered_at = models.DateTimeField("登记时间")
    registered_by = models.CharField("登记人", max_length=80)

    class Meta:
        db_table = "hotline_client"
        verbose_name = verbose_name_plural = "接口客户端"

    def __str__(self) -> str:
        return self.name
