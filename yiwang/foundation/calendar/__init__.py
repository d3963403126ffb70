"""The working calendar of China: which days count, which year is announced.

The State Council's yearly notice decides holidays and working weekends (《全国年节及纪念日放假办法》; terms run in
working days by 行政许可法 第八十二条). The register of notices is the truth; the ordinal table in Python
(``queries.table``) and in PostgreSQL (``calendar_day``, ``calendar_due``) are two forms of the same projection,
rewritten with every notice under a new revision. A year not yet announced is computed from weekends and fixed days and
is 暂定; nobody may enter or assert its days without the notice.
"""
