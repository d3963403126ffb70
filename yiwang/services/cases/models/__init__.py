"""The tables of a case, by subject: the case itself, its materials, drafts."""

from yiwang.services.cases.models.asking import HeldAsk
from yiwang.services.cases.models.case import Case, Handover
from yiwang.services.cases.models.drafts import Draft, DraftFile
from yiwang.services.cases.models.materials import CaseMaterial, Shortcoming
from yiwang.services.cases.models.promises import Promise, PromisedMaterial

__all__ = [
    "Case",
    "CaseMaterial",
    "Draft",
    "DraftFile",
    "Handover",
    "HeldAsk",
    "Promise",
    "PromisedMaterial",
    "Shortcoming",
]
