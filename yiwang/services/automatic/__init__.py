"""Automatic decisions 秒批: a published decision table decides a simple application by itself or hands it to a person.

A table is a register, versioned and bound to one guide version; its text is kept for ever under its digest, so that
every receipt can be replayed years later. It may say yes or hand over, never no: whoever would be refused is heard by
a person (行政许可法 第三十六条、第三十八条第二款；个人信息保护法 第二十四条). Founded in 行政许可法 第三十四条第二款 (材料齐全、
当场能够决定的，当场作出书面决定) and 优化营商环境条例 第三十六条.
"""
