"""Cases 办件: one use of one power for one applicant, from the draft to the delivered result.

The procedure is a matter (``matters``) under a process of ``packs/national/processes``; this room keeps what only a
case has: the form, the materials and what is wrong with them, the enquiry code, the outcome and its delivery.
Founded in 行政许可法 第二十九条至第四十四条, GB/T 39046-2020 (办事申请 to 事项办结) and 国令716.
"""
