"""What packs may declare here: the rule of a hall's rows, appointments and terminals."""

from yiwang.services.assistance import rules

__all__ = ["rules"]
