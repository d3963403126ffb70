"""The catalogue's tables, by subject: registers (powers, items, places), guides, laws, words and imports."""

from yiwang.services.catalogue.models.changes import ItemChange
from yiwang.services.catalogue.models.guides import Guide, Material, Situation
from yiwang.services.catalogue.models.laws import Law, LegalBasis
from yiwang.services.catalogue.models.registers import ImportRun, Item, ItemAtPlace, Power
from yiwang.services.catalogue.models.words import Synonym

__all__ = [
    "Guide",
    "ImportRun",
    "Item",
    "ItemAtPlace",
    "ItemChange",
    "Law",
    "LegalBasis",
    "Material",
    "Power",
    "Situation",
    "Synonym",
]
