"""Issuing as part of a case's life: an application of the demo county handed in, accepted, reviewed, granted, its
certificate made, and both files set and sealed by the job; durable server, everything switched on.

Measured are whole lives a second of one process, what the step that makes the certificate costs against the other steps of
the same lives, and what the job costs a certificate. The peer is the same life in the same run whose result is no declared
certificate: its step writes a letter instead, so the ratio is what an electronic certificate adds to a step.
"""

from __future__ import annotations

import sys
import time
from statistics import median
from typing import Any
from unittest.mock import patch

from bench import _house
from bench._machine import verdict, versions

ROUNDS = 12
BEFORE = ("accept", "review", "grant")


def load() -> None:
    """The demo county, as ``./yw demo`` loads it, without a year of cases."""
    from django.conf import settings

    from yiwang.foundation.packs import actions as packs
    from yiwang.kernel import packs as reader
    from yiwang.kernel.permissions import SYSTEM

    packs.load(reading=reader.read(settings.PACKS), by=SYSTEM, at=_house.moment(1))


def life(spent: dict[str, list[float]], *, declared: bool) -> Any:
    """One case to its certificate (or, not ``declared``, to its letter), each deed timed under its name."""
    from tests.factories import cases

    def timed(name: str, deed: Any) -> Any:
        since = time.perf_counter()
        done = deed()
        spent.setdefault(name, []).append(time.perf_counter() - since)
        return done

    case = timed("submit", cases.submitted)
    for step in BEFORE:
        timed(step, lambda step=step: cases.take(case, step))
    if declared:
        timed("issue", lambda: cases.take(case, "issue"))
    else:
        with patch("yiwang.services.certificates.types.of_result", lambda *_: None):
            timed("letter", lambda: cases.take(case, "issue"))
    return case


def sealed(case: Any, spent: dict[str, list[float]]) -> None:
    """What the worker does afterwards: both files, set, sealed, encrypted and kept; they must verify."""
    from yiwang.services.certificates import actions
    from yiwang.services.certificates.models import Issuance

    made = Issuance.objects.get(certificate__matter_reference=case.matter.reference)
    since = time.perf_counter()
    done = actions.render(issuance_id=made.pk, at=_house.moment(24, 12))
    spent.setdefault("job", []).append(time.perf_counter() - since)
    if done.state != Issuance.State.SEALED:
        raise SystemExit(f"a certificate was not sealed ({done.error}): nothing to measure")


def main() -> int:
    _house.build(settings="yiwang.config.settings")
    load()
    from yiwang.foundation.calendar.today import day_of
    from yiwang.foundation.files import queries as files
    from yiwang.foundation.seals import queries as seals
    from yiwang.kernel.permissions import SYSTEM
    from yiwang.services.certificates import checking, queries
    from yiwang.services.certificates.models import Issuance

    spent: dict[str, list[float]] = {}
    for warm in (True, False):  # compilers and fonts are kept by a worker that lives
        spent.clear()
        for _ in range(2 if warm else ROUNDS):
            sealed(life(spent, declared=True), spent)
            life(spent, declared=False)
    last = Issuance.objects.order_by("-pk").first()
    if last is None or last.pdf_id is None or last.ofd_id is None:
        raise SystemExit("nothing was issued: nothing to measure")
    for file_id in (last.pdf_id, last.ofd_id):
        on = day_of(_house.moment(24))
        content = files.open_file(SYSTEM, file_id)
        if not checking.examine(content, roots=seals.roots(), stands=queries.state_on, on=on).valid:
            raise SystemExit("an issued certificate does not verify: nothing to measure")
    print(f"subject: {versions('django', 'psycopg', 'typst', 'pyhanko')}")
    cost = {name: median(each) for name, each in spent.items()}
    for name, each in cost.items():
        print(f"{name}: {each * 1000:.1f} ms")
    whole = sum(cost[name] for name in ("submit", *BEFORE, "issue", "job"))
    kept = [
        verdict("cases from application to sealed certificate, by one process", 1 / whole, 1, "/s"),
        verdict(
            "the step that makes a certificate against one that writes a letter",
            cost["issue"] / cost["letter"],
            3,
            at_most=True,
        ),
        verdict("setting, sealing and keeping both files", cost["job"] * 1000, 250, " ms", at_most=True),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
