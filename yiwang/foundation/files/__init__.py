"""Files: what people hand in and what the house writes, checked by content, encrypted at rest, kept and disposed of.

Trust levels A–D follow 国办函〔2016〕108号: A made by an authority, B checked against the original at a counter,
C uploaded by the user, D made by the user with a promise of truth. Retention follows the guide; disposal leaves the
digest.
"""
