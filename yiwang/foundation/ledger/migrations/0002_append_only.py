"""Append-only by trigger: update, delete and truncate are refused to everybody, the owner included.

A superuser can still switch a trigger off; that is what the chain, the checkpoints and ``./yw ledger verify`` are for.
Emptying the tables between tests is possible only for a superuser on a server started with
``-c yiwang.tests_may_empty_the_ledger=on`` (``tests/plugins/postgres.py``); no other server has that setting.
"""

from django.db import migrations

FORWARD = """
create function ledger_refuse() returns trigger language plpgsql as $$
begin
    raise exception '台账只能追加：不允许对 % 执行 %', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;

create function ledger_refuse_truncate() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('yiwang.tests_may_empty_the_ledger', true), 'off') <> 'on'
       or not exists (select from pg_roles where rolname = current_user and rolsuper) then
        raise exception '台账只能追加：不允许清空 %', tg_table_name using errcode = 'restrict_violation';
    end if;
    return null;
end $$;

create trigger ledger_entry_append_only before update or delete on ledger_entry
    for each row execute function ledger_refuse();
create trigger ledger_leaf_append_only before update or delete on ledger_leaf
    for each row execute function ledger_refuse();
create trigger ledger_checkpoint_append_only before update or delete on ledger_checkpoint
    for each row execute function ledger_refuse();

create trigger ledger_head_is_kept before delete on ledger_head
    for each row execute function ledger_refuse();
create trigger ledger_head_only_advances before update on ledger_head
    for each row when (new.subject <> old.subject or new.ordinal <> old.ordinal + 1) execute function ledger_refuse();

create trigger ledger_entry_no_truncate before truncate on ledger_entry
    for each statement execute function ledger_refuse_truncate();
create trigger ledger_leaf_no_truncate before truncate on ledger_leaf
    for each statement execute function ledger_refuse_truncate();
create trigger ledger_checkpoint_no_truncate before truncate on ledger_checkpoint
    for each statement execute function ledger_refuse_truncate();
create trigger ledger_head_no_truncate before truncate on ledger_head
    for each statement execute function ledger_refuse_truncate();
"""

BACKWARD = """
drop trigger ledger_entry_append_only on ledger_entry;
drop trigger ledger_leaf_append_only on ledger_leaf;
drop trigger ledger_checkpoint_append_only on ledger_checkpoint;
drop trigger ledger_head_is_kept on ledger_head;
drop trigger ledger_head_only_advances on ledger_head;
drop trigger ledger_entry_no_truncate on ledger_entry;
drop trigger ledger_leaf_no_truncate on ledger_leaf;
drop trigger ledger_checkpoint_no_truncate on ledger_checkpoint;
drop trigger ledger_head_no_truncate on ledger_head;
drop function ledger_refuse();
drop function ledger_refuse_truncate();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
