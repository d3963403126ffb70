"""The three database roles, what each may do with each table, and which rows the web process may see.

``yw_owner`` owns the tables and migrates, ``yw_app`` serves pages, ``yw_system`` runs the worker, facts and backups
and passes row-level security. ``apply`` is idempotent and runs after every ``migrate``; a table nobody has granted
yet is closed. The lists below are the only place that says who may delete and which rows are personal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

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


@dataclass(frozen=True, slots=True)
class Personal:
    """Whose rows of a personal table a viewer sees: equality on the named columns, in any of them.

    ``organs`` hold an organ, ``parties`` a person or firm the viewer is or acts for, ``account`` the login account,
    ``authors`` who wrote the row. ``staff`` opens the table to every holder of a post (a department must be able to
    address any applicant). ``through`` are joins to rows that make this one visible; where they name a personal table
    themselves, its own policy decides, and ``{organs}`` stands for the viewer's organs.
    """

    organs: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    account: str = ""
    staff: bool = False
    through: tuple[str, ...] = ()

    def columns(self) -> set[str]:
        """Columns of the table itself that the policy names."""
        return {*self.organs, *self.parties, *self.authors, *filter(None, [self.account])}

    def condition(self) -> str:
        """The policy's USING clause. Each setting is read once a statement, and nothing set means nothing seen."""
        organs, parties = _ids("organs"), _ids("parties")
        terms = ["(select current_setting('yiwang.wide', true)) = 'on'"]
        terms += [f"{column} = any ((select {organs})::bigint[])" for column in self.organs]
        terms += [f"{column} = any ((select {parties})::bigint[])" for column in self.parties]
        terms += [f"{column} = (select nullif({_read('reference')}, ''))" for column in self.authors]
        if self.account:
            terms.append(f"{self.account} = (select nullif({_read('account')}, '')::bigint)")
        if self.staff:
            terms.append(f"(select cardinality({organs})) > 0")
        # Correlated, so that a row of a million is decided by its own few seats and not by everybody's.
        terms += [
            f"exists (select from {join.format(organs=f'any ((select {organs})::bigint[])')})" for join in self.through
        ]
        return " or ".join(terms)


def _read(setting: str) -> str:
    return f"current_setting('yiwang.{setting}', true)"


def _ids(setting: str) -> str:
    return f"nullif({_read(setting)}, '')::bigint[]"


# Tables with personal data. A table or column named here that does not exist is a fault, so that a renaming never opens
# a table in silence.
_SEAT = "matter_seat s where s.matter_id = {table}.matter_id and s.organ_id = {{organs}}"
# Organs given at opening: departments that license together, the head of the government who may extend (第四十二条第二款)
_TAKES_PART = "matter m, jsonb_each_text(m.settings -> 'organs') o where m.id = {table}.matter_id and o.value::bigint = {{organs}}"
_CASE = "cases_case c where c.matter_id = {table}.matter_id"
_CARDED = (  # 提醒单 and 督办单 are written by the bureau and read by the unit charged
    "supervision_card k join matter m on m.id = k.matter_id where m.reference = letters_letter.matter_reference"
    " and m.organ_id = {organs}"
)
_REFERENCED = "matter m join cases_case c on c.matter_id = m.id where m.reference = {table}.matter_reference"

