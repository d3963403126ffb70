"""What the worker does: drain after-jobs, take timer steps, project clocks anew, forget old idempotency keys.

All of it is also a management command, so that a county without a running worker can use cron.
"""

from __future__ import annotations

import time
from contextlib import suppress

from procrastinate import exceptions
from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.matters.actions import idempotency, jobs, reprojection, sweeps, wake


@app.task(name="matters.drain", queueing_lock="matters.drain", pass_context=False)
def drain() -> None:
    """Do the after-jobs that are due. The queueing lock lets one wait, however many steps ring."""
    jobs.drain(at=now())


@app.periodic(cron="* * * * * */10")
@app.task(name="matters.drain-again", queueing_lock="matters.drain-again")
def drain_again(timestamp: int) -> None:
    """Retries, and jobs nobody rang for: every ten seconds."""
    jobs.drain(at=now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="matters.sweep", queueing_lock="matters.sweep")
def sweep(timestamp: int) -> None:
    """Timers: deemed acceptance, lapsed corrections. First finishes a projection that is under way."""
    moment = now()
    reprojection.reproject(at=moment)
    sweeps.sweep(at=moment)


@app.task(name="matters.reproject", queueing_lock="matters.reproject")
def reproject() -> None:
    """Project clocks anew after a calendar revision; killed halfway, the next run goes on where it ended."""
    reprojection.reproject(at=now())


@app.periodic(cron="17 3 * * *")
@app.task(name="matters.forget-keys", queueing_lock="matters.forget-keys")
def forget_keys(timestamp: int) -> None:
    idempotency.forget_old(at=now())


_rung = -60.0


def ring_for_projection() -> None:
    """A new holiday notice: project the clocks it touches, beside everything else."""
    with suppress(exceptions.AlreadyEnqueued):
        reproject.defer()


def ring() -> None:
    """Tell the worker that jobs wait: at most once a second from each process, so that a busy hour costs no step a third
    query. What arrives just after a ring is met by the next one, or within ten seconds by ``drain_again``."""
    global _rung
    if time.monotonic() - _rung < 1:
        return
    _rung = time.monotonic()
    with suppress(exceptions.AlreadyEnqueued):
        drain.defer()


wake.with_bells(jobs=ring, reproject=ring_for_projection)
