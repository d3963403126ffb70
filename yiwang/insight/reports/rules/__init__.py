"""What a report is made of and when it may be signed. Pure: no database, no clock."""
