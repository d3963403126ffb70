"""What the county may do (权力清单) and what it offers (政务服务事项): two lists, linked, never merged."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

# GB/T 39554 lengths: a code of one of these lengths must have that standard's shape; any other length is a local code.
BASIC, TASK, HANDLE = 12, 31, 33
BASIC_SHAPE = r"^[0-9]{12}$"
TASK_SHAPE = r"^[0-9A-HJ-NPQRTUWXY]{18}[1-7][0-9]{12}$"
HANDLE_SHAPE = r"^[0-9A-HJ-NPQRTUWXY]{18}[1-7][0-9]{14}$"


def shaped(field: str, length: int, pattern: str) -> Q:
    """Empty, of another length (a province's own code), or of the standard's shape."""
    return ~Q(**{f"{field}__regex": f"^.{{{length}}}$"}) | Q(**{f"{field}__regex": pattern})


class Register(models.TextChoices):
    """State of a row of the two lists. A row is never deleted: 取消 keeps it for the cases that point at it."""

    IN_USE = "in-use", "在用"
    SUSPENDED = "suspended", "暂停"
    CANCELLED = "cancelled", "取消"


class Power(models.Model):
    """One entry of the list of powers and duties (权责清单): one of ten types, one organ, a basis in law."""

    code = models.CharField("权力编码", max_length=64, unique=True)
    name = models.CharField("权力名称", max_length=500)
    type = models.CharField("权力类型", max_length=2)  # GB/T 39046 A.1: 01–10
    organ = models.ForeignKey("organs.Organ", models.PROTECT, verbose_name="行使主体", related_name="powers")
    exercise_level = models.CharField("行使层级", max_length=1, default="4")  # A.2
    on_request = models.BooleanField("依申请", default=True)
    # Arrays hold text: an array of varchar(n) is cast by PostgreSQL and silently cuts what is longer.
    bases = ArrayField(models.TextField(), verbose_name="设定依据", default=list, blank=True)
    state = models.CharField("状态", max_length=10, choices=Register.choices, default=Register.IN_USE)
    source = models.CharField("来源", max_length=200, blank=True)

    class Meta:
        db_table = "catalogue_power"
        verbose_name = verbose_name_plural = "权力清单"
        constraints = [
            models.CheckConstraint(
                condition=Q(type__regex=r"^(0[1-9]|10)$"), name="catalogue_power_is_one_of_ten_types"
            ),
            models.CheckConstraint(condition=Q(exercise_level__regex=r"^[1-7]$"), name="catalogue_power_level"),
        ]
        indexes = [models.Index(fields=["organ", "type"], name="catalogue_power_organ_type")]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """One service item (政务服务事项) as one organ offers it. ``code`` is how every other room names it.

    ``basic_code``, ``task_code`` and ``handle_code`` are GB/T 39554 codes where the national code is known;
    ``local_codes`` keeps every code under which a source listed the item, so that a later import finds it again.
    """

    code = models.CharField("事项编码", max_length=64, unique=True)
    basic_code = models.CharField("基本编码", max_length=50, blank=True)
    task_code = models.CharField("实施编码", max_length=50, blank=True)
    handle_code = models.CharField("业务办理项编码", max_length=50, blank=True)
    local_codes = ArrayField(models.TextField(), verbose_name="地方编码", default=list, blank=True)
    name = models.CharField("事项名称", max_length=500)
    main_name = models.CharField("主项名称", max_length=500, blank=True)
    type = models.CharField("事项类型", max_length=2)  # GB/T 39046 A.1
    organ = models.ForeignKey("organs.Organ", models.PROTECT, verbose_name="实施主体", related_name="items")
    exercise_level = models.CharField("行使层级", max_length=1, default="4")  # A.2
    power = models.ForeignKey(
        Power, models.PROTECT, verbose_name="对应权力", related_name="items", null=True, blank=True
    )
    themes = ArrayField(models.TextField(), verbose_name="服务主题", default=list, blank=True)
    service_objects = ArrayField(
        models.CharField(max_length=1), verbose_name="服务对象", default=list, blank=True
    )  # A.4
    state = models.CharField("状态", max_length=10, choices=Register.choices, default=Register.IN_USE)
    source = models.CharField("来源", max_length=200, blank=True)
    remark = models.CharField("备注", max_length=300, blank=True)
    # Search columns: written by `search.index`, never by hand.
    words = SearchVectorField("检索词", null=True, editable=False)
    initials = models.CharField("拼音首字母", max_length=500, blank=True, editable=False)
    stage_rank = models.PositiveSmallIntegerField("办理阶段次序", default=0, editable=False)

    class Meta:
        db_table = "catalogue_item"
        verbose_name = verbose_name_plural = "政务服务事项"
        constraints = [
            models.CheckConstraint(condition=Q(type__regex=r"^[0-9]{2}$"), name="catalogue_item_type"),
            models.CheckConstraint(condition=Q(exercise_level__regex=r"^[1-7]$"), name="catalogue_item_level"),
            models.CheckConstraint(
                condition=shaped("basic_code", BASIC, BASIC_SHAPE), name="catalogue_item_basic_code"
            ),
            models.CheckConstraint(condition=shaped("task_code", TASK, TASK_SHAPE), name="catalogue_item_task_code"),
            models.CheckConstraint(
                condition=shaped("handle_code", HANDLE, HANDLE_SHAPE), name="catalogue_item_handle_code"
            ),
            models.UniqueConstraint(
                fields=["task_code"], condition=~Q(task_code=""), name="catalogue_item_task_code_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organ", "type", "code"], name="catalogue_item_organ_type"),
            GinIndex(fields=["words"], name="catalogue_item_words", fastupdate=False),
            GinIndex(fields=["themes"], name="catalogue_item_themes"),
            GinIndex(fields=["local_codes"], name="catalogue_item_local_codes"),
        ]

    def __str__(self) -> str:
        return self.name


class ItemAtPlace(models.Model):
    """Where an item can be handled: a hall, a town centre, a village station (事项 × 服务点)."""

    item = models.ForeignKey(Item, models.CASCADE, verbose_name="事项", related_name="at_places")
    place = models.ForeignKey("organs.Place", models.PROTECT, verbose_name="服务点", related_name="items_here")
    mode = models.CharField(
        "办理方式",
        max_length=10,
        choices=[("handle", "受理办理"), ("receive", "代收代办"), ("consult", "咨询导办")],
        default="handle",
    )
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        db_table = "catalogue_item_at_place"
        verbose_name = verbose_name_plural = "事项进驻"
        constraints = [models.UniqueConstraint(fields=["item", "place"], name="catalogue_item_once_at_a_place")]

    def __str__(self) -> str:
        return f"{self.item_id}@{self.place_id}"


class ImportRun(models.Model):
    """One run of the importer: what was read and what became of every row. ``lines`` holds each row not imported
    as it stood (merged, refused, left aside, marked), so that nothing is dropped without a trace."""

    at = models.DateTimeField("导入时间")
    by = models.CharField("导入人", max_length=80)
    file_name = models.CharField("文件名", max_length=200)
    file_digest = models.CharField("文件摘要", max_length=64)
    mapping = models.CharField("映射", max_length=100)
    read = models.PositiveIntegerField("读取行数")
    imported = models.PositiveIntegerField("导入行数")
    merged = models.PositiveIntegerField("合并行数")
    refused = models.PositiveIntegerField("拒绝行数")
    left_aside = models.PositiveIntegerField("搁置行数")
    created = models.PositiveIntegerField("新增事项数")
    changed = models.PositiveIntegerField("变更事项数")
    lines = models.JSONField("逐行说明", default=list)

    class Meta:
        db_table = "catalogue_import_run"
        verbose_name = verbose_name_plural = "事项导入记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    read=models.F("imported") + models.F("merged") + models.F("refused") + models.F("left_aside")
                ),
                name="catalogue_import_adds_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.at:%Y-%m-%d}"
