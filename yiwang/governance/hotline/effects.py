"""What a step writes into the order's row. Counts are read with the step (``hotline.order``), moments are the step's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import cipher, masking
from yiwang.governance.hotline import rules
from yiwang.governance.hotline.queries import OVERSEER
from yiwang.kernel.enquiry import enquiry_code
from yiwang.kernel.names import effect
from yiwang.matters.standing import Context

Answer = Mapping[str, Any]


def _read(ctx: Context) -> Mapping[str, Any]:
    found: Mapping[str, Any] = ctx.needs["hotline.order"]
    return found


@effect("hotline.recorded")
def recorded(ctx: Context) -> Answer:
    """The row. Who called is encrypted for this row; the ledger gets codes."""
    said: rules.Intake = ctx.given["order"]
    matter = ctx.matter.id
    row: dict[str, Any] = {
        "number": rules.order_number(day_of(ctx.matter.received_at), matter),
        "enquiry_code": enquiry_code(),
        "organ_id": ctx.matter.organ_id,
        "party_id": ctx.matter.party_id,
        "client_id": said.client_id,
        "against_organ_id": ctx.given.get("against_id"),
        "overseer_organ_id": ctx.given.get("overseer_id"),
        "respond_by_at": ctx.given["respond_by_at"],
        **{name: getattr(said, name) for name in COLUMNS},
        **sealed(said.name, said.phone, matter_id=matter, at=ctx.at),
    }
    asked = ("kind", "topic", "channel", "town", "against")
    codes = {name: getattr(said, name) for name in asked if getattr(said, name)}
    flags = {name: True for name in ("urgent", "firm") if getattr(said, name)}
    return {"row": row, "ledger": {**codes, **flags, "number": row["number"]}}


COLUMNS = (
    *("kind", "channel", "topic", "title", "content", "town", "place", "latitude", "longitude", "item"),
    *("firm", "urgent", "disclosure", "counter"),
)


def sealed(name: str, phone: str, *, matter_id: int, at: Any) -> dict[str, bytes | None]:
    """The caller's columns: bound to the order's row, the number with its keyed index."""
    return {
        "caller_name": cipher.seal(name, about=f"order:{matter_id}:name", at=at) if name else None,
        "caller_phone": cipher.seal(phone, about=f"order:{matter_id}:phone", at=at) if phone else None,
        "caller_index": cipher.index(phone, at=at) if phone else None,
    }


@effect("hotline.dispatched")
def dispatched(ctx: Context) -> Answer:
    """The unit that gets it, the seat's organ with it; the first of them is kept for ever."""
    known, organ_id = _read(ctx), ctx.given["organ_id"]
    row: dict[str, Any] = {
        "handling_organ_id": organ_id,
        "dispatches": known["dispatches"] + 1,
        "given_on": ctx.on,
        "evidence": str(ctx.values.get("evidence") or ""),
        "precedent_id": ctx.given.get("precedent_id"),
        "no_power": bool(ctx.values.get("no-power")),
        "designated": False,
    }
    if not known["dispatched"]:
        row |= {"first_organ_id": organ_id, "dispatched_at": ctx.at}
    organs = {**ctx.matter.settings.get("organs", {}), "handling": organ_id}
    return {"row": row, "settings": {"organs": organs}}


@effect("hotline.entrusted")
def entrusted(ctx: Context) -> Answer:
    """The overseer stands in the hotline's place from here on; an open seat of the hotline's in this complaint becomes its own."""
    organ_id = ctx.given["overseer_id"]
    organs = {**ctx.matter.settings.get("organs", {}), OVERSEER: organ_id}
    return {
        "row": {"overseer_organ_id": organ_id},
        "settings": {"organs": organs},
        "ledger": {"overseer": f"organ:{organ_id}"},
    }


@effect("hotline.designated")
def designated(ctx: Context) -> Answer:
    """As dispatched, by ruling: the unit may not return it."""
    answer = dict(dispatched(ctx))
    answer["row"] = {**answer["row"], "designated": True, "ruled_at": ctx.at}
    return answer


@effect("hotline.signed")
def signed(ctx: Context) -> Answer:
    return {"row": {} if _read(ctx)["signed"] else {"signed_at": ctx.at}}


@effect("hotline.contacted")
def contacted(ctx: Context) -> Answer:
    """响应: the first time somebody spoke with the caller."""
    return {"row": {} if _read(ctx)["responded"] else {"responded_at": ctx.at}}


@effect("hotline.returned")
def returned(ctx: Context) -> Answer:
    known = _read(ctx)
    row: dict[str, Any] = {"returns": known["returns"] + 1}
    if ctx.step.to == "ruling":
        row |= to_ruling(ctx)["row"]
    return {"row": row, "ledger": {"returned-by": known["organ"]}}


