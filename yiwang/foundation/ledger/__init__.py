"""The ledger: append-only, tamper-evident, one line for every deed, in the deed's own transaction.

Each entry carries the SM3 digest of its canonical text chained to the last entry of the same subject, so writers of
different matters never wait for each other. Checkpoints gather entries into signed Merkle roots that are published.
Founded in 行政许可法 第六十一条 (监督检查记录) and 国令716 第十二条 (电子归档).
"""
