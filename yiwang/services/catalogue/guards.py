"""Guards the catalogue's processes name."""

from __future__ import annotations

from yiwang.kernel import names
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.matters.standing import Context
from yiwang.services.catalogue import guides, publication
from yiwang.services.catalogue.models import Guide


@names.guard("catalogue.guide-passes-gate")
def guide_passes_gate(ctx: Context) -> Refusal | None:
    """The version the matter is about has no fault on the day of the step. Rare and slow: reads for itself."""
    guide = Guide.objects.select_related("item", "item__organ").filter(pk=ctx.matter.guide or 0).first()
    if guide is None:
        return NotFound("没有这个版本。", code="guide-not-found")
    found = publication.faults_of(guide, ctx.on)
    if found:
        return guides.NotLawful(f"还有{len(found)}处不符合发布要求，请退回修改。", faults=found)
    return None
