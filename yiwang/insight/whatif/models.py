"""Studies: what was asked, how far it has come, what came out. Codes and numbers only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Study(models.Model):
    """流程推演: one change tried on one process's history.

    ``process`` and ``organ`` (a code, empty: all) say whose; cases received in ``[since, until)`` as known at ``cut_off``.
    ``change`` is ``rules.scenarios.Change``; ``played`` the rounds there are so far, ``answer`` what they say together.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待推演"
        RUNNING = "running", "推演中"
        STOPPED = "stopped", "已暂停"
        DONE = "done", "已完成"
        REFUSED = "refused", "不能推演"

    process = models.CharField("办理流程", max_length=60)
    organ = models.CharField("承办机构代码", max_length=40, blank=True)
    since = models.DateField("期间起")
    until = models.DateField("期间止（不含）")
    cut_off = models.DateTimeField("数据截止时间")
    change = models.JSONField("推演的改变")
    seed = models.PositiveIntegerField("随机种子")
    rounds = models.PositiveSmallIntegerField("推演轮数")
    state = models.CharField("推演状态", max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveSmallIntegerField("已完成轮数", default=0)
    total = models.PositiveSmallIntegerField("总轮数", default=0)
    played = models.JSONField("各轮结果", default=dict)
    answer = models.JSONField("推演结果", default=dict)
    says = models.CharField("不能推演的原因", max_length=400, blank=True)
    asked_by = models.CharField("提出人", max_length=80)
    asked_at = models.DateTimeField("提出时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "流程推演"
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="whatif_study_period"),
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="whatif_study_progress"),
        ]
        indexes = [models.Index(fields=["state", "id"], name="whatif_study_state")]

    def __str__(self) -> str:
        return f"{self.process} {self.since}"

    @property
    def percent(self) -> int:
        """How far it has come, in hundredths."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def unfinished(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}
