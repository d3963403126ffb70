"""Divisions and organs: codes and names are dated, because both change and past matters keep the old ones."""

from __future__ import annotations

from django.db import models

from yiwang.foundation.organs.models.periods import never_overlaps, runs_forward


class Division(models.Model):
    """An administrative division from province to village (GB/T 2260; towns and villages in the 9/12-digit form)."""

    class Level(models.TextChoices):
        PROVINCE = "province", "省级"
        CITY = "city", "地市级"
        COUNTY = "county", "县级"
        TOWN = "town", "乡镇（街道）"
        VILLAGE = "village", "村（社区）"

    code = models.CharField("行政区划代码", max_length=12)
    name = models.CharField("行政区划名称", max_length=60)
    level = models.CharField("行政区划级别", max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级行政区划"
    )
    from_on = models.DateField("启用日")
    until_on = models.DateField("停用日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        constraints = [
            models.UniqueConstraint(fields=["code", "from_on"], name="organs_division_code_from"),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$"), name="organs_division_code_shape"
            ),
            runs_forward("organs_division_runs_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"


class Organ(models.Model):
    """A body that acts in its own name. Its name lies in ``OrganName``; ``code`` is the stable id packs write."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", "政务服务和数据管理局"
        DEPARTMENT = "department", "部门"
        ENTERPRISE = "enterprise", "公用企业"
        HALL = "hall", "政务服务中心"
        TOWN = "town", "乡镇（街道）"
        VILLAGE = "village", "村（社区）"

    code = models.SlugField("机构代号", max_length=60, unique=True)
    kind = models.CharField("机构类别", max_length=12, choices=Kind.choices)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级机构"
    )
    division = models.ForeignKey(Division, models.PROTECT, related_name="organs", verbose_name="行政区划")
    phone = models.CharField("联系电话", max_length=30, blank=True)
    position = models.PositiveIntegerField("排序", default=0)  # the county's official order; names are never sorted
    from_on = models.DateField("成立日")
    until_on = models.DateField("撤销日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "机构"
        constraints = [
            models.CheckConstraint(
                # GB 32100 alphabet: no I, O, Z, S, V. The check character is tested when the row is entered.
                condition=models.Q(uscc__isnull=True) | models.Q(uscc__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                name="organs_organ_uscc_shape",
            ),
            runs_forward("organs_organ_runs_forward"),
        ]

    def __str__(self) -> str:
        return self.code


class OrganName(models.Model):
    """What an organ is called during a period; exactly one name on any day of its life."""

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="names", verbose_name="机构")
    name = models.CharField("机构名称", max_length=100)
    short_name = models.CharField("机构简称", max_length=40)
    document = models.CharField("依据文件", max_length=120, blank=True)
    from_on = models.DateField("启用日")
    until_on = models.DateField("停用日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "机构名称"
        constraints = [
            never_overlaps("organs_organname_one_at_a_time", ["organ"]),
            runs_forward("organs_organname_runs_forward"),
        ]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """That from a day on one organ stands in for another: merger, or one part of a split."""

    class Kind(models.TextChoices):
        MERGER = "merger", "合并"
        SPLIT = "split", "分设"

    old = models.ForeignKey(Organ, models.PROTECT, related_name="successions", verbose_name="原机构")
    new = models.ForeignKey(Organ, models.PROTECT, related_name="predecessors", verbose_name="承继机构")
    kind = models.CharField("承继方式", max_length=10, choices=Kind.choices)
    from_on = models.DateField("承继日")
    document = models.CharField("依据文件", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "机构承继"
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="organs_succession_once"),
            models.CheckConstraint(condition=~models.Q(old=models.F("new")), name="organs_succession_two_organs"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id}→{self.new_id}"
