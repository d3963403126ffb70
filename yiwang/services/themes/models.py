"""The tables of a theme: the theme, its items, each item's frozen application, and drafts of the one form."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yiwang.services.themes import rules


class ThemeCase(models.Model):
    """一件事: the detail row of its matter. ``answers`` are codes; ``account_id`` is who submitted and in whose name the
    later items open."""

    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办理", primary_key=True, related_name="theme"
    )
    theme = models.CharField("主题", max_length=80)
    theme_version = models.CharField("主题版本", max_length=20)
    organ_id = models.BigIntegerField("牵头机构")
    party = models.ForeignKey("people.Party", models.PROTECT, verbose_name="申请人", related_name="themes")
    account_id = models.BigIntegerField("提交账号")
    answers = models.JSONField("情形", default=dict)
    channel = models.CharField("申报来源", max_length=10)
    delivery = models.CharField("取件方式", max_length=8)

    class Meta:
        db_table = "themes_theme"
        verbose_name = verbose_name_plural = "一件事"

    def __str__(self) -> str:
        return f"{self.matter_id} {self.theme}"


class ThemeItem(models.Model):
    """联办事项: one item of a theme, its place in the order, its promise, and the case it became. Nothing personal."""

    class State(models.TextChoices):
        WAITING = rules.WAITING, "等前面的事项"
        OPEN = rules.OPEN, "办理中"
        DONE = rules.DONE, "已办成"
        FAILED = rules.FAILED, "没有办成"
        DROPPED = rules.DROPPED, "不再办理"

    matter = models.ForeignKey("matters.Matter", models.PROTECT, verbose_name="办理", related_name="theme_items")
    code = models.CharField("联办事项标识", max_length=60)
    ordinal = models.PositiveSmallIntegerField("序号")
    title = models.CharField("名称", max_length=120)
    item_code = models.CharField("事项编码", max_length=80)
    organ_id = models.BigIntegerField("承办机构")
    after = models.JSONField("前置事项", default=list)
    days = models.PositiveIntegerField("承诺天数", null=True, blank=True)
    unit = models.CharField("计量单位", max_length=12)
    state = models.CharField("联办状态", max_length=8, choices=State.choices, default=State.WAITING)
    child = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="办件", related_name="theme_item", null=True, blank=True
    )
    ended_on = models.DateField("办成日", null=True, blank=True)
    held_up = models.CharField("开不出的原因", max_length=300, blank=True)

    class Meta:
        db_table = "themes_item"
        verbose_name = verbose_name_plural = "联办事项"
        ordering = ["matter", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "code"], name="themes_item_once"),
            models.CheckConstraint(
                condition=Q(state__in=[rules.WAITING, rules.DROPPED], child=None)
                | Q(state__in=[rules.OPEN, rules.DONE, rules.FAILED], child__isnull=False),
                name="themes_item_open_has_a_case",
            ),
            models.CheckConstraint(condition=Q(held_up="") | Q(state=rules.WAITING), name="themes_item_held_up_waits"),
        ]

    def __str__(self) -> str:
        return self.title


class ItemApplication(models.Model):
    """联办申请: what was said for one item, frozen at submission until its case opens. The form is sealed."""

    item = models.OneToOneField(
        ThemeItem, models.PROTECT, verbose_name="联办事项", primary_key=True, related_name="application"
    )
    organ_id = models.BigIntegerField("承办机构")
    party_id = models.BigIntegerField("申请人")
    answers = models.JSONField("情形", default=dict)
    form = models.BinaryField("申请表")
    files = models.JSONField("附件", default=dict)  # material id → ids of stored files

    class Meta:
        db_table = "themes_application"
        verbose_name = verbose_name_plural = "联办申请"

    def __str__(self) -> str:
        return f"{self.item_id}"


class ThemeDraft(models.Model):
    """联办草稿: the one form being filled in, one a theme and applicant for each account."""

    account = models.ForeignKey("organs.Account", models.PROTECT, verbose_name="账号", related_name="theme_drafts")
    party = models.ForeignKey("people.Party", models.PROTECT, verbose_name="申请人", related_name="+")
    theme = models.CharField("主题", max_length=80)
    answers = models.JSONField("情形", default=dict)
    form = models.BinaryField("申请表", blank=True, default=b"")
    created_at = models.DateTimeField("建立时间")
    updated_at = models.DateTimeField("保存时间")

    class Meta:
        db_table = "themes_draft"
        verbose_name = verbose_name_plural = "联办草稿"
        constraints = [models.UniqueConstraint(fields=["account", "party", "theme"], name="themes_draft_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.theme}"


class ThemeDraftFile(models.Model):
    """联办草稿附件: one uploaded file, under the material it stands for."""

    draft = models.ForeignKey(ThemeDraft, models.CASCADE, verbose_name="联办草稿", related_name="uploads")
    key = models.CharField("材料编码", max_length=130)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, verbose_name="文件", related_name="+")

    class Meta:
        db_table = "themes_draft_file"
        verbose_name = verbose_name_plural = "联办草稿附件"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.key
