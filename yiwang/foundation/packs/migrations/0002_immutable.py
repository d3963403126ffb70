"""A stored rule never changes, and no version reaches into another: the database holds it too."""

from django.db import migrations

IMMUTABLE = """
create function packs_rule_is_immutable() returns trigger language plpgsql as $$
begin
    raise exception 'a stored rule version is never changed or deleted' using errcode = 'restrict_violation';
end $$;
create trigger packs_rule_is_immutable before update or delete on packs_ruleversion
    for each row execute function packs_rule_is_immutable();

create function packs_rule_periods_apart() returns trigger language plpgsql as $$
begin
    -- versions of one rule are loaded one after the other
    perform pg_advisory_xact_lock(hashtextextended('rule:' || new.kind || '/' || new.rule_id, 0));
    if exists (
        select 1 from packs_ruleversion stored
        where stored.kind = new.kind and stored.rule_id = new.rule_id and (
            (stored.from_on < new.from_on and stored.until_on > new.from_on)
            or (new.from_on < stored.from_on and new.until_on > stored.from_on))
    ) then
        raise exception 'periods of % % overlap', new.kind, new.rule_id using errcode = 'exclusion_violation';
    end if;
    return new;
end $$;
create trigger packs_rule_periods_apart before insert on packs_ruleversion
    for each row execute function packs_rule_periods_apart();
"""
UNDO = """
drop trigger packs_rule_periods_apart on packs_ruleversion;
drop function packs_rule_periods_apart();
drop trigger packs_rule_is_immutable on packs_ruleversion;
drop function packs_rule_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("packs", "0001_initial")]
    operations = [migrations.RunSQL(IMMUTABLE, UNDO)]
