"""The declaration a guide version was published from, parsed once: a published version never changes."""

from __future__ import annotations

from yiwang.services.catalogue import guides
from yiwang.services.catalogue.declarations import Declaration
from yiwang.services.catalogue.models import Guide

KEPT = 512
_parsed: dict[tuple[int, int], Declaration] = {}


def declaration_of(guide: Guide) -> Declaration:
    """Form, questions, materials and limits of this version."""
    key = (guide.pk, guide.version)
    if guide.state != Guide.State.PUBLISHED:
        return guides.declared(guide)
    found = _parsed.get(key)
    if found is None:
        if len(_parsed) >= KEPT:
            _parsed.clear()
        found = _parsed[key] = guides.declared(guide)
    return found


def _phrase(material: str) -> tuple[str, ...]:
    """Phrases for a correction of any material; the guide's own come first (see ``phrases``)."""
    return (
        f"{material}缺少签名或盖章，请签名盖章后重新提交",
        f"{material}内容不清晰，请重新拍照或扫描上传",
        f"{material}未提交，请补交原件1份",
    )


def phrases(declared: tuple[str, ...], name: str) -> tuple[str, ...]:
    """What a clerk may pick instead of typing."""
    return (*declared, *_phrase(name))
