"""What the classifier was trained on, how good it was on what it never saw, and the model itself."""

from __future__ import annotations

from django.db import models


class Training(models.Model):
    """职责判断模型 of one training. ``report`` says how it was tried; ``digest`` is SM3 of ``model``, arrays and JSON without
    any pickled object. The newest is asked; older ones stay, so that a proposal of last year can be explained."""

    trained_at = models.DateTimeField("训练时间")
    trained_by = models.CharField("训练人", max_length=80)
    orders = models.PositiveIntegerField("训练工单数")
    report = models.JSONField("检验结果")
    digest = models.CharField("模型摘要", max_length=64)
    model = models.BinaryField("模型内容")

    class Meta:
        db_table = "hotline_training"
        verbose_name = verbose_name_plural = "职责判断模型"

    def __str__(self) -> str:
        return f"training:{self.pk}"
