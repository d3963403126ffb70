"""What was found in a reply when it went out, and its prints, against which later ones are read."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from yiwang.governance.hotline.replies.kinds import WAYS


class ReplyReading(models.Model):
    """答复质检 of one reply that went out (of an order, or of a part: ``way``): codes of what was found, whether it counts as 简单模糊, and whether the clerk sent it
    with a reason all the same (the reason stands with the step). Nobody's words: prints are numbers."""

    matter = models.ForeignKey("matters.Matter", models.PROTECT, verbose_name="办理", related_name="reply_readings")
    ordinal = models.PositiveIntegerField("台账对象内序号")
    way = models.CharField("答复环节", max_length=8, choices=list(WAYS.items()))
    organ_id = models.BigIntegerField("承办单位")
    replied_at = models.DateTimeField("办结反馈时间")
    rules_version = models.CharField("规则版本", max_length=12)
    findings = ArrayField(models.TextField(), verbose_name="质检发现", default=list)
    vague = models.BooleanField("简单模糊")
    overruled = models.BooleanField("说明理由后发出")
    prints = ArrayField(models.IntegerField(), verbose_name="内容指纹", default=list)

    class Meta:
        db_table = "hotline_reply_reading"
        verbose_name = verbose_name_plural = "答复质检"
        constraints = [models.UniqueConstraint(fields=["matter", "ordinal"], name="hotline_reply_reading_once")]
        indexes = [
            models.Index(fields=["organ_id", "-replied_at"], name="hotline_reply_of_unit"),
            GinIndex(fields=["prints"], name="hotline_reply_prints", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.ordinal}"
