"""What is already known of an applicant, so that nobody is asked for it again (国令716 第七条)."""

from __future__ import annotations

from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.services.certificates import queries as certificates


def known(by: Doer, party_id: int) -> dict[str, str]:
    """Under the names guides prefill from; only for the party itself or who acts for it."""
    its = people.known(by, party_id)
    own = people.known(by, by.person_id) if by.person_id else {}
    found = {f"applicant.{name}": value for name, value in its.items()}
    found |= {f"firm.{name}": value for name, value in its.items() if "uscc" in its}
    found |= {
        "applicant.number": its.get("uscc") or its.get("id_number", ""),
        "applicant.phone": own.get("phone", ""),
        "applicant.contact.name": own.get("name", ""),
        "applicant.contact.id_number": own.get("id_number", ""),
    }
    for type_id, one in (certificates.of_party(party_id) if its else {}).items():
        found[f"certificate.{type_id}.number"] = one.number
        found[f"certificate.{type_id}.from"] = one.valid_from.isoformat()
        found[f"certificate.{type_id}.until"] = one.valid_until.isoformat() if one.valid_until else ""
    return {name: value for name, value in found.items() if value}
