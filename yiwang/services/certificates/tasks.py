"""What the worker does for certificates: sealing what was issued, the morning's expiries and reminders, the status list."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yiwang.foundation.calendar.today import now
from yiwang.foundation.letters.attempts import RETRY, attempt
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.certificates import actions
from yiwang.services.certificates.actions.electronic import RENDER


@app.task(name=RENDER, queue="letters", retry=RETRY)
def render_certificate(issuance_id: int) -> None:
    """Set and seal one version. What a person must mend is shown at once; anything else is tried again."""
    attempt(
        f"certificate version {issuance_id}",
        lambda at: actions.render(issuance_id=issuance_id, at=at),
        lambda why, code, at: actions.fail(issuance_id=issuance_id, why=why, code=code, at=at),
    )


@app.periodic(cron="20 0 * * *")
@app.task(name="certificates.expire", queueing_lock="certificates.expire", pass_context=False)
def expire(timestamp: int) -> None:
    """Just after midnight: what ended yesterday."""
    actions.expire_due(by=SYSTEM, at=now())


@app.periodic(cron="15 9 * * *")
@app.task(name="certificates.remind", queueing_lock="certificates.remind", pass_context=False)
def remind(timestamp: int) -> None:
    """Every morning: whose certificate is about to end."""
    actions.remind_due(by=SYSTEM, at=now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="certificates.publish-list", queueing_lock="certificates.publish-list", pass_context=False)
def publish_list(timestamp: int) -> None:
    """Every quarter of an hour: the status list, where something happened."""
    actions.publish_list(by=SYSTEM, at=now())
