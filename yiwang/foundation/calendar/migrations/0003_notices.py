"""Fills the register with the notices the packs hold, so that no database ever counts days without a calendar.

Facts that were public before this installation existed: entered by the system, without a deed and so without a ledger
line. Notices added to the packs later come in as deeds, through the register's seed.
"""

from django.conf import settings
from django.db import migrations

from yiwang.foundation.calendar import documents, ordinals, rules, today


def fill(apps, schema_editor):
    database = schema_editor.connection.alias
    notice_rows = apps.get_model("calendar", "CalendarNotice").objects.using(database)
    day_rows = apps.get_model("calendar", "CalendarNoticeDay")
    notices = documents.read_all(settings.PACKS)
    for notice in notices:
        row = notice_rows.create(
            year=notice.year,
            supplement=notice.supplement,
            title=notice.title,
            document_number=notice.document_number,
            issued_on=notice.issued_on,
            source=notice.source,
            entered_by="system",
            entered_at=today.now(),
        )
        day_rows.objects.using(database).bulk_create(
            day_rows(notice=row, day=day, works=works, name=name)
            for works, days in ((False, notice.off), (True, notice.makeup))
            for day, name in days.items()
        )
    ordinals.write(rules.build(notices), schema_editor.connection)
    apps.get_model("calendar", "CalendarRevision").objects.using(database).create(at=today.now())


class Migration(migrations.Migration):
    dependencies = [("calendar", "0002_ordinals")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
