"""Where the inbox finds a petition, and a citizen the own ones."""

from __future__ import annotations

from yiwang.governance.petitions import queries
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.matters import processes

names.slot("matters.page.governance.petition")("/desk/petitions/{}/".format)


@names.hook("cases.mine-elsewhere.petitions")
def mine(by: Doer) -> tuple[str, list[tuple[str, str, str]]]:
    """A citizen's own petitions beside the cases."""
    rows = []
    for one in queries.mine(by):
        state = processes.bound(one.matter.process_id, one.matter.process_version).states[one.matter.state]
        title = f"{one.get_purpose_display()}（{one.matter.reference}）"
        rows.append((title, state.title, f"/my/petitions/{one.matter.reference}/"))
    return "信访事项", rows
