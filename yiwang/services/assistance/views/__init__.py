"""Pages of the hall, by whom they serve: the counter, everybody, a terminal, whoever keeps the terminals."""
