"""Pages: the register of items and lists, plans and draws, visits, and what everybody may read."""
