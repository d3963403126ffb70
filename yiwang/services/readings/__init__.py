"""Who read my data 谁看过我的信息: every look at a person's data and certificates, told to that person, who may dispute it.

The ledger has each look already; this room reads it from the other side (个人信息保护法 第四十四、四十五条), and opens a small matter
at the organ that looked when the person objects (第五十条). What must stay secret by law is not shown (第十八、三十五条).
"""
