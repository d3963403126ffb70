"""面对面: issues people raised with leaders, handed out by theme in batches, closed one by one.

A batch (批次) is a register row: theme, who handed it over, by when. An issue (民生问题) is a matter (``governance.issue``) with
one detail table. 办结 and 阶段性办结 are two closures and two figures: the first ends the issue, the second needs a plan with a
day and the issue goes on. Neither counts before somebody else than the handling person went there and looked.
"""
