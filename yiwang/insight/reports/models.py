"""Templates, reports with their sections and figures, what came from elsewhere, what units fill in, what was frozen."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yiwang.foundation.files.models import StoredFile
from yiwang.insight.reports.rules import cards, printing
from yiwang.matters.models import Matter

FIGURE_KINDS = list(cards.KINDS.items())
SCALES = [(number, word or "原数") for number, word in printing.SCALES.items()]


class Template(models.Model):
    """报告模板: what the next edition of an organ's report begins with. The bureau edits it; a pack only seeds it.

    ``sections`` are ``{code, title, text, required}`` in order; ``figures`` declare the figures the text names, as
    ``rules.declared.Declared`` reads them; ``main`` and ``copies`` the recipients. ``layout`` is the bureau's own .docx to set
    reports in, checked when it was handed in (``exports.layouts``); without one the house's GB/T 9704 page.
    """

    rule = models.CharField("报告种类", max_length=40)
    organ_id = models.BigIntegerField("报告机关")
    title = models.CharField("报告标题", max_length=200)
    main = ArrayField(models.CharField(max_length=80), verbose_name="主送机关", default=list)
    copies = ArrayField(models.CharField(max_length=80), verbose_name="抄送机关", default=list, blank=True)
    sections = models.JSONField("报告章节", default=list)
    figures = models.JSONField("报告数据", default=list)
    layout = models.BinaryField("版式文件", null=True, blank=True)
    layout_name = models.CharField("版式文件名", max_length=120, blank=True)
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.CharField("修改人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "报告模板"
        constraints = [models.UniqueConstraint(fields=["rule", "organ_id"], name="reports_template_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.organ_id}"


class Report(models.Model):
    """年度报告: the detail row of its matter; one version of one year's report of one organ.

    ``cut_off`` is the moment every figure without its own counts to; ``letter_id`` the sealed PDF once it is numbered;
    ``hides_small`` is the office's decision about particulars of fewer than five records in public files.
    """

    class Publicity(models.TextChoices):
        PUBLIC = "public", "主动公开"
        ON_REQUEST = "on-request", "依申请公开"
        NONE = "none", "不予公开"

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="report", verbose_name="办理")
    rule = models.CharField("报告种类", max_length=40)
    rule_version = models.CharField("规则版本", max_length=20)
    organ_id = models.BigIntegerField("报告机关")
    year = models.PositiveSmallIntegerField("报告年度")
    edition = models.PositiveSmallIntegerField("报告版次", default=1)
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="following", verbose_name="上一版"
    )
    title = models.CharField("报告标题", max_length=200)
    main = ArrayField(models.CharField(max_length=80), verbose_name="主送机关", default=list)
    copies = ArrayField(models.CharField(max_length=80), verbose_name="抄送机关", default=list, blank=True)
    publicity = models.CharField("公开方式", max_length=10, choices=Publicity.choices, default=Publicity.PUBLIC)
    cut_off = models.DateTimeField("数据截止时间")
    hides_small = models.BooleanField("隐去小数明细", default=True)
    signer = models.CharField("签发人", max_length=80, blank=True)
    signed_on = models.DateField("成文日期", null=True, blank=True)
    letter_id = models.BigIntegerField("文书", null=True, blank=True)
    link = models.URLField("公开网址", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度报告"
        constraints = [
            models.UniqueConstraint(fields=["rule", "organ_id", "year", "edition"], name="reports_report_once"),
            models.CheckConstraint(
                condition=Q(previous=None) | Q(edition__gt=1),
                name="reports_report_follows_one",
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None, signer="") | (Q(signed_on__isnull=False) & ~Q(signer="")),
                name="reports_report_signed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["organ_id", "-year", "-edition"], name="reports_report_of_organ")]

    def __str__(self) -> str:
        return f"{self.title} 第{self.edition}版"


class Section(models.Model):
    """报告章节. ``version`` rises with every change: a change made over an older text is refused."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="sections", verbose_name="年度报告")
    code = models.CharField("章节代号", max_length=40)
    position = models.PositiveSmallIntegerField("章节次序")
    title = models.CharField("章节标题", max_length=120)
    text = models.TextField("章节正文", blank=True)
    required = models.BooleanField("必备章节", default=True)
    version = models.PositiveIntegerField("变更序号", default=1)
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.CharField("修改人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "报告章节"
        constraints = [models.UniqueConstraint(fields=["report", "code"], name="reports_section_once")]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class Snapshot(models.Model):
    """外部数据批次: what an upper system says about us, as it was handed over: a list of cases, or printed totals.

    ``rows`` is the list itself as Parquet (case numbers and compared columns, no person); ``compared`` what the
    reconciliation with our own records found.
    """

    organ_id = models.BigIntegerField("登记机关")
    source = models.CharField("来源系统", max_length=80)
    batch = models.CharField("数据批次", max_length=60)
    title = models.CharField("批次名称", max_length=120)
    from_on = models.DateField("统计起日")
    until_on = models.DateField("统计止日（不含）")
    cut_off = models.DateTimeField("数据截止时间")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="来源文件")
    totals = models.JSONField("批次合计", default=dict)
    count = models.PositiveIntegerField("批次行数", default=0)
    rows = models.BinaryField("批次明细", null=True, blank=True)
    rows_digest = models.CharField("明细摘要", max_length=64, blank=True)
    compared = models.JSONField("对账结果", null=True, blank=True)
    compared_at = models.DateTimeField("对账时间", null=True, blank=True)
    taken_at = models.DateTimeField("登记时间")
    taken_by = models.CharField("登记人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "外部数据批次"
        constraints = [
            models.UniqueConstraint(fields=["organ_id", "source", "batch"], name="reports_snapshot_once"),
            models.CheckConstraint(condition=Q(until_on__gt=models.F("from_on")), name="reports_snapshot_period"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.batch}"


class Return(models.Model):
    """填报任务: the detail row of its matter: what a unit is asked to fill in, with its evidence and who signed for it.

    ``given`` maps a figure's name to ``{value, numerator, denominator}``, numbers as text.
    """

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="report_return", verbose_name="办理"
    )
    report = models.ForeignKey(Report, models.PROTECT, related_name="returns", verbose_name="年度报告")
    organ_id = models.BigIntegerField("填报单位")
    names = ArrayField(models.CharField(max_length=60), verbose_name="填报数据")
    given = models.JSONField("填报内容", default=dict, blank=True)
    cut_off = models.DateTimeField("数据截止时间")
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证材料"
    )
    remark = models.CharField("填报说明", max_length=500, blank=True)
    filled_by = models.CharField("填报人", max_length=80, blank=True)
    filled_at = models.DateTimeField("填报时间", null=True, blank=True)
    signed_by = models.CharField("审签人", max_length=80, blank=True)
    signed_at = models.DateTimeField("审签时间", null=True, blank=True)
    reminded = models.PositiveSmallIntegerField("催报次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "填报任务"
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by="", signed_at=None) | (~Q(signed_by="") & Q(signed_at__isnull=False)),
                name="reports_return_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(signed_by="") | ~Q(signed_by=models.F("filled_by")), name="reports_return_other_hands"
            ),
            models.CheckConstraint(
                condition=Q(signed_by="") | Q(evidence__isnull=False), name="reports_return_signed_on_evidence"
            ),
        ]
        indexes = [models.Index(fields=["report"], name="reports_return_of_report")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.organ_id}"


