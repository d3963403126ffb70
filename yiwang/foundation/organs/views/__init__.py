"""Pages of login, staff and organs."""
