"""Room on each page for the next version of a row: a step rewrites the matter, and an update that finds room beside the
row touches no index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial")]

    operations = [
        migrations.RunSQL("alter table matter set (fillfactor = 70)", "alter table matter reset (fillfactor)"),
        migrations.RunSQL(
            "alter table matter_clock set (fillfactor = 80)", "alter table matter_clock reset (fillfactor)"
        ),
    ]
