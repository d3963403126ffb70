"""Facts: what the modules publish, written out of the operational database into Parquet by year and one DuckDB file.

Readers never touch PostgreSQL and nothing personal ever leaves it. A new file takes the place of the old one in one
rename; whoever reads the old one reads on in it. Basis: 统计法 第六、七条（真实、准确、完整、及时）.
"""
