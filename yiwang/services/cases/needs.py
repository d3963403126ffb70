"""What the guards of a case need beyond its matter; each rides along in the one read of a step."""

from __future__ import annotations

from yiwang.matters.needs import need


@need("cases.materials")
def materials() -> str:
    """Every material with how it came and what was found."""
    return """select json_agg(json_build_object('code', code, 'name', name, 'required', required, 'state', state,
              'verdict', verdict, 'source', source, 'ground', ground) order by ordinal) from cases_material where matter_id = m.id"""


@need("cases.said-before")
def said_before() -> str:
    """Material codes of earlier correction notices."""
    return "select json_agg(distinct code) from cases_shortcoming where matter_id = m.id"


@need("cases.outstanding")
def outstanding() -> str:
    """What the newest correction notice listed, and whether it has been supplied."""
    return """select json_agg(json_build_object('code', code, 'name', name, 'supplied', supplied_at is not null))
              from cases_shortcoming where matter_id = m.id and notice =
              (select max(notice) from cases_shortcoming where matter_id = m.id)"""


@need("cases.delivery")
def delivery() -> str:
    """How the applicant wants the result."""
    return "select json_build_object('way', delivery) from cases_case where matter_id = m.id"


@need("cases.certificate")
def certificate() -> str:
    """How the certificate this matter granted stands in the register; nothing where none is registered."""
    return """select json_build_object('status', status, 'name', name) from certificates_certificate
              where matter_reference = m.reference"""


@need("cases.counter-powers")
def counter_powers() -> str:
    """What the responsible organ authorised the receiving counter to do with this item, with the terms."""
    return """select json_agg(json_build_object('powers', a.powers, 'from', a.from_on, 'until', a.until_on))
              from cases_case c join organs_counterauthorisation a on a.counter_id = c.counter_id
              where c.matter_id = m.id and a.organ_id = m.organ_id and (a.all_items or m.item = any(a.item_codes))"""
