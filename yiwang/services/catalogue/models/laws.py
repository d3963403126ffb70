"""The law register and the bases that point into it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Law(models.Model):
    """One version of one law, regulation or rule. ``articles`` = 0 means that only its title is known.

    ``key`` is the title without 中华人民共和国, brackets and spaces: how a citation finds it.
    """

    title = models.CharField("法规名称", max_length=200)
    key = models.CharField("检索名称", max_length=200, editable=False)
    category = models.CharField("效力类别", max_length=40)
    document_number = models.CharField("文号", max_length=80, blank=True)
    version_on = models.DateField("版本日期", null=True, blank=True)
    articles = models.PositiveSmallIntegerField("条文数", default=0)
    source = models.CharField("来源", max_length=300)

    class Meta:
        db_table = "catalogue_law"
        verbose_name = verbose_name_plural = "法规库"
        constraints = [
            models.UniqueConstraint(
                fields=["key", "version_on"], nulls_distinct=False, name="catalogue_law_version_once"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="catalogue_law_has_source"),
        ]

    def __str__(self) -> str:
        return self.title


class LegalBasis(models.Model):
    """A citation of a published guide or a power, resolved: which law's version, article, paragraph, item.

    Drafts keep citations as written; rows appear here when the publish gate has resolved them.
    """

    class Purpose(models.TextChoices):
        SET_UP = "set-up", "设定依据"
        FEE = "fee", "收费依据"
        MATERIAL = "material", "材料依据"
        LIMIT = "limit", "时限依据"

    law = models.ForeignKey(Law, models.PROTECT, verbose_name="法规", related_name="cited_by")
    article = models.PositiveSmallIntegerField("条", null=True, blank=True)
    inserted = models.PositiveSmallIntegerField("条之几", default=0)
    paragraph = models.PositiveSmallIntegerField("款", null=True, blank=True)
    subparagraph = models.PositiveSmallIntegerField("项", null=True, blank=True)
    text = models.CharField("原文引用", max_length=200)
    purpose = models.CharField("用途", max_length=10, choices=Purpose.choices, default=Purpose.SET_UP)
    guide = models.ForeignKey(
        "catalogue.Guide", models.CASCADE, verbose_name="实施清单", related_name="legal_bases", null=True, blank=True
    )
    material = models.ForeignKey(
        "catalogue.Material", models.CASCADE, verbose_name="材料", related_name="legal_bases", null=True, blank=True
    )
    power = models.ForeignKey(
        "catalogue.Power", models.CASCADE, verbose_name="权力", related_name="legal_bases", null=True, blank=True
    )

    class Meta:
        db_table = "catalogue_legal_basis"
        verbose_name = verbose_name_plural = "法律依据"
        constraints = [
            models.CheckConstraint(
                condition=Q(guide__isnull=False) ^ Q(power__isnull=False), name="catalogue_basis_of_a_guide_or_a_power"
            ),
            models.CheckConstraint(
                condition=Q(inserted=0) | Q(article__isnull=False), name="catalogue_basis_inserted_needs_article"
            ),
            models.CheckConstraint(
                condition=Q(article__isnull=True) | Q(article__gte=1), name="catalogue_basis_article_positive"
            ),
        ]
        indexes = [models.Index(F("law"), F("article"), name="catalogue_basis_law_article")]

    def __str__(self) -> str:
        return self.text
