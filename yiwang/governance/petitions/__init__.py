"""信访事项: what people petition for, from registration to the last answer, on natural-day clocks.

A petition is a matter (``governance.petition``) with one detail table; it comes in by itself or is handed over from a hotline
order. Told within 15 days, closed within 60 and at most 30 more, 复查 and 复核 asked for within 30 days and answered within
30 (信访工作条例, 2022). A close past its day is not refused for ever: it is closed as late, by whoever answers for it, with why.
"""