@effect("hotline.to-ruling")
def to_ruling(ctx: Context) -> Answer:
    return {"row": {"rule_by_at": ctx.given["rule_by_at"], "ruled_at": None}}


@effect("hotline.return-refused")
def return_refused(ctx: Context) -> Answer:
    """It stays where it was; a further return goes to a ruling, because returns are counted."""
    return {"row": {} if _read(ctx)["signed"] else {"signed_at": ctx.at}}


@effect("hotline.extended")
def extended(ctx: Context) -> Answer:
    return {"row": {"extended": _read(ctx)["extended"] + 1}}


@effect("hotline.answered")
def answered(ctx: Context) -> Answer:
    """Answered by the operator: the answer is the end."""
    row = {"answer": masking.scrubbed(ctx.texts["answer"]), "replied_at": ctx.at, "responded_at": ctx.at}
    return {"row": row | {"result": "explained"}}


@effect("hotline.replied")
def replied(ctx: Context) -> Answer:
    row: dict[str, Any] = {"answer": masking.scrubbed(ctx.texts["answer"]), "result": ctx.values["result"]}
    row["replied_at"] = ctx.at
    return {"row": row}


@effect("hotline.stage-closed")
def stage_closed(ctx: Context) -> Answer:
    """阶段性办结 is a closure of its own; the first moment counts."""
    return {"row": {"answer": masking.scrubbed(ctx.texts["answer"]), "stage_closed_at": ctx.at}}


@effect("hotline.terminated")
def terminated(ctx: Context) -> Answer:
    return {"row": {"answer": masking.scrubbed(ctx.texts["answer"])}}


@effect("hotline.ended")
def ended(ctx: Context) -> Answer:
    return {"row": {"ground": str(ctx.values.get("ground") or "")}}


@effect("hotline.redone")
def redone(ctx: Context) -> Answer:
    return {"row": {"redone": _read(ctx)["redone"] + 1}}


@effect("hotline.called-back")
def called_back(ctx: Context) -> Answer:
    """What the caller said, in the caller's own figure; a verdict of an earlier round belongs to that round."""
    said = "satisfied" if ctx.values["level"] in rules.SATISFIED else "unsatisfied"
    row: dict[str, Any] = {
        "level": ctx.values["level"],
        "contacted": bool(ctx.values.get("contacted")),
        "solved": bool(ctx.values.get("solved")),
        "satisfaction": said,
        "called_back_at": ctx.at,
        "verdict": "",
        "judged_at": None,
        "judged_by": None,
    }
    if not _read(ctx)["first_satisfaction"]:
        row["first_satisfaction"] = said
    return {"row": row}


@effect("hotline.not-reached")
def not_reached(ctx: Context) -> Answer:
    return {"row": {"tries": _read(ctx)["tries"] + 1}}


@effect("hotline.unreached")
def unreached(ctx: Context) -> Answer:
    row: dict[str, Any] = {"satisfaction": "unreached", "called_back_at": ctx.at}
    return {"row": row | ({} if _read(ctx)["first_satisfaction"] else {"first_satisfaction": "unreached"})}


@effect("hotline.judged")
def judged(ctx: Context) -> Answer:
    """研判: who and what; why is the opinion. What the caller said stays beside it."""
    verdict = ctx.values.get("verdict") or "redo"
    return {"row": {"verdict": verdict, "judged_at": ctx.at, "judged_by": ctx.by.account_id}}


@effect("hotline.urged")
def urged(ctx: Context) -> Answer:
    return {"row": {"urges": _read(ctx)["urges"] + 1}}


@effect("hotline.overseen")
def overseen(ctx: Context) -> Answer:
    return {"row": {"overseen": _read(ctx)["overseen"] + 1}}


@effect("hotline.merged")
def merged(ctx: Context) -> Answer:
    return {"row": {"merged_into_id": ctx.given["lead"]["id"]}, "ledger": {"lead": ctx.given["lead"]["reference"]}}


@effect("hotline.unmerged")
def unmerged(ctx: Context) -> Answer:
    return {"row": {"merged_into_id": None}}


@effect("hotline.answered-together")
def answered_together(ctx: Context) -> Answer:
    """The lead's answer is this caller's too; the call-back is this caller's own."""
    lead = ctx.given["lead"]
    row = {name: lead[name] for name in ("answer", "result", "handling_organ_id")}
    return {"row": row | {"replied_at": ctx.at}, "ledger": {"lead": lead["reference"]}}


@effect("hotline.part-asked")
def part_asked(ctx: Context) -> Answer:
    row = {"order_id": ctx.given["order_id"], "organ_id": ctx.matter.organ_id}
    return {"row": row | {"task": masking.scrubbed(ctx.texts["task"]), "answer": ""}}


@effect("hotline.part-answered")
def part_answered(ctx: Context) -> Answer:
    return {"row": {"answer": masking.scrubbed(ctx.texts["answer"]), "answered_at": ctx.at}}
