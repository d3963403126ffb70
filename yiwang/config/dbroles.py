"""The three database roles, what each may do with each table, and which rows the web process may see.

``yw_owner`` owns the tables and migrates, ``yw_app`` serves pages, ``yw_system`` runs the worker, facts and backups
and passes row-level security. ``apply`` is idempotent and runs after every ``migrate``; a table nobody has granted
yet is closed. The lists below are the only place that says who may delete and which rows are personal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from yiwang.config.personal import PERSONAL

OWNER, APP, SYSTEM = "yw_owner", "yw_app", "yw_system"

# What pages may delete: things that are no record of anything. Everything else ends by a deed, never by deletion.
APP_DELETES = frozenset(
    {
        "django_session",
        "axes_accessattempt",
        "axes_accessfailurelog",
        "account_emailaddress",
        "account_emailconfirmation",
        "mfa_authenticator",
        "idempotency_key",
        "cases_draft",
        "cases_draft_file",
        "themes_draft",
        "themes_draft_file",
        "organs_smscode",
        "reports_boundfigure",  # a figure taken out of a draft; the ledger tells, and what was signed stands frozen
        "matter_seat",  # a seat that closed is part of the matter's row; the ledger tells who held it
    }
)
# Pages read these; migrations, the packs command and the checkpoint write them.
APP_READS = frozenset(
    {
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "ledger_checkpoint",
        "ledger_leaf",
    }
)
APPEND_ONLY = frozenset({"ledger_entry", "ledger_leaf", "ledger_checkpoint"})  # to every role
NEVER_DELETED = APPEND_ONLY | {"ledger_head"}


class RolesMissing(Exception):
    """The database user may not create the roles; ``sql`` is what somebody who may has to run once."""

    def __init__(self, sql: list[str]) -> None:
        super().__init__(";\n".join(sql) + ";")
        self.sql = sql


class WrongRole(Exception):
    """The web process connects with rights it must not have. The message is Chinese and says what to change."""


def creation(connection: Any) -> list[str]:
    """The SQL that is still missing before grants can be given: roles, their attributes, membership."""
    with connection.cursor() as cursor:
        cursor.execute("select rolname, rolbypassrls from pg_roles where rolname = any(%s)", [[OWNER, APP, SYSTEM]])
        there = dict(cursor.fetchall())
        cursor.execute("select session_user::text, rolsuper from pg_roles where rolname = session_user")
        user, superuser = cursor.fetchone()
        missing = [f"create role {role} login" for role in (OWNER, APP, SYSTEM) if role not in there]
        if not there.get(SYSTEM):
            missing.append(f"alter role {SYSTEM} bypassrls")
        if not superuser:
            for role in (OWNER, APP, SYSTEM):
                cursor.execute(
                    "select pg_has_role(session_user, oid, 'member') from pg_roles where rolname = %s", [role]
                )
                row = cursor.fetchone()
                if row is None or not row[0]:
                    missing.append(f'grant {role} to "{user}"')
    return missing


def create(connection: Any) -> None:
    """Create the roles that are missing. ``RolesMissing`` carries the exact SQL where the user may not do that."""
    missing = creation(connection)
    if not missing:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select rolsuper or (rolcreaterole and not %s) from pg_roles where rolname = session_user",
            [any("bypassrls" in sql for sql in missing)],
        )
        if not cursor.fetchone()[0]:
            raise RolesMissing(missing)
        for sql in missing:
            cursor.execute(_unless_there(sql))


def apply(connection: Any) -> None:
    """Create the roles, hand the tables to their owner, grant table by table, set the row policies. Idempotent.

    Runs after ``migrate``. ``RolesMissing`` as ``create``; ``ValueError`` where a personal table or column is gone.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        create(connection)
        for sql in [*_ownership(cursor), *grants(tables(cursor))]:
            cursor.execute(sql)
        for sql in _policies(cursor):
            cursor.execute(sql)


def _unless_there(sql: str) -> str:
    # Roles belong to the cluster: another database of the same server may be creating them this very moment.
    return f"do $$ begin {sql}; exception when duplicate_object or unique_violation then null; end $$"


def tables(cursor: Any) -> list[str]:
    """Every table of the application, in order."""
    cursor.execute(
        "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
        " order by 1"
    )
    return [name for (name,) in cursor.fetchall()]


def grants(names: Iterable[str]) -> list[str]:
    """The grants of both working roles for these tables. Nobody but the owner may truncate anything."""
    wanted = [
        f"grant usage on schema public to {APP}, {SYSTEM}",
        f"grant create, usage on schema public to {OWNER}",
        f"grant usage, select on all sequences in schema public to {APP}, {SYSTEM}",
        f"revoke all on all tables in schema public from public, {APP}, {SYSTEM}",
    ]
    return wanted + [
        f'grant {", ".join(sorted(allowed(role, name)))} on "{name}" to {role}'
        for name in names
        for role in (APP, SYSTEM)
    ]


