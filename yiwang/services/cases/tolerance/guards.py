"""Guards, reads and after-jobs of promises, by registered name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.foundation.calendar.today import now
from yiwang.kernel.names import after, guard
from yiwang.kernel.refusal import Refusal
from yiwang.matters.needs import need
from yiwang.matters.standing import Context
from yiwang.services.cases.tolerance import keeping, rules


@need("cases.promises")
def promises() -> str:
    """Every promised material of the matter with how its promise stands."""
    return """select json_agg(json_build_object('kind', p.kind, 'status', p.status, 'code', pm.code, 'name', pm.name,
              'supplied', pm.supplied_at is not null)) from cases_promise p
              join cases_promised_material pm on pm.promise_id = p.id where p.matter_id = m.id"""


@guard("cases.promises-stand")
def promises_stand(ctx: Context) -> Refusal | None:
    """Nothing is granted while what was to come later is outstanding (第三十二条), or on a promise found false."""
    return rules.refuse_outstanding(ctx.needs.get("cases.promises") or ())


@guard("cases.made-good")
def made_good(ctx: Context) -> Refusal | None:
    """Handed in only when everything that was to come later has come."""
    rows = [row for row in ctx.needs.get("cases.promises") or () if row["kind"] == "deferral"]
    if not [row for row in rows if row["status"] == "open"]:
        return Refusal("本件没有容缺后补的材料。", code="nothing-deferred")
    return rules.refuse_outstanding(rows)


@after("cases.promise-missed", "记录逾期未补齐并书面告知")
def promise_missed(matter_id: int, ordinal: int, payload: Mapping[str, Any]) -> None:
    """The day passed: the promise is broken, the record made, the applicant told in writing. Idempotent."""
    keeping.missed(matter_id=matter_id, ordinal=ordinal, at=now())
