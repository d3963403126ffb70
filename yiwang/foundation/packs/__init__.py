"""Rules that run, and the seeding of registers: what pack files declare, stored so that it cannot quietly change.

Each version of each rule (role, process, clock table, code list, threshold) is one immutable row with its digest; the
same version with another digest is refused. Registers are seeded where rows are absent, and drift is reported.
Founded in 国令722 第三十六条 and 行政许可法 第三十条: what is applied is what was published.
"""
