"""一件事: one question, several items. One set of questions, one form, one submission; the items open as matters under one
theme, each when what it waits for is there; the whole duration and what holds it up are visible to all who take part.

Founded in 优化营商环境条例 第三十六条 and 行政许可法 第二十六条第二款 (统一办理、联合办理).
"""
