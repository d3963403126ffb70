"""窗口和单位考核: each month's figures by unit and by counter, counted from what happened, with what each was counted from and
the unit's own answer. No figure in it was typed by a person, and none can be. Founded on GB/T 36114-2018 and 优化营商环境条例
第三十六条.
"""
