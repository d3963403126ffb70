"""Makes the answers of the API from what the queries know. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yiwang.foundation.calendar.today import day_of, now
from yiwang.foundation.files.models import StoredFile
from yiwang.foundation.letters import queries as letters
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import Doer
from yiwang.kernel.process import Field, Step
from yiwang.matters import queries as matters
from yiwang.matters.standing import Standing
from yiwang.services.cases import queries
from yiwang.services.cases.declared import declaration_of
from yiwang.services.cases.forms import inputs
from yiwang.services.cases.held.copies import compared_copies
from yiwang.services.cases.models import Case, CaseMaterial, Draft, Shortcoming
from yiwang.services.cases.queries.progress import Progress
from yiwang.services.cases.sealing import open_form
from yiwang.services.catalogue.declarations import Declaration, FormField, fits
from yiwang.services.catalogue.models import Guide

CHOICES = {"choice", "choices", "yes-no"}


def whole(by: Doer, reference: str) -> tuple[dict[str, Any], int]:
    """``CaseOut`` and the version, for a party or for staff who see the case; 404 for anybody else."""
    at = now()
    on = day_of(at)
    by, case, standing, shown = queries.seen(by, reference, at)
    definition = matters.process_of(standing)
    names = organs.organ_names({seat.organ_id for seat in standing.seats}, on)
    titles = {seat.id: seat.title for seat in definition.states[standing.state].seats}
    return {
        **standing_said(shown),
        "number": case.number,
        "version": standing.version,
        "process": standing.process_id,
        "item_code": standing.item,
        "applicant": people.names_of([case.party_id]).get(case.party_id, ""),
        "channel": case.channel,
        "delivery": case.delivery,
        "outcome": case.outcome,
        "decided_on": case.decided_on,
        "valid_until": case.valid_until,
        "enquiry_code": case.enquiry_code if by.is_party(case.party_id) else "",
        "shortcomings": _shortcomings(case),
        "materials": _materials(case),
        "letters": letters_of(by, reference),
        "seats": [
            {
                "seat": seat.seat,
                "title": titles.get(seat.seat, seat.seat),
                "organ_id": seat.organ_id,
                "organ": names.get(seat.organ_id, ""),
                "claimed": seat.holder_id is not None,
                "mine": by.holds(seat.role, seat.organ_id),
                "due_on": seat.due_on,
            }
            for seat in standing.seats
        ],
        "steps": [step_out(one.step) for one in matters.available_steps(by, standing) if one.refusal is None],
    }, standing.version


def standing_said(shown: Progress) -> dict[str, Any]:
    """What a party, a clerk and the holder of a 查询码 read alike."""
    return {
        "reference": shown.reference,
        "item_name": shown.item_name,
        "organ": shown.organ_name,
        "phone": shown.phone,
        "state": shown.state,
        "state_title": shown.state_title,
        "sentence": shown.sentence,
        "latest": shown.latest,
        "provisional": shown.provisional,
        "with_whom": shown.with_whom,
        "if_silent": shown.if_silent,
        "received_at": shown.received_at,
        "closed": shown.closed,
        "clocks": shown.clocks,
        "todo": [todo.text for todo in shown.todos],
        "story": [{"ordinal": line.ordinal, "at": line.at, "says": line.says} for line in shown.story],
    }


def moved(standing: Standing) -> dict[str, Any]:
    state = matters.process_of(standing).states[standing.state]
    return {
        "reference": standing.reference,
        "state": standing.state,
        "state_title": state.title,
        "version": standing.version,
        "closed": standing.closed_at is not None,
    }


def created(case: Case) -> dict[str, Any]:
    return {
        "reference": case.matter.reference,
        "number": case.number,
        "enquiry_code": case.enquiry_code,
        "state": case.matter.state,
        "version": case.matter.version,
    }


def letters_of(by: Doer, reference: str) -> list[dict[str, Any]]:
    """Letters of a case, oldest first."""
    return [
        {
            "id": one.pk,
            "kind": one.kind,
            "title": one.title,
            "number": one.number,
            "status": one.status,
            "status_title": one.get_status_display(),
            "issued_at": one.issued_at,
            "url": f"/api/v1/cases/{reference}/letters/{one.pk}" if one.file_id else "",
        }
        for one in letters.letters(by, matter_reference=reference).order_by("pk")
    ]


def step_out(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "title": step.title,
        "basis": step.basis,
        "opinion": step.opinion,
        "fields": [_step_field(field) for field in step.fields],
    }


def _step_field(field: Field) -> dict[str, Any]:
    kind = {"code": "choice", "flag": "yes-no", "reference": "text"}.get(field.kind, field.kind)
    return {
        "name": field.name,
        "title": field.title,
        "kind": kind,
        "required": field.required,
        "choices": _choices(field.choices),
    }


def _materials(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name": row.name,
            "required": row.required,
            "state": row.state,
            "state_title": row.get_state_display(),
            "verdict": row.verdict,
            "note": row.note,
            "files": [
                {"id": one.pk, "name": one.name, "kind": one.kind, "size": one.size, "url": f"/files/{one.pk}/"}
                for one in row.files.all()
            ],
        }
        for row in CaseMaterial.objects.filter(matter_id=case.matter_id).prefetch_related("files")
    ]


def _shortcomings(case: Case) -> list[dict[str, Any]]:
    rows = list(Shortcoming.objects.filter(matter_id=case.matter_id).order_by("-notice", "pk"))
    return [
        {"code": row.code, "name": row.name, "reason": row.reason, "supplied": row.supplied_at is not None}
        for row in rows
        if row.notice == rows[0].notice
    ]


def checklist(guide: Guide, answers: dict[str, str], known: dict[str, str]) -> dict[str, Any]:
    """What the guide asks after these answers."""
    declaration = declaration_of(guide)
    promised = declaration.promised_for(answers)
    return {
        "item_code": guide.item.code,
        "item_name": guide.item.name,
        "version": guide.version,
        "questions": [
            {"code": one.id, "asks": one.asks, "choices": _choices(one.choices)}
            for one in declaration.questions
            if one.id not in answers
        ],
        "fields": [
            field
            for group in declaration.form_for(answers)
            for declared in group.fields
            for field in _form_fields(declared, known)
        ],
        "materials": [
            {
                "code": one.id,
                "name": one.name,
                "required": one.need == "required" and not (one.source and one.source.of != "applicant"),
                "source": one.source.of if one.source else "applicant",
                "requirement": one.requirement,
                "copies": f"原件{one.originals}份，复印件{one.copies}份" if one.asks_paper else "",
            }
            for one in declaration.materials_for(answers)
        ],
        "promised": promised.says() if promised else "",
        "delivery": _choices(dict(Case.Delivery.choices)),
    }


def _form_fields(declared: FormField, known: dict[str, str]) -> list[dict[str, Any]]:
    made = []
    for name, field in inputs(declared):
        suffix = name.removeprefix(declared.id).lstrip("_")
        prefill = f"{declared.prefill}.{suffix}" if suffix else declared.prefill
        made.append(
            {
                "name": name,
                "title": str(field.label),
                "kind": declared.kind if declared.kind not in {"person", "firm"} else "text",
                "required": field.required,
                "choices": _choices(dict(getattr(field, "choices", ()))) if declared.kind in CHOICES else [],
                "help": declared.help,
                "known": known.get(prefill, "") if declared.prefill else "",
            }
        )
    return made


def _choices(choices: Any) -> list[dict[str, str]]:
    return [{"code": str(code), "title": str(title)} for code, title in dict(choices).items() if code != ""]


def draft_out(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.pk,
        "item_code": draft.guide.item.code,
        "item_name": draft.guide.item.name,
        "party_id": draft.party_id,
        "answers": draft.answers,
        "form": open_form(bytes(draft.form), about=f"draft:{draft.pk}"),
        "uploads": [
            {"id": one.pk, "material": one.code, "name": one.file.name, "kind": one.file.kind, "size": one.file.size}
            for one in draft.uploads.select_related("file")
        ],
        "copies": copies_out(compared_copies(draft)),
        "updated_at": draft.updated_at,
    }


def copies_out(offered: Mapping[str, Iterable[StoredFile]]) -> list[dict[str, Any]]:
    return [
        {"id": one.pk, "material": code, "name": one.name, "verified_at": one.verified_at}
        for code, found in offered.items()
        for one in found
    ]


def asked_fields(declaration: Declaration, answers: dict[str, str]) -> dict[str, FormField]:
    """Inputs of the form for these answers, by name."""
    return {
        name: declared
        for group in declaration.form
        if fits(group.when, answers)
        for declared in group.fields
        if fits(declared.when, answers)
        for name, _ in inputs(declared)
    }
