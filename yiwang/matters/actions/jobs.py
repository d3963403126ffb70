"""After-jobs: what a step asked for is done once, retried with growing pauses, and visible to the clerk throughout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters.actions import wake
from yiwang.matters.models import Job, Matter

TRIES = 8
FIRST_PAUSE = timedelta(seconds=10)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Drained:
    """What a drain did: jobs done, jobs that will be tried again, jobs given up (shown to the clerk)."""

    done: int
    waiting: int
    failed: int


def drain(*, at: datetime, most: int = 1000) -> Drained:
    """Do the jobs that are due, oldest first, at most ``most``. Any number of drains may run beside each other.

    A job is ``after(matter_id, ordinal, payload)``, idempotent by (matter, ordinal, effect): it is marked done in the
    transaction it ran in, so a killed worker leaves it waiting. After a failure it waits 10 s, 20 s, 40 s … and is given
    up after eight tries, which the matter's page and ``queries.jobs`` show; ``retry`` starts it again.
    """
    done = waiting = failed = 0
    seen: list[int] = []
    for _ in range(most):
        outcome = _one(at, seen)
        if outcome is None:
            break
        done += outcome == Job.Status.DONE
        waiting += outcome == Job.Status.WAITING
        failed += outcome == Job.Status.FAILED
    return Drained(done, waiting, failed)


def _one(at: datetime, seen: list[int]) -> str | None:
    with transaction.atomic():
        due = Job.objects.filter(status=Job.Status.WAITING, due_at__lte=at).exclude(pk__in=seen)
        job = due.select_for_update(skip_locked=True).order_by("due_at", "id").first()
        if job is None:
            return None
        seen.append(job.pk)
        try:
            with transaction.atomic():  # a job that fails halfway leaves nothing but its mark
                names.after[job.effect](job.matter_id, job.ordinal, job.payload)
        except Exception as error:  # whatever a job raises, the others go on
            _failed(job, error, at)
        else:
            job.status, job.done_at, job.error = Job.Status.DONE, at, ""
        job.tries += 1
        job.save(update_fields=["status", "done_at", "error", "tries", "due_at"])
        return job.status


def _failed(job: Job, error: Exception, at: datetime) -> None:
    job.error = (error.says if isinstance(error, Refusal) else f"{type(error).__name__}: {error}")[:500]
    job.due_at = at + FIRST_PAUSE * 2**job.tries
    if job.tries + 1 >= TRIES:
        job.status = Job.Status.FAILED
    log.warning("after-job failed", matter=job.matter_id, ordinal=job.ordinal, effect=job.effect, exc_info=error)


def retry(*, job_id: int, by: Doer, at: datetime) -> Job:
    """Start a job again that was given up. For whoever sees the matter's organ; one ledger line beside the matter's."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None:
            raise NotFound("没有这个后续任务。", code="no-such-job")
        matter = Matter.objects.get(pk=job.matter_id)
        allow(by, Permission.CASE_SEE, about=matter)
        if job.status != Job.Status.FAILED:
            raise Refusal("该任务已经完成，或正在等待执行。", code="not-failed")
        job.status, job.tries, job.due_at = Job.Status.WAITING, 0, at
        job.save(update_fields=["status", "tries", "due_at"])
        ledger.record(
            subject=f"matter-job:{job.pk}",
            event="matters.job-retried",
            by=by,
            at=at,
            organ=str(matter.organ_id),
            detail={"matter": matter.reference, "ordinal": job.ordinal, "effect": job.effect},
        )
    wake.up()
    return job
