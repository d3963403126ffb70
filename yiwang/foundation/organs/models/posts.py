"""Posts: which account holds which role in which organ, who stands in for it, and who is away."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yiwang.foundation.organs.models.accounts import Account
from yiwang.foundation.organs.models.organs import Organ
from yiwang.foundation.organs.models.periods import never_overlaps, runs_forward
from yiwang.foundation.organs.models.places import Counter


class Post(models.Model):
    """A role held in an organ for a period. With ``deputy_of`` it is the B岗: it counts only while A is absent."""

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="posts", verbose_name="机构")
    role = models.SlugField("岗位", max_length=40)  # an id declared in packs/national/roles
    account = models.ForeignKey(Account, models.PROTECT, related_name="posts", verbose_name="账号")
    deputy_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name="代理岗位（A岗）"
    )
    counter = models.ForeignKey(
        Counter, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="所在窗口"
    )
    from_on = models.DateField("任职日")
    until_on = models.DateField("离任日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        constraints = [
            runs_forward("organs_post_runs_forward"),
            models.UniqueConstraint(
                fields=["organ", "role", "account", "deputy_of", "counter", "from_on"],
                nulls_distinct=False,
                name="organs_post_once",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(until_on__isnull=True), name="organs_post_open_by_account"),
            models.Index(fields=["organ", "role"], name="organs_post_by_organ_role"),
        ]

    def __str__(self) -> str:
        return f"{self.organ_id}:{self.role}"


class Absence(models.Model):
    """Somebody is away on the days ``[from_on, until_on)``; ``deputy``, if named, holds all their posts meanwhile."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="absences", verbose_name="离岗人员")
    deputy = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="covers", verbose_name="代理人"
    )
    reason = models.CharField("离岗原因", max_length=20)
    from_on = models.DateField("离岗日")
    until_on = models.DateField("返岗日")

    class Meta:
        verbose_name = verbose_name_plural = "离岗登记"
        constraints = [
            runs_forward("organs_absence_runs_forward"),
            never_overlaps("organs_absence_one_at_a_time", ["account"]),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("account")), name="organs_absence_deputy_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.from_on}"
