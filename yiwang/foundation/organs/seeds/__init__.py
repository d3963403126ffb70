"""Registers a pack seeds: divisions, organs and their names, places, counters, staff. Only absent rows are added.

A row that is there is left alone whatever the pack says; ``diff`` reports where they differ. Importing this package
declares the registers and their hooks.
"""

from yiwang.foundation.organs.seeds import organs, places, staff

__all__ = ["organs", "places", "staff"]
