"""Insight: facts, indicators and reports, and the checker for anybody's report.

Basis: 《法治政府建设与责任落实督察工作规定》(yearly report, public figures) and 统计法 第六、七条 (figures true and complete).
"""
