"""Free words of a case: opinions, reasons, notices and notes ask for nothing the government holds, whichever way they come.

``matters`` asks here before every step that carries words, so pages, API and bulk paths pass the same place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from yiwang.kernel import names
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.matters.standing import Context
from yiwang.services.cases.held import queries, rules
from yiwang.services.cases.models import HeldAsk


@names.hook("matters.refuse.held")
def refuse_words(ctx: Context) -> Refusal | None:
    """The refusal of words of staff that ask the applicant for something held; ``None`` for citizens' words and for
    matters that are no case. What is asked for in this case on a lawful ground may be spoken of."""
    if ctx.by.kind != "staff" or not ctx.matter.guide:
        return None
    titles = {field.name: field.title for field in ctx.step.fields}
    said = {name: (titles.get(name, "意见"), text) for name, text in ctx.texts.items()}
    now = {facts.thing for facts in (ctx.given.get("held") or {}).values()}
    return _refusal(said, ctx.matter.id, ctx.on, now)


def refuse_notes(notes: Mapping[str, str], matter_id: int, on: date) -> Refusal | None:
    """The same for the notes beside materials: code → words."""
    return _refusal({code: ("核对说明", text) for code, text in notes.items()}, matter_id, on, ())


def _refusal(said: Mapping[str, tuple[str, str]], matter_id: int, on: date, allowed: Iterable[str]) -> Refusal | None:
    wanted = {name: found for name, (_, text) in said.items() if (found := rules.demands(text))}
    if not wanted:  # hardly ever more than this: no question to the database
        return None
    held = queries.names(on)
    may = {*allowed, *HeldAsk.objects.filter(matter_id=matter_id).values_list("thing", flat=True)}
    faults: list[Fault] = [
        rules.refuse_words(name, said[name][0], alias)
        for name, found in wanted.items()
        if (alias := rules.held_in(found, held, may))
    ]
    if not faults:
        return None
    return Refusal(faults[0].says, code=faults[0].code, article=rules.ARTICLE, faults=faults)
