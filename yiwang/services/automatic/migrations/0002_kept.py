"""What decided is kept: a published table's text never changes, a receipt never changes, neither is ever deleted."""

from django.db import migrations

FORWARD = """
create function automatic_refuse() returns trigger language plpgsql as $$
begin
    raise exception '自动决定的凭证和发布过的决策表只增不改：不允许对 % 执行 %', tg_table_name, tg_op
        using errcode = 'restrict_violation';
end $$;

create trigger automatic_receipt_kept before update or delete on automatic_receipt
    for each row execute function automatic_refuse();
create trigger automatic_trial_kept before update or delete on automatic_trial
    for each row execute function automatic_refuse();
create trigger automatic_version_text_kept before update on automatic_version
    for each row when (old.state <> 'draft' and (new.content <> old.content or new.digest <> old.digest
        or new.table_id <> old.table_id or new.number <> old.number or new.guide_id <> old.guide_id
        or new.state = 'draft'))
    execute function automatic_refuse();
create trigger automatic_version_kept before delete on automatic_version
    for each row when (old.state <> 'draft') execute function automatic_refuse();
"""

BACKWARD = """
drop trigger automatic_receipt_kept on automatic_receipt;
drop trigger automatic_trial_kept on automatic_trial;
drop trigger automatic_version_text_kept on automatic_version;
drop trigger automatic_version_kept on automatic_version;
drop function automatic_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("automatic", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
