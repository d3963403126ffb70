"""Reads the figures in Chinese official prose and what they claim about each other, and judges the claims.

No model, no download: a text is flattened (``plain``), its quantities are read (``quantities``), each kind of claim has
a finder of its own (``finders``), ``checking`` puts them together. Basis: 统计法 第六、七条; a bureau may check its own report
or anybody's. What a finder cannot judge for certain it leaves alone: a wrong alarm costs more trust than a missed slip.
"""
