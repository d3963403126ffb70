"""The public count needs a denominator, and nobody who reads it may see a case: a function of the tables' owner answers
numbers by department and nothing else (row-level security keeps the rows themselves from everybody whose they are not)."""

from django.db import migrations

COUNTS = """
create function cases_held_counts(since timestamptz, until timestamptz)
returns table (organ_id bigint, cases bigint, materials bigint, asked_cases bigint, asked_materials bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select m.organ_id, count(distinct m.matter_id), count(*), count(distinct asked.matter_id), count(asked.matter_id)
    from cases_material m
    join matter on matter.id = m.matter_id
    left join (select distinct matter_id, code from cases_held_ask) asked
        on asked.matter_id = m.matter_id and asked.code = m.code
    where m.source = 'held' and matter.received_at >= since and matter.received_at < until
    group by m.organ_id
$$;
comment on function cases_held_counts(timestamptz, timestamptz) is
    '各部门这段时间收件的办件里，政府已有的材料有多少、索取了多少；只有件数，没有任何一件的内容';
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(COUNTS, "drop function cases_held_counts(timestamptz, timestamptz)")]
