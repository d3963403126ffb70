"""The manifest: what a report says and what each figure is, as plain data. Everything that leaves the house is made of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.insight.reports.rules import printing
from yiwang.insight.reports.rules.cards import Card
from yiwang.insight.reports.rules.checking import Draft
from yiwang.insight.reports.rules.tables import Table

FORMAT = "yiwang-report/1"
Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Front:
    """What stands around the text, and which version this is."""

    reference: str
    kind: str
    rule: str
    rule_version: str
    edition: int
    organ_code: str
    publicity: str
    cut_off: str
    previous: str = ""
    signer: str = ""
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """The records of a figure as they leave the house: the file's name, its digest, how its numbers are added up."""

    file: str
    digest: str
    measure: str
    factor: int
    columns: tuple[str, ...] = ()


def build(
    draft: Draft,
    front: Front,
    tables: Sequence[Table],
    *,
    kept: Mapping[str, Kept],
    explanations: Sequence[tuple[str, str]] = (),
    named: Collection[str] = (),
) -> Manifest:
    """The manifest of a report; figures nobody names are left out. ``kept``: the records of each figure that has some;
    ``named``: names besides figures (the year, the cut-off day) that a template is to keep as names."""
    used = draft.used()
    known = {*draft.cards, *named}
    return {
        "format": FORMAT,
        "report": {
            "reference": front.reference,
            "kind": front.kind,
            "rule": front.rule,
            "rule_version": front.rule_version,
            "year": draft.year,
            "edition": front.edition,
            "previous": front.previous,
            "organ": draft.organ,
            "organ_code": front.organ_code,
            "title": draft.title,
            "main": list(draft.main),
            "copies": list(draft.copies),
            "signer": front.signer,
            "signed_on": draft.signed_on.isoformat(),
            "signed": front.signed,
            "publicity": front.publicity,
            "cut_off": front.cut_off,
        },
        "paragraphs": [
            {
                "section": one.section,
                "level": one.level,
                "pieces": [[piece.text, piece.figure if piece.figure in known else ""] for piece in one.pieces],
            }
            for one in draft.body()
        ],
        "figures": [_figure(card, kept.get(name)) for name, card in draft.cards.items() if name in used],
        "tables": [_table(table) for table in tables],
        "explanations": [{"says": says, "text": text} for says, text in explanations],
    }


def _figure(card: Card, kept: Kept | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": card.name,
        "title": card.title,
        "kind": card.kind,
        "indicator": card.indicator,
        "indicator_version": card.indicator_version,
        "shows": card.extra.get("shows", "value"),
        "scope": card.scope,
        "from": card.from_on.isoformat(),
        "until": card.until_on.isoformat(),
        "cut_off": card.cut_off.isoformat(),
        "unit": card.unit,
        "places": card.places,
        "scale": card.scale,
        "value": printing.plain(card.value),
        "numerator": printing.plain(card.numerator),
        "denominator": printing.plain(card.denominator),
        "printed": card.printed,
        "rows": card.rows,
        "rows_digest": card.rows_digest,
        "facts_as_of": card.facts_as_of.isoformat() if card.facts_as_of else "",
        "parts": list(card.parts),
        "of": list(card.of),
        "note": card.note,
        "confirmed_by": card.confirmed_by,
        "source": card.source,
        "batch": card.batch,
        "evidence": card.evidence,
        "signer": card.signer,
        "last_value": printing.plain(card.last_value),
        "last_note": card.last_note,
    }
    if kept is not None:
        found |= {"file": kept.file, "file_digest": kept.digest, "measure": kept.measure, "factor": kept.factor}
        found["columns"] = list(kept.columns)
    return found


def _table(table: Table) -> dict[str, Any]:
    return {
        "id": table.id,
        "section": table.section,
        "title": table.title,
        "unit": table.unit,
        "columns": [{"id": one.id, "title": one.title} for one in table.columns],
        "rows": [{"id": one.id, "title": one.title, "level": one.level} for one in table.rows],
    }


def canonical(manifest: Manifest) -> str:
    """The text whose SM3 is the manifest's digest: keys in order, no blanks, as it is."""
    return json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SM3 (hex) of a text."""
    return sm3(text.encode())


def sm3(data: bytes) -> str:
    return hashlib.new("sm3", data).hexdigest()
