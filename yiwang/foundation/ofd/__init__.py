"""OFD documents (GB/T 33190-2016): written, sealed and read by us: a zip of XML, pages in millimetres, one embedded font.

Generic: knows pages, texts, paths and a seal, nothing of letters or certificates. The seal follows GB/T 38540-2020: the
signature covers ``Signature.xml``, which lists the SM3 digest of every other file of the document.
"""
