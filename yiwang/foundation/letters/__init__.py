"""Letters: what the house writes to people. Numbered in the step, set and sealed seconds later, served and provable.

Kinds and wording are declared in packs; a letter is PDF/A-2b whose bytes a GB/T 38540 seal signs. Founded in 行政许可法
第三十二条 (dated written receipts with the special seal), 第三十八条 (written decisions) and 第四十四条 (delivery).
"""