def allowed(role: str, table: str) -> frozenset[str]:
    """What a working role may do with a table."""
    if role == APP and table in APP_READS:
        return frozenset({"select"})
    if table in APPEND_ONLY:
        return frozenset({"select", "insert"})
    rights = {"select", "insert", "update"}
    deletes = table in APP_DELETES if role == APP else table not in NEVER_DELETED
    return frozenset(rights | ({"delete"} if deletes else set()))


def _ownership(cursor: Any) -> list[str]:
    """Tables, free sequences, views, functions and enums that do not belong to the owner yet."""
    cursor.execute(
        f"""
        select format('alter %%s %%I owner to {OWNER}',
                      case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view'
                                   else 'table' end, relname)
        from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
          and pg_get_userbyid(relowner) <> '{OWNER}'
          and not exists (select from pg_depend d where d.objid = c.oid and c.relkind = 'S' and d.deptype in ('a', 'i'))
        union all
        select format('alter %%s %%s owner to {OWNER}', case prokind when 'p' then 'procedure' else 'function' end,
                      oid::regprocedure)
        from pg_proc where pronamespace = 'public'::regnamespace and pg_get_userbyid(proowner) <> '{OWNER}'
          and prokind in ('f', 'p') and not exists (
            select from pg_depend d where d.objid = pg_proc.oid and d.deptype = 'e')
        union all
        select format('alter type %%s owner to {OWNER}', oid::regtype)
        from pg_type where typnamespace = 'public'::regnamespace and typtype = 'e'
          and pg_get_userbyid(typowner) <> '{OWNER}'
        """.replace("%%", "%")
    )
    return [sql for (sql,) in cursor.fetchall()]


def _policies(cursor: Any) -> list[str]:
    """Policies that are not as declared. An unchanged one is left alone: changing it would lock the table."""
    wanted: list[str] = []
    for table, personal in PERSONAL.items():
        cursor.execute("select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0", [table])
        columns = {name for (name,) in cursor.fetchall()}
        if not columns:
            raise ValueError(f"声明了行级策略的表 {table} 不存在")
        if gone := personal.columns() - columns:
            raise ValueError(f"表 {table} 没有行级策略所用的列：{'、'.join(sorted(gone))}")
        condition = personal.condition()
        mark = hashlib.new("sm3", condition.encode()).hexdigest()[:16]
        cursor.execute(
            "select c.relrowsecurity, obj_description(p.oid, 'pg_policy') from pg_class c"
            " left join pg_policy p on p.polrelid = c.oid and p.polname = 'viewer' where c.oid = to_regclass(%s)",
            [table],
        )
        if tuple(cursor.fetchone()) == (True, mark):
            continue
        wanted += [
            f"alter table {table} enable row level security",
            f"drop policy if exists viewer on {table}",
            f"drop policy if exists entering on {table}",
            f"create policy viewer on {table} for all to {APP} using ({condition}) with check (true)",
            f"comment on policy viewer on {table} is '{mark}'",
        ]
    return wanted


def faults(connection: Any) -> list[str]:
    """Where the database differs from what is declared here, in Chinese; an empty list if nowhere."""
    found = [f"缺少：{sql}" for sql in creation(connection)]
    if found:
        return found
    with connection.cursor() as cursor:
        names = tables(cursor)
        for role in (APP, SYSTEM):
            for name in names:
                cursor.execute(
                    "select array_agg(right_ order by right_) from unnest(array['select', 'insert', 'update', 'delete',"
                    " 'truncate']) right_ where has_table_privilege(%s, quote_ident(%s), right_)",
                    [role, name],
                )
                held = frozenset(cursor.fetchone()[0] or ())
                if held != (declared := allowed(role, name)):
                    said, wanted = ("、".join(sorted(rights)) or "无" for rights in (held, declared))
                    found.append(f"{role} 对 {name} 的权限是 {said}，应为 {wanted}")
        found += [f"行级策略与声明不符：{sql}" for sql in _policies(cursor) if sql.startswith("create policy")]
        found += [f"属主不是 {OWNER}：{sql}" for sql in _ownership(cursor)]
    return found


def assert_web_role(connection: Any) -> None:
    """``WrongRole`` if this connection is superuser, owns tables, or passes row-level security.

    Asked of the login as well as of the current role: what ``reset role`` gives back is one statement away.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.rolname, r.rolsuper, r.rolbypassrls,"
            " exists (select from pg_class c where c.relowner = r.oid and c.relnamespace = 'public'::regnamespace)"
            "   or r.rolname = %s"
            " from pg_roles r where r.rolname in (current_user, session_user)",
            [OWNER],
        )
        for name, superuser, bypass, owner in cursor.fetchall():
            held = [
                word for word, has in (("超级用户", superuser), ("跳过行级安全", bypass), ("表的属主", owner)) if has
            ]
            if held:
                raise WrongRole(
                    f"网页进程以 {name} 连接数据库，而它是{'、'.join(held)}。请让网页进程以 {APP} 登录"
                    f"（YW_DB_ROLE={APP}，DATABASE_URL 中的用户也不得是超级用户或属主）。"
                )
