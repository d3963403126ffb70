"""A report of the database as a manifest: as it stands now, or as it was frozen."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date

from yiwang.foundation.organs.models import Organ
from yiwang.foundation.seals import queries as seals
from yiwang.insight.reports import computing, queries
from yiwang.insight.reports.exports import document, facts, layouts, manifest, publicrows
from yiwang.insight.reports.exports.manifest import Front, Kept, Manifest
from yiwang.insight.reports.models import Frozen, FrozenRows, Report, Template
from yiwang.insight.reports.rules.checking import Draft

FILE = "rows/{name}.csv"


def of(report: Report, on: date, *, named: Collection[str] = ()) -> Manifest:
    """The frozen manifest of a signed report; of any other, one made of it as it would be signed ``on`` (without records).
    ``named`` as ``manifest.build`` says: a template is made of the report as it stands, frozen or not."""
    kept = None if named else Frozen.objects.filter(pk=report.pk).first()
    if kept is not None:
        found: Manifest = json.loads(kept.manifest)
        return found
    return build(report, queries.draft_of(report, on), {}, signer=report.signer, named=named)


def layout_of(report: Report) -> bytes | None:
    """The bureau's own .docx a report is set in: as it was on signing, before that the one its template has now."""
    kept = Frozen.objects.filter(pk=report.pk).values_list("layout", flat=True)
    own = kept or Template.objects.filter(rule=report.rule, organ_id=report.organ_id).values_list("layout", flat=True)
    found = own.first()
    return bytes(found) if found else None


def word(report: Report, made: Manifest, *, number: str = "", printed_on: date | None = None) -> bytes:
    """The report as a .docx: in the bureau's own layout if it has one, else as GB/T 9704-2012 has it."""
    layout = layout_of(report)
    if layout is not None:
        return layouts.render(layout, made, number=number, printed_on=printed_on)
    return document.render(made, number=number, printed_on=printed_on)


def fact_file(frozen: Frozen, *, number: str = "", ledger: bytes = b"") -> bytes:
    """The fact file of a frozen report under the organ's seal, once it has one, with ``queries.attested`` as ``ledger``. The same
    content gives the same file."""
    made: Manifest = json.loads(frozen.manifest)
    sealed = bytes(frozen.seal or b"")
    roots = seals.roots() if sealed or ledger else []
    return facts.archive(
        made, public_rows(frozen), digest=frozen.digest, number=number, seal=sealed, ledger=ledger, roots=roots
    )


def build(
    report: Report,
    draft: Draft,
    kept: Mapping[str, Kept],
    *,
    signer: str,
    signed: bool = False,
    named: Collection[str] = (),
) -> Manifest:
    """The manifest of a report from its draft; ``kept`` are the records that go with its figures."""
    rule = queries.rule_of(report)
    front = Front(
        reference=report.matter.reference,
        kind=rule.title,
        rule=report.rule,
        rule_version=report.rule_version,
        edition=report.edition,
        organ_code=Organ.objects.values_list("code", flat=True).get(pk=report.organ_id),
        publicity=report.publicity,
        cut_off=report.cut_off.isoformat(),
        previous=report.previous.matter.reference if report.previous else "",
        signer=signer,
        signed=signed,
    )
    notes = list(report.explanations.order_by("key").values_list("says", "text"))
    return manifest.build(draft, front, rule.shapes(), kept=kept, explanations=notes, named=named)


def public_rows(frozen: Frozen) -> dict[str, bytes]:
    """The records of a frozen report as they may leave the house, by the file's name in the manifest."""
    report = frozen.report
    told = {one["name"]: one for one in json.loads(frozen.manifest)["figures"]}
    return {
        FILE.format(name=row.name): publicrows.csv_of(
            computing.from_parquet(bytes(row.parquet)),
            name=row.name,
            salt=bytes(frozen.salt),
            hide_small=report.hides_small,
            columns=told[row.name]["columns"],
        )
        for row in FrozenRows.objects.filter(frozen=frozen).order_by("name")
    }
