"""Accounts are closed, organs end: neither is ever deleted, whoever asks the database."""

from django.db import migrations

REFUSE = """
create function organs_never_deleted() returns trigger language plpgsql as $$
begin
    raise exception '% is kept: close it, do not delete it', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger organs_account_kept before delete on organs_account for each row execute function organs_never_deleted();
create trigger organs_organ_kept before delete on organs_organ for each row execute function organs_never_deleted();
"""
ALLOW = """
drop trigger organs_organ_kept on organs_organ;
drop trigger organs_account_kept on organs_account;
drop function organs_never_deleted();
"""


class Migration(migrations.Migration):
    dependencies = [("organs", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