class BoundFigure(models.Model):
    """报告数据: one figure of one report, bound by name, with its 口径. What the three kinds leave empty differs:
    computed ones have rows and a digest, imported ones a snapshot, reported ones a return."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="figures", verbose_name="年度报告")
    name = models.CharField("数据名称", max_length=60)
    position = models.PositiveSmallIntegerField("数据次序", default=0)
    title = models.CharField("数据标题", max_length=120)
    kind = models.CharField("数据来源", max_length=8, choices=FIGURE_KINDS)
    indicator = models.CharField("指标编号", max_length=80, blank=True)
    indicator_version = models.CharField("指标版本", max_length=20, blank=True)
    shows = models.CharField("取数项", max_length=12, default="value")
    scope = models.CharField("统计范围", max_length=40, blank=True)
    from_on = models.DateField("统计起日")
    until_on = models.DateField("统计止日（不含）")
    own_cut_off = models.DateTimeField("单独截止时间", null=True, blank=True)
    unit = models.CharField("计量单位", max_length=12, blank=True)
    places = models.PositiveSmallIntegerField("小数位数", default=0)
    scale = models.PositiveIntegerField("数量级", choices=SCALES, default=1)
    value = models.DecimalField("数值", max_digits=24, decimal_places=8, null=True, blank=True)
    numerator = models.DecimalField("分子", max_digits=24, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField("分母", max_digits=24, decimal_places=4, null=True, blank=True)
    rows = models.PositiveIntegerField("明细行数", null=True, blank=True)
    rows_digest = models.CharField("明细摘要", max_length=64, blank=True)
    facts_as_of = models.DateTimeField("事实时点", null=True, blank=True)
    taken_at = models.DateTimeField("取数时间", null=True, blank=True)
    parts = ArrayField(models.CharField(max_length=60), verbose_name="分项", default=list, blank=True)
    of = ArrayField(models.CharField(max_length=60), verbose_name="比率所用数据", default=list, blank=True)
    asks = models.CharField("填报单位代号", max_length=40, blank=True)
    note = models.CharField("口径", max_length=500, blank=True)
    confirmed_by = models.CharField("口径核定人", max_length=80, blank=True)
    confirmed_at = models.DateTimeField("口径核定时间", null=True, blank=True)
    snapshot = models.ForeignKey(
        Snapshot, models.PROTECT, null=True, blank=True, related_name="figures", verbose_name="外部数据批次"
    )
    filled = models.ForeignKey(
        Return, models.PROTECT, null=True, blank=True, related_name="figures", verbose_name="填报任务"
    )
    last_value = models.DecimalField("上年同期", max_digits=24, decimal_places=8, null=True, blank=True)
    last_note = models.CharField("变动说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报告数据"
        constraints = [
            models.UniqueConstraint(fields=["report", "name"], name="reports_figure_once"),
            models.CheckConstraint(condition=Q(until_on__gt=models.F("from_on")), name="reports_figure_period"),
            models.CheckConstraint(
                condition=Q(confirmed_by="", confirmed_at=None) | (~Q(confirmed_by="") & Q(confirmed_at__isnull=False)),
                name="reports_figure_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(kind="computed") | ~Q(indicator=""), name="reports_figure_computed_from_something"
            ),
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Explanation(models.Model):
    """说明: why a finding stands as it is. Kept with the report, shown to whoever signs."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="explanations", verbose_name="年度报告")
    key = models.CharField("核对项", max_length=60)
    says = models.CharField("核对内容", max_length=500)
    text = models.CharField("说明", max_length=300)
    at = models.DateTimeField("说明时间")
    by = models.CharField("说明人", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "核对说明"
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="reports_explanation_once")]

    def __str__(self) -> str:
        return self.key


