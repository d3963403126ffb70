"""Matters: the one engine. A service case, a publication, a hotline order, a proposal: each is a matter on a process.

A matter has a reference, a process version bound on the day of receipt, a state, seats whose turn it is, clocks that
explain themselves, and a chain of ledger lines. Deeds are ``open``, ``take`` and ``transfer`` in `actions`; questions
are in `queries`. Founded in 行政许可法 第三章第二至第四节 (受理、审查、期限) and 国令716.
"""
