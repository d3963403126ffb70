"""A database of its own for a measurement: durable (fsync on), migrated, gone afterwards."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path


def build(*, settings: str = "bench._settings", options: str = "") -> None:
    """Start a durable server in a temporary folder, point Django at it and migrate. Run before importing any model."""
    folder = Path(tempfile.mkdtemp(prefix="yw-bench-"))
    folder.chmod(0o755)
    os.environ.update(
        YW_VAR=str(folder / "var"),
        YW_TODAY="2026-09-24",
        YW_PLAIN_STATIC="1",
        YW_SECRET_KEY="only-for-measuring",
        DJANGO_SETTINGS_MODULE=settings,
    )
    os.environ.pop("DATABASE_URL", None)
    from yiwang.config.postgres import server

    pg = server(folder / "pg")
    pg.start(durable=True, options=options)
    pg.create_database("yiwang")
    os.environ["DATABASE_URL"] = pg.url()

    def stop() -> None:
        pg.purge()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, run_syncdb=True)


def load_calendar() -> None:
    """The national calendar, as loading the packs does it."""
    from django.conf import settings as configured
    from django.db import connection, transaction

    from yiwang.foundation.calendar import documents, ordinals, rules
    from yiwang.foundation.calendar.models import CalendarRevision

    table = rules.build(documents.read_all([configured.ROOT / "packs" / "national"]))
    with transaction.atomic():
        ordinals.write(table, connection)
        if not CalendarRevision.objects.exists():
            CalendarRevision.objects.create(at=moment(1))


def moment(day: int, hour: int = 10) -> datetime:
    """A working hour of September 2026 in Shanghai."""
    from yiwang.foundation.calendar.today import SHANGHAI

    return datetime(2026, 9, day, hour, tzinfo=SHANGHAI)
