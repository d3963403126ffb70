"""What citizens say and what the list calls it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Synonym(models.Model):
    """A citizen's phrase and the words of the list it stands for (开饭店 → 食品经营许可). A pack seeds it."""

    phrase = models.CharField("口语说法", max_length=60, unique=True)
    terms = ArrayField(models.TextField(), verbose_name="对应用语")
    initials = models.CharField("拼音首字母", max_length=60, default="", db_index=True, editable=False)
    queries = ArrayField(models.TextField(), verbose_name="检索式", default=list, editable=False)  # by `search.index`
    source = models.CharField("来源", max_length=200, blank=True)

    class Meta:
        db_table = "catalogue_synonym"
        verbose_name = verbose_name_plural = "检索同义词"

    def __str__(self) -> str:
        return self.phrase
