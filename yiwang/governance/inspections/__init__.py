"""互联网+监管: which supervision items a county's departments claimed, what each check looks at, who was drawn to check whom,
what was found, and which items were ever looked at.

A draw (双随机) is made from a list frozen and published before its seed is known, so that anybody can run it again. A check
is a matter (``governance.inspection``). Founded on 国办函〔2018〕73号, 国令722 第五十四条, 国发〔2019〕5号 and
行政处罚法 第四十二条 (no fewer than two officers).
"""
