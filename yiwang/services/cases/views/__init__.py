"""Pages of cases: HTTP in, deeds and queries called, templates out. Nothing is decided here."""
