"""What the catalogue reads from packs: code lists and import mappings (rules); laws, synonyms and items (registers)."""

from yiwang.services.catalogue.seeds import items, laws, synonyms

__all__ = ["items", "laws", "synonyms"]