class Frozen(models.Model):
    """定稿: what was signed, word by word and figure by figure, as canonical JSON; its digest stands in the ledger.

    ``layout`` is the .docx it is set in, as it was on signing; ``seal`` the organ's seal over the digest (GB/T 38540), made with the leave
    the report's letter was issued under; ``paper`` the sealed PDF as it was published.
    """

    report = models.OneToOneField(
        Report, models.PROTECT, primary_key=True, related_name="frozen", verbose_name="年度报告"
    )
    manifest = models.TextField("定稿内容")
    digest = models.CharField("定稿摘要", max_length=64)
    salt = models.BinaryField("公开行号盐值", max_length=32)
    frozen_at = models.DateTimeField("定稿时间")
    layout = models.BinaryField("版式文件", null=True, blank=True)
    seal = models.BinaryField("事实文件签章", null=True, blank=True)
    paper = models.BinaryField("公开文本", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "定稿"

    def __str__(self) -> str:
        return f"{self.report_id} {self.digest[:12]}"


class FrozenRows(models.Model):
    """定稿明细: the records behind one figure as they were on signing, as Parquet."""

    frozen = models.ForeignKey(Frozen, models.PROTECT, related_name="tables", verbose_name="定稿")
    name = models.CharField("数据名称", max_length=60)
    count = models.PositiveIntegerField("明细行数")
    digest = models.CharField("明细摘要", max_length=64)
    public_digest = models.CharField("公开明细摘要", max_length=64)
    parquet = models.BinaryField("明细文件")

    class Meta:
        verbose_name = verbose_name_plural = "定稿明细"
        constraints = [models.UniqueConstraint(fields=["frozen", "name"], name="reports_rows_once")]

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.name}"
