"""Who and where: divisions, organs with dated names, places and counters, accounts, posts with deputies, absences.

Every later deed asks this module who acts (``queries.doer``), what a counter may do in a department's name
(``queries.counter_may``) and what an organ was called on a day (``queries.organ_name``). Names, posts and
authorisations hold for periods ``[from_on, until_on)`` and are closed, never overwritten, so that past matters keep
what was true then. Founded in 行政许可法 第二十四至二十六条 (委托、集中办理、一个窗口) and 国令722 第三十六条 (综合窗口).
"""
