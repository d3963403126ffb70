"""另一个系统的事件日志，导入成办理: another system's event log comes in as matters.

``mapping`` reads the mapping a person wrote, ``reading`` streams the rows of a CSV or XES file, ``spool`` puts them in the
order of cases and time, ``foreign`` reads a process off a log that follows none of ours, ``replay`` takes each event as it
happened (irregular where our process would have refused it), ``loading`` stores cases in batches and can be interrupted.
Nothing is set off for the past: no letter, no message, no deemed outcome, no card.
"""
