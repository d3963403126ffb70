"""Three database roles: what each may do with each table, and which rows of personal tables the web process sees."""

from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import RequestFactory

from tests.factories.database import as_role
from tests.factories.organs import organ
from yiwang.config import dbroles, viewer
from yiwang.config.settings import database
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.ledger import actions
from yiwang.kernel.permissions import STRANGER, SYSTEM, Doer, Permission

AT = datetime(2026, 9, 24, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def roles(db):
    """Applied inside the test's transaction: roles, grants and policies roll back with it."""
    dbroles.apply(connection)


@contextmanager
def refused(match="permission denied"):
    with pytest.raises((ProgrammingError, IntegrityError), match=match), transaction.atomic():
        yield


def run(sql, params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def test_applying_twice_changes_nothing(roles):
    assert dbroles.faults(connection) == []
    with connection.cursor() as cursor:
        assert dbroles._policies(cursor) == []
        assert dbroles._ownership(cursor) == []
    dbroles.apply(connection)
    assert dbroles.faults(connection) == []


@pytest.mark.parametrize(
    "drift",
    [
        "grant delete on ledger_entry to yw_app",
        "grant truncate on matter to yw_system",
        "revoke select on matter from yw_app",
        "alter table people_person disable row level security",
        "alter table matter owner to current_user",
    ],
)
def test_drift_is_found(roles, drift):
    run(drift)
    assert dbroles.faults(connection)


def test_every_declared_personal_table_exists_with_its_columns(roles):
    missing = [table for table in dbroles.PERSONAL if not run("select to_regclass(%s)", [table])[0][0]]
    assert missing == []
    stray = (dbroles.APP_DELETES | dbroles.APP_READS | dbroles.NEVER_DELETED) - {
        name for (name,) in run("select relname from pg_class where relnamespace = 'public'::regnamespace")
    }
    assert stray == set()


@pytest.mark.parametrize("role", [dbroles.APP, dbroles.SYSTEM])
def test_nobody_but_the_owner_deletes_changes_or_empties_the_ledger(roles, role):
    actions.record(subject="organ:1", event="x", by=SYSTEM, at=AT)
    with as_role(role):
        actions.record(subject="organ:1", event="x", by=SYSTEM, at=AT)  # writing is every deed's part
        for sql in (
            "update ledger_entry set actor = 'x'",
            "delete from ledger_entry",
            "truncate ledger_entry",
            "delete from ledger_head",
            "truncate ledger_head",
            "update ledger_checkpoint set size = 1",
            "delete from ledger_leaf",
            "alter table ledger_entry disable trigger user",
        ):
            with refused("permission denied|must be owner"):
                run(sql)
    with as_role(dbroles.OWNER), refused("台账只能追加"):
        run("delete from ledger_entry")
    with as_role(dbroles.OWNER), refused("台账只能追加"):
        run("truncate ledger_entry")  # the flag that lets tests empty it asks for a superuser


def test_pages_neither_delete_records_nor_change_tables(roles):
    with as_role(dbroles.APP):
        for sql in ("delete from matter", "truncate matter", "drop table matter", "create table x (y int)"):
            with refused("permission denied|must be owner"):
                run(sql)
        run("delete from django_session")


@pytest.fixture
def files(roles):
    organs = [organ(), organ()]

    def file(name, owner, party, by):
        return StoredFile.objects.create(
            name=name,
            kind="pdf",
            size=1,
            digest=name,
            blob=name,
            key_id="k",
            trust="C",
            organ=owner,
            party_id=party,
            stored_at=AT,
            stored_by=by,
        )

    file("of-the-first", organs[0], 11, "person:11")
    file("of-the-second", organs[1], 12, "staff:5")
    file("of-nobody", None, None, "system")
    return organs


def seen(role=dbroles.APP, **who):
    with as_role(role, **who):
        return {name for (name,) in run("select name from files_storedfile")}


def test_rows_are_closed_when_nobody_is_named(files):
    assert seen() == set()


def test_an_organ_sees_its_own_rows(files):
    assert seen(organs=[files[0].pk]) == {"of-the-first"}
    assert seen(organs=[files[0].pk, files[1].pk]) == {"of-the-first", "of-the-second"}


def test_a_citizen_sees_rows_of_those_they_are_or_act_for(files):
    assert seen(parties=[12]) == {"of-the-second"}
    assert seen(parties=[11, 12]) == {"of-the-first", "of-the-second"}
    assert seen(parties=[files[0].pk + 1000]) == set()


def test_whoever_wrote_a_row_sees_it(files):
    assert seen(reference="staff:5") == {"of-the-second"}


def test_county_wide_supervision_and_the_system_see_all(files):
    assert len(seen(wide="on")) == 3
    assert len(seen(role=dbroles.SYSTEM)) == 3


def test_a_row_nobody_may_see_cannot_be_changed_either(files):
    with as_role(dbroles.APP, organs=[files[0].pk]):
        run("update files_storedfile set name = 'changed'")
    assert sorted(StoredFile.objects.values_list("name", flat=True)) == ["changed", "of-nobody", "of-the-second"]


def test_who_sees_what_follows_from_the_doer(db):
    staff = Doer("staff:1", "staff", organ_id=3, posts=frozenset({(3, "reviewer"), (4, "decider")}))
    assert viewer.as_settings(staff)[0] == "{3,4}"
    assert viewer.as_settings(staff)[4] == ""
    supervisor = Doer("staff:2", "staff", grants=frozenset({(Permission.CASE_SUPERVISE, None)}))
    assert viewer.as_settings(supervisor)[4] == "on"
    citizen = Doer("person:9", "citizen", person_id=9, delegations=frozenset({12}), organ_id=3)
    assert viewer.as_settings(citizen, "77")[:4] == ("", "{9,12}", "77", "person:9")
    assert viewer.as_settings(STRANGER)[:2] == ("", "")


def test_the_viewer_is_told_once_and_forgotten_at_the_end(roles, settings, monkeypatch):
    settings.DB_ROLE = dbroles.APP
    doer = Doer("staff:1", "staff", posts=frozenset({(3, "reviewer")}))
    monkeypatch.setattr(viewer.organs, "doer", lambda request: doer)
    inside = []

    def page(request):
        inside.append(run("select current_setting('yiwang.organs', true), current_setting('yiwang.reference', true)"))
        raise RuntimeError("a page that breaks")

    request = RequestFactory().get("/desk/")
    request.user = type("Account", (), {"is_authenticated": True, "pk": 1, "kind": "staff"})()
    with pytest.raises(RuntimeError, match="breaks"):
        viewer.ViewerMiddleware(page)(request)
    assert inside == [[("{3}", "staff:1")]]
    assert run("select current_setting('yiwang.organs', true)") == [("",)]


def test_a_web_process_with_too_many_rights_is_refused(roles):
    with pytest.raises(dbroles.WrongRole, match="超级用户"):
        dbroles.assert_web_role(connection)
    with as_role(dbroles.APP), pytest.raises(dbroles.WrongRole, match="超级用户"):
        dbroles.assert_web_role(connection)  # the login itself is superuser: reset role would give it back
    for role, word in ((dbroles.OWNER, "属主"), (dbroles.SYSTEM, "跳过行级安全")):
        run(f"set session authorization {role}")
        try:
            with pytest.raises(dbroles.WrongRole, match=word):
                dbroles.assert_web_role(connection)
        finally:
            run("reset session authorization")
    run(f"set session authorization {dbroles.APP}")
    try:
        dbroles.assert_web_role(connection)
    finally:
        run("reset session authorization")


def test_a_user_who_may_not_create_roles_gets_the_sql(roles):
    run("create role modest login")
    run("alter role yw_system nobypassrls")
    run("set session authorization modest")
    try:
        with pytest.raises(dbroles.RolesMissing) as told:
            dbroles.apply(connection)
    finally:
        run("reset session authorization")
    assert "alter role yw_system bypassrls" in told.value.sql
    assert 'grant yw_owner to "modest"' in told.value.sql


def test_the_role_is_part_of_the_connection():
    assert database("postgresql://county@db/yiwang", "yw_app")["OPTIONS"]["options"] == "-c role=yw_app"
    assert "options" not in database("postgresql://yw_app@/yiwang?host=/run", "yw_app")["OPTIONS"]
    assert "options" not in database("postgresql://county@db/yiwang")["OPTIONS"]
