"""Indicators: declared in packs by naming things, counted from facts, every figure open to its records.

An indicator names a fact, a measure and conditions; there are no expressions in packs. Basis: 国办函〔2016〕108号 第八章
（统一指标体系）, GB/T 39734-2020 附录 B, 统计法 第六、七条.
"""
