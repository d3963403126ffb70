"""Personal data does not leave the operational database (个人信息保护法 第六条): what facts may read is a closed list.

PostgreSQL itself says which columns a fact's query depends on; a column that holds text and is not on the list, or one
that leads to a person, is found whatever the SQL looks like.
"""

from __future__ import annotations

import pytest
from django.db import connection

from yiwang.config.dbroles import PERSONAL
from yiwang.insight.facts.partitions import statement
from yiwang.kernel.facts import Column, Fact, Kind, Moment, published

# Every column with text or a structure that facts read. Codes and references all of them: look twice before adding one.
CODES = """
assistance_kiosktransaction: kind
assistance_terminal: code kind
assistance_ticket: queue state
automatic_receipt: number outcome
cases_case: channel outcome
cases_held_ask: code ground place
cases_material: code source state
cases_promise: kind status
catalogue_guide: channels handling_type legal_unit promised_unit state
catalogue_item: code exercise_level state type
catalogue_item_at_place: mode
catalogue_material: source
catalogue_power: code state type
certificates_certificate: matter_reference status type_id
certificates_issuance: origin
certificates_standing: status
certificates_use: matter_reference way
hotline_order: channel counter first_satisfaction kind satisfaction topic town verdict
hotline_reply_reading: findings way
hotline_ruling: topic
inspections_behaviour: kind
inspections_claim: code level
inspections_inspection: outcome source
ledger_entry: actor event subject
matter: item process_id reference settings state
matter_clock: clock kind pauses unit
meetings_batch: code
meetings_issue: source
organs_counter: kind number
organs_division: code
organs_organ: code
organs_place: code kind
organs_post: role
petitions_petition: purpose source
ratings_occasion: item kind mode source
ratings_rating: channel origin
ratings_rectification: category outcome
relay_agreement: code place_code
relay_case: mode
relay_inbound: status
relay_item: code
supervision_card: clock code
themes_item: item_code state
themes_theme: theme
"""
WORDS = {"text", "character varying", "character", "bytea", "jsonb", "json", "ARRAY", "tsvector"}
LEADS_TO_A_PERSON = ("party", "person", "agent", "account_id", "mandate", "principal", "firm", "holder")
# Whose account a post is: a member of the staff, by number.
STAFF = {("organs_post", "account_id")}
FLAGS = {("hotline_order", "firm")}  # whether the firms' line was called, and not which firm
FACTS = {fact.id: fact for fact in published()}


def listed() -> set[tuple[str, str]]:
    lines = [line.partition(": ") for line in CODES.strip().splitlines()]
    return {(table, column) for table, _, columns in lines for column in columns.split()}


def read_by(fact: Fact) -> set[tuple[str, str, str]]:
    """(table, column, type) that the fact's query depends on, as PostgreSQL sees it."""
    with connection.cursor() as cursor:
        cursor.execute(f"create temp view seen as {statement(fact, 2026 if fact.yearly else 0)}")
        cursor.execute(
            "select u.table_name, u.column_name, k.data_type from information_schema.view_column_usage u"
            " join information_schema.columns k using (table_schema, table_name, column_name) where u.view_name = 'seen'"
        )
        found = set(cursor.fetchall())
        cursor.execute("drop view seen")
    return found


def strange(fact: Fact) -> set[tuple[str, str]]:
    """Columns a fact must not read."""
    words = {(table, column) for table, column, kind in read_by(fact) if kind in WORDS} - listed()
    people = {
        (table, column)
        for table, column, _ in read_by(fact)
        if column.startswith(LEADS_TO_A_PERSON) and (table, column) not in STAFF | FLAGS
    }
    return words | people


def test_a_fact_that_reads_a_name_or_a_person_is_found(db):
    named = Fact(
        id="named",
        title="试",
        unit="件",
        grain="每人一行",
        columns=(
            Column("reference", "编号", Kind.CODE, "'p' || c.matter_id"),
            Column("organ", "机构", Kind.CODE, "upper(substr(c.number, 1, 3))"),
            Column("who", "人", Kind.WHOLE, "c.party_id + 1"),
        ),
        moments=(),
        source="cases_case c",
    )
    assert strange(named) == {("cases_case", "number"), ("cases_case", "party_id")}


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_a_fact_reads_codes_only(db, fact):
    assert not strange(fact)


def test_what_is_read_of_tables_with_personal_data_is_codes_days_and_organs(db):
    read = {(table, column) for fact in FACTS.values() for table, column, _ in read_by(fact) if table in PERSONAL}
    wanted = {
        ("cases_case", "matter_id guide_id organ_id hall_id counter_id channel outcome"),
        ("cases_material", "id matter_id organ_id code main required source state"),
        ("cases_promise", "id matter_id organ_id kind status made_at settled_at"),
        ("automatic_receipt", "number matter_id organ_id outcome decided_at"),
        ("themes_theme", "matter_id theme"),
        ("assistance_kioskvisit", "id terminal_id opened_at"),
        (
            "hotline_order",
            "matter_id organ_id first_organ_id handling_organ_id kind channel counter topic town firm urgent precedent_id"
            " returns redone urges overseen solved satisfaction first_satisfaction verdict dispatched_at signed_at"
            " respond_by_at responded_at stage_closed_at replied_at called_back_at judged_at",
        ),
        ("hotline_part", "matter_id order_id"),
        ("petitions_petition", "matter_id organ_id unit_id purpose source told_at told_late decided_at decided_late"),
        ("relay_case", "matter_id agreed_item_id organ_id mode handed_on_at"),
        ("relay_inbound", "id agreement_id organ_id status arrived_at"),
    }
    assert read == {(table, column) for table, columns in wanted for column in columns.split()}


def test_no_kind_of_column_holds_text():
    assert {kind.value for kind in Kind} == {"code", "organ", "place", "whole", "flag", "day", "moment"}
    assert Moment("done", "办", "x.at", "x.at").columns()[0].kind is Kind.DAY
