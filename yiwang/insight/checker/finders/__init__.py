"""One kind of claim a file; each offers ``find(text, quantities)`` and knows nothing of the others."""