PERSONAL: dict[str, Personal] = {
    "people_person": Personal(parties=("party_id",), account="account_id", staff=True),
    "people_firmofficer": Personal(parties=("person_id", "firm_id"), staff=True),
    "people_correction": Personal(parties=("person_id",), staff=True),
    "people_mandate": Personal(parties=("agent_id", "principal_id"), staff=True),
    "cases_case": Personal(
        organs=("organ_id", "hall_id"),
        parties=("party_id", "agent_id"),
        # another organ that reviews beside the responsible one, and whoever takes part without a seat
        through=(_SEAT.format(table="cases_case"), _TAKES_PART.format(table="cases_case")),
    ),
    "cases_material": Personal(
        organs=("organ_id",), parties=("party_id",), through=(_CASE.format(table="cases_material"),)
    ),
    "cases_shortcoming": Personal(
        organs=("organ_id",), parties=("party_id",), through=(_CASE.format(table="cases_shortcoming"),)
    ),
    "automatic_receipt": Personal(organs=("organ_id",), parties=("party_id",)),
    "cases_promise": Personal(  # every counter has to know whose broken promise stands on record
        organs=("organ_id",), parties=("party_id",), staff=True
    ),
    "themes_theme": Personal(
        organs=("organ_id",),
        parties=("party_id",),
        account="account_id",
        through=(  # the helper at the hall, and every organ one of the items belongs to
            _SEAT.format(table="themes_theme"),
            "themes_item i where i.matter_id = themes_theme.matter_id and i.organ_id = {organs}",
        ),
    ),
    # who was served is nobody's but that person's: whoever calls back a bad rating sees neither name nor telephone
    "ratings_guest": Personal(parties=("party_id",)),
    "ratings_voice": Personal(
        organs=("organ_id",),
        through=(
            "ratings_guest g join ratings_rating r on r.occasion_id = g.occasion_id"
            " where r.id = ratings_voice.rating_id",
        ),
    ),
    "assistance_kioskvisit": Personal(organs=("organ_id",), parties=("party_id",)),
    "relay_case": Personal(organs=("organ_id",), parties=("party_id",)),
    "relay_inbound": Personal(organs=("organ_id",)),
    "hotline_order": Personal(
        organs=("organ_id", "handling_organ_id"),
        parties=("party_id",),
        through=(  # the unit asked for a part, and the counter that wrote it down
            "matter c where c.parent_id = hotline_order.matter_id and c.organ_id = {organs}",
            _TAKES_PART.format(table="hotline_order"),
        ),
    ),
    "hotline_part": Personal(
        organs=("organ_id",),
        # the lead unit joins the answers; the order's own policy decides who that is
        through=("hotline_order o where o.matter_id = hotline_part.order_id",),
    ),
    "hotline_call": Personal(organs=("organ_id",)),
    "themes_application": Personal(organs=("organ_id",), parties=("party_id",)),
    "themes_draft": Personal(parties=("party_id",), account="account_id"),
    "cases_draft": Personal(parties=("party_id",), account="account_id"),
    # every desk that takes in an application has to see a bar; nobody else's business is it
    "certificates_bar": Personal(organs=("organ_id",), parties=("party_id",), staff=True),
    "letters_letter": Personal(
        organs=("organ_id",),
        parties=("party_id",),
        through=(_REFERENCED.format(table="letters_letter"), _CARDED),
    ),
    "letters_message": Personal(
        organs=("organ_id",),
        parties=("party_id",),
        account="account_id",
        through=(_REFERENCED.format(table="letters_message"),),
    ),
    "files_storedfile": Personal(
        organs=("organ_id",),
        parties=("party_id",),
        authors=("stored_by",),
        through=(
            "cases_material_files f join cases_material cm on cm.id = f.casematerial_id"
            " where f.storedfile_id = files_storedfile.id",
            "letters_letter l where l.file_id = files_storedfile.id",
            # what a unit handed in for a report, for the organ that draws it up; and that and the batches it rests on for
            # whoever sits on it for the moment (a legal adviser of another organ)
            "reports_return r join matter m on m.id = r.report_id"
            " where r.evidence_id = files_storedfile.id and m.organ_id = {organs}",
            "reports_return r join matter_seat t on t.matter_id = r.report_id"
            " where r.evidence_id = files_storedfile.id and t.organ_id = {organs}",
            "reports_boundfigure f join reports_snapshot n on n.id = f.snapshot_id"
            " join matter_seat t on t.matter_id = f.report_id"
            " where n.file_id = files_storedfile.id and t.organ_id = {organs}",
            # what a case resulted in, for whoever sees the case: the window prints it and hands it out
            "certificates_issuance i join certificates_certificate c on c.id = i.certificate_id"
            " join matter m on m.reference = c.matter_reference join cases_case k on k.matter_id = m.id"
            " where files_storedfile.id in (i.pdf_id, i.ofd_id)",
        ),
    ),
}


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
