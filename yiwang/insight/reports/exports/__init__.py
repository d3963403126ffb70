"""A report as it leaves the house: one manifest, and the document, page and files made of it alone."""
